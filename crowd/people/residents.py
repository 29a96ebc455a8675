"""Residents who come to a service centre and have no account: recognised again by their document, never kept."""

from secrets import token_hex

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from crowd.errors import Invalid, NotAllowed
from crowd.events import actions as events
from crowd.people.actions import give_consent
from crowd.people.documents import SHORTEST_NUMBER, document_hash, normalized_number
from crowd.people.models import Municipality, Person, ResidentConfirmation
from crowd.people.queries import current_consent_text, has_current_consent, roles_of
from crowd.people.rules import may_act_for_residents, name_problem, tidy_name

# Nobody gets letters at such an address, so nobody can ask for a password to it.
NO_ACCOUNT = "no-account.invalid"


@transaction.atomic
def receive_resident(
    *, operator: Person, document_number: str, display_name: str, municipality: Municipality | None
) -> Person:
    """Return the person whose document the operator sees: a known one, with an account or not, or a new one.

    One document is one person for all time, so whoever comes twice, or comes and has an account that was confirmed
    by the document, has one voice. The name and the municipality are written of a new one only. The consent to the
    processing of personal data is noted with the operator's name.
    """
    if not may_act_for_residents(roles_of(operator)):
        raise NotAllowed
    if len(normalized_number(document_number)) < SHORTEST_NUMBER:
        raise Invalid(fields={"document_number": [_("Номер слишком короткий. Введите серию и номер целиком.")]})
    fingerprint = document_hash(document_number)
    person = _known(fingerprint) or _new(operator, fingerprint, display_name, municipality)
    if person.pk == operator.pk:
        raise NotAllowed(_("Это ваш собственный документ: за себя действуйте на сайте, как все."))
    if not person.is_active:
        raise NotAllowed(_("Этой учётной записи участие закрыто. Обратитесь к администратору."))
    text = current_consent_text()
    if text is not None and not has_current_consent(person):
        give_consent(person=person, text=text, operator=operator)
    return person


def _known(fingerprint: str) -> Person | None:
    known = (
        ResidentConfirmation.objects.select_related("person__municipality").filter(document_hash=fingerprint).first()
    )
    return known.person if known else None


def _new(operator: Person, fingerprint: str, display_name: str, municipality: Municipality | None) -> Person:
    name = tidy_name(display_name)
    if problem := name_problem(name):
        raise Invalid(fields={"display_name": [problem]})
    person = Person(
        email=f"{token_hex(16)}@{NO_ACCOUNT}",
        display_name=name,
        municipality=municipality,
        verification=Person.Verification.RESIDENT,
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
            ResidentConfirmation.objects.create(person=person, document_hash=fingerprint, confirmed_by=operator)
    except IntegrityError:
        # Another operator has just written the same document.
        person = ResidentConfirmation.objects.get(document_hash=fingerprint).person
    else:
        log(instance=person, action="people.confirm", user=operator)
        events.record("person.confirmed", subject=events.Subject("person", person.pk), actor_id=operator.pk)
    return person
