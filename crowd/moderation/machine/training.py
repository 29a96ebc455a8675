"""Learning from what this site's moderators have decided. Only the command imports it: it brings scikit-learn along."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from crowd import clock
from crowd.errors import Invalid
from crowd.events import actions as events
from crowd.moderation.machine.classifier import telling_lemmas
from crowd.moderation.machine.queries import text_of
from crowd.moderation.models import Decision, TrainedModel
from crowd.moderation.registry import registry
from crowd.moderation.rules import LET_THROUGH, STATUS_AFTER, UNDONE

# Of fewer nothing can be learned that holds for the next.
FEWEST_OF_EACH = 50
# A lemma that fewer people have written could tell of one of them; it is left out.
FEWEST_AUTHORS = 3
MOST_DECISIONS = 50_000
BATCH = 500
FOLDS = 5
KEPT_MODELS = 5
STANDING = frozenset({"published", *STATUS_AFTER.values()})


@dataclass(frozen=True)
class Example:
    """The lemmas of one post, whose it was, and whether a moderator refused it."""

    lemmas: frozenset[str]
    author_id: int | None
    refused: bool


@dataclass(frozen=True)
class Figures:
    """How well texts are told apart that were not learned from: of those held for refused, how many were; of the
    refused, how many were found; how often a refused one ranks above one let through (area under the ROC curve).
    """

    precision: float
    recall: float
    auc: float


def train_model() -> TrainedModel:
    """Learn from the latest decision about each post, and keep what was learned as words and numbers.

    The same decisions give the same model. Raises `Invalid` where there are too few of either kind.
    """
    learned = examples()
    refused = sum(one.refused for one in learned)
    if min(refused, len(learned) - refused) < FEWEST_OF_EACH:
        raise Invalid(
            detail=_(
                "Учиться не на чем: модераторы опубликовали записей: %(published)s, скрыли и отклонили: %(refused)s, "
                "а нужно не меньше %(needed)s тех и других."
            )
            % {"published": len(learned) - refused, "refused": refused, "needed": FEWEST_OF_EACH}
        )
    vocabulary = _vocabulary(learned)
    if not vocabulary:
        raise Invalid(detail=_("Учиться не на чем: в записях нет слов, которые написали хотя бы три человека."))
    columns = CountVectorizer(analyzer=sorted, vocabulary=vocabulary, binary=True).transform(
        [one.lemmas for one in learned]
    )
    answers = [int(one.refused) for one in learned]
    model = LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0, max_iter=1000)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    chances = cross_val_predict(model, columns, answers, cv=folds, method="predict_proba")[:, 1]
    figures = _figures(answers, [float(chance) for chance in chances])
    model.fit(columns, answers)
    coefficients = zip(vocabulary, model.coef_[0], strict=True)
    weights = {
        "intercept": round(float(model.intercept_[0]), 6),
        "lemmas": {lemma: round(float(weight), 6) for lemma, weight in coefficients if abs(weight) > 1e-6},  # noqa: PLR2004 - as it is rounded
    }
    return _keep(weights, figures, published=len(learned) - refused, refused=refused)


def examples() -> list[Example]:
    """Return the posts that were let through or refused, by the latest decision about each, in their order."""
    decided = Decision.objects.order_by("-pk").values_list("kind", "subject_id", "outcome")[:MOST_DECISIONS]
    latest: dict[tuple[str, int], str] = {}
    for kind, subject_id, outcome in decided:
        latest.setdefault((kind, subject_id), outcome)
    learned = {name: outcome for name, outcome in latest.items() if outcome in LET_THROUGH | UNDONE}
    return list(_examples(learned))


def _examples(outcomes: dict[tuple[str, int], str]) -> Iterator[Example]:
    for name, moderated in sorted(registry.kinds.items()):
        ids = sorted(subject_id for kind, subject_id in outcomes if kind == name)
        for start in range(0, len(ids), BATCH):
            for case in sorted(moderated.cases(moderated.many(ids[start : start + BATCH])), key=lambda case: case.id):
                # What its author took back is not learned from.
                if case.status in STANDING:
                    refused = outcomes[name, case.id] in UNDONE
                    yield Example(telling_lemmas(text_of(case)), case.author_id, refused)


def _vocabulary(learned: Iterable[Example]) -> list[str]:
    authors: dict[str, set[int | None]] = defaultdict(set)
    for one in learned:
        for lemma in one.lemmas:
            authors[lemma].add(one.author_id)
    return sorted(lemma for lemma, wrote in authors.items() if len(wrote) >= FEWEST_AUTHORS)


def _figures(answers: Sequence[int], chances: Sequence[float]) -> Figures:
    guesses = [int(chance >= 0.5) for chance in chances]  # noqa: PLR2004 - more likely than not
    return Figures(
        precision=round(float(precision_score(answers, guesses, zero_division=0)), 3),
        recall=round(float(recall_score(answers, guesses, zero_division=0)), 3),
        auc=round(float(roc_auc_score(answers, chances)), 3),
    )


@transaction.atomic
def _keep(weights: dict[str, object], figures: Figures, *, published: int, refused: int) -> TrainedModel:
    model = TrainedModel.objects.create(
        trained_at=clock.now(),
        published=published,
        refused=refused,
        precision=figures.precision,
        recall=figures.recall,
        auc=figures.auc,
        weights=weights,
    )
    kept = TrainedModel.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_MODELS]
    TrainedModel.objects.exclude(pk__in=list(kept)).delete()
    events.record("moderation.trained", subject=events.Subject("model", model.pk))
    return model
