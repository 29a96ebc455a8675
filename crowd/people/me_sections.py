"""What a person sees about themselves at /me/: apps of higher floors register their sections in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crowd.errors import Text
from crowd.people.models import Person


@dataclass(frozen=True)
class MeSection:
    """One section of the own profile.

    `rows(person)` returns what `template` shows as `rows` (beside `section` and `person`): the newest few, not all.
    A section without rows shows `empty`; with no `empty` it is left out.
    """

    name: str
    title: Text
    template: str
    rows: Callable[[Person], Any]
    empty: Text = ""
    order: int = 100


@dataclass
class MeSectionRegistry:
    sections: dict[str, MeSection] = field(default_factory=dict)

    def register(self, section: MeSection) -> None:
        self.sections[section.name] = section

    def in_order(self) -> list[MeSection]:
        return sorted(self.sections.values(), key=lambda section: (section.order, section.name))


registry = MeSectionRegistry()
