"""What this floor keeps of a person: what was forbidden to them, what they flagged; and how `/me/` shows it."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from crowd import clock
from crowd.moderation.actions import erase_flags, merge_flags
from crowd.moderation.models import Decision, Flag, Sanction
from crowd.moderation.queries import with_campaign_titles
from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, leave_out, register

SHOWN_AT_ME = 5


def sanctions(person: Person) -> Iterator[Record]:
    for sanction in Sanction.objects.filter(person=person).select_related("reason").order_by("pk"):
        yield {
            "kind": sanction.get_kind_display(),
            "campaign": sanction.campaign_id,
            "reason": sanction.reason.statement,
            "note": sanction.note,
            "starts_at": sanction.starts_at,
            "ends_at": sanction.ends_at,
            "lifted_at": sanction.lifted_at,
        }


def flags(person: Person) -> Iterator[Record]:
    for flag in Flag.objects.filter(person=person).select_related("reason").order_by("pk"):
        yield {
            "kind": flag.kind,
            "id": flag.subject_id,
            "campaign": flag.campaign_id,
            "reason": flag.reason.name,
            "note": flag.note,
            "state": flag.get_state_display(),
            "created_at": flag.created_at,
        }


def own_sanctions(person: Person) -> list[Sanction]:
    """Return what the person may not do now and where, the last to end first."""
    in_force = Sanction.objects.in_force(clock.now()).filter(person=person)
    return with_campaign_titles(in_force.select_related("reason").order_by("-ends_at")[:SHOWN_AT_ME])


def register_own_data() -> None:
    leave_out(Decision, because="who decided is the history of the site; what was decided stands with the post")
    register(Sanction, export=sanctions)
    register(
        Flag,
        export=flags,
        erase=lambda person: erase_flags(person=person),
        merge=lambda person, into: merge_flags(keep=into, gone=person),
    )
    me_sections.register(
        MeSection(
            name="sanctions",
            title=_("Ограничения"),
            template="moderation/my_sanctions.html",
            rows=own_sanctions,
            order=5,
        )
    )
