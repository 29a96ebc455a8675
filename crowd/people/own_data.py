"""What this floor keeps of a person: the account, consents, roles, the confirmation, and what allauth notes."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F
from wagtail.users.models import UserProfile

from crowd.people.models import CampaignRole, Consent, Person, ResidentConfirmation
from crowd.people.personal_data import Record, leave_out, register

# Wagtail notes which of the staff did what: the history of the site, not of a resident.
STAFF_WORK = (
    "wagtailcore.Page",
    "wagtailcore.Revision",
    "wagtailcore.Comment",
    "wagtailcore.CommentReply",
    "wagtailcore.TaskState",
    "wagtailcore.WorkflowState",
    "wagtailcore.PageSubscription",
    "wagtailcore.ModelLogEntry",
    "wagtailcore.PageLogEntry",
    "wagtailcore.UploadedFile",
    "wagtailimages.Image",
    "wagtaildocs.Document",
    "wagtailadmin.EditingSession",
    "wagtailadmin.FormState",
    "wagtailcore.APIToken",
)


def account(person: Person) -> Iterator[Record]:
    yield {
        "email": person.email,
        "display_name": person.display_name,
        "municipality": str(person.municipality) if person.municipality else None,
        "verification": person.get_verification_display(),
        "standing": person.get_standing_display(),
        "language": person.get_language_display(),
        "joined_at": person.joined_at,
        "last_login": person.last_login,
    }


def consents(person: Person) -> Iterator[Record]:
    rows = Consent.objects.filter(person=person).order_by("id")
    yield from rows.values("given_at", version=F("text__version"), noted_by=F("operator__display_name"))


def roles(person: Person) -> Iterator[Record]:
    for role in CampaignRole.objects.filter(person=person).select_related("campaign").order_by("id"):
        yield {"role": role.get_role_display(), "campaign": role.campaign.title if role.campaign else None}


def confirmation(person: Person) -> Iterator[Record]:
    rows = ResidentConfirmation.objects.filter(person=person)
    yield from rows.values("confirmed_at", noted_by=F("confirmed_by__display_name"))


def addresses(person: Person) -> Iterator[Record]:
    yield from EmailAddress.objects.filter(user=person).order_by("id").values("email", "verified", "primary")


def second_factors(person: Person) -> Iterator[Record]:
    yield from Authenticator.objects.filter(user=person).order_by("id").values("type", "created_at", "last_used_at")


def admin_settings(person: Person) -> Iterator[Record]:
    rows = UserProfile.objects.filter(user=person)
    yield from rows.values("preferred_language", "current_time_zone", "theme", "density", "contrast")


def register_own() -> None:
    register(Person, export=account)
    register(Consent, export=consents)
    register(CampaignRole, export=roles)
    register(ResidentConfirmation, export=confirmation)
    register(EmailAddress, export=addresses)
    register(Authenticator, export=second_factors)
    register(UserProfile, export=admin_settings)
    for label in STAFF_WORK:
        leave_out(label, because="Work of the staff, part of the site's history.")
