"""What the site is called, by the language of who reads."""

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Site

from crowd.bilingual import RUSSIAN
from crowd.campaigns.texts import PageText, PageTexts


def site_text(request: HttpRequest) -> PageText | None:
    """Return the home page's text where it is translated: its title is the site's name in that language."""
    texts = PageTexts.of(request)
    site = Site.find_for_request(request) if texts.language != RUSSIAN else None
    text = texts.text(site.root_page) if site else None
    return text if text and not text.is_original else None


def site_name(request: HttpRequest) -> str:
    if text := site_text(request):
        return text.title
    site = Site.find_for_request(request)
    return str((site and site.site_name) or settings.WAGTAIL_SITE_NAME)


def site_name_language(request: HttpRequest) -> str:
    text = site_text(request)
    return text.language if text else RUSSIAN
