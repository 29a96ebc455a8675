from http import HTTPMethod
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from crowd.campaigns.blocks import ContentBlocks
from crowd.campaigns.models import READ_ONLY, BeneathCampaign


class HomePage(Page):
    intro = models.TextField(_("коротко"), max_length=500, blank=True)

    template = "home/home_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
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
    """A page of text: rules, questions and answers, about."""

    intro = models.TextField(_("коротко"), max_length=500, blank=True)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))

    template = "home/standard_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("страница")
        verbose_name_plural = _("страницы")


class NewsPage(BeneathCampaign, Page):
    """News of the centre or of one campaign."""

    intro = models.TextField(_("коротко"), max_length=500, blank=True)
    body = StreamField(ContentBlocks(), blank=True, verbose_name=_("содержание"))
    published_on = models.DateField(_("дата"))

    template = "home/news_page.html"
    allowed_http_methods: ClassVar[list[HTTPMethod]] = READ_ONLY
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "campaigns.CampaignPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("published_on"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("новость")
        verbose_name_plural = _("новости")
