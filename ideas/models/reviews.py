"""What experts and the responsible body say of an idea."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person
from ideas.models.ideas import LONGEST_TEXT, Idea

LOWEST_SCORE, HIGHEST_SCORE = 1, 5


class Review(models.Model):
    """One expert's review of one idea. Nobody reads another's before the own one is in."""

    class State(models.TextChoices):
        DRAFT = "draft", _("не отправлена")
        SUBMITTED = "submitted", _("отправлена")
        CONFLICT = "conflict", _("конфликт интересов")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="reviews", verbose_name=_("идея"))
    expert = models.ForeignKey(Person, models.PROTECT, related_name="reviews", verbose_name=_("эксперт"))
    state = models.CharField(_("состояние"), max_length=10, choices=State, default=State.DRAFT)
    comment = models.TextField(_("заключение"), max_length=LONGEST_TEXT, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(_("отправлена"), null=True, blank=True)

    class Meta:
        verbose_name = _("экспертная оценка")
        verbose_name_plural = _("экспертные оценки")
        constraints = (
            models.UniqueConstraint(fields=["idea", "expert"], name="review_once"),
            models.CheckConstraint(
                condition=models.Q(state="draft", submitted_at=None)
                | (~models.Q(state="draft") & models.Q(submitted_at__isnull=False)),
                name="review_submitted_has_date",
            ),
        )
        indexes = (models.Index(fields=["expert", "-id"], name="review_expert"),)

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.get_state_display()}"


class ReviewScore(models.Model):
    """The score by one criterion; `criterion` is its key, since a published page's rows are replaced."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.UUIDField()
    value = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("балл")
        verbose_name_plural = _("баллы")
        constraints = (
            models.UniqueConstraint(fields=["review", "criterion"], name="review_score_once"),
            models.CheckConstraint(
                condition=models.Q(value__gte=LOWEST_SCORE, value__lte=HIGHEST_SCORE), name="review_score_value"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class Answer(models.Model):
    """What the responsible body answers. A later one tells how it went on; the earlier ones stay."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="answers", verbose_name=_("идея"))
    body = models.CharField(_("от чьего имени"), max_length=200)
    progress = models.CharField(_("решение"), max_length=12, choices=Idea.Progress)
    text = models.TextField(_("ответ"), max_length=LONGEST_TEXT)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("кто ответил"))
    given_on = models.DateField(_("дата ответа"))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("официальный ответ")
        verbose_name_plural = _("официальные ответы")
        ordering = ("id",)
        indexes = (models.Index(fields=["idea", "id"], name="answer_idea"),)

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.get_progress_display()}"
