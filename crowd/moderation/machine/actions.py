"""What the machine writes: what it has to say of each post, by the worker, never within a request."""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef

from crowd import clock
from crowd.events.worker import still_at_work
from crowd.moderation.machine.classifier import learned_hint
from crowd.moderation.machine.hints import Hint, from_json, score_of
from crowd.moderation.machine.queries import Basis, digest_of, present_basis, screenings_of, text_of
from crowd.moderation.machine.rules import hints_in, words_of
from crowd.moderation.models import Screening
from crowd.moderation.registry import Case, ModerationKind, registry

AGAIN_WEIGHT, COPIED_WEIGHT, DUPLICATE_WEIGHT = 0.5, 0.4, 0.3
WAITS = "pending"
# Shorter texts are alike by chance: «Поддерживаю!».
FEWEST_COPIED_WORDS = 6
MOST_COPIES = 20
# From where on two posts hardly ever speak of different things: measured where ideas are proposed.
ALIKE = 0.65
# How much of what waits one run looks at anew, and how many at once.
MOST_A_RUN, BATCH = 1000, 50


def screen_posts(*, kind: str, subject_ids: Collection[int]) -> None:
    """Write down what the machine has to say of these posts as they stand; twice changes nothing.

    Not in one transaction: the search may take its time, and each row is whole by itself.
    """
    moderated = registry.kinds.get(kind)
    if moderated is None:
        return
    basis = present_basis()
    posts = list(moderated.many(subject_ids))
    cases = moderated.cases(posts)
    known = screenings_of(cases)
    rows = {row.pk: row for row in posts}
    for case in cases:
        _screen(moderated, rows[case.id], case, known.get((case.kind, case.id)), basis)


def screen_what_waits() -> None:
    """Look anew at what waits and was never looked at, or by other rules, phrases or another model than now."""
    basis, left = present_basis(), MOST_A_RUN
    for name, moderated in sorted(registry.kinds.items()):
        done = Screening.objects.about(name).filter(basis=basis.name, subject_id=OuterRef("pk"))
        waiting = moderated.pending(None).filter(~Exists(done))
        ids = list(waiting.values_list("pk", flat=True)[:left])
        for start in range(0, len(ids), BATCH):
            screen_posts(kind=name, subject_ids=ids[start : start + BATCH])
            still_at_work()
        left -= len(ids)


def _screen(moderated: ModerationKind, post: Any, case: Case, known: Screening | None, basis: Basis) -> None:
    text = text_of(case)
    digest = digest_of(text)
    same = known is not None and known.digest == digest
    if known is not None and same and known.basis == basis.name:
        return
    words = _words_digest(text)
    hints = [
        *hints_in(text, own_host=urlsplit(settings.SITE_URL).hostname or "", watched=basis.watched),
        *learned_hint(text, basis.weights),
        *_copies(case, words),
        # What is published meanwhile does not make a post another's duplicate: the search is asked once for a text.
        *(_kept_duplicate(known) if known is not None and same else _duplicate(moderated, post, case)),
    ]
    hints.sort(key=lambda hint: -hint.weight)
    written = {
        "hints": [hint.as_json() for hint in hints],
        "score": score_of(hints),
        "digest": digest,
        "words": words,
        "basis": basis.name,
        "screened_at": clock.now(),
    }
    Screening.objects.update_or_create(kind=case.kind, subject_id=case.id, defaults=written)


def _words_digest(text: str) -> str:
    words = words_of(text)
    return sha256(" ".join(words).encode()).hexdigest()[:32] if len(words) >= FEWEST_COPIED_WORDS else ""


def _copies(case: Case, words: str) -> Iterator[Hint]:
    """Say where the same was sent before: by the same person, or by others."""
    if not words:
        return
    same = Screening.objects.filter(words=words).exclude(kind=case.kind, subject_id=case.id).order_by("pk")
    authors = {one.author_id for one in _cases_of(list(same[:MOST_COPIES]))}
    if case.author_id in authors:
        yield Hint("again", AGAIN_WEIGHT)
    elif authors:
        yield Hint("copied", COPIED_WEIGHT)


def _cases_of(screenings: Sequence[Screening]) -> Iterator[Case]:
    ids: dict[str, set[int]] = {}
    for one in screenings:
        ids.setdefault(one.kind, set()).add(one.subject_id)
    for kind, found in ids.items():
        if moderated := registry.kinds.get(kind):
            yield from moderated.cases(moderated.many(found))


def _duplicate(moderated: ModerationKind, post: Any, case: Case) -> Iterator[Hint]:
    """Ask the search of what waits: thousands that are imported and public at once would keep it busy for nobody."""
    near = moderated.similar(post) if moderated.similar and case.status == WAITS else []
    if near and near[0].score >= ALIKE:
        yield Hint("duplicate", DUPLICATE_WEIGHT, percent=near[0].percent)


def _kept_duplicate(known: Screening) -> Iterator[Hint]:
    yield from (hint for hint in from_json(known.hints) if hint.code == "duplicate")
