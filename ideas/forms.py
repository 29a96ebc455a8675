from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinLengthValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crowd.campaigns.models import Sector
from crowd.converters import id_of
from crowd.people.models import Municipality
from ideas.actions import IdeaText
from ideas.models import ASKED_FIELDS, LONGEST_TEXT, LONGEST_TITLE, Asked, Attachment, Idea, IdeaCyclePage
from ideas.rules import MISSING
from ideas.tags import LONGEST_TAG, MOST_TAGS, split_tags
from ideas.uploads import CleanFile, clean_upload

TEXTS = ("title", "problem", "solution", "effect")
TEXT_FIELDS = tuple(IdeaText.__dataclass_fields__)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class AttachmentsField(forms.FileField):
    """Several files, each made safe; `clean` returns a list of `CleanFile`."""

    widget = ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > settings.ATTACHMENT_MAX_FILES:
            raise forms.ValidationError(too_many_files())
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


class KeptFilesField(forms.MultipleChoiceField):
    """Which of the files that are there to take away; what is gone by now is gone."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return bool(id_of(value))

    def clean(self, value: Any) -> list[int]:
        return [id_of(one) for one in super().clean(value)]


class IdeaForm(forms.Form):
    """What a cycle asks of an idea. `idea` is the draft that was kept, or the idea that is changed."""

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
        label=_("Что вы предлагаете"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )
    effect = forms.CharField(
        label=_("Что изменится"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    sector = forms.ModelChoiceField(Sector.objects.all(), label=_("Отрасль"), empty_label=_("Не выбрана"))
    municipality = forms.ModelChoiceField(Municipality.objects.all(), label=_("Где это"), empty_label=_("Весь округ"))
    tags = forms.CharField(label=_("Метки"), max_length=300, help_text=_("Через запятую: транспорт, приложение."))
    remove = KeptFilesField(
        label=_("Приложенные файлы"), help_text=_("Отметьте те, которые нужно убрать."), required=False
    )
    attachments = AttachmentsField(
        label=_("Файлы"), required=False, help_text=_("До 5 файлов JPEG, PNG, WebP или PDF, каждый до 5 МБ.")
    )

    def __init__(self, *args: Any, cycle: IdeaCyclePage, idea: Idea | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.idea = idea
        self.kept_files = list(idea.attachments.order_by("pk")) if idea else []
        self.needs_file = cycle.attachments_asked == Asked.MUST
        for name in ASKED_FIELDS:
            asked = getattr(cycle, f"{name}_asked")
            if asked == Asked.NOT:
                del self.fields[name]
            else:
                self.fields[name].required = asked == Asked.MUST
        if idea and idea.moderation == Idea.Moderation.PUBLISHED:
            # What people have seen stays as they saw it.
            self.fields.pop("attachments", None)
            del self.fields["remove"]
        elif self.kept_files:
            self.fields["remove"].choices = [(file.pk, _file_label(file)) for file in self.kept_files]  # type: ignore[attr-defined]
        else:
            del self.fields["remove"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in TEXTS:
            if "\x00" in cleaned.get(name, ""):
                self.add_error(name, _("В тексте есть знак, который нельзя сохранить."))
        left = len([file for file in self.kept_files if file.pk not in cleaned.get("remove", [])])
        if "attachments" in self.fields and "attachments" not in self.errors:
            self._check_files(left + len(cleaned["attachments"]), new=bool(cleaned["attachments"]))
        return cleaned

    def _check_files(self, count: int, *, new: bool) -> None:
        if new and count > settings.ATTACHMENT_MAX_FILES:
            self.add_error("attachments", too_many_files())
        elif self.needs_file and not count:
            self.add_error("attachments", MISSING)

    def clean_tags(self) -> list[str]:
        tags = split_tags(self.cleaned_data["tags"])
        if len(tags) > MOST_TAGS:
            message = ngettext("Оставьте не больше %(n)s метки.", "Оставьте не больше %(n)s меток.", MOST_TAGS)
            raise forms.ValidationError(message % {"n": MOST_TAGS})
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise forms.ValidationError(_("Метка слишком длинная: разделите метки запятыми."))
        return tags

    @property
    def text(self) -> IdeaText:
        """What was written, as the actions take it; what the form does not ask stays as the idea has it.

        Only after `is_valid()`.
        """
        had = _values(self.idea) if self.idea else {"title": "", "problem": ""}
        return IdeaText(**(had | {name: self.cleaned_data[name] for name in TEXT_FIELDS if name in self.fields}))

    @property
    def attached(self) -> list[CleanFile]:
        return self.cleaned_data.get("attachments", [])

    @property
    def removed(self) -> list[int]:
        return self.cleaned_data.get("remove", [])

    @classmethod
    def of(cls, idea: Idea, *, cycle: IdeaCyclePage) -> "IdeaForm":
        """Return the form filled with an idea's text."""
        had = _values(idea)
        return cls(initial=had | {"tags": ", ".join(had["tags"])}, cycle=cycle, idea=idea)


class DraftForm(IdeaForm):
    """The same while it is being written: nothing is demanded but that it can be kept. Spaces stay where they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.validators = [one for one in field.validators if not isinstance(one, MinLengthValidator)]
            if name in TEXTS and isinstance(field, forms.CharField):
                field.strip = False
        self.needs_file = False


def _values(idea: Idea) -> dict[str, Any]:
    tags = sorted(tag.name for tag in idea.tags.all())
    return {name: getattr(idea, name) for name in TEXT_FIELDS if name != "tags"} | {"tags": tags}


def _file_label(file: Attachment) -> str:
    return f"{file.name} ({filesizeformat(file.size)})"


def too_many_files() -> str:
    most = settings.ATTACHMENT_MAX_FILES
    message = ngettext("Можно приложить не больше %(n)s файла.", "Можно приложить не больше %(n)s файлов.", most)
    return message % {"n": most}
