"""A rating drops the pages that show the service, and no others."""

import pytest

from services.actions import rate_service
from services.models import Service
from tests.factories import pages
from tests.factories.people import person
from tests.factories.services import asking, ratings, service

pytestmark = pytest.mark.django_db


def test_rating_drops_what_shows_the_service(reader, committed):
    with committed():
        rated, other = service(), service()
        block, elsewhere = asking(rated), asking(other, parent=pages.campaign("Там"))
        ratings(rated, 3, 3, 3, 3, 3)
    urls = [block.url, rated.get_absolute_url(), "/services/", elsewhere.url, other.get_absolute_url()]
    reader.warm(*urls)

    with committed():
        rate_service(person=person(), service=rated, score=5, block=block)

    assert [reader.is_kept(url) for url in urls] == [False, False, False, True, True]


def test_new_page_shows_the_rating(client, committed):
    with committed():
        rated = service(rated_always=True)
        ratings(rated, 3, 3, 3, 3, 3)
    assert "3,0" in client.get(rated.get_absolute_url()).content.decode()

    with committed():
        rate_service(person=person(), service=rated, score=5)

    assert "3,3" in client.get(rated.get_absolute_url()).content.decode()


def test_saved_service_drops_everything(reader, committed):
    with committed():
        rated = service()
    reader.warm("/", "/services/")

    with committed():
        Service.objects.get(pk=rated.pk).save()

    assert not reader.is_kept("/")
    assert not reader.is_kept("/services/")
