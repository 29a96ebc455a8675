"""How services get into the search."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from crowd.people.models import Person
from search.documents import Document, DocumentKind, Found, registry
from services.models import Service

EVENTS = frozenset({"service.saved", "service.deleted"})


def documents(ids: Iterable[int] | None) -> Iterator[Document]:
    services = Service.objects.visible().select_related("sector").order_by("pk")
    if ids is not None:
        services = services.filter(pk__in=list(ids))
    for service in services.iterator(chunk_size=500):
        yield Document(
            kind="service",
            id=service.pk,
            version=service.version,
            title=service.name,
            body="\n".join(filter(None, [service.name_en, service.body, service.description])),
            created_at=service.created_at,
            sector=service.sector.slug,
        )


def versions(ids: Iterable[int]) -> dict[int, int]:
    return dict(Service.objects.filter(pk__in=list(ids)).values_list("pk", "version"))


def found(ids: Sequence[int], person: Person | None) -> dict[int, Found]:  # noqa: ARG001 - everybody finds the same
    services = Service.objects.visible().select_related("sector").filter(pk__in=ids)
    return {service.pk: _found(service) for service in services}


def _found(service: Service) -> Found:
    return Found(
        kind="service",
        id=service.pk,
        title=service.label,
        url=service.get_absolute_url(),
        text=service.description,
        created_at=service.created_at,
        context=service.body,
        language=service.language,
    )


def register_documents() -> None:
    registry.register(
        DocumentKind("service", _("Цифровой сервис"), EVENTS, documents=documents, versions=versions, found=found)
    )
