from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from taggit.utils import parse_tags

from crowd.campaigns.models import Sector
from crowd.people.models import Municipality
from ideas.actions import IdeaText
from ideas.models import LONGEST_TEXT, LONGEST_TITLE, Idea, IdeaTag
from ideas.queries import LAST_PAGE, ORDERS
from ideas.uploads import CleanFile, clean_upload

MOST_TAGS = 7
LONGEST_TAG = 40


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Several files, each made safe; `clean` returns a list of `CleanFile`."""

    widget = ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > settings.ATTACHMENT_MAX_FILES:
            most = settings.ATTACHMENT_MAX_FILES
            message = ngettext(
                "Можно приложить не больше %(n)s файла.", "Можно приложить не больше %(n)s файлов.", most
            )
            raise forms.ValidationError(message % {"n": most})
        errors: list[forms.ValidationError] = []
        cleaned: list[CleanFile] = []
        for file in files:
            try:
                cleaned.append(clean_upload(file))
            except forms.ValidationError as error:
                errors.append(error)
        if errors:
            raise forms.ValidationError(errors)
        return cleaned


class IdeaForm(forms.Form):
    title = forms.CharField(
        label=_("Название"), max_length=LONGEST_TITLE, min_length=5, help_text=_("Одна мысль одной строкой.")
    )
    problem = forms.CharField(
        label=_("В чём проблема"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Что сейчас неудобно, где и кому."),
    )
    solution = forms.CharField(
        label=_("Что вы предлагаете"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    effect = forms.CharField(
        label=_("Что изменится"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    sector = forms.ModelChoiceField(
        Sector.objects.all(), label=_("Отрасль"), required=False, empty_label=_("Не выбрана")
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.all(), label=_("Где это"), required=False, empty_label=_("Весь округ")
    )
    tags = forms.CharField(
        label=_("Метки"), max_length=200, required=False, help_text=_("Через запятую: транспорт, приложение.")
    )
    attachments = AttachmentsField(
        label=_("Файлы"), required=False, help_text=_("До 5 файлов JPEG, PNG, WebP или PDF, каждый до 5 МБ.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("title", "problem", "solution", "effect"):
            if "\x00" in cleaned.get(name, ""):
                self.add_error(name, _("В тексте есть знак, который нельзя сохранить."))
        return cleaned

    def clean_tags(self) -> list[str]:
        tags = list(dict.fromkeys(" ".join(tag.lower().split()) for tag in parse_tags(self.cleaned_data["tags"])))
        if len(tags) > MOST_TAGS:
            message = ngettext("Оставьте не больше %(n)s метки.", "Оставьте не больше %(n)s меток.", MOST_TAGS)
            raise forms.ValidationError(message % {"n": MOST_TAGS})
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise forms.ValidationError(_("Метка слишком длинная: разделите метки запятыми."))
        return tags

    @property
    def text(self) -> IdeaText:
        """What was written, as the actions take it. Only after `is_valid()`."""
        return IdeaText(**{name: self.cleaned_data[name] for name in IdeaText.__dataclass_fields__})

    @classmethod
    def of(cls, idea: Idea) -> "IdeaForm":
        """Return the form filled with an idea's text."""
        initial = {
            name: getattr(idea, name) for name in ("title", "problem", "solution", "effect", "sector", "municipality")
        }
        return cls(initial=initial | {"tags": ", ".join(sorted(tag.name for tag in idea.tags.all()))})


class IdeaFilterForm(forms.Form):
    """The query of a list of ideas; a value that makes no sense is as if it were not there."""

    q = forms.CharField(label=_("Слова"), max_length=200, required=False)
    sector = forms.ModelChoiceField(
        Sector.objects.all(), label=_("Отрасль"), required=False, to_field_name="slug", empty_label=_("Все отрасли")
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.all(), label=_("Где"), required=False, to_field_name="slug", empty_label=_("Весь округ")
    )
    tag = forms.ModelChoiceField(IdeaTag.objects.all(), required=False, to_field_name="slug", widget=forms.HiddenInput)
    status = forms.ChoiceField(
        required=False, choices=[("", _("Любое состояние")), *Idea.Progress.choices], widget=forms.HiddenInput
    )
    order = forms.ChoiceField(
        label=_("Порядок"),
        required=False,
        choices=[("new", _("Сначала новые")), ("top", _("Сначала с большей поддержкой"))],
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput)

    def filters(self) -> dict[str, Any]:
        """Return what is usable of the query."""
        self.is_valid()
        cleaned = self.cleaned_data
        tag = cleaned.get("tag")
        return cleaned | {
            "tag": tag.slug if tag else "",
            "order": cleaned.get("order") or next(iter(ORDERS)),
            "page": cleaned.get("page") or 1,
        }
