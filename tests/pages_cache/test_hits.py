import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import pages
from tests.factories.comments import comments, thread
from tests.factories.ideas import idea

pytestmark = pytest.mark.django_db


def addresses():
    place = thread(pages.discussion())
    comments(place, 2)
    one = idea()
    campaign = place.block.get_parent()
    return [
        "/",
        "/en/",
        campaign.url,
        place.block.url,
        one.cycle.url,
        one.get_absolute_url(),
        f"/threads/{place.pk}/comments/",
    ]


def test_second_reader_costs_no_query(client):
    for address in addresses():
        with CaptureQueriesContext(
            connection,
        ) as q:
            first = client.get(address)
        print(address, len(q), first.headers)

        with CaptureQueriesContext(connection) as queries:
            second = client.get(address)

        assert (second.status_code, second.content) == (200, first.content), address
        assert len(queries) == 0, address
