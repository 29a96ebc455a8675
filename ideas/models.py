import secrets
from typing import Any, ClassVar

from django.core.files.storage import storages
from django.db import models
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase
from wagtail.admin.panels import FieldPanel

from crowd.campaigns.models import Activity, BlockPage, Sector
from crowd.people.models import Municipality, Person

LONGEST_TITLE = 120
LONGEST_TEXT = 5000


class IdeaCyclePage(BlockPage):
    """A page that collects ideas through phases."""

    ideas_premoderation = models.CharField(
        _("новые идеи"),
        max_length=10,
        choices=BlockPage.Premoderation,
        default=BlockPage.Premoderation.NEWCOMERS,
    )
    votes_against = models.BooleanField(
        _("голоса против"), default=False, help_text=_("Можно ли голосовать не только за, но и против идеи.")
    )

    activities: ClassVar[frozenset[str]] = frozenset(
        {Activity.SUBMIT.value, Activity.COMMENT.value, Activity.VOTE.value, Activity.REVIEW.value}
    )
    is_creatable = True
    template = "ideas/idea_cycle_page.html"
    content_panels: ClassVar[list[Any]] = [
        *BlockPage.content_panels,
        FieldPanel("ideas_premoderation"),
        FieldPanel("votes_against"),
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from ideas.queries import cycle_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | cycle_context(self, request.GET)

    class Meta:
        verbose_name = _("сбор идей")
        verbose_name_plural = _("сборы идей")


class IdeaTag(TagBase):
    class Meta:
        verbose_name = _("метка")
        verbose_name_plural = _("метки")


class TaggedIdea(ItemBase):
    content_object = models.ForeignKey("ideas.Idea", models.CASCADE, related_name="tagged_items")
    tag = models.ForeignKey(IdeaTag, models.CASCADE, related_name="tagged_ideas")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_once"),)


class IdeaQuerySet(models.QuerySet["Idea"]):
    def visible(self) -> "IdeaQuerySet":
        """Ideas that the public may read: published, in a cycle that it may see."""
        cycles = BlockPage.objects.visible().order_by().values("pk")
        return self.filter(moderation=Idea.Moderation.PUBLISHED, cycle_id__in=cycles)

    def listed(self) -> "IdeaQuerySet":
        """Visible ideas that lists show: not those that their author withdrew."""
        return self.visible().exclude(progress=Idea.Progress.WITHDRAWN)

    def in_blocks(self, block_ids: list[int] | None) -> "IdeaQuerySet":
        """Ideas of these cycles; None means of all."""
        return self if block_ids is None else self.filter(cycle_id__in=block_ids)


class Idea(models.Model):  # type: ignore[django-manager-missing]  # taggit ships no types
    """A proposal. Two fields answer two questions: `moderation`, may it be seen; `progress`, what became of it."""

    class Moderation(models.TextChoices):
        PENDING = "pending", _("ждёт проверки")
        PUBLISHED = "published", _("опубликована")
        HIDDEN = "hidden", _("скрыта")
        REJECTED = "rejected", _("отклонена")

    class Progress(models.TextChoices):
        OPEN = "open", _("собирает голоса")
        WITHDRAWN = "withdrawn", _("отозвана автором")

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
    progress = models.CharField(_("что стало с идеей"), max_length=10, choices=Progress, default=Progress.OPEN)
    # Folded from VoteChange by the worker: a cache, proved by `reconcile`, never written by a vote.
    votes_for = models.PositiveIntegerField(default=0)
    votes_against = models.PositiveIntegerField(default=0)
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
        )
        indexes = (
            models.Index(
                fields=["cycle", "-published_at", "-id"], name="idea_new", condition=models.Q(moderation="published")
            ),
            models.Index(
                fields=["cycle", "-votes_for", "-id"], name="idea_top", condition=models.Q(moderation="published")
            ),
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


def new_receipt() -> str:
    return secrets.token_urlsafe(12)


class Vote(models.Model):
    """One person's voice for (or against) one idea: one row, by constraint. 0 is a voice taken back."""

    class Value(models.IntegerChoices):
        AGAINST = -1, _("против")
        NONE = 0, _("отозван")
        FOR = 1, _("за")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, models.CASCADE, related_name="votes")
    value = models.SmallIntegerField(choices=Value)
    receipt = models.CharField(max_length=24, unique=True, default=new_receipt)
    cast_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("голос")
        verbose_name_plural = _("голоса")
        constraints = (
            models.UniqueConstraint(fields=["idea", "person"], name="vote_once"),
            models.CheckConstraint(condition=models.Q(value__in=(-1, 0, 1)), name="vote_value"),
        )
        indexes = (models.Index(fields=["person", "-cast_at"], name="vote_person"),)

    def __str__(self) -> str:
        return f"{self.get_value_display()}"


class VoteChange(models.Model):
    """What a vote added to the counts, until the worker folds it into them; says nothing of the person."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="vote_changes")
    votes_for = models.SmallIntegerField()
    votes_against = models.SmallIntegerField()

    class Meta:
        indexes = (models.Index(fields=["idea", "id"], name="vote_change_idea"),)

    def __str__(self) -> str:
        return f"{self.votes_for:+d} {self.votes_against:+d}"


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
