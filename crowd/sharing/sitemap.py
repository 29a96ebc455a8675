"""The sitemap: an index, a file of pages, and ideas in files of a thousand."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation

from crowd.sharing.addresses import alternates, in_language
from crowd.sharing.queries import idea_addresses, idea_files, page_addresses
from crowd.sharing.xml import Writer

SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def index(base: str) -> bytes:
    xml = Writer()
    xml.open("sitemapindex", xmlns=SITEMAPS)
    files: list[tuple[str, datetime | None]] = [("pages", None)]
    files += [(f"ideas-{number}", latest) for number, latest in idea_files()]
    for name, latest in files:
        xml.open("sitemap")
        xml.add("loc", f"{base}/sitemaps/{name}.xml")
        _date(xml, latest)
        xml.close("sitemap")
    xml.close("sitemapindex")
    return xml.finish()


def pages(base: str) -> bytes:
    """Each page in each language, with its other languages."""
    with translation.override("ru"):
        found = list(page_addresses())
    return _urls(base, found, languages=("ru", "en"))


def ideas(base: str, file: int) -> bytes:
    """Ideas once: they are Russian in every language of the interface."""
    with translation.override("ru"):
        found = idea_addresses(file)
    return _urls(base, found, languages=("ru",))


def _urls(base: str, found: Iterable[tuple[str, datetime | None]], *, languages: Iterable[str]) -> bytes:
    xml = Writer()
    xml.open("urlset", **{"xmlns": SITEMAPS, "xmlns:xhtml": XHTML})
    for path, changed in found:
        links = alternates(base, path)
        for language in languages:
            xml.open("url")
            xml.add("loc", base + in_language(path, language))
            _date(xml, changed)
            for code, address in links:
                xml.link(hreflang=code, href=address)
            xml.close("url")
    xml.close("urlset")
    return xml.finish()


def _date(xml: Writer, moment: datetime | None) -> None:
    if moment is not None:
        xml.add("lastmod", moment.isoformat(timespec="seconds"))
