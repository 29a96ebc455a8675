"""The editor's form of questions: what cannot be asked is refused beside its field, and so is what would change what
has been answered already.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm

from questions.models import Question
from questions.queries import PEOPLE, tallies

FEWEST_CHOICES, MOST_CHOICES = 2, 20
Kind = Question.Kind


def same(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


class QuestionForm(WagtailAdminModelForm):
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_key(self) -> UUID:
        key: UUID = self.cleaned_data.get("key") or self.instance.key
        return key

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        kind = cleaned.get("kind")
        if kind in {Kind.SINGLE, Kind.SEVERAL} and "choices" in cleaned:
            self._check_choices([block.value["text"] for block in cleaned["choices"]])
        if kind == Kind.SEVERAL and "choices" in cleaned:
            self._check_most(cleaned.get("most"), len(cleaned["choices"]))
        return cleaned

    def _check_choices(self, texts: list[str]) -> None:
        if len(texts) < FEWEST_CHOICES and not self.is_deferred_validation:
            self.add_error("choices", _("Нужно хотя бы два варианта ответа."))
        if len(texts) > MOST_CHOICES:
            self.add_error("choices", _("Не больше 20 вариантов: больше никто не прочтёт."))
        seen: set[str] = set()
        for text in texts:
            if same(text) in seen:
                self.add_error("choices", _("Вариант «%(text)s» есть дважды.") % {"text": text})
            seen.add(same(text))

    def _check_most(self, most: int | None, offered: int) -> None:
        if most is None:
            return
        if most < 2:  # noqa: PLR2004 - one is the kind «один вариант»
            self.add_error("most", _("Если выбрать можно только один вариант, задайте это выше: «один вариант»."))
        elif most > offered and not self.is_deferred_validation:
            self.add_error("most", _("Больше, чем вариантов."))

    def check_against(self, standing: Question, counts: dict[str, int]) -> None:
        """Refuse what would change the meaning of answers that were given; what is only added is welcome."""
        cleaned = self.cleaned_data
        for name in ("text", "kind"):
            if cleaned.get(name) != getattr(standing, name):
                self.add_error(name, _("На этот вопрос уже отвечали, поэтому здесь ничего менять нельзя."))
        if standing.kind == Kind.SCALE:
            for name in ("scale", "low", "high"):
                if cleaned.get(name) != getattr(standing, name):
                    self.add_error(name, _("На этот вопрос уже отвечали, поэтому шкалу менять нельзя."))
        elif "choices" in cleaned:
            self._check_answered_choices(standing, counts)
        if standing.kind == Kind.SEVERAL and cleaned.get("most") and cleaned["most"] < (standing.most or MOST_CHOICES):
            self.add_error("most", _("На этот вопрос уже отвечали: число можно только увеличить."))

    def _check_answered_choices(self, standing: Question, counts: dict[str, int]) -> None:
        texts = {block.id: block.value["text"] for block in self.cleaned_data["choices"]}
        for block in standing.choices:
            people, text = counts.get(block.id, 0), block.value["text"]
            if people and texts.get(block.id) != text:
                message = ngettext(
                    "Вариант «%(text)s» уже выбрал %(people)s человек: его нельзя ни убрать, ни переписать.",
                    "Вариант «%(text)s» уже выбрали %(people)s человек: его нельзя ни убрать, ни переписать.",
                    people,
                )
                self.add_error("choices", message % {"text": text, "people": people})


class QuestionFormSet(BaseChildFormSet):
    """The questions of a page together: knows which of them are public and answered, whatever the draft says."""

    def clean(self) -> None:
        super().clean()
        if self.instance.pk is None:
            return
        standing = {question.pk: question for question in Question.objects.filter(page_id=self.instance.pk)}
        answered = tallies(list(standing))
        by_key = {question.key: question.pk for question in standing.values()}
        kept = set()
        for form in self.forms:
            if form in self.deleted_forms or not form.is_valid():
                kept |= {form.instance.pk} if form not in self.deleted_forms else set()
                continue
            if form.instance.pk is None:
                # Published since this draft was opened.
                form.instance.pk = by_key.get(form.instance.key)
            kept.add(form.instance.pk)
            if form.instance.pk in answered:
                form.check_against(standing[form.instance.pk], answered[form.instance.pk])
        self._refuse_to_lose([standing[pk] for pk in answered if pk not in kept], answered)

    def _refuse_to_lose(self, lost: list[Question], answered: dict[int, dict[str, int]]) -> None:
        errors = []
        for question in lost:
            people = answered[question.pk].get(PEOPLE, 0)
            message = ngettext(
                "Вопрос «%(text)s» убрать нельзя: на него уже ответил %(people)s человек.",
                "Вопрос «%(text)s» убрать нельзя: на него уже ответили %(people)s человек.",
                people,
            )
            errors.append(message % {"text": question.text, "people": people})
        if errors:
            raise ValidationError(errors)
