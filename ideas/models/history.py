"""What was done to an idea after it was written: its public history, its versions, what its authors added."""

from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.people.models import Person
from ideas.models.ideas import LONGEST_TEXT, LONGEST_TITLE, Idea

LONGEST_REASON = 2000


class IdeaChange(models.Model):
    """One step of what became of an idea. Append-only; those of a public idea are public, without the name."""

    class By(models.TextChoices):
        """In what capacity it was done: the history tells this and not who it was."""

        AUTHOR = "author", _("автор")
        MODERATOR = "moderator", _("модератор")
        EDITOR = "editor", _("организаторы")
        EXPERT = "expert", _("эксперты")
        BODY = "body", _("ответственный орган")
        OPERATOR = "operator", _("оператор центра обслуживания")
        SYSTEM = "system", _("сайт")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="changes")
    # The name of a transition of `ideas.transitions`, or of what else is told: answered, clarified, edited.
    step = models.CharField(max_length=20)
    moderation = models.CharField(max_length=10, choices=Idea.Moderation)
    progress = models.CharField(max_length=12, choices=Idea.Progress)
    reason = models.TextField(_("почему"), max_length=LONGEST_REASON, blank=True)
    by = models.CharField(max_length=10, choices=By)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("шаг в истории идеи")
        verbose_name_plural = _("история идей")
        ordering = ("id",)
        indexes = (models.Index(fields=["idea", "id"], name="idea_change_idea"),)

    def __str__(self) -> str:
        return f"{self.idea_id} {self.step}"


class IdeaVersion(models.Model):
    """How a public idea read before it was changed."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="versions")
    title = models.CharField(max_length=LONGEST_TITLE)
    problem = models.TextField()
    solution = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    # From when on it read so, and until when.
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("прежняя версия идеи")
        verbose_name_plural = _("прежние версии идей")
        ordering = ("id",)
        indexes = (models.Index(fields=["idea", "id"], name="idea_version_idea"),)

    def __str__(self) -> str:
        return f"{self.idea_id} {self.replaced_at}"


class Clarification(models.Model):
    """What an author adds beside the text once there are votes: the text that was voted for stays."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="clarifications")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    body = models.TextField(_("уточнение"), max_length=LONGEST_TEXT)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("уточнение")
        verbose_name_plural = _("уточнения")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.idea_id}"


class CoAuthorQuerySet(models.QuerySet["CoAuthor"]):
    def accepted(self) -> "CoAuthorQuerySet":
        """Those who have agreed to be named."""
        return self.filter(state=CoAuthor.State.ACCEPTED)


class CoAuthor(models.Model):
    """Somebody whom the author has invited by e-mail. Whether the address has an account is told to nobody."""

    class State(models.TextChoices):
        INVITED = "invited", _("приглашён")
        ACCEPTED = "accepted", _("соавтор")
        DECLINED = "declined", _("отказался")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="co_authors")
    email = models.EmailField(_("электронная почта"))
    # Known from the answer on.
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="co_authored")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CoAuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("соавтор")
        verbose_name_plural = _("соавторы")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(models.F("idea"), Lower("email"), name="co_author_once"),
            models.CheckConstraint(
                condition=models.Q(state="invited") | models.Q(person__isnull=False), name="co_author_answered"
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id} {self.get_state_display()}"


class OperatorEntryQuerySet(models.QuerySet["OperatorEntry"]):
    def in_campaigns(self, campaign_ids: Iterable[int] | None) -> "OperatorEntryQuerySet":
        """Entries about ideas of these campaigns; None means of all."""
        if campaign_ids is None:
            return self
        return self.filter(idea__cycle__in=BlockPage.objects.in_campaigns(campaign_ids).order_by().values("pk"))


class OperatorEntry(models.Model):
    """That an operator entered something for a resident, and how the resident agreed. Append-only."""

    class Kind(models.TextChoices):
        IDEA = "idea", _("идея")
        VOTE = "vote", _("голос")

    operator = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("оператор"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("житель"))
    kind = models.CharField(_("что"), max_length=5, choices=Kind)
    idea = models.ForeignKey(Idea, models.PROTECT, related_name="operator_entries")
    consent = models.CharField(_("как дано согласие"), max_length=200)
    entered_at = models.DateTimeField(_("когда"), db_default=Now())

    objects = OperatorEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("запись оператора")
        verbose_name_plural = _("записи операторов")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["operator", "-id"], name="operator_entry_operator"),
            models.Index(fields=["idea", "kind"], name="operator_entry_idea"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.idea_id}"
