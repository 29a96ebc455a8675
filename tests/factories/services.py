from itertools import count

from crowd.campaigns.models import Sector
from crowd.people.models import Municipality
from services.actions import rate_service
from services.models import Score, Service, ServiceOnPage
from tests.factories import pages, people

numbers = count(1)


def service(name=None, *, sector="health", **fields):
    number = next(numbers)
    fields.setdefault("slug", f"servis-{number}")
    fields.setdefault("body", "Депздрав Югры")
    name = name or f"Запись к врачу {number}"
    return Service.objects.create(name=name, sector=Sector.objects.get(slug=sector), **fields)


def asking(*services, parent=None, opens=("rate",), **fields):
    """A discussion that asks about these services."""
    page = pages.discussion(parent, opens=opens, **fields)
    for number, asked in enumerate(services):
        ServiceOnPage.objects.create(page=page, service=asked, sort_order=number)
    return page


def ratings(of, *scores, place=None):
    """A rating of each score, by people who live in `place`, as the action writes them."""
    municipality = Municipality.objects.get(slug=place) if place else None
    always, of.rated_always = of.rated_always, True
    given = [
        rate_service(person=people.person(municipality=municipality), service=of, score=Score(score))
        for score in scores
    ]
    of.rated_always = always
    return given
