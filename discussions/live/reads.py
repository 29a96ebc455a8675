"""What hubs ask of the database. Plain functions: whoever is in an event loop wraps them."""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from crowd.logs import Outage
from discussions import hosts
from discussions.models import Comment, Thread
from discussions.queries import change

database_outage = Outage(logging.getLogger(__name__), "live.database_away", "live.database_back")


@dataclass(frozen=True)
class Change:
    """A comment's latest public change, ready to be sent in each language."""

    seq: int
    id: int
    texts: Mapping[str, str]


@dataclass(frozen=True)
class ThreadState:
    """How a thread stands: its latest number, whether everybody may see it, whether a moderator has locked it."""

    seq: int
    visible: bool
    state: str
    note: str
    host_kind: str
    host_id: int


def rendered(comments: Iterable[Comment]) -> list[Change]:
    """Render each comment once per language."""
    found = list(comments)
    texts: dict[int, dict[str, str]] = {comment.pk: {} for comment in found}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for comment in found:
                texts[comment.pk][language] = json.dumps(change(comment), ensure_ascii=False)
    return [Change(comment.seq or 0, comment.pk, texts[comment.pk]) for comment in found]


def thread_states(thread_ids: Collection[int]) -> dict[int, ThreadState]:
    """Return how these threads stand: a query for them and those of each kind of host, for 1 as for 1,000."""
    columns = ("pk", "last_seq", "state", "lock_note", "host_kind", "host_id")
    rows = list(Thread.objects.filter(pk__in=thread_ids).values_list(*columns))
    host_ids: dict[str, set[int]] = defaultdict(set)
    for *_, host_kind, host_id in rows:
        host_ids[host_kind].add(host_id)
    public = {kind: hosts.registry.public(kind, ids) for kind, ids in host_ids.items()}
    return {
        pk: ThreadState(seq, host_id in public[host_kind], state, note, host_kind, host_id)
        for pk, seq, state, note, host_kind, host_id in rows
    }


def reactions(thread_id: int, comment_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """Return (id, up, down) of those of the thread's comments that are public."""
    comments = Comment.objects.visible().filter(thread_id=thread_id, pk__in=comment_ids)
    return list(comments.order_by("pk").values_list("pk", "up", "down"))


def host_counts(state: ThreadState) -> dict[str, Any] | None:
    kind = hosts.registry.kinds[state.host_kind]
    return kind.live_counts(state.host_id) if kind.live_counts else None
