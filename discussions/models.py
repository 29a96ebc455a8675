from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import InlinePanel

from crowd.campaigns.models import Activity, BlockPage
from crowd.people.models import Person
from questions.panels import QuestionsPanel

LONGEST_COMMENT = 5000


class DiscussionPage(BlockPage):
    """A themed page with a thread."""

    activities: ClassVar[frozenset[str]] = frozenset({Activity.COMMENT.value, Activity.RATE.value})
    is_creatable = True
    template = "discussions/discussion_page.html"
    content_panels: ClassVar[list[Any]] = [
        *BlockPage.content_panels,
        InlinePanel("rated_services", heading=_("Какие сервисы оценить"), label=_("сервис"), max_num=30),
        QuestionsPanel("questions", heading=_("Вопросы"), label=_("вопрос"), max_num=30),
    ]

    class Meta:
        verbose_name = _("тематическое обсуждение")
        verbose_name_plural = _("тематические обсуждения")


class ThreadQuerySet(models.QuerySet["Thread"]):
    def in_campaigns(self, campaign_ids: frozenset[int] | None) -> "ThreadQuerySet":
        """Threads of these campaigns; None means of all."""
        if campaign_ids is None:
            return self
        return self.filter(block_id__in=list(BlockPage.objects.in_campaigns(campaign_ids).values_list("pk", flat=True)))


class Thread(models.Model):
    """What hangs under a discussion or an idea: named by kind and id, since ideas stand on a higher floor."""

    class State(models.TextChoices):
        OPEN = "open", _("открыта")
        LOCKED = "locked", _("закрыта модератором")

    host_kind = models.CharField(max_length=30)
    host_id = models.BigIntegerField()
    block = models.ForeignKey(BlockPage, models.CASCADE, related_name="threads", verbose_name=_("раздел"))
    state = models.CharField(_("состояние"), max_length=10, choices=State, default=State.OPEN)
    lock_note = models.CharField(_("почему закрыта"), max_length=300, blank=True)
    # The number of the latest public change; its row lock hands the numbers out.
    last_seq = models.PositiveBigIntegerField(default=0)
    # How many of its comments are public: a copy, kept with the number.
    comment_count = models.PositiveIntegerField(_("комментариев"), default=0)

    objects = ThreadQuerySet.as_manager()

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

    def with_place(self) -> "CommentQuerySet":
        """Comments that stand in their thread: public, or shown as a stub because public answers hang beneath them."""
        return self.filter(models.Q(moderation=Comment.Moderation.PUBLISHED) | models.Q(answer_count__gt=0))

    def firsts(self) -> "CommentQuerySet":
        """Comments of the first level."""
        return self.filter(root=None)

    def in_blocks(self, block_ids: list[int] | None) -> "CommentQuerySet":
        """Comments under these blocks; None means under all."""
        return self if block_ids is None else self.filter(thread__block_id__in=block_ids)

    def in_campaigns(self, campaign_ids: frozenset[int] | None) -> "CommentQuerySet":
        """Comments of these campaigns; None means of all."""
        if campaign_ids is None:
            return self
        return self.in_blocks(list(BlockPage.objects.in_campaigns(campaign_ids).values_list("pk", flat=True)))


class Comment(models.Model):
    class Moderation(models.TextChoices):
        PENDING = "pending", _("ждёт проверки")
        PUBLISHED = "published", _("опубликован")
        HIDDEN = "hidden", _("скрыт")
        REJECTED = "rejected", _("отклонён")
        DELETED = "deleted", _("удалён автором")

    class Voice(models.TextChoices):
        """In what capacity the author speaks: fixed when it is written, since roles come and go."""

        RESIDENT = "resident", _("житель")
        EXPERT = "expert", _("эксперт")
        OFFICIAL = "official", _("официально")

    class Stance(models.TextChoices):
        FOR = "for", _("за")
        AGAINST = "against", _("против")
        QUESTION = "question", _("вопрос")
        PROPOSAL = "proposal", _("предложение")

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments", verbose_name=_("ветка"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="comments", verbose_name=_("автор"))
    # Whom it answers, and the comment of the first level under which it stands: two levels are shown, however deep.
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answers")
    # The numbers' index finds what stands beneath a root, and its first answers without reading all of them.
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="beneath", db_index=False)
    body = models.TextField(_("текст"), max_length=LONGEST_COMMENT)
    stance = models.CharField(_("позиция"), max_length=10, choices=Stance, blank=True)
    moderation = models.CharField(_("модерация"), max_length=10, choices=Moderation)
    voice = models.CharField(_("от чьего имени"), max_length=10, choices=Voice, default=Voice.RESIDENT)
    pinned_at = models.DateTimeField(_("закреплён"), null=True, blank=True)
    edited_at = models.DateTimeField(_("изменён"), null=True, blank=True)
    # Of an answer: its number beneath its root, by first publication. Pages fold by it without counting.
    answer_number = models.PositiveIntegerField(null=True, blank=True)
    # Copies of what rows say, kept in the transaction that writes the row; `reconcile` proves them.
    answer_count = models.PositiveIntegerField(_("ответов"), default=0)
    up = models.PositiveIntegerField(_("согласны"), default=0)
    down = models.PositiveIntegerField(_("не согласны"), default=0)
    support = models.IntegerField(default=0)
    # The number of its latest public change; none while it has never been public.
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    # The number of its first publication: the order in which comments are paged.
    first_seq = models.PositiveBigIntegerField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(_("написан"), db_default=Now())

    # By which rule it was hidden, where only a stub is left of it: filled by `name_rules`.
    rule = ""

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
            models.CheckConstraint(
                condition=models.Q(support=models.F("up") - models.F("down")), name="comment_support_adds_up"
            ),
            models.UniqueConstraint(fields=["root", "answer_number"], name="comment_answer_number_once"),
        )
        indexes = (
            models.Index(fields=["thread", "first_seq"], name="comment_firsts", condition=models.Q(root=None)),
            models.Index(
                fields=["thread", "-support", "-first_seq"],
                name="comment_supported",
                condition=models.Q(root=None, moderation="published"),
            ),
            models.Index(fields=["thread", "first_seq"], name="comment_by_experts", condition=models.Q(voice="expert")),
            models.Index(
                fields=["thread", "first_seq"], name="comment_questions", condition=models.Q(stance="question")
            ),
            models.Index(
                fields=["thread", "pinned_at"], name="comment_pinned", condition=models.Q(pinned_at__isnull=False)
            ),
            models.Index(fields=["created_at"], name="comment_pending", condition=models.Q(moderation="pending")),
            models.Index(fields=["author", "-created_at"], name="comment_author"),
        )

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def is_public(self) -> bool:
        return self.moderation == self.Moderation.PUBLISHED


class CommentVersion(models.Model):
    """What a comment said before it was edited: public for as long as the comment is."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions", verbose_name=_("комментарий"))
    number = models.PositiveSmallIntegerField()
    body = models.TextField(_("текст"))
    stance = models.CharField(_("позиция"), max_length=10, choices=Comment.Stance, blank=True)
    written_at = models.DateTimeField(_("написан"))

    class Meta:
        verbose_name = _("прежний текст комментария")
        verbose_name_plural = _("прежние тексты комментариев")
        ordering = ("comment", "number")
        constraints = (models.UniqueConstraint(fields=["comment", "number"], name="comment_version_once"),)

    def __str__(self) -> str:
        return self.body[:60]


class Reaction(models.Model):
    """Whether a person agrees with a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reactions", verbose_name=_("комментарий"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="reactions", verbose_name=_("человек"))
    value = models.SmallIntegerField(_("отклик"))
    changed_at = models.DateTimeField(_("когда"), db_default=Now())

    class Meta:
        verbose_name = _("отклик на комментарий")
        verbose_name_plural = _("отклики на комментарии")
        constraints = (
            models.UniqueConstraint(fields=["comment", "person"], name="reaction_once"),
            models.CheckConstraint(condition=models.Q(value__in=[1, -1]), name="reaction_up_or_down"),
        )
        indexes = (models.Index(fields=["person", "changed_at"], name="reaction_person"),)

    def __str__(self) -> str:
        return f"{self.value:+d}"


class ModeratorNote(models.Model):
    """What moderators tell each other about a comment; residents never see it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notes", verbose_name=_("комментарий"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("кто написал"))
    text = models.TextField(_("заметка"), max_length=1000)
    created_at = models.DateTimeField(_("когда"), db_default=Now())

    class Meta:
        verbose_name = _("заметка модераторов")
        verbose_name_plural = _("заметки модераторов")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.text[:60]
