"""What this floor keeps of a person: what was forbidden to them; and how `/me/` shows it."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from crowd.moderation.models import Decision, Sanction
from crowd.moderation.queries import in_force_of, with_campaign_titles
from crowd.moderation.rules import strictness
from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, leave_out, register

# All that is in force is shown; more than this many at once nobody has.
SHOWN_AT_ME = 50


def sanctions(person: Person) -> Iterator[Record]:
    for sanction in Sanction.objects.filter(person=person).select_related("reason").order_by("pk"):
        yield {
            "kind": sanction.get_kind_display(),
            "campaign": sanction.campaign_id,
            "reason": sanction.reason.statement,
            "note": sanction.note,
            "starts_at": sanction.starts_at,
            "ends_at": sanction.ends_at,
            "confirmed_at": sanction.confirmed_at,
            "lifted_at": sanction.lifted_at,
        }


def own_sanctions(person: Person) -> list[Sanction]:
    """Return what is in force against the person and where: first what is to be read, then the strictest."""
    in_force = in_force_of(person).select_related("reason").order_by("-ends_at")[:SHOWN_AT_ME]
    return with_campaign_titles(sorted(in_force, key=lambda one: (one.is_to_confirm, strictness(one)), reverse=True))


def register_own_data() -> None:
    leave_out(Decision, because="who decided is the history of the site; what was decided stands with the post")
    register(Sanction, export=sanctions)
    me_sections.register(
        MeSection(
            name="sanctions",
            title=_("Предупреждения и ограничения"),
            template="moderation/my_sanctions.html",
            rows=own_sanctions,
            order=5,
        )
    )
