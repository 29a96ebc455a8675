"""Where a cycle keeps the counts secret until the end, no output tells them; afterwards each does that can."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db.models import Sum

from crowd.campaigns.models import Phase
from crowd.clock import now
from crowd.events.models import Event
from home.actions import count_participation
from ideas import actions
from ideas.documents import documents, found, tell_counts
from ideas.handlers import live_counts
from ideas.models import Idea
from ideas.queries import ideas_in_cycle, may_see_counts, some_ideas
from tests.factories import pages
from tests.factories.accounts import account
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

COUNTS = {"votes_for": 4317, "votes_against": 2253, "residents_for": 1871, "residents_against": 1093}
SECRET = re.compile(
    r"4[\s\u202f\xa0,]?31[78]|2[\s\u202f\xa0,]?253|1[\s\u202f\xa0,]?871|1[\s\u202f\xa0,]?093|6[\s\u202f\xa0,]?57[01]"
)


@dataclass
class World:
    cycle: object
    idea: Idea
    client: object

    def get(self, address, viewer=None):
        self.client.logout()
        if viewer:
            self.client.force_login(viewer)
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode()

    def staff(self, role):
        return with_role(role, self.cycle.get_parent(), verification="email")


@pytest.fixture
def world(client):
    cycle = pages.cycle(voting="both", counts_shown="at_end")
    idea(cycle, title="Вторая идея")
    mine = idea(cycle, title="Автобусы на карте", top_score=0.65, **COUNTS)
    return World(cycle, mine, client)


def end_voting():
    # SQLite's own clock counts by milliseconds: what closed within the present one is not over to it.
    Phase.objects.update(closes_at=now() - timedelta(seconds=1))


def vote_as_json(world):
    world.client.force_login(person())
    answer = world.client.post(f"/ideas/{world.idea.pk}/vote/", {"value": "1"}, HTTP_ACCEPT="application/json")
    return answer.content.decode()


def vote_as_page(world):
    world.client.force_login(person())
    return world.client.post(f"/ideas/{world.idea.pk}/vote/", {"value": "1"}, follow=True).content.decode()


def admin_export(kind):
    def output(world):
        world.client.force_login(account(is_superuser=True))
        answer = world.client.get(f"/admin/ideas/?export={kind}")
        assert answer.status_code == 200
        return (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")

    return output


def in_admin(address):
    def output(world):
        world.client.force_login(account(is_superuser=True))
        answer = world.client.get(address.format(idea=world.idea.pk, cycle=world.cycle.pk))
        assert answer.status_code == 200
        return answer.content.decode()

    return output


def home_figures(_world):
    return f"votes {count_participation().votes}"


# Each output, and whether it tells the counts once voting is over; votes cannot be given then.
OUTPUTS = {
    "page": (lambda world: world.get(world.idea.get_absolute_url()), True),
    "page, to its author": (lambda world: world.get(world.idea.get_absolute_url(), world.idea.author), True),
    "page, to an editor": (lambda world: world.get(world.idea.get_absolute_url(), world.staff("editor")), True),
    "page in English": (lambda world: world.get("/en" + world.idea.get_absolute_url()), True),
    "page, after a vote": (vote_as_page, None),
    "answer to a vote": (vote_as_json, None),
    "card": (lambda world: world.get(world.cycle.url), True),
    "card, order top": (lambda world: world.get(f"{world.cycle.url}?order=top"), True),
    "card, filtered": (lambda world: world.get(f"{world.cycle.url}?status=open"), True),
    "campaign page": (lambda world: world.get(world.cycle.get_parent().url), False),
    "own ideas at /me/": (lambda world: world.get("/me/", world.idea.author), True),
    "socket": (lambda world: str(live_counts(world.idea.pk)), True),
    "search index": (lambda world: str([one.support for one in documents([world.idea.pk])]), True),
    "search results": (lambda world: str(found([world.idea.pk], None)[world.idea.pk].support), True),
    "feed": (lambda world: world.get(f"/feeds/ideas/{world.cycle.pk}/"), False),
    "home figures": (home_figures, True),
    "moderator's case": (in_admin("/admin/moderation/idea/{idea}/"), False),
    "admin's list": (in_admin("/admin/ideas/"), True),
    "admin's idea": (in_admin("/admin/ideas/{idea}/"), True),
    "shortlist": (in_admin("/admin/shortlist/{cycle}/"), True),
    "export as CSV": (admin_export("csv"), True),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_tells_before_the_end(world, name):
    output, _tells = OUTPUTS[name]

    assert SECRET.findall(output(world)) == []


@pytest.mark.parametrize("name", [name for name, (_output, tells) in OUTPUTS.items() if tells is not None])
def test_outputs_tell_when_voting_is_over(world, name):
    output, tells = OUTPUTS[name]
    end_voting()

    assert bool(SECRET.search(output(world))) is tells


def test_answer_to_a_vote_holds_null(client):
    mine = idea(pages.cycle(counts_shown="at_end"))
    client.force_login(person())

    answer = client.post(f"/ideas/{mine.pk}/vote/", {"value": "1"}, HTTP_ACCEPT="application/json").json()

    assert (answer["value"], answer["up"], answer["down"]) == (1, None, None)


@pytest.mark.parametrize("order", ["top"])
def test_order_by_votes_is_not_read_off_before_the_end(world, order):
    before = ideas_in_cycle(world.cycle, {}, order=order)
    end_voting()
    after = ideas_in_cycle(world.cycle, {}, order=order)

    assert (before.order, after.order) == ("fair", "top")
    assert [one.title for one in after.ideas] == ["Автобусы на карте", "Вторая идея"]


def test_few_ideas_of_a_block_hold_no_counts(world):
    told = [one.up for one in some_ideas(world.cycle.pk, order="top", count=2)]

    assert told == [None, None]


@pytest.mark.parametrize(
    ("shown", "phases", "may"),
    [
        ("always", [(-1, 1)], True),
        ("at_end", [(-1, 1)], False),
        ("at_end", [(1, 2)], False),
        ("at_end", [(-2, -1), (1, 2)], False),
        ("at_end", [(-2, -1)], True),
    ],
)
def test_counts_are_told_when_no_voting_is_ahead(shown, phases, may):
    cycle = pages.cycle(opens=(), counts_shown=shown)
    for starts, ends in phases:
        pages.phase(cycle, "vote", starts=starts, ends=ends)

    said = {
        may_see_counts(viewer, cycle) for viewer in (None, person(), with_role("editor"), account(is_superuser=True))
    }

    assert said == {may}


def test_search_goes_by_the_counts_from_the_end_on(world):
    event = Event(kind="phase.closed", subject_kind="phase", subject_id=1, payload={"block": world.cycle.pk})

    tell_counts([event])
    during = Idea.objects.aggregate(sum=Sum("version"))["sum"]
    end_voting()
    tell_counts([event])

    assert during == 2
    assert Idea.objects.aggregate(sum=Sum("version"))["sum"] == 4


def test_open_page_knows_when_it_will_be_told(world):
    page = world.get(world.idea.get_absolute_url())

    assert re.search(r'data-voting="\d+" data-until="20\d\d-[^"]+"', page)
    actions.cast_vote(person=person(), idea=world.idea, value=1)
    assert live_counts(world.idea.pk) is None
