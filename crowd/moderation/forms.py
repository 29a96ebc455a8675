from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crowd.forms import RefusedByAction, invalid
from crowd.moderation.models import LONGEST_APPEAL, Appeal, Outcome, Reason, Sanction
from crowd.moderation.rules import LONGEST_NOTE


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(choices=Outcome.choices)
    reason = forms.ModelChoiceField(
        Reason.objects.all(), required=False, label=_("Причина"), empty_label=_("Выберите причину")
    )
    note = forms.CharField(required=False, max_length=1000, label=_("Пояснение для автора"))
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def usable_data(self) -> dict[str, Any]:
        """Return the cleaned data; raise `Invalid` with the messages by field."""
        if not self.is_valid():
            raise invalid(self)
        return self.cleaned_data


class AppealForm(RefusedByAction):
    """What an author says against a decision."""

    text = forms.CharField(
        label=_("Почему решение неверное"), max_length=LONGEST_APPEAL, widget=forms.Textarea({"rows": 6})
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="appeal_%s")


class AppealAnswerForm(RefusedByAction):
    """How an appeal is decided. Who leaves the decision as it is says why."""

    outcome = forms.ChoiceField(
        label=_("Решение по апелляции"),
        choices=[
            (Appeal.State.UPHELD, _("Отменить решение и опубликовать запись")),
            (Appeal.State.REJECTED, _("Оставить решение в силе")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Ответ автору"),
        required=False,
        max_length=LONGEST_APPEAL,
        help_text=_("Его прочтёт только автор. Если решение остаётся в силе, ответ обязателен."),
        widget=forms.Textarea({"rows": 5}),
    )


class RegisterForm(forms.Form):
    """Of which year and campaign the register is shown."""

    year = forms.TypedChoiceField(label=_("Год"), required=False, coerce=int, empty_value=None)
    campaign = forms.TypedChoiceField(label=_("Проект"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, Any], *, years: Iterable[int], titles: Mapping[int, str]) -> None:
        super().__init__(data, auto_id="register_%s")
        self.fields["year"].choices = [("", _("Все годы")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["campaign"].choices = [("", _("Все проекты")), *titles.items()]  # type: ignore[attr-defined]


class SanctionForm(forms.Form):
    """What is imposed, for how long, where, and why. The person is fixed by the post."""

    Kind = Sanction.Kind
    EXPLAINED = (
        (Kind.WARNING, _("Ничего не запрещает. Человек увидит его в личном кабинете и подтвердит, что прочитал.")),
        (
            Kind.PREMODERATION,
            _("Комментарии, идеи и правки автора появятся только после модератора, как бы ни был настроен раздел."),
        ),
        (
            Kind.SILENCE,
            _("Нельзя писать комментарии, предлагать идеи, ставить реакции и жаловаться. Читать и голосовать можно."),
        ),
        (
            Kind.BLOCK,
            _("Можно только читать: ни комментариев и идей, ни голосов, реакций, жалоб, ответов на вопросы и оценок."),
        ),
    )

    LENGTHS = (
        ("1", _("на сутки")),
        ("3", _("на 3 дня")),
        ("7", _("на неделю")),
        ("30", _("на 30 дней")),
    )

    kind = forms.ChoiceField(label=_("Что сделать"), choices=Kind.choices, widget=forms.RadioSelect)
    days = forms.ChoiceField(
        label=_("На сколько"),
        choices=LENGTHS,
        widget=forms.RadioSelect,
        initial="1",
        help_text=_("Потом закончится само. Предупреждение столько времени остаётся в личном кабинете."),
    )
    everywhere = forms.BooleanField(
        label=_("На всём сайте"), required=False, help_text=_("Иначе — только в этом проекте.")
    )
    reason = forms.ModelChoiceField(Reason.objects.all(), label=_("Причина"), empty_label=_("Выберите причину"))
    note = forms.CharField(
        label=_("Пояснение"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Причину и пояснение прочтёт автор."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, may_everywhere: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_everywhere:
            del self.fields["everywhere"]

    @property
    def kinds(self) -> list[tuple[str, Any, Any, bool]]:
        """Return each kind with its name, what it means, and whether it was chosen: how the page shows the field."""
        chosen = self["kind"].value()
        return [(kind.value, kind.label, words, chosen == kind.value) for kind, words in self.EXPLAINED]

    @property
    def length(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))
