from http import HTTPMethod
from typing import Any, ClassVar

from django.core.paginator import Page as ListPage
from django.db import models
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.url_routing import RouteResult

from crowd.campaigns.blocks import TEXT_FEATURES, ContentBlocks
from crowd.campaigns.forms import SitePageForm
from crowd.campaigns.models import READ_ONLY, BeneathCampaign
from crowd.campaigns.parts import Covered
from home.forms import PolicyPageForm

INTRO_HELP = _("Два-три предложения. Видно в списках, в поиске и при пересылке ссылки.")


class HomePage(Page):
    intro = models.TextField(
        _("коротко"), max_length=500, blank=True, help_text=_("Чем здесь занимаются: одно предложение, крупно.")
    )

    template = "home/home_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("главная")
        verbose_name_plural = _("главные")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from home.queries import home_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | home_context(self)


class StandardPage(Page):
    """A page of text: questions and answers, about."""

    intro = models.TextField(_("коротко"), max_length=500, blank=True, help_text=INTRO_HELP)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))

    template = "home/standard_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    base_form_class = SitePageForm
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("страница")
        verbose_name_plural = _("страницы")


class NewsPage(BeneathCampaign, Covered, Page):  # type: ignore[django-manager-missing]  # Wagtail ships no types
    """News of the centre or of one campaign."""

    intro = models.TextField(_("коротко"), max_length=500, blank=True, help_text=INTRO_HELP)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))
    published_on = models.DateField(_("дата"), help_text=_("Эту дату видят читатели; по ней новости стоят в списках."))

    template = "home/news_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.NewsIndexPage", "campaigns.CampaignPage"]
    subpage_types: ClassVar[list[str]] = ["campaigns.PageTranslation"]
    base_form_class = SitePageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("published_on"),
        FieldPanel("intro"),
        *Covered.cover_panels,
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("новость")
        verbose_name_plural = _("новости")


class NewsIndexPage(BeneathCampaign, Page):
    """All news beneath the page that it stands under: the site's, or one campaign's; by year, the latest first."""

    intro = models.TextField(_("коротко"), max_length=500, blank=True, help_text=INTRO_HELP)

    template = "home/news_index_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "campaigns.CampaignPage"]
    subpage_types: ClassVar[list[str]] = ["home.NewsPage", "campaigns.PageTranslation"]
    max_count_per_parent = 1
    base_form_class = SitePageForm
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("лента новостей")
        verbose_name_plural = _("ленты новостей")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from home.queries import news_index

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        index = news_index(self.get_parent(), year=request.GET.get("year", ""), page=request.GET.get("page", ""))
        news: ListPage[NewsPage] = index.news
        return context | {"news": news, "years": index.years, "year": index.year}


class PolicyPage(Page):
    """Rules, how personal data are treated: a text that has versions, each with an address of its own.

    `/<page>/` shows the version in force, `/<page>/2/` the second one, whenever it was or will be in force.
    """

    class Kind(models.TextChoices):
        RULES = "rules", _("правила участия")
        PRIVACY = "privacy", _("персональные данные")
        OTHER = "other", _("другой документ")

    kind = models.CharField(
        _("что это"),
        max_length=10,
        choices=Kind,
        default=Kind.OTHER,
        help_text=_("На правила и на порядок обращения с данными ссылаются регистрация и подвал сайта."),
    )
    intro = models.TextField(_("коротко"), max_length=500, blank=True, help_text=INTRO_HELP)

    template = "home/policy_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["campaigns.PageTranslation"]
    base_form_class = PolicyPageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("intro"),
        InlinePanel(
            "versions",
            heading=_("Редакции"),
            label=_("редакция"),
            min_num=1,
            help_text=_("Действующую редакцию не меняют: добавьте новую с датой, с которой она вступит в силу."),
        ),
    ]

    class Meta:
        verbose_name = _("документ с редакциями")
        verbose_name_plural = _("документы с редакциями")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if len(path_components) == 1 and path_components[0].isdecimal() and self.live:
            return RouteResult(self, kwargs={"number": int(path_components[0])})
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, number: int | None = None, **kwargs: Any) -> HttpResponse:
        return super().serve(request, *args, number=number, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, number: int | None = None, **kwargs: Any) -> dict[str, Any]:
        from home.queries import policy_versions

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        versions = policy_versions(self)
        shown = versions.numbered(number) if number else versions.in_force or versions.upcoming
        if shown is None and number:
            raise Http404
        return context | {"versions": versions, "shown": shown, "numbered": number is not None}

    def search_texts(self) -> list[str]:
        """Return what is found of the page: what is in force and what will be, not what was."""
        from home.queries import policy_versions

        versions = policy_versions(self)
        shown = [entry.version for entry in (versions.in_force, versions.upcoming) if entry]
        return [get_text_for_indexing(version.body) for version in shown]


class PolicyVersion(models.Model):
    page = ParentalKey(PolicyPage, on_delete=models.CASCADE, related_name="versions")
    # Given by the form: part of the version's address.
    number = models.PositiveIntegerField(_("номер"), editable=False)
    in_force_from = models.DateField(
        _("действует с"), help_text=_("С этого дня, по югорскому времени, действует она, а прежняя хранится в архиве.")
    )
    changes = models.TextField(
        _("что изменилось"), max_length=600, blank=True, help_text=_("Простыми словами: что нового для жителя.")
    )
    body = RichTextField(_("текст"), features=["h2", "h3", *TEXT_FEATURES])

    panels: ClassVar[list[Any]] = [FieldPanel("in_force_from"), FieldPanel("changes"), FieldPanel("body")]

    class Meta:
        verbose_name = _("редакция")
        verbose_name_plural = _("редакции")
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["page", "number"], name="policy_version_once"),)

    def __str__(self) -> str:
        return f"{self.page_id}/{self.number}"


class Participation(models.Model):
    """How many took part and with what, as last counted by the worker: no page counts all rows for its reader."""

    people = models.PositiveIntegerField(default=0)
    ideas = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="participation_is_one_row"),)

    def __str__(self) -> str:
        return f"{self.people} {self.ideas} {self.comments} {self.votes}"
