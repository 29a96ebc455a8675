"""What forms of residents' words share: the action decides what may be written, the form shows what it says."""

from django import forms

from crowd.errors import FieldErrors, Invalid


def errors_of(form: forms.Form) -> dict[str, list[str]]:
    """Return what the form has against its fields, as refusals carry it."""
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def invalid(form: forms.Form) -> Invalid:
    """Return the refusal that says what the form has against its fields."""
    return Invalid(fields=errors_of(form))


class RefusedByAction(forms.Form):
    """A form whose action refuses, so that every door says the same; here the refusal is shown beside the fields."""

    def typed(self, field: str) -> str:
        return str(self.data.get(field, ""))

    def refuse(self, fields: FieldErrors) -> None:
        """Show the action's refusal beside the fields, instead of what the form alone would say."""
        self.full_clean()
        self.errors.clear()
        for field, refusals in fields.items():
            self.add_error(field, [str(refusal) for refusal in refusals])
