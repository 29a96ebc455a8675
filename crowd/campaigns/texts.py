"""What a page says in the language of who reads: its translation where it has one, else itself in Russian."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from crowd.bilingual import RUSSIAN
from crowd.campaigns.models import PageTranslation


@dataclass(frozen=True)
class PageText:
    """What `page` says in `language`. Each text is read when it is asked for: lists leave some in the database.

    A translation may be a title and an introduction alone; the body then stays as it is, in `body_language`.
    """

    page: Any
    source: Any
    language: str = RUSSIAN

    @property
    def is_original(self) -> bool:
        return not isinstance(self.source, PageTranslation)

    @property
    def title(self) -> str:
        return str(self.source.title)

    @property
    def intro(self) -> str:
        return getattr(self.source, "intro", "")

    @property
    def body(self) -> Any:
        return getattr(self.source, "body", None) or getattr(self.page, "body", None)

    @property
    def body_language(self) -> str:
        return self.language if getattr(self.source, "body", None) else RUSSIAN

    @property
    def seo_title(self) -> str:
        return str(self.source.seo_title)

    @property
    def search_description(self) -> str:
        return str(self.source.search_description)


def path_above(page: Page) -> str:
    return str(page.path[: -page.steplen])


class PageTexts:
    """The translations of all pages into one language without their bodies, read once per request and only if asked.

    Pages are what editors write: hundreds, and one query for all of them is cheaper than one per list that shows some.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._shown: dict[str, PageTranslation] = {}

    @classmethod
    def of(cls, request: HttpRequest | None) -> "PageTexts":
        """Return the request's own, in the language that is active now."""
        language = get_language() or RUSSIAN
        known: PageTexts | None = getattr(request, "_page_texts", None)
        if known is None or known.language != language:
            known = cls(language)
            if request is not None:
                request._page_texts = known  # type: ignore[attr-defined]  # noqa: SLF001 - ours, for one request
        return known

    @cached_property
    def _by_parent(self) -> Mapping[str, PageTranslation]:
        translations = PageTranslation.objects.live().filter(language=self.language).defer("body")
        return {path_above(one): one for one in translations}

    def show_instead(self, page: Page, translation: PageTranslation) -> None:
        """Let this translation stand for the published one: a draft in a preview."""
        self._shown[page.path] = translation

    def text(self, page: Page) -> PageText:
        if self.language == RUSSIAN:
            return PageText(page, page)
        translation = self._shown.get(page.path) or self._by_parent.get(page.path)
        return PageText(page, translation, self.language) if translation else PageText(page, page)
