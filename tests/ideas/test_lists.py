"""The list of a cycle: its orders, cursors, filters and totals."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crowd import clock
from crowd.campaigns.models import Sector
from crowd.events.worker import Worker
from crowd.people.models import Municipality
from ideas import actions
from ideas.models import FacetCount, Idea
from ideas.queries import cycle_context, ideas_in_cycle
from ideas.queries.facets import MOST_COUNTED, Total
from ideas.queries.orders import SHARED_MINUTES, next_idea, offset_for
from ideas.ranking import fair_offset
from tests.factories import pages
from tests.factories.comments import comments
from tests.factories.ideas import idea
from tests.factories.people import municipality, person

pytestmark = pytest.mark.django_db

ORDERS = ["fair", "top", "new", "discussed"]


def listed(cycle, client=None, **query):
    page = (client or Client()).get(cycle.url, query).context["list"]
    return [found.pk for found in page.ideas]


def many(cycle, count, **fields):
    """Make ideas whose values repeat, so that orders have ties."""
    author, now = person(), clock.now()
    return Idea.objects.bulk_create(
        Idea(
            cycle=cycle,
            author=author,
            title=f"Идея {n}",
            problem="Так неудобно.",
            moderation="published",
            published_at=now - timedelta(minutes=n // 2),
            top_score=n % 3,
            votes_for=n % 3,
            comments_folded=n % 4,
            fair_key=n // 2 / count,
            **fields,
        )
        for n in range(count)
    )


def test_filters_and_orders():
    cycle = pages.cycle()
    health = Sector.objects.get(slug="health")
    first = idea(cycle, votes_for=5, top_score=5, municipality=municipality("surgut"), tags=["двор"], fair_key=0.2)
    second = idea(cycle, votes_for=1, top_score=1, progress="accepted", fair_key=0.7, comments_folded=3, sector=health)

    assert listed(cycle, order="new") == [second.pk, first.pk]
    assert listed(cycle, order="top") == [first.pk, second.pk]
    assert listed(cycle, order="discussed") == [second.pk, first.pk]
    assert listed(cycle, municipality="surgut") == [first.pk]
    assert listed(cycle, tag="двор") == [first.pk]
    assert listed(cycle, sector="health") == [second.pk]
    assert listed(cycle, sector="culture") == []
    assert listed(cycle, status="accepted") == [second.pk]
    assert listed(cycle, sector="health", municipality="surgut") == []


def test_what_makes_no_sense_is_as_if_it_were_not_there():
    cycle = pages.cycle()
    mine = idea(cycle)

    for query in ({"municipality": "nowhere"}, {"order": "nonsense"}, {"page": "x"}, {"status": "withdrawn"}):
        assert listed(cycle, **query) == [mine.pk], query


def test_ties_of_the_order_top_stand_by_time():
    cycle, now = pages.cycle(), clock.now()
    later = idea(cycle, top_score=2, published_at=now)
    earlier = idea(cycle, top_score=2, published_at=now - timedelta(days=1))

    assert listed(cycle, order="top") == [earlier.pk, later.pk]


def test_order_is_fair_while_people_vote_and_new_otherwise():
    voting, over = pages.cycle(), pages.cycle(opens=("submit",))

    assert Client().get(voting.url).context["list"].order == "fair"
    assert Client().get(over.url).context["list"].order == "new"


def test_order_by_votes_is_fair_while_counts_are_hidden():
    cycle = pages.cycle(counts_shown="at_end")
    idea(cycle)

    page = Client().get(cycle.url, {"order": "top"})

    assert page.context["list"].order == "fair"
    assert 'value="top"' not in page.content.decode()


@pytest.mark.parametrize("order", ORDERS)
def test_cursor_leads_through_all_ideas_once(order):
    cycle = pages.cycle()
    made = {one.pk for one in many(cycle, 45)}

    seen, after = [], ""
    for _ in range(10):
        page = Client().get(cycle.url, {"order": order} | ({"after": after} if after else {})).context["list"]
        seen += [found.pk for found in page.ideas]
        after = page.next_cursor
        if not after:
            break

    assert len(seen) == 45
    assert set(seen) == made


@pytest.mark.parametrize("order", ["top", "new", "discussed"])
def test_cursor_leads_on_where_the_page_of_the_next_number_does(order):
    cycle = pages.cycle()
    many(cycle, 60)
    first = Client().get(cycle.url, {"order": order}).context["list"]

    by_cursor = listed(cycle, order=order, after=first.next_cursor)

    assert by_cursor == listed(cycle, order=order, page=2)


@pytest.mark.parametrize(
    "after", ["x", "~", "1~", "2020-01-01T00:00:00~5", "nan~1", "nan~nan~1", "1~x", "1~2~3~4", f"{'9' * 40}~{'9' * 40}"]
)
@pytest.mark.parametrize("order", ORDERS)
def test_nonsense_cursor_is_as_if_it_were_not_there(order, after):
    cycle = pages.cycle()
    mine = idea(cycle)

    assert listed(cycle, order=order, after=after) == [mine.pk]


def test_fair_order_begins_at_the_visitors_offset_and_goes_round():
    cycle, somebody = pages.cycle(), person()
    made = sorted(many(cycle, 10), key=lambda one: (one.fair_key, one.pk))
    client = Client()

    with time_machine.travel("2030-05-05T10:30:00Z", tick=False):
        client.force_login(somebody)
        offset = fair_offset(f"{cycle.pk} 2030050510 person {somebody.pk}")
        found = listed(cycle, client, order="fair")

    begin = next((n for n, one in enumerate(made) if one.fair_key >= offset), len(made))
    assert found == [one.pk for one in made[begin:] + made[:begin]]


def test_visitors_who_are_not_signed_in_share_few_offsets_an_hour():
    cycle = pages.cycle()

    offsets = set()
    for minute in range(60):
        with time_machine.travel(f"2030-05-05T10:{minute:02}:00Z", tick=False):
            offsets.add(offset_for(None, cycle.pk))

    assert len(offsets) == 60 // SHARED_MINUTES


def test_people_begin_at_offsets_of_their_own():
    cycle = pages.cycle()
    people = [person() for _ in range(10)]

    offsets = {offset_for(one, cycle.pk) for one in people}

    assert len(offsets) == len(people)


@pytest.mark.parametrize("count", [3, 25])
def test_total_that_was_never_folded_is_counted(count):
    cycle = pages.cycle()
    many(cycle, count)

    assert ideas_in_cycle(cycle, {}, order="new").total == Total(count)


def test_filtered_total_stops_and_the_whole_one_does_not():
    cycle, health = pages.cycle(), Sector.objects.get(slug="health")
    many(cycle, MOST_COUNTED + 1, sector=health)
    unfolded = Client().get(cycle.url, {"sector": "health"}).content.decode()
    actions.count_facets(cycle_id=cycle.pk)

    whole = ideas_in_cycle(cycle, {}, order="new").total
    of_one = ideas_in_cycle(cycle, {"sector": "health"}, order="new").total
    of_two = ideas_in_cycle(cycle, {"sector": "health", "status": "open"}, order="new").total

    assert "1 000+ идей" in unfolded
    assert (whole.count, whole.more) == (MOST_COUNTED + 1, False)
    assert (of_one.count, of_one.more) == (of_two.count, of_two.more) == (MOST_COUNTED, True)


def test_worker_counts_facets_of_what_was_proposed_changed_and_taken_away():
    cycle, author = pages.cycle(), person()
    health, surgut = Sector.objects.get(slug="health"), Municipality.objects.get_or_create(slug="surgut")[0]
    text = actions.IdeaText("Запись к врачу", "Талонов нет.", sector=health, municipality=surgut, tags=["врач"])
    first = actions.submit_idea(author=author, cycle=cycle, text=text)
    actions.submit_idea(author=author, cycle=cycle, text=actions.IdeaText("Автобусы", "Их не видно."))
    Worker().drain()
    before = counts(cycle)

    actions.withdraw_idea(author=author, idea_id=first.pk)
    Worker().drain()

    assert before == {
        ("all", ""): 2,
        ("sector", "health"): 1,
        ("municipality", "surgut"): 1,
        ("tag", "врач"): 1,
        ("status", "open"): 2,
    }
    assert counts(cycle) == {("all", ""): 1, ("status", "open"): 1}


def counts(cycle):
    rows = FacetCount.objects.filter(cycle=cycle, count__gt=0)
    return {(row.facet, row.value): row.count for row in rows}


def test_facets_stand_in_the_filters():
    cycle = pages.cycle()
    idea(cycle, sector=Sector.objects.get(slug="health"), tags=["двор"])
    idea(cycle, moderation="hidden", sector=Sector.objects.get(slug="culture"), tags=["тайное"])
    actions.count_facets(cycle_id=cycle.pk)

    page = Client().get(cycle.url).content.decode()

    assert f"{Sector.objects.get(slug='health')} (1)" in page
    assert f"{Sector.objects.get(slug='culture')}</option>" in page
    assert "?tag=%D0%B4%D0%B2%D0%BE%D1%80" in page
    assert "тайное" not in page


def test_chosen_tag_can_be_taken_away():
    cycle = pages.cycle()
    idea(cycle, tags=["двор"])

    page = Client().get(cycle.url, {"tag": "двор", "order": "new", "page": "1"}).content.decode()

    assert 'class="is-chosen" href="?order=new"' in page


def test_reconcile_proves_facets_and_counting_twice_changes_nothing():
    cycle = pages.cycle()
    idea(cycle)
    actions.count_facets(cycle_id=cycle.pk)
    FacetCount.objects.filter(facet="all").update(count=7)

    first, second = actions.reconcile_facets(), actions.reconcile_facets()

    assert first == [f"Cycle {cycle.pk}: 7 ideas of all were stored, 1 is right."]
    assert second == []


def test_worker_folds_comments_for_the_order_discussed():
    cycle = pages.cycle()
    quiet, loud = idea(cycle), idea(cycle)
    from discussions.models import Thread

    place = Thread.objects.get(host_kind="idea", host_id=loud.pk)
    comments(place, 2)

    actions.fold_comments(thread_ids=[place.pk])

    assert list(Idea.objects.order_by("pk").values_list("pk", "comments_folded")) == [(quiet.pk, 0), (loud.pk, 2)]
    assert listed(cycle, order="discussed") == [loud.pk, quiet.pk]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("chosen", [{}, {"sector": "health", "tag": "двор"}])
def test_list_asks_the_same_few_queries_for_two_pages_and_three(order, chosen):
    """A list that fits one page counts itself: what has a second page is compared with what has a third."""
    cycle, client = pages.cycle(), Client()
    health = Sector.objects.get(slug="health")
    for _ in range(21):
        idea(cycle, tags=["двор"], sector=health)
    actions.count_facets(cycle_id=cycle.pk)
    client.get(cycle.url, {"order": order} | chosen)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(cycle.url, {"order": order} | chosen).status_code == 200
        return len(captured)

    one = queries()
    for _ in range(29):
        idea(cycle, tags=["двор", "снег"], sector=health)
    actions.count_facets(cycle_id=cycle.pk)

    assert queries() == one


def test_context_names_what_the_page_shows(rf):
    cycle = pages.cycle()
    request = rf.get(cycle.url)
    request.user = None

    context = cycle_context(cycle, request)

    assert context["is_filtered"] is False
    assert context["list"].ideas == []


def test_words_that_nothing_matches_find_nothing_in_every_order(client):
    cycle = pages.cycle()
    idea(cycle)

    for order in ORDERS:
        assert listed(cycle, client, order=order, q="небывальщина") == []


def test_next_idea_leads_through_the_whole_circle_and_past_what_is_not_listed(client):
    cycle = pages.cycle()
    made = many(cycle, 4)
    idea(cycle, moderation="hidden")
    idea(cycle, progress="withdrawn")
    idea()
    at, seen = made[0], []

    for _ in made:
        at = next_idea(at)
        seen.append(at.pk)

    assert sorted(seen) == sorted(one.pk for one in made)
    assert seen[-1] == made[0].pk
    page = client.get(made[0].get_absolute_url()).content.decode()
    assert f'<a rel="next" href="{Idea.objects.get(pk=seen[0]).get_absolute_url()}">' in page


def test_idea_that_is_alone_leads_nowhere():
    assert next_idea(idea()) is None
