"""What the approver has to know: whose page it is, and what of its phases a publication would change."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page, PageQuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy

from crowd.campaigns.models import Activity, BlockPage, CampaignPage, Phase, seen_by_all
from crowd.errors import Text
from crowd.people.models import CampaignRole, Person

COMPARED = ("name", "opens_at", "closes_at", *Activity.values)


def campaign_id_of(page: Page) -> int | None:
    """Return the id of the campaign that the page is, or stands beneath; None where there is none."""
    return CampaignPage.objects.ancestor_of(page, inclusive=True).values_list("pk", flat=True).first()


def approvers_of(page: Page) -> QuerySet[Person]:
    """Return everybody who may approve the page by a role; administrators, who may too, are not bothered."""
    where = Q(roles__campaign=None) | Q(roles__campaign=campaign_id_of(page))
    holders = Person.objects.filter(where, roles__role=CampaignRole.Role.APPROVER, is_active=True)
    return holders.distinct()


def choosable(pages: PageQuerySet, person: Person) -> PageQuerySet:
    """Return those of the pages that the person may link to: what the public sees, and drafts of the own campaigns."""
    own = PagePermissionPolicy().instances_user_has_any_permission_for(person, ["add", "change", "publish"])
    return pages.filter(Q(pk__in=own.values("pk")) | Q(pk__in=seen_by_all(pages).values("pk")))


@dataclass(frozen=True)
class FieldChange:
    label: Text
    before: Any
    after: Any


@dataclass(frozen=True)
class PhaseChange:
    """What becomes of one phase, field by field; of what is added or removed the fields say what it is."""

    kind: Literal["added", "changed", "removed"]
    name: str
    fields: list[FieldChange]


@dataclass(frozen=True)
class PhasesDifference:
    """How the phases of a draft differ from those that the public sees."""

    changes: list[PhaseChange]

    def __bool__(self) -> bool:
        return bool(self.changes)

    @cached_property
    def fingerprint(self) -> str:
        """What a confirmation is bound to: another difference has to be confirmed anew."""
        said = [
            (change.kind, change.name, [(str(f.label), _words(f.before), _words(f.after)) for f in change.fields])
            for change in self.changes
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


NOTHING = PhasesDifference([])


def phases_difference(page: Page) -> PhasesDifference:
    """Return what publishing the latest draft would change in the phases of a page that is public now.

    A page that is not public has no phases yet that anybody could rely on: nothing differs.
    """
    block = BlockPage.objects.filter(pk=page.pk, live=True).first()
    if block is None:
        return NOTHING
    draft = page.specific.get_latest_revision_as_object()
    live = {phase.pk: phase for phase in block.phases.all()}
    return PhasesDifference(list(_changes(live, draft.phases.all())))


def _changes(live: dict[int, Phase], drafted: Iterable[Phase]) -> Iterable[PhaseChange]:
    kept = set()
    for phase in drafted:
        before = live.get(phase.pk)
        if before is None:
            yield PhaseChange("added", phase.name, _compared(None, phase))
            continue
        kept.add(phase.pk)
        changed = _compared(before, phase)
        if changed:
            yield PhaseChange("changed", before.name, changed)
    for pk, phase in live.items():
        if pk not in kept:
            yield PhaseChange("removed", phase.name, _compared(phase, None))


def _compared(before: Phase | None, after: Phase | None) -> list[FieldChange]:
    """Return the fields in which the two differ; of a phase that is alone, its times and what it opens."""
    names = [name for name in COMPARED if (before and after) or name != "name"]
    pairs = [(name, getattr(before, name, None), getattr(after, name, None)) for name in names]
    return [
        FieldChange(Phase._meta.get_field(name).verbose_name, one, other)  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented API
        for name, one, other in pairs
        if _whole(one) != _whole(other)
    ]


def _whole(value: Any) -> Any:
    """Return what is compared: a draft keeps milliseconds of what the database keeps to microseconds."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else value or None


def _words(value: Any) -> str:
    return _whole(value).astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def phases_outside(page: Page) -> list[str]:
    """Return a sentence for each phase of the draft that reaches out of its campaign's dates."""
    block = page.specific
    if not isinstance(block, BlockPage):
        return []
    campaign = block.get_parent().specific.get_latest_revision_as_object()
    return [
        _("Этап «%(phase)s» выходит за сроки проекта: %(dates)s.") % {"phase": phase.name, "dates": _dates(campaign)}
        for phase in block.get_latest_revision_as_object().phases.all()
        if _is_outside(phase, campaign)
    ]


def _is_outside(phase: Phase, campaign: CampaignPage) -> bool:
    early = campaign.opens_at is not None and phase.opens_at < campaign.opens_at
    late = campaign.closes_at is not None and phase.closes_at > campaign.closes_at
    return early or late


def _dates(campaign: CampaignPage) -> str:
    opens, closes = (
        date_format(timezone.localtime(moment), "j E Y") if moment else "…"
        for moment in (campaign.opens_at, campaign.closes_at)
    )
    return f"{opens} — {closes}"
