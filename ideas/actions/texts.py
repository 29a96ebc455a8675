"""What a person writes into the form of an idea, and how it gets into the row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crowd.campaigns.models import Sector
from crowd.errors import Invalid
from crowd.people.models import Municipality
from ideas.actions.moves import change
from ideas.models import Idea
from ideas.rules import MISSING, missing_fields
from ideas.tags import normal_tags


@dataclass(frozen=True)
class IdeaText:
    """What a person writes into the form of an idea."""

    title: str
    problem: str
    solution: str = ""
    effect: str = ""
    sector: Sector | None = None
    municipality: Municipality | None = None
    tags: Sequence[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "problem": self.problem,
            "solution": self.solution,
            "effect": self.effect,
            "sector": self.sector,
            "municipality": self.municipality,
        }

    @property
    def words(self) -> tuple[str, ...]:
        """All that a person has typed freely."""
        return (self.title, self.problem, self.solution, self.effect, *self.tags)


def write(idea: Idea, text: IdeaText, **columns: Any) -> None:
    """Write the text and these columns into the locked idea."""
    change(idea, **text.columns(), **columns)
    idea.tags.set(normal_tags(text.tags))


def require_asked(idea: Idea, text: IdeaText, *, has_files: bool) -> None:
    """Refuse an idea without what its cycle demands."""
    given = text.columns() | {"tags": text.tags, "attachments": has_files}
    if missing := missing_fields(idea.cycle, given):
        raise Invalid(fields={name: [MISSING] for name in missing})
