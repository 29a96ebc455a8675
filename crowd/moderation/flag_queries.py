"""Flags as moderators and flaggers read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.errors import Text
from crowd.moderation.flag_rules import PUBLIC, RECORD, counts_to_hide, is_distrusted
from crowd.moderation.models import Decision, Flag, Withholding
from crowd.moderation.registry import Case, registry
from crowd.people.models import Person

# Of one post so many are shown: whoever has read twenty knows what it is about.
MOST_SHOWN = 20

Named = tuple[str, int]

# How a flag ended, in the words of whoever raised it.
ENDED: dict[str, Text] = {
    Flag.State.OPEN: _("ждёт решения"),
    Flag.State.UPHELD: _("принята"),
    Flag.State.DISMISSED: _("отклонена"),
}


@dataclass(frozen=True)
class FlagShown:
    """A flag as a moderator sees it: never whose it is, but whether it is of somebody who often flags in vain."""

    flag: Flag
    distrusted: bool


@dataclass(frozen=True)
class Flags:
    """What people have against one post: how many open flags there are, and the first of them."""

    total: int = 0
    shown: tuple[FlagShown, ...] = ()


NO_FLAGS = Flags()


@dataclass(frozen=True)
class OwnFlag:
    """A flag as whoever raised it sees it; the post only while everybody does."""

    flag: Flag
    case: Case | None

    @property
    def label(self) -> Text:
        kind = registry.kinds.get(self.flag.kind)
        return kind.label if kind else ""

    @property
    def outcome(self) -> Text:
        return ENDED[self.flag.state]

    @property
    def url(self) -> str:
        return f"{reverse('flags:new')}?{urlencode({'kind': self.flag.kind, 'id': self.flag.subject_id})}"


def own_flag(person: Person | None, kind: str, subject_id: int) -> Flag | None:
    """Return the flag that the person has raised against this post."""
    if person is None:
        return None
    return Flag.objects.about(kind, subject_id).filter(person=person).select_related("reason").first()


def flags_of(person: Person) -> QuerySet[Flag]:
    """Return what the person has flagged, the latest first."""
    return Flag.objects.filter(person=person).select_related("reason").order_by("-pk")


def with_public_posts(flags: Iterable[Flag]) -> list[OwnFlag]:
    """Return the flags, each with its post where everybody sees that: as many queries for 1 as for 50."""
    listed = list(flags)
    ids: dict[str, set[int]] = {}
    for flag in listed:
        ids.setdefault(flag.kind, set()).add(flag.subject_id)
    blocks = list(BlockPage.objects.visible().order_by().values_list("pk", flat=True)) if listed else []
    known = [(registry.kinds[kind], of_kind) for kind, of_kind in sorted(ids.items()) if kind in registry.kinds]
    public = [case for kind, of_kind in known for case in kind.cases(list(kind.public(blocks).filter(pk__in=of_kind)))]
    # What stands beneath something hidden has no address.
    cases = {(case.kind, case.id): case for case in public if case.url}
    return [OwnFlag(flag, cases.get((flag.kind, flag.subject_id))) for flag in listed]


def public_case(person: Person | None, kind: str, subject_id: int) -> Case | None:
    """Return the post where everybody sees it, and this person too."""
    moderated = registry.kinds.get(kind)
    found = moderated.visible(subject_id, person) if moderated else None
    case = moderated.case(found) if moderated is not None and found is not None else None
    return case if case is not None and case.status == PUBLIC else None


def flagged_ids(kind: str) -> QuerySet[Flag, int]:
    """Return the ids of the posts of this kind with open flags: a part of greater statements."""
    return Flag.objects.open().filter(kind=kind).values_list("subject_id", flat=True)


def open_flags(cases: Sequence[Case]) -> dict[Named, Flags]:
    """Return the open flags of these cases, in two queries however many there are."""
    if not cases:
        return {}
    of_all = Window(Count("pk"), partition_by=[F("kind"), F("subject_id")])
    flags = Flag.objects.open().filter(about(cases)).annotate(place=_place("pk", "kind", "subject_id"), of_all=of_all)
    rows: list[Any] = list(flags.filter(place__lte=MOST_SHOWN).select_related("reason").order_by("pk"))
    totals = {(flag.kind, flag.subject_id): flag.of_all for flag in rows}
    shown: dict[Named, list[FlagShown]] = {name: [] for name in totals}
    for one in _marked(rows):
        shown[one.flag.kind, one.flag.subject_id].append(one)
    return {name: Flags(total, tuple(shown[name])) for name, total in totals.items()}


def settled_flags(kind: str, subject_id: int) -> list[FlagShown]:
    """Return the latest flags about one post that were decided about."""
    settled = Flag.objects.settled().about(kind, subject_id).select_related("reason", "decision")
    return _marked(list(settled.order_by("-pk")[:MOST_SHOWN]))


def withholdings_of(kind: str, subject_id: int) -> list[Withholding]:
    """Return when flags took this post from the public, the latest first."""
    return list(Withholding.objects.filter(kind=kind, subject_id=subject_id))


def latest_decisions(cases: Sequence[Case]) -> dict[Named, int]:
    """Return the id of the latest decision about each of these cases that has one."""
    if not cases:
        return {}
    decided = Decision.objects.filter(about(cases)).order_by().values("kind", "subject_id")
    return {(row["kind"], row["subject_id"]): row["latest"] for row in decided.annotate(latest=Max("pk"))}


def flags_to_hide(kind: str, subject_id: int) -> int:
    """Return how many of the open flags about one post count where it is to be hidden without a moderator."""
    flaggers = list(Person.objects.filter(flags__in=Flag.objects.open().about(kind, subject_id)))
    records = records_of(flagger.pk for flagger in flaggers)
    return sum(counts_to_hide(flagger, records.get(flagger.pk, [])) for flagger in flaggers)


def records_of(person_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return what became of the last flags that these people raised, the latest first, in one query."""
    settled = Flag.objects.settled().filter(person__in=set(person_ids)).annotate(place=_place("-pk", "person_id"))
    records: dict[int, list[str]] = {}
    for person_id, state in settled.filter(place__lte=RECORD).order_by("place").values_list("person_id", "state"):
        records.setdefault(person_id, []).append(state)
    return records


def _place(order: str, *shared: str) -> Window:
    """Number the rows among those that share these columns, in this order."""
    return Window(RowNumber(), partition_by=[F(name) for name in shared], order_by=order)


def about(cases: Sequence[Case]) -> Q:
    """Return the condition that a row, by its kind and id, is about one of these cases; there is one at least."""
    ids: dict[str, list[int]] = {}
    for case in cases:
        ids.setdefault(case.kind, []).append(case.id)
    return reduce(or_, (Q(kind=kind, subject_id__in=of_kind) for kind, of_kind in sorted(ids.items())))


def _marked(flags: Sequence[Flag]) -> list[FlagShown]:
    records = records_of(flag.person_id for flag in flags)
    return [FlagShown(flag, is_distrusted(records.get(flag.person_id, []))) for flag in flags]
