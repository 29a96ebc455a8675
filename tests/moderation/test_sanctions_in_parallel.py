import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from crowd.errors import AlreadyDecided, Blocked
from crowd.moderation.actions import confirm_warning, impose_sanction
from crowd.moderation.models import Reason, Sanction
from crowd.moderation.queries import require_may
from crowd.moderation.registry import registry
from crowd.moderation.rules import Act
from tests.factories import comments, pages, people
from tests.factories.sanctions import sanction

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

Kind = Sanction.Kind


def at_once(*works):
    """Do the works in threads that start together; return what each made, or that it was done already."""
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait(60)
        try:
            return work()
        except AlreadyDecided:
            return "already"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def imposing(person, kind, campaign, moderator, case=None):
    reason = Reason.objects.get(slug="insult")
    return lambda: (
        impose_sanction(
            moderator=moderator,
            person=person,
            kind=kind,
            campaign_id=campaign.pk,
            reason=reason,
            length=timedelta(days=1),
            case=case,
        ).kind
    )


@pytest.mark.parametrize("kind", Kind.values)
def test_of_two_moderators_at_once_one_imposes(kind):
    person, campaign = people.person(), pages.campaign()
    case = registry.kinds["comment"].case(comments.comment(author=person))
    moderators = [people.with_role("moderator", campaign) for _ in range(2)]

    done = at_once(*(imposing(person, kind, campaign, moderator, case) for moderator in moderators))

    assert sorted(done) == sorted([kind, "already"])
    assert Sanction.objects.count() == 1


def test_of_two_kinds_at_once_the_stricter_holds():
    person, campaign = people.person(), pages.campaign()
    first, second = (people.with_role("moderator", campaign) for _ in range(2))

    milder, stricter = at_once(
        imposing(person, Kind.SILENCE, campaign, first), imposing(person, Kind.BLOCK, campaign, second)
    )

    assert stricter == Kind.BLOCK
    assert milder in {Kind.SILENCE, "already"}
    assert Sanction.objects.count() == 1 + (milder == Kind.SILENCE)
    with pytest.raises(Blocked):
        require_may(person, Act.WRITE, campaign.pk)


def test_a_warning_confirmed_twice_at_once_is_confirmed_once():
    person = people.person()
    warning = sanction(person, Kind.WARNING)

    moments = at_once(*[lambda: confirm_warning(person=person, sanction_id=warning.pk).confirmed_at] * 2)

    assert moments[0] == moments[1] == Sanction.objects.get(pk=warning.pk).confirmed_at
