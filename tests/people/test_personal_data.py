import pytest
from django.apps import apps

from crowd.people.actions import confirm_resident, give_consent
from crowd.people.models import Person
from crowd.people.personal_data import export_of, registry
from tests.factories import accounts, people

pytestmark = pytest.mark.django_db


def models_with_people():
    return [
        model
        for model in apps.get_models()
        if any(field.is_relation and field.related_model is Person for field in model._meta.local_fields)
    ]


@pytest.mark.parametrize("model", models_with_people(), ids=lambda model: model._meta.label)
def test_every_model_that_names_a_person_is_registered(model):
    assert registry.knows(model), f"{model._meta.label} names people: register it with crowd.people.personal_data."


def test_what_is_left_out_says_why():
    assert all(registry.exempt.values())
    assert set(registry.exempt).isdisjoint(registry.kinds)
    assert set(registry.exempt) <= {model._meta.label for model in apps.get_models()}


def test_export_holds_the_account_and_what_belongs_to_it():
    text, operator = accounts.consent_text(), people.with_role("operator", display_name="Оператор")
    person = accounts.account(email="anna@example.org", display_name="Анна", municipality=people.municipality())
    other = accounts.account()
    give_consent(person=person, text=text)
    give_consent(person=other, text=text)
    confirm_resident(person=person, document_number="6704123456", operator=operator)

    exported = export_of(person)

    account = exported["people.Person"][0]
    assert (account["email"], account["display_name"]) == ("anna@example.org", "Анна")
    assert (account["municipality"], account["verification"]) == ("Сургут", "подтверждённый житель")
    assert [(row["version"], row["noted_by"]) for row in exported["people.Consent"]] == [(1, None)]
    assert [row["noted_by"] for row in exported["people.ResidentConfirmation"]] == ["Оператор"]
    assert exported["account.EmailAddress"] == [{"email": "anna@example.org", "verified": True, "primary": True}]
    assert exported["people.CampaignRole"] == []
    assert other.email not in str(exported)


def test_export_holds_no_secret():
    person = accounts.account()
    secret = accounts.second_factor(person)

    exported = str(export_of(person))

    assert secret not in exported
    assert person.password not in exported
