from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.http import Http404

from crowd.campaigns.queries import participant
from crowd.events import actions as events
from crowd.moderation.flag_queries import flags_to_hide, own_flag
from crowd.moderation.flag_rules import SETTLED_BY, are_enough, require_flag, require_flaggable
from crowd.moderation.models import Decision, Flag, FlagReason, Outcome, Withholding
from crowd.moderation.queries import require_may
from crowd.moderation.registry import Case, ModerationKind, registry
from crowd.moderation.rules import Act
from crowd.people.models import Person


class Raised(NamedTuple):
    """The person's flag about a post; `is_new` is false where there was one already, which stays as it was."""

    flag: Flag
    is_new: bool


@transaction.atomic
def flag_contribution(
    *, person: Person | None, kind: str, subject_id: int, reason: FlagReason | None, note: str = ""
) -> Raised:
    """Tell the moderators that a post breaks a rule; where enough trusted people have, it is hidden until they decide.

    One flag per person and post: a second one changes nothing. Raises `Http404` for what this person may not see and
    for what is not public, `NotAllowed` for one's own post, `Silenced` for whom a sanction forbids it, `Invalid` where
    the reason is missing.
    """
    person = participant(person)
    # Asked first: the own flag may be what has hidden the post, and a button pressed twice is no error.
    if (raised := own_flag(person, kind, subject_id)) is not None:
        return Raised(raised, is_new=False)
    moderated = registry.kinds.get(kind)
    if moderated is None or moderated.visible(subject_id, person) is None:
        raise Http404
    # The post's row is the lock: flags and decisions about it come one after another.
    subject = moderated.lock(subject_id)
    if subject is None:
        raise Http404
    if (raised := own_flag(person, kind, subject_id)) is not None:
        return Raised(raised, is_new=False)
    case = moderated.case(subject)
    require_flaggable(case, person)
    require_may(person, Act.FLAG, case.campaign_id)
    reason, note = require_flag(reason, note)
    flag = Flag.objects.create(
        person=person, kind=kind, subject_id=subject_id, campaign_id=case.campaign_id, reason=reason, note=note
    )
    events.record(
        "flag.raised",
        subject=events.Subject(kind, subject_id),
        actor_id=person.pk,
        campaign_id=case.campaign_id,
        payload={"flag": flag.pk},
    )
    _withhold_where_enough(moderated, subject, case)
    return Raised(flag, is_new=True)


def settle_flags(decision: Decision) -> int:
    """Let a decision settle what was flagged about its post, whose row is locked; return how many flags it settled."""
    state = SETTLED_BY[Outcome(decision.outcome)]
    return Flag.objects.open().about(decision.kind, decision.subject_id).update(state=state, decision=decision)


@transaction.atomic
def merge_flags(*, keep: Person, gone: Person) -> None:
    """Make the flags of `gone` those of `keep`; where both have flagged one post, that of `keep` stays."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=[keep.pk, gone.pk]).order_by("pk"))
    kept = set(Flag.objects.filter(person=keep).values_list("kind", "subject_id"))
    for flag in Flag.objects.filter(person=gone):
        if (flag.kind, flag.subject_id) in kept:
            flag.delete()
        else:
            flag.person = keep
            flag.save(update_fields=["person"])


def erase_flags(*, person: Person) -> None:
    """Forget what the person had against others; what was decided because of it stays."""
    Flag.objects.filter(person=person).delete()


def _withhold_where_enough(moderated: ModerationKind, subject: Any, case: Case) -> None:
    """Hide the locked post until a moderator decides, where enough people flagged it whose flags count.

    Only open flags do: a moderator who has looked and let the post stay has settled those raised before.
    """
    needed = settings.FLAGS_TO_HIDE
    if not needed:
        return
    counted = flags_to_hide(case.kind, case.id)
    if not are_enough(counted, needed):
        return
    trace = Withholding.objects.create(
        kind=case.kind,
        subject_id=case.id,
        campaign_id=case.campaign_id,
        flags=counted,
        decisions_before=Decision.objects.filter(kind=case.kind, subject_id=case.id).count(),
    )
    moderated.apply(subject, "withhold", None)
    events.record(
        "moderation.withheld",
        subject=events.Subject(case.kind, case.id),
        campaign_id=case.campaign_id,
        payload={"withholding": trace.pk},
    )
