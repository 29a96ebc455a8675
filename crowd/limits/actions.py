import time

from django.db import connection
from django.http import HttpRequest

from crowd.errors import LimitReached
from crowd.limits.network import keyed_hash, network_hash
from crowd.limits.rules import LIMITS

# One statement decides, so that parallel requests cannot pass together; it runs before and outside the transaction of
# what is limited, so that nobody waits for another's counter while holding a vote.
TAKE = """
    INSERT INTO limits_usage (rule, who, "window", count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (rule, who, "window") DO UPDATE SET count = limits_usage.count + 1
    WHERE limits_usage.count < %s
    RETURNING count
"""


def take(rule: str, *, who: str, most: int, seconds: int) -> None:
    """Count one use of `rule` by `who`; raise `LimitReached` with the seconds left where `most` are used up."""
    now = int(time.time())
    window = now - now % seconds
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [rule, who, window, most])
        taken = cursor.fetchone()
    if taken is None:
        raise LimitReached(retry_after=window + seconds - now)


def limit_request(request: HttpRequest, rule: str, *, person_key: str = "") -> None:
    """Count one use by the person (or by `person_key`, e.g. the e-mail tried at sign-in) and one by the network.

    A `person_key` is a claim that anybody can make. There the network is asked first, so that one that has used up its
    share cannot use up the share of whoever it names.
    """
    limit = LIMITS[rule]
    claimed = bool(person_key)
    if not claimed and request.user.is_authenticated:
        person_key = f"person:{request.user.pk}"
    sides = []
    if limit.person and person_key:
        sides.append((keyed_hash(person_key), limit.person))
    if limit.network:
        sides.append((network_hash(request), limit.network))
    for who, most in reversed(sides) if claimed else sides:
        take(rule, who=who, most=most, seconds=limit.seconds)
