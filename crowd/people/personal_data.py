"""What is kept about a person, model by model: how it is handed out, erased, and moved to another account.

Each app registers its models in `AppConfig.ready()`. A test fails on a model that names a person and is registered
nowhere, so nothing that is kept can be forgotten.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from crowd.people.models import Person

Record = Mapping[str, Any]
Export = Callable[[Person], Iterable[Record]]
Erase = Callable[[Person], None]
Merge = Callable[[Person, Person], None]


@dataclass(frozen=True)
class PersonalData:
    """How one model's rows of a person are treated.

    `export(person)` returns them as plain mappings of text, numbers, moments and lists, complete, oldest first.
    `erase(person)` removes them or takes the person out of them; `merge(person, into)` makes them another account's.
    """

    model: str
    export: Export
    erase: Erase | None = None
    merge: Merge | None = None


@dataclass
class PersonalDataRegistry:
    kinds: dict[str, PersonalData] = field(default_factory=dict)
    exempt: dict[str, str] = field(default_factory=dict)

    def register(
        self, model: type[Model] | str, *, export: Export, erase: Erase | None = None, merge: Merge | None = None
    ) -> None:
        label = _label(model)
        self.kinds[label] = PersonalData(label, export, erase, merge)

    def leave_out(self, model: type[Model] | str, *, because: str) -> None:
        """State that a model names people but holds nothing that is theirs, and why."""
        self.exempt[_label(model)] = because

    def knows(self, model: type[Model]) -> bool:
        return _label(model) in self.kinds or _label(model) in self.exempt


def _label(model: type[Model] | str) -> str:
    return model if isinstance(model, str) else model._meta.label  # noqa: SLF001 - Django's documented API


registry = PersonalDataRegistry()
register = registry.register
leave_out = registry.leave_out


def export_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return everything that is kept about the person, by model; translated texts as plain ones."""
    return {
        label: [{name: _plain(value) for name, value in record.items()} for record in kind.export(person)]
        for label, kind in sorted(registry.kinds.items())
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Promise) else value
