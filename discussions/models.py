from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import Activity, BlockPage
from crowd.people.models import Person

LONGEST_COMMENT = 5000


class DiscussionPage(BlockPage):
    """A themed page with a thread."""

    activities: ClassVar[frozenset[str]] = frozenset({Activity.COMMENT.value, Activity.RATE.value})
    is_creatable = True
    template = "discussions/discussion_page.html"

    class Meta:
        verbose_name = _("тематическое обсуждение")
        verbose_name_plural = _("тематические обсуждения")


class Thread(models.Model):
    """What hangs under a discussion or an idea: named by kind and id, since ideas stand on a higher floor."""

    class State(models.TextChoices):
        OPEN = "open", _("открыта")
        LOCKED = "locked", _("закрыта модератором")

    host_kind = models.CharField(max_length=30)
    host_id = models.BigIntegerField()
    block = models.ForeignKey(BlockPage, models.CASCADE, related_name="threads", verbose_name=_("раздел"))
    state = models.CharField(_("состояние"), max_length=10, choices=State, default=State.OPEN)
    # The number of the latest public change; its row lock hands the numbers out.
    last_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("ветка")
        verbose_name_plural = _("ветки")
        constraints = (models.UniqueConstraint(fields=["host_kind", "host_id"], name="thread_once"),)

    def __str__(self) -> str:
        return f"{self.host_kind} {self.host_id}"

    @property
    def live_group(self) -> str:
        """What broadcasts about the thread and its host are addressed to."""
        return f"thread.{self.pk}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> "CommentQuerySet":
        """Comments whose text the public may read (where it may see the thread's host)."""
        return self.filter(moderation=Comment.Moderation.PUBLISHED)

    def not_visible(self) -> "CommentQuerySet":
        return self.exclude(moderation=Comment.Moderation.PUBLISHED)

    def in_blocks(self, block_ids: list[int] | None) -> "CommentQuerySet":
        """Comments under these blocks; None means under all."""
        return self if block_ids is None else self.filter(thread__block_id__in=block_ids)


class Comment(models.Model):
    class Moderation(models.TextChoices):
        PENDING = "pending", _("ждёт проверки")
        PUBLISHED = "published", _("опубликован")
        HIDDEN = "hidden", _("скрыт")
        REJECTED = "rejected", _("отклонён")

    class Stance(models.TextChoices):
        FOR = "for", _("за")
        AGAINST = "against", _("против")
        QUESTION = "question", _("вопрос")
        PROPOSAL = "proposal", _("предложение")

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments", verbose_name=_("ветка"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="comments", verbose_name=_("автор"))
    # Whom it answers, and the comment of the first level under which it stands: two levels are shown, however deep.
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answers")
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="beneath")
    body = models.TextField(_("текст"), max_length=LONGEST_COMMENT)
    stance = models.CharField(_("позиция"), max_length=10, choices=Stance, blank=True)
    moderation = models.CharField(_("модерация"), max_length=10, choices=Moderation)
    # The number of its latest public change; none while it has never been public.
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    # The number of its first publication: the order in which comments are paged.
    first_seq = models.PositiveBigIntegerField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(_("написан"), db_default=Now())

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("комментарий")
        verbose_name_plural = _("комментарии")
        constraints = (
            models.UniqueConstraint(fields=["thread", "seq"], name="comment_seq_once"),
            models.UniqueConstraint(fields=["thread", "first_seq"], name="comment_first_seq_once"),
            models.CheckConstraint(
                condition=~models.Q(moderation="published") | models.Q(seq__isnull=False),
                name="comment_published_has_seq",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None, root=None) | models.Q(parent__isnull=False, root__isnull=False),
                name="comment_answer_has_root",
            ),
        )
        indexes = (
            models.Index(fields=["created_at"], name="comment_pending", condition=models.Q(moderation="pending")),
            models.Index(fields=["author", "-created_at"], name="comment_author"),
        )

    def __str__(self) -> str:
        return self.body[:60]
