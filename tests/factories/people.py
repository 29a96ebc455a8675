import factory

from crowd.people.models import CampaignRole, Municipality, Person


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Житель {n}")
    verification = Person.Verification.EMAIL
    standing = Person.Standing.TRUSTED
    password = factory.django.Password("correct horse battery")


def person(**fields):
    return PersonFactory(**fields)


def with_role(role, campaign=None, **fields):
    holder = PersonFactory(**fields)
    CampaignRole.objects.create(person=holder, role=role, campaign=campaign)
    return holder


def municipality(slug="surgut"):
    return Municipality.objects.get(slug=slug)
