from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from crowd.bilingual import ENGLISH, Bilingual


class Municipality(Bilingual):
    """One of the okrug's 22. Stands here and not with campaigns, because people have one and floors only look down."""

    class Kind(models.TextChoices):
        CITY = "city", _("город")
        DISTRICT = "district", _("район")

    slug = models.SlugField(unique=True)
    name = models.CharField(_("название"), max_length=60, unique=True)
    kind = models.CharField(_("вид"), max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("муниципальное образование")
        verbose_name_plural = _("муниципальные образования")
        ordering = ("kind", "name")

    def __str__(self) -> str:
        if self.kind == self.Kind.DISTRICT:
            return f"{self.label} district" if self.language == ENGLISH else f"{self.name} район"
        return self.label


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    class Verification(models.TextChoices):
        NONE = "none", _("почта не подтверждена")
        EMAIL = "email", _("почта подтверждена")
        RESIDENT = "resident", _("подтверждённый житель")

    class Standing(models.TextChoices):
        """Whether posts are looked at before they are seen."""

        NEWCOMER = "newcomer", _("новичок")
        TRUSTED = "trusted", _("публикуется сразу")

    email = models.EmailField(_("электронная почта"))
    display_name = models.CharField(
        _("имя на сайте"), max_length=60, help_text=_("Его увидят другие жители. Почта не показывается никому.")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, verbose_name=_("муниципальное образование")
    )
    verification = models.CharField(_("подтверждение"), max_length=10, choices=Verification, default=Verification.NONE)
    standing = models.CharField(_("доверие"), max_length=10, choices=Standing, default=Standing.NEWCOMER)
    language = models.CharField(
        _("язык писем"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_active = models.BooleanField(_("может войти"), default=True)
    joined_at = models.DateTimeField(_("с нами с"), db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("человек")
        verbose_name_plural = _("люди")
        constraints = (models.UniqueConstraint(Lower("email"), name="person_email_once"),)

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    @property
    def first_name(self) -> str:
        """What Wagtail's admin calls the person in its menu; without it there stands the e-mail."""
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def is_staff(self) -> bool:
        return self.is_superuser


class CampaignRole(models.Model):
    """A role in one campaign or, without one, in all of them."""

    class Role(models.TextChoices):
        MODERATOR = "moderator", _("модератор")
        EDITOR = "editor", _("редактор")
        APPROVER = "approver", _("утверждающий")
        EXPERT = "expert", _("эксперт")
        OPERATOR = "operator", _("оператор")
        BODY = "body", _("ответственный орган")

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles", verbose_name=_("человек"))
    role = models.CharField(_("роль"), max_length=10, choices=Role)
    # A campaign is a page of a higher floor, so the key names Wagtail's page.
    campaign = models.ForeignKey(
        "wagtailcore.Page",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("проект"),
        help_text=_("Пусто — роль во всех проектах."),
    )

    class Meta:
        verbose_name = _("роль в проекте")
        verbose_name_plural = _("роли в проектах")
        constraints = (
            models.UniqueConstraint(fields=["person", "role", "campaign"], name="role_once"),
            models.UniqueConstraint(
                fields=["person", "role"], name="role_everywhere_once", condition=models.Q(campaign=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} — {self.get_role_display()}"


class ResidentConfirmation(models.Model):
    """Who confirmed a resident, by which document: kept only as a keyed hash, one confirmed account per document."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="confirmation", verbose_name=_("человек"))
    document_hash = models.CharField(max_length=64, unique=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("оператор"))
    confirmed_at = models.DateTimeField(_("когда"), db_default=Now())

    class Meta:
        verbose_name = _("подтверждение жителя")
        verbose_name_plural = _("подтверждения жителей")

    def __str__(self) -> str:
        return str(self.person)


class ConsentText(models.Model):
    """A version of the consent to the processing of personal data; a new row asks everybody again."""

    version = models.PositiveIntegerField(_("версия"), unique=True)
    title = models.CharField(_("заголовок"), max_length=120)
    text = models.TextField(_("текст"))
    published_at = models.DateTimeField(_("действует с"), db_default=Now())

    class Meta:
        verbose_name = _("текст согласия")
        verbose_name_plural = _("тексты согласия")
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self.title}, {self.version}"


class Consent(models.Model):
    """That a person agreed to one version, when, and who noted it (an operator, for somebody without internet)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents", verbose_name=_("человек"))
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents", verbose_name=_("текст"))
    given_at = models.DateTimeField(_("когда"), db_default=Now())
    operator = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("оператор")
    )

    class Meta:
        verbose_name = _("согласие")
        verbose_name_plural = _("согласия")
        constraints = (models.UniqueConstraint(fields=["person", "text"], name="consent_once"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.text}"
