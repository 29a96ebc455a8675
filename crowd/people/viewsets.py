"""The administrators' pages about people: accounts, roles, texts of the consent."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from crowd.people.actions import grant_role, publish_consent_text, revoke_role
from crowd.people.forms import NameField
from crowd.people.models import CampaignRole, ConsentText, Person
from crowd.people.reading import NotesReading, note_reading

CAMPAIGN_DEPTH = 3


class NoFirstAndLastName:
    """Mixin: takes away what Wagtail's user forms declare and our person has not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields.pop(name, None)  # type: ignore[attr-defined]


class PersonCreationForm(NoFirstAndLastName, UserCreationForm):
    """A new account of staff, whose e-mail is confirmed at the first sign-in.

    Without a password the person sets one by «Забыли пароль?».
    """

    password_required = False
    display_name = NameField()

    class Meta(UserCreationForm.Meta):
        fields: ClassVar[set[str]] = {"email", "display_name", "is_superuser", "groups"}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if Person.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(self.error_messages["duplicate_username"])
        return email

    def save(self, commit: bool = True) -> Person:  # noqa: FBT001, FBT002 - Django's signature
        if not self.cleaned_data.get("password1"):
            self.instance.set_unusable_password()
        person: Person = super().save(commit)
        return person


class PersonEditForm(NoFirstAndLastName, UserEditForm):
    """Whoever has an account changes its e-mail and password: both must prove to be theirs."""

    password_enabled = False
    display_name = NameField()
    email = forms.EmailField(label=_("Электронная почта"), disabled=True, required=False)

    class Meta(UserEditForm.Meta):
        fields: ClassVar[set[str]] = {"email", "display_name", "standing", "is_active", "is_superuser", "groups"}


class PersonIndexView(NotesReading, IndexView):
    place = "accounts"

    @cached_property
    def search_fields(self) -> set[str]:
        return {"email", "display_name"}


class PersonEditView(EditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        note_reading(reader=self.request.user, people=[self.object], where="account")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context


class PersonViewSet(UserViewSet):
    index_view_class = PersonIndexView
    edit_view_class = PersonEditView

    def get_form_class(self, for_update: bool = False) -> type[Any]:  # noqa: FBT001, FBT002
        return PersonEditForm if for_update else PersonCreationForm


class CampaignField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A campaign, known by its page's type and place: campaigns are a higher floor."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Page.objects.none(), **kwargs)
        self.queryset = Page.objects.filter(
            depth=CAMPAIGN_DEPTH, content_type__app_label="campaigns", content_type__model="campaignpage"
        ).order_by("title")

    def label_from_instance(self, obj: Model) -> str:
        return str(obj)


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Gives a role; the person is named by e-mail, since a list of all people would be neither short nor discreet."""

    email = forms.EmailField(label=_("Почта человека"))
    campaign = CampaignField(
        label=_("Проект"), required=False, empty_label=_("Все проекты"), help_text=_("Пусто — роль во всех проектах.")
    )

    class Meta:
        model = CampaignRole
        fields = ("email", "role", "campaign")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.person = Person.objects.filter(email__iexact=email, is_active=True).first()
        if self.person is None:
            raise forms.ValidationError(_("Учётной записи с такой почтой нет."))
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        same = {
            "person": getattr(self, "person", None),
            "role": cleaned.get("role"),
            "campaign": cleaned.get("campaign"),
        }
        if same["person"] and CampaignRole.objects.filter(**same).exists():
            raise forms.ValidationError(_("Эта роль у человека уже есть."))
        return cleaned


class GrantView(generic.CreateView):
    success_message = _("Роль дана: %(object)s.")

    def save_instance(self) -> CampaignRole:
        data = self.form.cleaned_data
        return grant_role(
            person=self.form.person, role=data["role"], campaign=data["campaign"], granted_by=self.request.user
        )


class RevokeView(generic.DeleteView):
    success_message = _("Роль снята: %(object)s.")

    def delete_action(self) -> None:
        revoke_role(role=self.object, revoked_by=self.request.user)


class RolesIndexView(NotesReading, generic.IndexView):
    place = "roles"

    def person_of(self, row: CampaignRole) -> Person:
        return row.person

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("person", "campaign")


class RoleViewSet(ModelViewSet):
    model = CampaignRole
    icon = "group"
    menu_label = _("Роли в проектах")
    menu_order = 610
    add_to_settings_menu = True
    url_prefix = "roles"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ("person", "role", "campaign")
    index_view_class = RolesIndexView
    add_view_class = GrantView
    delete_view_class = RevokeView
    list_display = (
        Column("person", label=_("Человек"), accessor="person.display_name"),
        Column("email", label=_("Почта"), accessor="person.email"),
        Column("role", label=_("Роль"), accessor="get_role_display"),
        Column("campaign", label=_("Проект"), accessor=lambda role: role.campaign or _("Все проекты")),
    )
    list_filter = ("role",)
    search_fields = ("person__email", "person__display_name")

    def get_form_class(self, for_update: bool = False) -> type[RoleForm]:  # noqa: FBT001, FBT002, ARG002
        return RoleForm


class PublishConsentView(generic.CreateView):
    success_message = _("Текст опубликован. Теперь согласие спросят у всех заново.")

    def save_instance(self) -> ConsentText:
        data = self.form.cleaned_data
        return publish_consent_text(title=data["title"], text=data["text"], publisher=self.request.user)


class ConsentTextViewSet(ModelViewSet):
    """Texts are published, never changed: people agreed to the words that they saw."""

    add_view_class = PublishConsentView
    model = ConsentText
    icon = "doc-full"
    menu_label = _("Тексты согласия")
    menu_order = 620
    add_to_settings_menu = True
    url_prefix = "consent-texts"
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields = ("title", "text")
    inspect_view_fields = ("version", "title", "text", "published_at")
    list_display = ("title", "version", DateColumn("published_at", label=_("Действует с")))
