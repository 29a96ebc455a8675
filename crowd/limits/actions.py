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
    """Count one use by the person (or by `person_key`, e.g. the e-mail tried at sign-in) and one by the network."""
    limit = LIMITS[rule]
    if not person_key and request.user.is_authenticated:
        person_key = f"person:{request.user.pk}"
    if limit.person and person_key:
        take(rule, who=keyed_hash(person_key), most=limit.person, seconds=limit.seconds)
    if limit.network:
        take(rule, who=network_hash(request), most=limit.network, seconds=limit.seconds)
