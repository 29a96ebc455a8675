import random
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from crowd.campaigns.models import BlockPage, Sector
from crowd.people.models import Municipality, Person
from ideas.models.pages import IdeaCyclePage

LONGEST_TITLE = 120
LONGEST_TEXT = 5000


class IdeaTag(TagBase):
    class Meta:
        verbose_name = _("метка")
        verbose_name_plural = _("метки")


class TaggedIdea(ItemBase):
    content_object = models.ForeignKey("ideas.Idea", models.CASCADE, related_name="tagged_items")
    tag = models.ForeignKey(IdeaTag, models.CASCADE, related_name="tagged_ideas")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_once"),)


def random_place() -> float:
    """Return where a new idea stands in the order `fair` until the worker has given it a place."""
    return random.random()  # noqa: S311 - nobody gains by guessing it


class IdeaQuerySet(models.QuerySet["Idea"]):
    def visible(self) -> "IdeaQuerySet":
        """Ideas that the public may read: published, in a cycle that it may see."""
        cycles = BlockPage.objects.visible().order_by().values("pk")
        return self.filter(moderation=Idea.Moderation.PUBLISHED, cycle_id__in=cycles)

    def listed(self) -> "IdeaQuerySet":
        """Visible ideas that lists show: not those that their author withdrew or that are a duplicate of another."""
        return self.visible().exclude(progress__in=Idea.UNLISTED)

    def in_blocks(self, block_ids: list[int] | None) -> "IdeaQuerySet":
        """Ideas of these cycles; None means of all."""
        return self if block_ids is None else self.filter(cycle_id__in=block_ids)

    def in_campaigns(self, campaign_ids: Iterable[int] | None) -> "IdeaQuerySet":
        """Ideas of these campaigns; None means of all."""
        if campaign_ids is None:
            return self
        return self.in_blocks(list(BlockPage.objects.in_campaigns(campaign_ids).values_list("pk", flat=True)))


class Idea(models.Model):  # type: ignore[django-manager-missing]  # taggit ships no types
    """A proposal. Two fields answer two questions: `moderation`, may it be seen; `progress`, what became of it."""

    class Moderation(models.TextChoices):
        DRAFT = "draft", _("черновик")
        PENDING = "pending", _("ждёт проверки")
        NEEDS_WORK = "needs_work", _("нужна доработка")
        PUBLISHED = "published", _("опубликована")
        HIDDEN = "hidden", _("скрыта")
        REJECTED = "rejected", _("отклонена")

    class Progress(models.TextChoices):
        OPEN = "open", _("собирает голоса")
        SHORTLISTED = "shortlisted", _("отобрана")
        ACCEPTED = "accepted", _("принята")
        DECLINED = "declined", _("отклонена")
        IN_PROGRESS = "in_progress", _("в работе")
        DONE = "done", _("сделано")
        MERGED = "merged", _("объединена с другой")
        WITHDRAWN = "withdrawn", _("отозвана автором")

    UNLISTED = (Progress.MERGED, Progress.WITHDRAWN)

    cycle = models.ForeignKey(IdeaCyclePage, models.PROTECT, related_name="ideas", verbose_name=_("сбор идей"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="ideas", verbose_name=_("автор"))
    title = models.CharField(_("название"), max_length=LONGEST_TITLE)
    problem = models.TextField(_("в чём проблема"), max_length=LONGEST_TEXT)
    solution = models.TextField(_("что предлагаете"), max_length=LONGEST_TEXT, blank=True)
    effect = models.TextField(_("что изменится"), max_length=LONGEST_TEXT, blank=True)
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, verbose_name=_("отрасль"))
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, verbose_name=_("муниципальное образование")
    )
    tags = TaggableManager(through=TaggedIdea, blank=True, verbose_name=_("метки"))
    moderation = models.CharField(_("модерация"), max_length=10, choices=Moderation)
    progress = models.CharField(_("что стало с идеей"), max_length=12, choices=Progress, default=Progress.OPEN)
    # Folded from VoteChange by the worker: a cache, proved by `reconcile`, never written by a vote.
    votes_for = models.PositiveIntegerField(default=0)
    votes_against = models.PositiveIntegerField(default=0)
    # Of these, voices of confirmed residents.
    residents_for = models.PositiveIntegerField(default=0)
    residents_against = models.PositiveIntegerField(default=0)
    # What lists are ordered by, kept by the worker: the score of `top`, the comments of `discussed`, the place of
    # `fair` in [0, 1), and how often the idea has been shown so far.
    top_score = models.FloatField(default=0.0)
    comments_folded = models.PositiveIntegerField(default=0)
    fair_key = models.FloatField(default=random_place)
    exposure = models.PositiveBigIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("объединена с")
    )
    # People who support this idea or one of its duplicates, each counted once; null where it has none.
    together_for = models.PositiveIntegerField(null=True, blank=True)
    answer_due_on = models.DateField(_("ответить до"), null=True, blank=True)
    version = models.PositiveBigIntegerField(default=1)
    # Of `votes_for`: voices collected elsewhere and told at the import, with no row here that proves them.
    imported_votes = models.PositiveIntegerField(default=0)
    # What `import_ideas` recognises a row by when it is repeated.
    import_key = models.CharField(max_length=64, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("предложена"), db_default=Now())
    published_at = models.DateTimeField(_("опубликована"), null=True, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("идея")
        verbose_name_plural = _("идеи")
        constraints = (
            models.UniqueConstraint(fields=["cycle", "import_key"], name="idea_imported_once"),
            models.CheckConstraint(
                condition=~models.Q(moderation="published") | models.Q(published_at__isnull=False),
                name="idea_published_has_date",
            ),
            models.CheckConstraint(
                condition=models.Q(progress="merged", merged_into__isnull=False)
                | (~models.Q(progress="merged") & models.Q(merged_into=None)),
                name="idea_merged_into_another",
            ),
            models.UniqueConstraint(
                fields=["cycle", "author"], condition=models.Q(moderation="draft"), name="idea_draft_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["cycle", "-published_at", "-id"], name="idea_new", condition=models.Q(moderation="published")
            ),
            models.Index(
                fields=["cycle", "-top_score", "published_at", "id"],
                name="idea_top",
                condition=models.Q(moderation="published"),
            ),
            models.Index(
                fields=["cycle", "-comments_folded", "-id"],
                name="idea_discussed",
                condition=models.Q(moderation="published"),
            ),
            models.Index(
                fields=["cycle", "fair_key", "id"], name="idea_fair", condition=models.Q(moderation="published")
            ),
            models.Index(fields=["answer_due_on"], name="idea_answer_due", condition=~models.Q(answer_due_on=None)),
            models.Index(fields=["merged_into"], name="idea_merged", condition=~models.Q(merged_into=None)),
            models.Index(fields=["created_at"], name="idea_pending", condition=models.Q(moderation="pending")),
            models.Index(fields=["author", "-created_at"], name="idea_author"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        slug = slugify(self.title, allow_unicode=True)[:80].strip("-")
        if not slug:
            return reverse("ideas:short", kwargs={"pk": self.pk})
        return reverse("ideas:idea", kwargs={"pk": self.pk, "slug": slug})


def private_storage() -> Any:
    return storages["private"]


class Attachment(models.Model):
    """A resident's file: stored privately, served by the idea's access rule, never a public Wagtail image."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="attachments")
    file = models.FileField(_("файл"), storage=private_storage, upload_to="attachments/%Y/%m/")
    name = models.CharField(_("название"), max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("вложение")
        verbose_name_plural = _("вложения")

    def __str__(self) -> str:
        return self.name
