"""What experts' scores come to. Knows numbers and no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crowd.errors import Text


class Criterion(NamedTuple):
    """What ideas of a cycle are scored by; scores name it by its key."""

    key: UUID
    label: Text
    help: Text
    weight: int
    language: str = ""


# Where an editor has named none. The keys stand in the database beside the scores.
DEFAULT_CRITERIA = (
    Criterion(
        UUID("8f1d2f5a-0001-4c1e-9a51-6b1f1b0c0001"),
        _("Осуществимость"),
        _("Можно ли это сделать: по закону, технически, теми, кто есть."),
        1,
    ),
    Criterion(
        UUID("8f1d2f5a-0002-4c1e-9a51-6b1f1b0c0002"),
        _("Польза"),
        _("Насколько станет лучше тем, кому это нужно."),
        1,
    ),
    Criterion(UUID("8f1d2f5a-0003-4c1e-9a51-6b1f1b0c0003"), _("Стоимость"), _("5 — почти даром, 1 — очень дорого."), 1),
    Criterion(UUID("8f1d2f5a-0004-4c1e-9a51-6b1f1b0c0004"), _("Охват"), _("Скольких жителей округа это коснётся."), 1),
)
# In the order of the scores, from the lowest.
SCORE_WORDS = (_("плохо"), _("слабо"), _("средне"), _("хорошо"), _("отлично"))


@dataclass(frozen=True)
class Given:
    """One expert's finished review."""

    expert: str
    comment: str
    submitted_at: datetime | None
    scores: Mapping[UUID, int]


@dataclass(frozen=True)
class Line:
    """A row of a chart: the mean of one criterion, to one decimal place."""

    label: str
    value: float
    count: int
    weight: int
    weighted: bool

    @property
    def note(self) -> str:
        return gettext("вес %(weight)s") % {"weight": self.weight} if self.weighted else ""


@dataclass(frozen=True)
class Verdict:
    """One review as it is shown; `mean` is None where none of its criteria is in use any more."""

    expert: str
    comment: str
    submitted_at: datetime | None
    mean: float | None
    scores: list[tuple[Criterion, int]]


@dataclass(frozen=True)
class Results:
    mean: float | None
    lines: list[Line]
    verdicts: list[Verdict]
    conflicts: int

    @property
    def count(self) -> int:
        return len(self.verdicts)

    @property
    def count_in_words(self) -> str:
        return ngettext("%(count)d эксперт", "%(count)d экспертов", self.count) % {"count": self.count}


def weighted_mean(scores: Mapping[UUID, int], criteria: Sequence[Criterion]) -> float | None:
    """Return Σ weight · score / Σ weight over those criteria that have a score, 1 to 5; None without any.

    The weighted arithmetic mean. A criterion that was taken away since counts for nothing, one that came later only
    for reviews that have it.
    """
    scored = [(criterion.weight, scores[criterion.key]) for criterion in criteria if criterion.key in scores]
    whole = sum(weight for weight, _score in scored)
    return sum(weight * score for weight, score in scored) / whole if whole else None


def results_of(reviews: Iterable[Given], criteria: Sequence[Criterion], *, conflicts: int = 0) -> Results:
    """Return what finished reviews come to: the mean of the experts' weighted means, and the mean by criterion.

    Every expert weighs the same. Means are rounded to one decimal place for who reads them.
    """
    given = list(reviews)
    means = [weighted_mean(review.scores, criteria) for review in given]
    weighted = len({criterion.weight for criterion in criteria}) > 1
    lines = []
    for criterion in criteria:
        scores = [review.scores[criterion.key] for review in given if criterion.key in review.scores]
        if scores:
            mean = round(sum(scores) / len(scores), 1)
            lines.append(Line(str(criterion.label), mean, len(scores), criterion.weight, weighted))
    verdicts = [
        Verdict(
            review.expert,
            review.comment,
            review.submitted_at,
            None if mean is None else round(mean, 1),
            [(criterion, review.scores[criterion.key]) for criterion in criteria if criterion.key in review.scores],
        )
        for review, mean in zip(given, means, strict=True)
    ]
    known = [mean for mean in means if mean is not None]
    return Results(round(sum(known) / len(known), 1) if known else None, lines, verdicts, conflicts)
