from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.models import BlockPage
from crowd.errors import AlreadyDecided, AlreadyTaken, Blocked, Invalid, NotAllowed, PhaseClosed, Silenced, Text
from crowd.moderation.machine.personal import holds_personal_data
from crowd.moderation.models import (
    LONGEST_APPEAL,
    Appeal,
    Burst,
    Claim,
    Decision,
    Outcome,
    Reason,
    Sanction,
    WatchedPhrase,
)
from crowd.moderation.registry import ModerationKind
from crowd.people.models import CampaignRole, Person
from crowd.people.policies import CampaignPermissionPolicy
from crowd.people.queries import Roles, roles_of

NEEDS_REASON = frozenset({Outcome.HIDE, Outcome.REJECT, Outcome.NEEDS_WORK})
LET_THROUGH = frozenset({Outcome.PUBLISH, Outcome.KEEP})
UNDONE = frozenset({Outcome.HIDE, Outcome.REJECT})
# How a post stands after a decision, in every kind.
STATUS_AFTER: dict[str, str] = {
    Outcome.HIDE: "hidden",
    Outcome.REJECT: "rejected",
    Outcome.NEEDS_WORK: "needs_work",
    Outcome.DUPLICATE: "joined",
}
ANSWERS = frozenset({Appeal.State.UPHELD, Appeal.State.REJECTED})
SHORTEST_SANCTION, LONGEST_SANCTION = timedelta(minutes=1), timedelta(days=365)
LONGEST_NOTE = 1000
Kind = Sanction.Kind
KINDS = list(Kind)


class Act(Enum):
    """What a resident does that others read or that is counted: every action of a resident asks for one of these.

    Taking back what is one's own (a comment, an idea, a draft, a name beneath an idea) is none of them, nor what is
    kept for oneself; what staff do by a role, the role decides.
    """

    # Comments and ideas, changing them, writing them together.
    WRITE = "write"
    # What is shown at once, because it cannot wait for a moderator.
    ADD_AT_ONCE = "add_at_once"
    FLAG = "flag"
    REACT = "react"
    VOTE = "vote"
    ANSWER = "answer"
    RATE = "rate"


FORBIDS: Mapping[str, frozenset[Act]] = {
    Kind.WARNING: frozenset(),
    Kind.PREMODERATION: frozenset({Act.ADD_AT_ONCE}),
    Kind.SILENCE: frozenset({Act.WRITE, Act.ADD_AT_ONCE, Act.FLAG, Act.REACT}),
    Kind.BLOCK: frozenset(Act),
}

# What is watched for helps moderators, and editors know their town's words.
WATCHERS = (CampaignRole.Role.MODERATOR, CampaignRole.Role.EDITOR)
WATCHED_POLICY = CampaignPermissionPolicy(WatchedPhrase, view=WATCHERS, change=WATCHERS, add=WATCHERS, delete=WATCHERS)
BURSTS_POLICY = CampaignPermissionPolicy(Burst, view=[CampaignRole.Role.MODERATOR])
# What is written, the actions decide.
SANCTIONS_POLICY = CampaignPermissionPolicy(Sanction, view=[CampaignRole.Role.MODERATOR])


def moderates(person: Person | None, block: BlockPage) -> bool:
    """Say whether the person moderates the campaign of this block."""
    roles = roles_of(person)
    # Almost nobody does: the campaign is looked up only for whoever moderates anything.
    moderator = CampaignRole.Role.MODERATOR
    return roles.any_of(moderator) and roles.holds(moderator, block.campaign_id)


def require_moderator(person: Person, campaign_id: int | None) -> None:
    """Refuse who does not moderate this campaign, or without one all of them."""
    if not roles_of(person).holds(CampaignRole.Role.MODERATOR, campaign_id):
        raise NotAllowed(_("Решать может только модератор этого проекта."))


def outcomes_of(kind: ModerationKind, status: str, *, flagged: bool) -> frozenset[str]:
    """Return what may be decided about a post in this state; that it stays, only where somebody flagged it."""
    allowed = kind.allowed.get(status, frozenset())
    return allowed if flagged else allowed - {Outcome.KEEP.value}


def must_be_looked_at(author: Person, campaign_id: int | None, *texts: str) -> bool:
    """Say whether a moderator has to see these texts before everybody does: they hold personal data.

    Whoever moderates there has looked while writing.
    """
    return holds_personal_data(*texts) and not roles_of(author).holds(CampaignRole.Role.MODERATOR, campaign_id)


def already_decided(latest: Decision | None, now: datetime) -> AlreadyDecided:
    """Return the refusal of what was decided before: what, in which role and when; read along is by whom."""
    if latest is None:
        return AlreadyDecided()
    return AlreadyDecided(
        gettext("По этой записи решение уже принято: %(outcome)s (%(role)s, %(when)s).")
        % {
            "outcome": latest.get_outcome_display(),
            "role": gettext("администратор") if latest.moderator.is_superuser else gettext("модератор"),
            "when": day_and_hour(latest.decided_at, now),
        }
    )


def require_free(claim: Claim | None, person: Person, now: datetime) -> None:
    """Refuse whoever comes to a case that another is looking at; read along is who."""
    if claim is not None and claim.moderator_id != person.pk and claim.until > now:
        raise AlreadyTaken(
            gettext("Эту запись до %(until)s смотрит %(name)s. Возьмите следующую или подождите.")
            % {"until": date_format(timezone.localtime(claim.until), "H:i"), "name": claim.moderator.display_name}
        )


def require_outcome(
    kind: ModerationKind,
    status: str,
    outcome: str,
    reason: Reason | None,
    *,
    flagged: bool = False,
    decided: AlreadyDecided | None = None,
) -> None:
    """Refuse an outcome that the present state does not lead to (with `decided`), or that lacks its reason."""
    if outcome not in Outcome.values:
        raise Invalid(fields={"outcome": [_("Такого решения нет.")]})
    if outcome not in outcomes_of(kind, status, flagged=flagged):
        raise decided or AlreadyDecided
    if outcome in NEEDS_REASON and reason is None:
        raise Invalid(fields={"reason": [_("Выберите причину: её прочтёт автор.")]})


def require_latest(seen: int | None, latest: Decision | None, now: datetime) -> None:
    """Refuse whoever decides by what stood before another's decision; None: nobody says what was seen."""
    if seen is not None and latest is not None and latest.pk > seen:
        raise already_decided(latest, now)


def appeal_until(decision: Decision) -> datetime:
    """Return until when the decision can be appealed against."""
    return decision.decided_at + timedelta(days=settings.APPEAL_DAYS)


def still_stands(decision: Decision, latest_id: int | None, standing: str | None) -> bool:
    """Say whether the post is as the decision left it: nobody decided anew, and its author did not send it again."""
    return decision.pk == latest_id and standing == STATUS_AFTER.get(decision.outcome)


def require_not_appealed(appeal: Appeal | None) -> None:
    if appeal is not None:
        raise AlreadyDecided(
            gettext("Вы уже обжаловали это решение: %(state)s.") % {"state": appeal.get_state_display()}
        )


def require_standing(*, stands: bool) -> None:
    if not stands:
        raise AlreadyDecided(_("Это решение уже не действует: запись с тех пор изменили или решили о ней заново."))


def require_in_time(decision: Decision, now: datetime) -> None:
    until = appeal_until(decision)
    if now > until:
        raise PhaseClosed(
            gettext("Обжаловать это решение можно было до %(until)s.") % {"until": day_and_hour(until, now)}
        )


def clean_appeal(text: str) -> str:
    """Return what the author says without blanks around it; refuse what is empty, too long or not a text."""
    return _clean_words("text", text, empty=_("Напишите, почему решение неверно."))


def require_another(appeal: Appeal, person: Person) -> None:
    """Refuse to answer for oneself: whoever decided first, and whose post it is."""
    if person.pk == appeal.first_moderator_id:
        raise NotAllowed(_("Это ваше решение: апелляцию на него рассмотрит другой модератор."))
    if person.pk == appeal.author_id:
        raise NotAllowed(_("Это ваша апелляция: её рассмотрит другой модератор."))


def is_anothers(appeal: Appeal, person: Person) -> bool:
    """Say whether the appeal is against somebody else's decision, and somebody else's."""
    return person.pk not in {appeal.first_moderator_id, appeal.author_id}


def require_waiting(appeal: Appeal) -> None:
    """Refuse what somebody answered before, and say how."""
    if appeal.state != Appeal.State.WAITING:
        raise AlreadyDecided(
            gettext("По этой апелляции уже решено: %(state)s.") % {"state": appeal.get_state_display()}
        )


def clean_answer(outcome: str, answer: str) -> str:
    """Return the answer; refuse what is no outcome of an appeal, and to leave an author without a word."""
    if outcome not in ANSWERS:
        raise Invalid(fields={"outcome": [_("Такого решения нет.")]})
    if outcome == Appeal.State.UPHELD and not answer.strip():
        return ""
    return _clean_words("answer", answer, empty=_("Объясните автору, почему решение остаётся в силе."))


def require_restorable(kind: ModerationKind, status: str | None) -> None:
    """Refuse to restore what the author or somebody else has put another way meanwhile."""
    if status is None or Outcome.PUBLISH not in kind.allowed.get(status, frozenset()):
        raise AlreadyDecided(
            _("Опубликовать эту запись уже нельзя: с тех пор она изменилась. Апелляцию можно отклонить с пояснением.")
        )


def require_joined(standing: str | None) -> None:
    """Refuse to take apart what stands by itself again, or is not public any more."""
    if standing != STATUS_AFTER[Outcome.DUPLICATE]:
        raise AlreadyDecided(
            _("Эта запись уже не объединена с другой или не видна. Апелляцию можно отклонить с пояснением.")
        )


def _clean_words(field: str, text: str, *, empty: Text) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(fields={field: [empty]})
    if len(text) > LONGEST_APPEAL:
        raise Invalid(fields={field: [_("Не длиннее %(most)s знаков.") % {"most": LONGEST_APPEAL}]})
    if "\x00" in text:
        raise Invalid(fields={field: [_("В тексте есть знак, который нельзя сохранить.")]})
    return text


def day_and_hour(moment: datetime, now: datetime) -> str:
    """Return the moment by the site's clock, with the year only where it is another one."""
    local = timezone.localtime(moment)
    same_year = local.year == timezone.localtime(now).year
    return date_format(local, "j E, H:i" if same_year else "j E Y, H:i")


def strictness(sanction: Sanction) -> tuple[int, datetime]:
    """Return what sanctions are ordered by: the strictest is the greatest, of equals the last to end."""
    return KINDS.index(Kind(sanction.kind)), sanction.ends_at


def is_checked_first(sanctions: Iterable[Sanction]) -> bool:
    """Say whether what the person posts waits for a moderator, whatever the page says and however trusted one is."""
    return any(sanction.kind == Kind.PREMODERATION for sanction in sanctions)


def is_cut_off(sanctions: Iterable[Sanction]) -> bool:
    """Say whether the person may only read, wherever on the site: no open page of theirs is kept up to date."""
    return any(sanction.kind == Kind.BLOCK and sanction.campaign_id is None for sanction in sanctions)


def require_act(sanctions: Iterable[Sanction], act: Act, now: datetime) -> None:
    """Refuse what one of these sanctions in force forbids; the strictest is told, until when and why.

    Where another lasts longer that is told too: else somebody would come back on a day that changes nothing.
    """
    forbidding = [sanction for sanction in sanctions if act in FORBIDS[sanction.kind]]
    if not forbidding:
        return
    strictest = max(forbidding, key=strictness)
    said = [_told(strictest, now), strictest.note]
    last = max(sanction.ends_at for sanction in forbidding)
    if last > strictest.ends_at:
        said.append(
            gettext("Ещё одно ограничение действует дольше: до %(until)s.") % {"until": day_and_hour(last, now)}
        )
    if strictest.kind == Kind.BLOCK:
        said.append(gettext("Если вы не согласны, напишите тому, кто ведёт проект: блокировку могут снять раньше."))
        raise Blocked(" ".join(filter(None, said)))
    raise Silenced(" ".join(filter(None, said)))


def _told(sanction: Sanction, now: datetime) -> str:
    if sanction.kind == Kind.PREMODERATION:
        text = gettext(
            "До %(until)s ваши записи сначала смотрит модератор, а уточнение увидели бы сразу все. Напишите об этом "
            "в комментарии к идее: его посмотрят и опубликуют. Причина проверки: %(reason)s"
        )
    elif sanction.kind == Kind.SILENCE:
        text = gettext("Модератор ограничил вам публикации до %(until)s. Причина: %(reason)s")
    elif sanction.campaign_id is None:
        text = gettext(
            "Модератор заблокировал вас на сайте до %(until)s: пока можно только читать. Причина: %(reason)s"
        )
    else:
        text = gettext(
            "Модератор заблокировал вас в этом проекте до %(until)s: пока его можно только читать. Причина: %(reason)s"
        )
    return text % {"until": day_and_hour(sanction.ends_at, now), "reason": sanction.reason.statement}


def require_news(in_force: Iterable[Sanction], kind: str, ends_at: datetime, case: tuple[str, int | None]) -> None:
    """Refuse a sanction that adds nothing to those in force there: as strict ones last as long.

    A warning is about a post (`case`: its kind and id), so that the next post may be warned about as well.
    """
    as_strict = [one for one in in_force if KINDS.index(Kind(one.kind)) >= KINDS.index(Kind(kind))]
    if kind == Kind.WARNING:
        if any((one.subject_kind, one.subject_id) == case for one in as_strict):
            raise AlreadyDecided(_("За эту запись человека уже предупредили или ограничили."))
    elif any(one.ends_at >= ends_at for one in as_strict):
        raise AlreadyDecided(_("Этот человек уже ограничен на такой срок или дольше."))


def require_sanctionable(moderator: Person, person: Person, roles: Roles, campaign_id: int | None) -> None:
    """Refuse to sanction oneself and those who moderate there or administer the site."""
    if person.pk == moderator.pk:
        raise NotAllowed(_("Себя ограничить нельзя."))
    moderator_role = CampaignRole.Role.MODERATOR
    if roles.holds(moderator_role, campaign_id) or (campaign_id is None and roles.any_of(moderator_role)):
        raise NotAllowed(_("Это модератор или администратор: сначала администратор должен снять эту роль."))


def require_others_sanction(moderator: Person, sanction: Sanction) -> None:
    """Refuse to let oneself off: who was limited may have become a moderator since."""
    if sanction.person_id == moderator.pk:
        raise NotAllowed(_("Это ограничение ваше: снять его может другой модератор."))


def require_sanction(kind: str, length: timedelta, reason: Reason | None, note: str) -> Reason:
    """Return the reason; refuse what is no sanction, in words for each field."""
    fields = {}
    if kind not in Kind.values:
        fields["kind"] = [_("Такого ограничения нет.")]
    if not SHORTEST_SANCTION <= length <= LONGEST_SANCTION:
        fields["length"] = [_("Ограничить можно на срок от минуты до года.")]
    if len(note) > LONGEST_NOTE or "\x00" in note:
        fields["note"] = [_("Пояснение слишком длинное: не больше 1000 знаков.")]
    if reason is None:
        fields["reason"] = [_("Выберите причину: её прочтёт автор.")]
    if fields or reason is None:
        raise Invalid(fields=fields)
    return reason


def has_earned_trust(outcomes: Iterable[tuple[str, int, str]], needed: int) -> bool:
    """Say whether somebody's posts no longer need to be looked at first.

    `outcomes` are the decisions about the person's posts, oldest first: kind, id and outcome. A post counts by the
    latest of them: so many were let through, and none is hidden or rejected.
    """
    latest = {(kind, pk): outcome for kind, pk, outcome in outcomes}
    published = sum(outcome in LET_THROUGH for outcome in latest.values())
    return published >= needed and not any(outcome in UNDONE for outcome in latest.values())
