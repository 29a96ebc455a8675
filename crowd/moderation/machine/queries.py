"""What the machine has to say of posts, and what it goes by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from hashlib import sha256
from operator import or_
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from crowd.moderation.machine.classifier import Weights
from crowd.moderation.machine.hints import Hint, from_json
from crowd.moderation.machine.rules import RULES, Watched, phrase_of
from crowd.moderation.models import Screening, TrainedModel, WatchedPhrase
from crowd.moderation.registry import Case, registry

Named = tuple[str, int]
# Of one hint so many places are shown: whoever has read them knows what it is about.
MOST_SHOWN = 5
LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Basis:
    """What a screening is made with: rules, watched phrases, the trained model. `name` changes with any of it."""

    watched: Watched
    name: str
    model: tuple[int, datetime] | None = None

    @property
    def weights(self) -> Weights | None:
        return _weights(*self.model) if self.model else None


@dataclass(frozen=True)
class ShownHint:
    """A hint with the words of the post that it is about; none where the text has changed since."""

    hint: Hint
    places: tuple[str, ...] = ()


def present_basis() -> Basis:
    phrases = list(WatchedPhrase.objects.order_by("pk").values_list("kind", "phrase"))
    latest = TrainedModel.objects.order_by("-pk").only("auc", "trained_at").first()
    model = (latest.pk, latest.trained_at) if latest and latest.is_useful else None
    name = sha256(repr((RULES, phrases, model)).encode()).hexdigest()[:16]
    return Basis(Watched(tuple((kind, phrase_of(phrase)) for kind, phrase in phrases)), name, model)


@lru_cache(2)
def _weights(model_id: int, _trained_at: datetime) -> Weights | None:
    """Return what a model has learned, which never changes; None where newer ones have pushed it out."""
    kept = TrainedModel.objects.filter(pk=model_id).values_list("weights", flat=True).first()
    return Weights.of(kept) if kept else None


def text_of(case: Case) -> str:
    """Return all that its author wrote."""
    return f"{case.title}\n\n{case.text}" if registry.kinds[case.kind].titled else case.text


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def screenings_of(cases: Sequence[Case]) -> dict[Named, Screening]:
    """Return what is known of these posts, in one query however many there are."""
    if not cases:
        return {}
    ids: dict[str, list[int]] = {}
    for case in cases:
        ids.setdefault(case.kind, []).append(case.id)
    named = reduce(or_, (Q(kind=kind, subject_id__in=of_kind) for kind, of_kind in sorted(ids.items())))
    return {(one.kind, one.subject_id): one for one in Screening.objects.filter(named)}


def hints_about(cases: Iterable[Case]) -> dict[Named, list[ShownHint]]:
    """Return the hints about each of these posts that has some, as a moderator reads them; one query for 1 and 50."""
    listed = list(cases)
    known = screenings_of(listed)
    pairs = [(case, known.get((case.kind, case.id))) for case in listed]
    return {(case.kind, case.id): _shown(case, one) for case, one in pairs if one is not None and one.hints}


def by_suspicion(posts: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Return those of the posts that there are hints about, the most suspicious first."""
    about = Screening.objects.about(kind).suspicious()
    score = Subquery(about.filter(subject_id=OuterRef("pk")).values("score")[:1])
    found = posts.filter(pk__in=about.values("subject_id")).annotate(suspicion=score)
    return found.order_by("-suspicion", "created_at", "pk")


def _shown(case: Case, screening: Screening) -> list[ShownHint]:
    text = text_of(case)
    same = screening.digest == digest_of(text)
    return [ShownHint(hint, _places(text, hint) if same else ()) for hint in from_json(screening.hints)]


def _places(text: str, hint: Hint) -> tuple[str, ...]:
    """Return the words that the hint is about, each once."""
    found = dict.fromkeys(text[span.start : span.end] for span in hint.spans)
    return tuple(one if len(one) <= LONGEST_SHOWN else f"{one[:LONGEST_SHOWN]}…" for one in found)[:MOST_SHOWN]
