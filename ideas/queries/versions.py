"""How a public idea read before, beside what was changed."""

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.differences import Piece, differences
from ideas.models import Idea

MOST_VERSIONS = 20
PARTS: tuple[tuple[str, str | Promise], ...] = (
    ("title", _("Название")),
    ("problem", _("В чём проблема")),
    ("solution", _("Что предлагается")),
    ("effect", _("Что изменится")),
)


class Step(NamedTuple):
    """One version beside the one before: what each changed part reads like, piece by piece."""

    written_at: datetime
    parts: list[tuple[str | Promise, list[Piece]]]


def versions_of(idea: Idea) -> list[Step]:
    """Return the latest changes of the idea's text, the newest first, and last how it read before them."""
    kept = list(idea.versions.order_by("-pk")[:MOST_VERSIONS])
    if not kept:
        return []
    texts = [idea, *kept]
    # A version's text came when the one before it was replaced.
    moments = [version.replaced_at for version in kept]
    steps = [
        Step(
            moment,
            [
                (label, differences(getattr(old, name), getattr(new, name)))
                for name, label in PARTS
                if getattr(old, name) != getattr(new, name)
            ],
        )
        for moment, new, old in zip(moments, texts, kept, strict=False)
    ]
    first = kept[-1]
    whole = [(label, [Piece("same", text)]) for name, label in PARTS if (text := getattr(first, name))]
    return [*steps, Step(first.written_at, whole)]
