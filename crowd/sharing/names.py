"""What the site is called, by the language of who reads."""

from django.conf import settings
from django.http import HttpRequest
from wagtail.models import Site

from crowd.bilingual import RUSSIAN
from crowd.campaigns.texts import PageText, PageTexts
from crowd.tree import site_of


def _translated(site: Site | None, texts: PageTexts) -> PageText | None:
    """Return the home page's text where it is translated: its title is the site's name in that language."""
    if site is None or texts.language == RUSSIAN:
        return None
    text = texts.text(site.root_page)
    return None if text.is_original else text


def _name(site: Site | None, texts: PageTexts) -> str:
    text = _translated(site, texts)
    return text.title if text else str((site and site.site_name) or settings.WAGTAIL_SITE_NAME)


def site_name(request: HttpRequest) -> str:
    return _name(site_of(request), PageTexts.of(request))


def site_name_language(request: HttpRequest) -> str:
    text = _translated(site_of(request), PageTexts.of(request))
    return text.language if text else RUSSIAN


def default_site_name() -> str:
    """Return the name where nobody asked: in letters."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    return _name(site, PageTexts.of(None))
