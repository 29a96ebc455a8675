from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Page

from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.events import actions as events
from crowd.people import editors
from crowd.people.documents import SHORTEST_NUMBER, document_hash, normalized_number
from crowd.people.models import CampaignRole, Consent, ConsentText, Municipality, Person, ResidentConfirmation
from crowd.people.queries import current_consent_text, roles_of
from crowd.people.rules import may_act_for_residents, may_administer, name_problem, tidy_name


def _subject(person: Person) -> events.Subject:
    return events.Subject("person", person.pk)


@transaction.atomic
def give_consent(*, person: Person, text: ConsentText, operator: Person | None = None) -> Consent:
    """Note that the person agreed to this text, which must be the one in force; a second time changes nothing."""
    if operator is not None and not may_act_for_residents(roles_of(operator)):
        raise NotAllowed
    if text != current_consent_text():
        raise Invalid(fields={"consent": [_("Текст согласия изменился. Прочитайте его и отметьте ещё раз.")]})
    consent, given = Consent.objects.get_or_create(person=person, text=text, defaults={"operator": operator})
    if given:
        actor = operator or person
        events.record("consent.given", subject=_subject(person), actor_id=actor.pk, payload={"consent_text": text.pk})
    return consent


@transaction.atomic
def publish_consent_text(*, title: str, text: str, publisher: Person) -> ConsentText:
    """Put a new version in force; everybody is asked again."""
    if not may_administer(publisher):
        raise NotAllowed
    current = current_consent_text()
    published = ConsentText.objects.create(version=(current.version if current else 0) + 1, title=title, text=text)
    log(instance=published, action="wagtail.create", user=publisher)
    subject = events.Subject("consent_text", published.pk)
    events.record("consent_text.published", subject=subject, actor_id=publisher.pk)
    return published


@transaction.atomic
def note_confirmed_email(*, person: Person) -> None:
    """Raise the verification of a person whose e-mail has proved to be theirs; a confirmed resident stays one."""
    raised = Person.objects.filter(pk=person.pk, verification=Person.Verification.NONE).update(
        verification=Person.Verification.EMAIL
    )
    if raised:
        person.verification = Person.Verification.EMAIL
        events.record("person.email_confirmed", subject=_subject(person), actor_id=person.pk)


@transaction.atomic
def edit_person(*, person: Person, display_name: str, municipality: Municipality | None) -> Person:
    name = tidy_name(display_name)
    if problem := name_problem(name):
        raise Invalid(fields={"display_name": [problem]})
    person.display_name, person.municipality = name, municipality
    person.save(update_fields=["display_name", "municipality"])
    events.record("person.edited", subject=_subject(person), actor_id=person.pk)
    return person


@transaction.atomic
def choose_language(*, person: Person, language: str) -> None:
    """Note in which language the person reads the site: letters come in it."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": [_("Такого языка на сайте нет.")]})
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])
        events.record("person.edited", subject=_subject(person), actor_id=person.pk)


@transaction.atomic
def confirm_resident(*, person: Person, document_number: str, operator: Person) -> ResidentConfirmation:
    """Note that an operator saw the document of a resident: once per person and once per document, for all time.

    The number itself is written nowhere. Everything is audited: the event, and Wagtail's log with the operator's name.
    """
    if not may_act_for_residents(roles_of(operator)) or operator.pk == person.pk:
        raise NotAllowed
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.verification == Person.Verification.RESIDENT:
        raise AlreadyDecided(_("Этот человек уже подтверждённый житель."))
    if locked.verification == Person.Verification.NONE:
        raise Invalid(_("Сначала человек должен подтвердить почту по ссылке из письма."))
    if len(normalized_number(document_number)) < SHORTEST_NUMBER:
        raise Invalid(fields={"document_number": [_("Номер слишком короткий. Введите серию и номер целиком.")]})
    try:
        with transaction.atomic():
            confirmation = ResidentConfirmation.objects.create(
                person=locked, document_hash=document_hash(document_number), confirmed_by=operator
            )
    except IntegrityError as error:
        message = _("С этим документом уже подтверждена другая учётная запись.")
        raise Invalid(fields={"document_number": [message]}) from error
    locked.verification = person.verification = Person.Verification.RESIDENT
    locked.save(update_fields=["verification"])
    log(instance=locked, action="people.confirm", user=operator)
    events.record("person.confirmed", subject=_subject(locked), actor_id=operator.pk)
    return confirmation


@transaction.atomic
def trust_newcomer(*, person_id: int) -> None:
    """Publish what the person writes from now on at once; whoever is trusted already stays so."""
    trusted = Person.objects.filter(pk=person_id, standing=Person.Standing.NEWCOMER).update(
        standing=Person.Standing.TRUSTED
    )
    if trusted:
        events.record("person.trusted", subject=events.Subject("person", person_id))


@transaction.atomic
def grant_role(*, person: Person, role: str, campaign: Page | None, granted_by: Person) -> CampaignRole:
    """Give a role in one campaign, or without one in all; editors and approvers get its pages with it."""
    if not may_administer(granted_by):
        raise NotAllowed
    try:
        with transaction.atomic():
            granted = CampaignRole.objects.create(person=person, role=role, campaign=campaign)
    except IntegrityError as error:
        raise Invalid(_("Эта роль у человека уже есть.")) from error
    editors.let_edit(granted)
    _audit_role("granted", granted, granted_by)
    return granted


@transaction.atomic
def revoke_role(*, role: CampaignRole, revoked_by: Person) -> None:
    """Take a role back, and with an editor's or an approver's also the right to its pages."""
    if not may_administer(revoked_by):
        raise NotAllowed
    held = CampaignRole.objects.select_for_update(of=("self",)).filter(pk=role.pk).first()
    if held is None:
        raise AlreadyDecided(_("Эту роль уже сняли."))
    editors.stop_editing(held)
    _audit_role("revoked", held, revoked_by)
    held.delete()


def _audit_role(what: str, role: CampaignRole, actor: Person) -> None:
    """Write who gave or took which role into the person's history and the events."""
    data = {"role": role.role, "campaign": role.campaign_id}
    log(instance=role.person, action=f"people.role_{what}", user=actor, data=data)
    events.record(
        f"role.{what}",
        subject=_subject(role.person),
        actor_id=actor.pk,
        campaign_id=role.campaign_id,
        payload={"role": role.role},
    )
