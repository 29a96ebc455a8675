from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import Http404, HttpRequest
from wagtail.log_actions import log

from crowd.errors import Invalid, LimitReached, Text
from crowd.events import actions as events
from crowd.limits import windows
from crowd.limits.models import LimitSetting
from crowd.limits.network import keyed_hash, network_hash
from crowd.limits.proof import solution_in
from crowd.limits.rules import (
    LIMITS,
    SIDES,
    Limit,
    Side,
    Used,
    is_suspicious,
    largest,
    limit_problem,
    require_administrator,
    smallest,
)

# One statement decides, so that parallel requests cannot pass together; it runs before and outside the transaction of
# what is limited, so that nobody waits for another's counter while holding a vote. What an administrator said of the
# rule is read by the same statement: it costs no other, holds for every process at once, and no cache can be away. What
# makes no sense, however it came into the row, leaves the code in force.
ALLOWED = """COALESCE(
        (SELECT said.SIDE FROM limits_limitsetting said
         WHERE said.rule = %(rule)s AND said.SIDE BETWEEN %(smallest)s AND %(largest)s),
        %(most)s)"""
TAKE = """
    INSERT INTO limits_usage (rule, who, "window", count)
    SELECT %(rule)s, %(who)s, %(window)s, 1 WHERE ALLOWED > 0
    ON CONFLICT (rule, who, "window") DO UPDATE SET count = limits_usage.count + 1
    WHERE limits_usage.count < ALLOWED
    RETURNING count, ALLOWED
""".replace("ALLOWED", ALLOWED)
TAKE_OF = {side: TAKE.replace("SIDE", side) for side in SIDES}
SPEND = "INSERT INTO limits_spentproof (challenge, expires) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def take(rule: str, *, who: str, most: int, seconds: int, side: Side = "person") -> Used:
    """Count one use of `rule` by `who`; raise `LimitReached` with the seconds left where all are used up.

    They are `most`, or as many as an administrator says for this side of the rule; none is counted where that is 0.
    """
    window, left = windows.window(seconds)
    with connection.cursor() as cursor:
        bounds = {"smallest": smallest(rule, side), "largest": largest(rule, side)}
        cursor.execute(TAKE_OF[side], {"rule": rule, "who": who, "window": window, "most": most, **bounds})
        taken = cursor.fetchone()
    if taken is not None:
        return Used(side, *taken)
    said = LimitSetting.objects.filter(rule=rule).values_list(side, flat=True).first()
    if said == 0 and limit_problem(rule, side, said) is None:
        return Used(side, 0, 0)
    raise LimitReached(retry_after=left)


def limit_request(request: HttpRequest, rule: str, *, person_key: str = "") -> list[Used]:
    """Count one use by the person (or by `person_key`, e.g. the e-mail tried at sign-in) and one by the network.

    A `person_key` is a claim that anybody can make. There the network is asked first, so that one that has used up its
    share cannot use up the share of whoever it names. Returns how much each side has used.
    """
    limit = LIMITS[rule]
    sides = sides_of(request, limit, person_key)
    return [take(rule, who=who, most=most, seconds=limit.seconds, side=side) for side, who, most in sides]


def sides_of(request: HttpRequest, limit: Limit, person_key: str = "") -> list[tuple[Side, str, int]]:
    """Return whom the limit counts in this request, in the order in which they are asked."""
    claimed = bool(person_key)
    if not claimed and request.user.is_authenticated:
        person_key = f"person:{request.user.pk}"
    sides: list[tuple[Side, str, int]] = []
    if limit.person and person_key:
        sides.append(("person", keyed_hash(person_key), limit.person))
    if limit.network:
        sides.append(("network", network_hash(request), limit.network))
    return sides[::-1] if claimed else sides


def spend_proof(payload: str) -> bool:
    """Say whether the payload solves a task of ours that nobody has used; from now on it is used."""
    solution = solution_in(payload)
    if solution is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(SPEND, [solution.challenge, solution.expires])
        return cursor.rowcount == 1


def came_unproved(request: HttpRequest, used: list[Used], *, newcomer: bool, text: str = "") -> bool:
    """Say whether what was sent is suspicious, and the browser has not done the work for it; the work is spent."""
    return is_suspicious(used, newcomer=newcomer, text=text) and not spend_proof(request.POST.get("proof", ""))


@transaction.atomic
def change_limit(
    *, administrator: AbstractBaseUser | AnonymousUser, rule: str, person: int | None, network: int | None
) -> LimitSetting:
    """Let the rule allow as much from now on, in every process; None is what the code says.

    Who changed what stands in the history of the rule.
    """
    require_administrator(administrator)
    if rule not in LIMITS:
        raise Http404
    said: dict[Side, int | None] = {"person": person, "network": network}
    problems: dict[str, list[Text]] = {}
    for side in SIDES:
        if (problem := _problem(rule, side, said[side])) is not None:
            problems[side] = [problem]
    if problems:
        raise Invalid(fields=problems)
    LimitSetting.objects.get_or_create(rule=rule)
    setting = LimitSetting.objects.select_for_update().get(rule=rule)
    before = {side: getattr(setting, side) for side in SIDES}
    for side in SIDES:
        usual = getattr(LIMITS[rule], side)
        setattr(setting, side, None if said[side] == usual else said[side])
    after = {side: getattr(setting, side) for side in SIDES}
    if after == before:
        return setting
    setting.save(update_fields=list(SIDES))
    data = {"rule": rule, "before": before, "after": after}
    log(instance=setting, action="limits.changed", user=administrator, data=data)
    subject = events.Subject("limit", setting.pk)
    events.record("limit.changed", subject=subject, actor_id=administrator.pk, payload={"rule": rule})
    return setting


def _problem(rule: str, side: Side, value: int | None) -> Text | None:
    return None if value is None else limit_problem(rule, side, value)


restore_limit = partial(change_limit, person=None, network=None)
