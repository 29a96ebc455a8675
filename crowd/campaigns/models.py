from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from http import HTTPMethod
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, PageQuerySet

from crowd import clock
from crowd.bilingual import ENGLISH, Bilingual
from crowd.campaigns.blocks import ContentBlocks, ResultBlocks
from crowd.campaigns.forms import BlockPageForm, PageTranslationForm, SitePageForm
from crowd.campaigns.parts import Covered
from crowd.memo import once
from crowd.tree import pages_above

# Pages are read; what is written has addresses of its own.
READ_ONLY = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]


class Activity(models.TextChoices):
    """What a phase opens."""

    SUBMIT = "submit", _("предложить идею")
    COMMENT = "comment", _("комментировать")
    VOTE = "vote", _("голосовать")
    RATE = "rate", _("оценивать услуги")
    REVIEW = "review", _("экспертная оценка")


class Sector(Bilingual):
    slug = models.SlugField(unique=True)
    name = models.CharField(_("название"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("отрасль")
        verbose_name_plural = _("отрасли")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.label


class CampaignPage(Covered, Page):  # type: ignore[django-manager-missing]  # Wagtail ships no types
    """A campaign: what the centre publishes. Holds blocks (discussions, idea cycles), news, results."""

    intro = models.TextField(
        _("коротко"),
        max_length=500,
        blank=True,
        help_text=_("Два-три предложения: о чём спрашиваем и зачем отвечать. Видно в списках и при пересылке."),
    )
    why = models.TextField(
        _("зачем этот проект"),
        max_length=4000,
        blank=True,
        help_text=_("Что сейчас не так и что будет с ответами жителей. Пустая строка начинает новый абзац."),
    )
    responsible_body = models.CharField(
        _("ответственный орган"), max_length=200, blank=True, help_text=_("Кто отвечает за проект перед жителями.")
    )
    opens_at = models.DateTimeField(_("начало"), null=True, blank=True)
    closes_at = models.DateTimeField(_("окончание"), null=True, blank=True)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))
    results = StreamField(
        ResultBlocks(),
        blank=True,
        verbose_name=_("итоги"),
        help_text=_("Заполняют в конце: что предложили, что приняли, что отклонили и почему."),
    )

    template = "campaigns/campaign_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    base_form_class = SitePageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        *Covered.cover_panels,
        FieldPanel("why"),
        FieldPanel("responsible_body"),
        MultiFieldPanel([FieldPanel("opens_at"), FieldPanel("closes_at")], heading=_("Сроки")),
        FieldPanel("body"),
        InlinePanel("experts", heading=_("Эксперты"), label=_("эксперт"), max_num=24),
        InlinePanel(
            "outcomes",
            heading=_("Что сделано"),
            label=_("дело"),
            max_num=60,
            help_text=_("Каждое дело видно здесь и на главной: что изменилось для жителей, по какой идее и когда."),
        ),
        FieldPanel("results"),
    ]

    class Meta:
        verbose_name = _("проект")
        verbose_name_plural = _("проекты")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at"))
                | models.Q(opens_at=None)
                | models.Q(closes_at=None),
                name="campaign_closes_after_it_opens",
                violation_error_message=_("Окончание должно быть позже начала."),
            ),
        )

    def clean(self) -> None:
        super().clean()
        require_order(self.opens_at, self.closes_at)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from crowd.campaigns.queries import campaign_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | campaign_context(self)

    def search_texts(self) -> list[str]:
        """Return what is found of the page besides its own fields."""
        experts = [f"{expert.name} {expert.role}" for expert in self.experts.all()]
        return experts + [f"{outcome.title} {outcome.text}" for outcome in self.outcomes.all()]


@once
def private_pages() -> models.Q:
    """Return the condition of pages that editors have made private to somebody, or that stand beneath such a page."""
    condition: models.Q = Page.objects.all().private_q()
    return condition


@once
def beneath_hidden_campaigns() -> models.Q:
    """Return the condition of pages beneath campaigns that are not published; these are few."""
    condition = models.Q(pk__in=[])
    for path in CampaignPage.objects.filter(live=False).values_list("path", flat=True):
        condition |= models.Q(path__startswith=path)
    return condition


def seen_by_all(pages: PageQuerySet) -> PageQuerySet:
    """Return those of the pages that everybody may read: published, private to nobody, their campaign published."""
    return pages.live().exclude(private_pages()).exclude(beneath_hidden_campaigns())


def require_order(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Name the end that is not after the beginning beside its field; the constraint says so too, but beside none."""
    if opens_at and closes_at and closes_at <= opens_at:
        raise ValidationError({"closes_at": _("Окончание должно быть позже начала.")})


class BeneathCampaign:
    """A page that goes when its campaign is unpublished, whatever its own state."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        above = pages_above(self.path)  # type: ignore[attr-defined]  # Wagtail's page
        if any(not page.live and page.specific_class is CampaignPage for page in above):
            raise Http404
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]  # Wagtail's page
        return response


class BlockPageQuerySet(PageQuerySet):
    def visible(self) -> "BlockPageQuerySet":
        """Blocks that the public may see: published, in a published campaign, private to nobody."""
        return seen_by_all(self)

    def in_campaigns(self, campaign_ids: Iterable[int] | None) -> "BlockPageQuerySet":
        """Blocks of these campaigns; None means of all."""
        if campaign_ids is None:
            return self
        paths = CampaignPage.objects.filter(pk__in=list(campaign_ids)).values_list("path", flat=True)
        condition = models.Q(pk__in=[])
        for path in paths:
            condition |= models.Q(path__startswith=path)
        return self.filter(condition)


class BlockPage(BeneathCampaign, Page):
    """A block of a campaign that has phases: what a discussion and an idea cycle have in common."""

    class Premoderation(models.TextChoices):
        NOBODY = "nobody", _("публикуется сразу у всех")
        NEWCOMERS = "newcomers", _("смотрим сначала у новичков")
        EVERYBODY = "everybody", _("смотрим сначала у всех")

    intro = models.TextField(_("коротко"), max_length=500, blank=True)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))
    comments_premoderation = models.CharField(
        _("комментарии"), max_length=10, choices=Premoderation, default=Premoderation.NOBODY
    )

    # What phases of this kind of block can open.
    activities: ClassVar[frozenset[str]] = frozenset(Activity.values)
    is_creatable = False
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["campaigns.CampaignPage"]
    base_form_class = BlockPageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        InlinePanel("phases", heading=_("Этапы"), label=_("этап")),
        FieldPanel("body"),
        FieldPanel("comments_premoderation"),
    ]

    objects = PageManager.from_queryset(BlockPageQuerySet)()

    class Meta:
        verbose_name = _("раздел проекта")
        verbose_name_plural = _("разделы проектов")

    @cached_property
    def campaign_id(self) -> int:
        parent = self.get_parent()
        return int(parent.pk)


class PhaseQuerySet(models.QuerySet["Phase"]):
    def open_now(self) -> "PhaseQuerySet":
        """Phases that are open by the database's clock."""
        moment = clock.moment()
        return self.filter(opens_at__lte=moment, closes_at__gt=moment)

    def not_over(self) -> "PhaseQuerySet":
        """Phases that are open by the database's clock or will be."""
        return self.filter(closes_at__gt=clock.moment())


class Phase(Bilingual):
    """A dated stage of a block and what it opens; holds what the editor typed and nothing that the worker did."""

    page = ParentalKey(BlockPage, on_delete=models.CASCADE, related_name="phases")
    name = models.CharField(_("название"), max_length=80)
    opens_at = models.DateTimeField(_("начало"))
    closes_at = models.DateTimeField(_("окончание"))
    submit = models.BooleanField(Activity.SUBMIT.label, default=False)
    comment = models.BooleanField(Activity.COMMENT.label, default=False)
    vote = models.BooleanField(Activity.VOTE.label, default=False)
    rate = models.BooleanField(Activity.RATE.label, default=False)
    review = models.BooleanField(Activity.REVIEW.label, default=False)

    objects = PhaseQuerySet.as_manager()

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("opens_at"),
        FieldPanel("closes_at"),
        *(FieldPanel(activity) for activity in Activity.values),
    ]

    class Meta:
        verbose_name = _("этап")
        verbose_name_plural = _("этапы")
        ordering = ("opens_at", "id")
        indexes = (
            models.Index(fields=["opens_at"], name="phase_opens"),
            models.Index(fields=["closes_at"], name="phase_closes"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="phase_closes_after_it_opens",
                violation_error_message=_("Окончание должно быть позже начала."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        require_order(self.opens_at, self.closes_at)

    @property
    def opened_activities(self) -> frozenset[str]:
        return frozenset(activity for activity in Activity.values if getattr(self, activity))

    def is_open_at(self, moment: datetime) -> bool:
        return self.opens_at <= moment < self.closes_at


class PhaseMark(models.Model):
    """That the worker recorded the opening or closing of a phase at a moment: once, however many workers there are."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("открыт")
        CLOSED = "closed", _("закрыт")

    # No foreign key: a phase edited in the admin may be deleted and typed anew, what happened stays.
    phase_id = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    moment = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["phase_id", "kind", "moment"], name="phase_mark_once"),)

    def __str__(self) -> str:
        return f"{self.phase_id} {self.kind}"


class PageTranslation(Page):
    """The texts of the page above in another language. One per language, since its slug is the language.

    It has no page of its own: its address is its parent's in that language, and lists, menus and the sitemap pass it
    by. What is missing stays Russian.
    """

    class Language(models.TextChoices):
        ENGLISH = ENGLISH, _("английский")

    language = models.CharField(_("язык"), max_length=5, choices=Language, default=Language.ENGLISH)
    intro = models.TextField(_("коротко"), max_length=500, blank=True)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))

    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    subpage_types: ClassVar[list[str]] = []
    base_form_class = PageTranslationForm
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("language"),
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    promote_panels: ClassVar[list[Any]] = [FieldPanel("seo_title"), FieldPanel("search_description")]

    class Meta:
        verbose_name = _("перевод страницы")
        verbose_name_plural = _("переводы страниц")

    @classmethod
    def clean_parent_page_models(cls) -> list[type[Page]]:
        return [model for model in super().clean_parent_page_models() if model not in {Page, BlockPage, cls}]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.slug, self.show_in_menus = self.language, False
        super().full_clean(*args, **kwargs)

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        with override(self.language):
            return self.get_parent().get_url_parts(request)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:  # noqa: ARG002 - Wagtail's signature
        return []

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 - Wagtail's signature
        return HttpResponsePermanentRedirect(self.get_url(request))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:  # noqa: ARG002 - Wagtail's signature
        """Show the page above as it will read."""
        from crowd.campaigns.texts import PageTexts

        page = self.get_parent().specific
        with override(self.language):
            PageTexts.of(request).show_instead(page, self)
            response: HttpResponse = page.serve_preview(request, page.default_preview_mode)
            return response.render() if hasattr(response, "render") else response
