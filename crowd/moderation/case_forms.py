"""Forms of whoever hands cases on, joins duplicates and decides several. What may be in them the actions say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crowd.converters import id_of
from crowd.errors import DomainError, Invalid
from crowd.forms import RefusedByAction
from crowd.moderation.case_rules import MEANS
from crowd.moderation.models import LONGEST_ESCALATION, Outcome, Reason
from crowd.moderation.registry import Near
from crowd.moderation.rules import LONGEST_NOTE

# A post's number, alone or in an address.
NUMBER = re.compile(r"(?:^|/)(\d+)(?:[-/?#]|$)")

# Kind, number and latest decision.
CHOSEN_PARTS = 3


@dataclass(frozen=True)
class Chosen:
    """A case that was ticked, and the latest decision about it that the page knew of."""

    kind: str
    id: int
    seen: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}:{self.seen}"


class CaseForm(RefusedByAction):
    """Knows which decision the page was made after, and shows at its fields what an action refuses."""

    @property
    def seen(self) -> int | None:
        """Return the latest decision that the page knew of; None where it does not say."""
        typed = self.typed("seen")
        return id_of(typed) if typed else None

    def say(self, refused: DomainError) -> str:
        """Show the refusal at its fields; return it in a sentence."""
        self.refuse({name: said for name, said in refused.fields.items() if name in self.fields})
        said = [str(message) for messages in refused.fields.values() for message in messages]
        return " ".join(said) or str(refused.detail)


class WithNote(CaseForm):
    note = forms.CharField(
        label=_("Пояснение для автора"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 3}),
    )

    def usable_note(self) -> str:
        """Return what the author is to read; refuse what is no such text."""
        self.full_clean()
        if "note" in self.errors:
            raise Invalid(fields={"note": [str(error) for error in self.errors["note"]]})
        return str(self.cleaned_data.get("note", ""))


class EscalationForm(CaseForm):
    note = forms.CharField(label=_("Почему передаёте"), max_length=LONGEST_ESCALATION)


class DuplicateForm(WithNote):
    """Which other post it repeats: one of those that were found, or any by its number or address."""

    near = forms.ChoiceField(label=_("Похожие записи"), required=False, widget=forms.RadioSelect)
    into = forms.CharField(
        label=_("Другая запись"),
        required=False,
        max_length=500,
        help_text=_("Её номер или ссылка на её страницу. Если указано, выбор выше не считается."),
    )
    field_order = ("near", "into", "note")

    def __init__(self, data: Mapping[str, Any], *, near: Sequence[Near], joins: bool) -> None:
        super().__init__(data, auto_id="duplicate_%s")
        self.fields["near"].choices = [(str(one.id), f"{one.percent} % — {one.title}") for one in near]  # type: ignore[attr-defined]
        if not joins:
            del self.fields["into"]
        if not joins or not near:
            del self.fields["near"]

    @property
    def named(self) -> str:
        return self.typed("into").strip() or self.typed("near").strip()

    @property
    def into_id(self) -> int:
        """Return the id of the post that was named or chosen; 0, which none has, where there is none."""
        found = NUMBER.search(self.named.removeprefix("№").strip())
        return id_of(found[1]) if found else 0


class ManyForm(WithNote):
    """What is decided about several cases at once, each of them named as kind, number and latest decision."""

    outcome = forms.ChoiceField(
        choices=[(name, Outcome(name).label) for name in MEANS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Выберите, что сделать с отмеченными.")),
    )
    reason = forms.ModelChoiceField(
        Reason.objects.all(), required=False, label=_("Причина"), empty_label=_("Выберите причину")
    )
    field_order = ("reason", "note")

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="many_%s")
        self.named = data.getlist("case")

    @property
    def chosen(self) -> list[Chosen]:
        """Return what was ticked, each once; what is no name of a case is passed over."""
        parts = [typed.split(":") for typed in self.named]
        named = [Chosen(part[0], id_of(part[1]), id_of(part[2])) for part in parts if len(part) == CHOSEN_PARTS]
        return list({(one.kind, one.id): one for one in named if one.id}.values())

    @property
    def sure(self) -> bool:
        return self.typed("sure") == "1"

    def usable_data(self) -> dict[str, Any]:
        """Return outcome, reason and note; refuse what is none, in words for each field."""
        if not self.is_valid():
            raise Invalid(fields={name: [str(error) for error in errors] for name, errors in self.errors.items()})
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "note")}
