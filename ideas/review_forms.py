"""Forms of whoever answers, reviews and joins ideas. What may be in them the actions say; here it is shown."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from crowd.converters import id_of
from crowd.forms import RefusedByAction
from ideas.models import LONGEST_TEXT, LOWEST_SCORE, Idea, Review
from ideas.models.history import LONGEST_REASON
from ideas.review_rules import LONGEST_BODY, score_field
from ideas.reviewing import SCORE_WORDS, Criterion

# An idea's number, alone or in its address.
NUMBER = re.compile(r"(?:^|/ideas/)(\d+)(?:[-/?#]|$)")


class AnswerForm(RefusedByAction):
    progress = forms.ChoiceField(label=_("Что решили"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Ответ жителям"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Что будет сделано, кем и когда. Если отказ — почему и что можно сделать вместо этого."),
    )
    on_behalf = forms.CharField(label=_("От чьего имени"), max_length=LONGEST_BODY)
    given_on = forms.DateField(
        label=_("Дата ответа"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), required=False
    )
    # How many answers the writer has seen.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-kept": True}))

    def __init__(self, idea: Idea, open_to: Sequence[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        labels = dict(Idea.Progress.choices)
        self.fields["progress"].choices = [  # type: ignore[attr-defined]
            (
                value,
                _("%(state)s — так и остаётся") % {"state": labels[value]} if value == idea.progress else labels[value],
            )
            for value in open_to
        ]

    def given(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it; only after `full_clean()`."""
        known: Mapping[str, Any] = self.cleaned_data
        return {
            "progress": self.typed("progress"),
            "text": self.typed("text"),
            "on_behalf": self.typed("on_behalf"),
            "given_on": known.get("given_on"),
            "seen": known.get("seen"),
        }

    @staticmethod
    def blank(on_behalf: str, today: date, seen: int) -> dict[str, Any]:
        return {"on_behalf": on_behalf, "given_on": today, "seen": seen}


class ReviewForm(RefusedByAction):
    """An expert's scores by the cycle's criteria, and a conclusion."""

    comment = forms.CharField(
        label=_("Заключение"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Что поддержать, чего опасаться, что уточнить. После завершения этапа это прочтут все."),
    )

    def __init__(self, criteria: Sequence[Criterion], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria = criteria
        own = {
            score_field(criterion.key): forms.ChoiceField(
                label=criterion.label,
                # Fields show their hints as HTML, and this one an editor has typed.
                help_text=escape(criterion.help),
                choices=[(str(score), word) for score, word in enumerate(SCORE_WORDS, LOWEST_SCORE)],
                widget=forms.RadioSelect,
            )
            for criterion in criteria
        }
        self.fields = own | self.fields

    def score_fields(self) -> list[forms.BoundField]:
        return [self[score_field(criterion.key)] for criterion in self.criteria]

    def scores(self) -> dict[UUID, int]:
        """Return the scores that were chosen; one that is no number stands out of range, so that it is refused."""
        typed = {criterion.key: self.typed(score_field(criterion.key)).strip() for criterion in self.criteria}
        return {key: score_of(text) for key, text in typed.items() if text}

    @staticmethod
    def written(review: Review) -> dict[str, Any]:
        """Return what a form starts with that goes on with this review."""
        scores = {score_field(score.criterion): str(score.value) for score in review.scores.all()}
        return scores | {"comment": review.comment}


def score_of(text: str) -> int:
    """Return the score that was sent; 0, which is none, for what is no number of one digit."""
    return int(text) if len(text) == 1 and text.isascii() and text.isdigit() else 0


class WithReason(RefusedByAction):
    """A form with a reason that the public history tells, where the staff gives one."""

    reason = forms.CharField(
        label=_("Почему"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Появится в истории идеи."),
    )

    def __init__(self, *args: Any, with_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.with_reason = with_reason
        if not with_reason:
            del self.fields["reason"]


class UnmergeForm(WithReason):
    pass


class MergeForm(WithReason):
    near = forms.ChoiceField(label=_("Похожие идеи этого сбора"), required=False, widget=forms.RadioSelect)
    into = forms.CharField(
        label=_("Другая идея"),
        required=False,
        max_length=500,
        help_text=_("Ссылка на её страницу или номер из ссылки. Если указана, выбор выше не считается."),
    )
    field_order = ("near", "into", "reason")

    def __init__(self, *args: Any, near: Sequence[Idea], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["near"].choices = [(str(idea.pk), idea.title) for idea in near]  # type: ignore[attr-defined]
        if not near:
            del self.fields["near"]
            self.fields["into"].required = True
            self.fields["into"].help_text = _("Ссылка на её страницу или номер из ссылки.")

    def into_id(self) -> int:
        """Return the id of the idea that was named or chosen; 0, which none has, where there is none."""
        typed = self.typed("into").strip() or self.typed("near").strip()
        found = NUMBER.search(typed)
        return id_of(found[1]) or 0 if found else 0
