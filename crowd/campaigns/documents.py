"""How published pages get into the search, for every app that has pages: their texts, their versions, their events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from wagtail.models import Page, PageQuerySet
from wagtail.signals import page_published, page_unpublished

from crowd.campaigns.models import BlockPage, CampaignPage, PageTranslation, seen_by_all
from crowd.campaigns.texts import PageText, PageTexts, path_above
from crowd.errors import Text
from crowd.events import actions as events
from crowd.memo import once
from crowd.people.models import Person
from search.documents import Document, DocumentKind, Found
from search.models import SubjectVersion, count_up

# What editors do to pages comes in by these; the last one only where a page appeared to the public or went from it.
PAGE_EVENTS = frozenset({"page.published", "page.unpublished"})
VISIBILITY_CHANGED = "page.visibility_changed"
# The kind of document that pages of a model are.
kinds_of_pages: dict[type[Page], str] = {}
# A page put into the tree by a program, not published through the admin, has no date.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@once
def campaigns_by_path() -> dict[str, int]:
    return dict(CampaignPage.objects.values_list("path", "pk"))


def campaign_of(path: str, campaigns: dict[str, int]) -> int | None:
    """Return the campaign at or above the path."""
    return next((pk for above, pk in campaigns.items() if path.startswith(above)), None)


def campaigns_by_block() -> dict[int, int | None]:
    """Return the campaign of every block; two queries."""
    campaigns = campaigns_by_path()
    return {pk: campaign_of(path, campaigns) for pk, path in BlockPage.objects.values_list("pk", "path")}


def page_text(page: Any) -> str:
    """Return the words of a page below its title."""
    texts = [getattr(page, name, "") for name in ("intro", "why")]
    for name in ("body", "results"):
        if (blocks := getattr(page, name, None)) is not None:
            texts += blocks.stream_block.get_searchable_content(blocks)
    if more := getattr(page, "search_texts", None):
        texts += more()
    return "\n".join(str(text) for text in texts if text)


def translated_texts(pages: Iterable[Page] | None) -> dict[str, str]:
    """Return what published translations of these pages (None means all) say, by the path of the page; one query."""
    translations = PageTranslation.objects.live()
    if pages is not None:
        beneath = Q(pk__in=[])
        for page in pages:
            beneath |= Q(path__startswith=page.path, depth=page.depth + 1)
        translations = translations.filter(beneath)
    texts: dict[str, str] = {}
    for one in translations:
        texts[path_above(one)] = "\n".join(filter(None, [texts.get(path_above(one)), one.title, page_text(one)]))
    return texts


def page_kind(name: str, label: Text, models: Sequence[type[Page]]) -> DocumentKind:
    """Return the document kind of these page models, and let their publishing be recorded as events.

    A page has no version of its own that would grow when it is unpublished, so `SubjectVersion` counts.
    """

    def public(ids: Iterable[int] | None) -> PageQuerySet:
        pages = seen_by_all(Page.objects.type(*models)).order_by("pk").specific()
        return pages if ids is None else pages.filter(pk__in=list(ids))

    def versions(ids: Iterable[int]) -> dict[int, int]:
        rows = SubjectVersion.objects.filter(kind=name, object_id__in=list(ids))
        existing = Page.objects.type(*models).filter(pk__in=list(ids)).values_list("pk", flat=True)
        return dict.fromkeys(existing, 1) | dict(rows.values_list("object_id", "version"))

    def documents(ids: Iterable[int] | None) -> Iterator[Document]:
        campaigns = campaigns_by_path()
        counted = SubjectVersion.objects.filter(kind=name)
        counts = dict(
            (counted if ids is None else counted.filter(object_id__in=ids)).values_list("object_id", "version")
        )
        pages = public(ids)
        # Found by its words in any language, shown in the reader's.
        translated = translated_texts(None if ids is None else pages)
        for page in pages:
            yield Document(
                kind=name,
                id=page.pk,
                version=counts.get(page.pk, 1),
                title=page.title,
                body="\n".join(filter(None, [page_text(page), translated.get(page.path)])),
                created_at=page.first_published_at or page.latest_revision_created_at or LONG_AGO,
                campaign_id=campaign_of(page.path, campaigns),
                block_id=page.pk if isinstance(page, BlockPage) else None,
            )

    def found(ids: Sequence[int], person: Person | None) -> dict[int, Found]:  # noqa: ARG001 - private pages are found by nobody
        texts = PageTexts.of(None)
        return {page.pk: found_page(name, page, texts.text(page)) for page in public(ids)}

    record_publishing(name, models)
    return DocumentKind(name, label, PAGE_EVENTS, documents=documents, versions=versions, found=found)


def found_page(kind: str, page: Page, text: PageText) -> Found:
    return Found(
        kind=kind,
        id=page.pk,
        title=text.title,
        url=page.url or "",
        text=page_text(text.source),
        language=text.language,
        created_at=page.first_published_at or page.latest_revision_created_at or LONG_AGO,
        context=page.specific_class._meta.verbose_name,  # noqa: SLF001 - Django's documented name
    )


def record_publishing(kind: str, models: Sequence[type[Page]]) -> None:
    """Record the events of publishing and unpublishing pages of these models, with `kind` as their subject's kind."""

    def published(instance: Page, **_kwargs: Any) -> None:
        _record(kind, instance, "page.published", public=True)

    def unpublished(instance: Page, **_kwargs: Any) -> None:
        _record(kind, instance, "page.unpublished", public=False)

    for model in models:
        kinds_of_pages[model] = kind
        uid = f"{kind}.{model.__module__}.{model.__name__}"
        page_published.connect(published, sender=model, weak=False, dispatch_uid=uid)
        page_unpublished.connect(unpublished, sender=model, weak=False, dispatch_uid=uid)


def follow_translations() -> None:
    """A page has changed when a translation of it has appeared, changed or gone."""

    def changed(instance: PageTranslation, **_kwargs: Any) -> None:
        page = instance.get_parent()
        kind = kinds_of_pages.get(page.specific_class)
        if kind and page.live:
            _record(kind, page, "page.published", public=True)

    for name, signal in (("published", page_published), ("unpublished", page_unpublished)):
        signal.connect(changed, sender=PageTranslation, weak=False, dispatch_uid=f"campaigns.translation_{name}")


@transaction.atomic
def _record(kind: str, page: Page, event: str, *, public: bool) -> None:
    subject = events.Subject(kind, page.pk)
    campaign_id = campaign_of(page.path, campaigns_by_path())
    changed = count_up(kind, page.pk, public=public)
    events.record(event, subject=subject, campaign_id=campaign_id)
    if changed:
        events.record(VISIBILITY_CHANGED, subject=subject, campaign_id=campaign_id)
