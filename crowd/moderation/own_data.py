"""What this floor keeps of a person: what was forbidden to them, what they flagged or appealed; how `/me/` shows it."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crowd import clock
from crowd.moderation.actions import erase_flags, merge_flags
from crowd.moderation.flag_queries import OwnFlag, flags_of, with_public_posts
from crowd.moderation.models import Appeal, Claim, Decision, Escalation, Flag, Sanction
from crowd.moderation.queries import Statement, in_force_of, statements_for, with_campaign_titles, with_posts
from crowd.moderation.rules import strictness
from crowd.people.me_sections import MeSection
from crowd.people.me_sections import registry as me_sections
from crowd.people.models import Person
from crowd.people.personal_data import Record, leave_out, register

# All that is in force is shown; more than this many at once nobody has.
SHOWN_AT_ME = 50
# Of flags there may be many; the rest has a page of its own.
FLAGS_AT_ME = 5


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
    """Return what is in force against the person and where: first what is to be read, then the strictest."""
    in_force = in_force_of(person).select_related("reason").order_by("-ends_at")[:SHOWN_AT_ME]
    return with_campaign_titles(sorted(in_force, key=lambda one: (one.is_to_confirm, strictness(one)), reverse=True))


def appeals(person: Person) -> Iterator[Record]:
    for appeal in Appeal.objects.filter(author=person).select_related("decision__reason").order_by("pk"):
        yield {
            "against": appeal.decision.get_outcome_display(),
            "reason": appeal.decision.reason.statement if appeal.decision.reason else "",
            "text": appeal.text,
            "created_at": appeal.created_at,
            "state": appeal.get_state_display(),
            "answer": appeal.answer,
            "decided_at": appeal.decided_at,
        }


@transaction.atomic
def forget_appeals(person: Person) -> None:
    """Take the person out, and what was said on either side; how appeals ended stays counted. Nobody waits any more."""
    own = Appeal.objects.filter(author=person)
    own.waiting().update(state=Appeal.State.OVERTAKEN, decided_at=clock.now())
    own.update(author=None, text="", answer="")


def join_appeals(person: Person, into: Person) -> None:
    Appeal.objects.filter(author=person).update(author=into)


def own_statements(person: Person) -> list[Statement]:
    """Return the latest decisions against the person's posts."""
    return with_posts(statements_for(person)[:SHOWN_AT_ME])


def own_flags(person: Person) -> list[OwnFlag]:
    """Return the latest flags of the person."""
    return with_public_posts(flags_of(person)[:FLAGS_AT_ME])


def register_own_data() -> None:
    leave_out(Decision, because="who decided is the history of the site; what was decided stands with the post")
    leave_out(Claim, because="which case a moderator is looking at is forgotten within the hour")
    leave_out(Escalation, because="who handed a case on is staff's work and the history of the site, as decisions are")
    register(Sanction, export=sanctions)
    register(
        Flag,
        export=flags,
        erase=lambda person: erase_flags(person=person),
        merge=lambda person, into: merge_flags(keep=into, gone=person),
    )
    register(Appeal, export=appeals, erase=forget_appeals, merge=join_appeals)
    me_sections.register(
        MeSection(
            name="decisions",
            title=_("Решения модераторов"),
            template="moderation/my_decisions.html",
            rows=own_statements,
            order=6,
        )
    )
    me_sections.register(
        MeSection(
            name="sanctions",
            title=_("Предупреждения и ограничения"),
            template="moderation/my_sanctions.html",
            rows=own_sanctions,
            order=5,
        )
    )
    me_sections.register(
        MeSection(name="flags", title=_("Ваши жалобы"), template="moderation/my_flags.html", rows=own_flags, order=7)
    )
