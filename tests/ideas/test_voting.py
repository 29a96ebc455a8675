import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from crowd.errors import AlreadyDecided, NotAllowed, PhaseClosed, QuotaReached
from crowd.events.models import Event
from crowd.people.queries import roles_of
from ideas import actions
from ideas.models import Idea, Vote, VoteChange, VoteRequest
from ideas.queries import cards_context, vote_counts
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import municipality, person

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}


def cast(voter, mine, *values, **options):
    return [actions.cast_vote(person=voter, idea=mine, value=value, **options) for value in values][-1]


def fold(mine):
    actions.fold_votes(idea_id=mine.pk)
    return Idea.objects.get(pk=mine.pk)


# Who votes


@pytest.mark.parametrize(
    ("level", "verification", "may"),
    [
        ("email", "email", True),
        ("email", "resident", True),
        ("resident", "email", False),
        ("resident", "resident", True),
    ],
)
def test_cycle_asks_for_a_level(level, verification, may):
    mine, voter = idea(pages.cycle(vote_level=level)), person(verification=verification)

    if may:
        cast(voter, mine, 1)
    else:
        with pytest.raises(NotAllowed, match="подтверждённые жители"):
            cast(voter, mine, 1)

    assert Vote.objects.count() == int(may)


@pytest.mark.parametrize(("lives", "may"), [("surgut", True), ("uray", False), (None, False)])
def test_cycle_asks_residents_of_some_places(lives, may):
    cycle = pages.cycle()
    cycle.municipalities.set([municipality("surgut")])
    cycle.save()
    mine = idea(cycle)
    voter = person(municipality=municipality(lives) if lives else None)

    if may:
        cast(voter, mine, 1)
    else:
        with pytest.raises(NotAllowed, match="Сургут"):
            cast(voter, mine, 1)

    assert Vote.objects.count() == int(may)


def test_who_moved_away_may_still_take_the_voice_back():
    cycle = pages.cycle()
    mine, voter = idea(cycle), person()
    cast(voter, mine, 1)
    cycle.municipalities.set([municipality("surgut")])
    cycle.save()

    cast(voter, mine, 0)

    assert vote_counts(mine.pk) == (0, 0)


# Kinds of voting


def test_voices_to_spend_run_out_and_come_back():
    cycle, voter = pages.cycle(voting="budget", votes_each=2), person()
    first, second, third = [idea(cycle) for _ in range(3)]
    cast(voter, first, 1)
    cast(voter, second, 1)

    with pytest.raises(QuotaReached):
        cast(voter, third, 1)
    cast(voter, second, 1)
    cast(voter, first, 0)
    cast(voter, third, 1)

    spent = Vote.objects.filter(person=voter, value=1).order_by("idea_id").values_list("idea_id", flat=True)
    assert list(spent) == [second.pk, third.pk]


def test_withdrawn_idea_gives_the_voice_back_and_a_duplicate_is_one_with_its_idea():
    cycle, voter = pages.cycle(voting="budget", votes_each=1), person()
    first, second = [idea(cycle) for _ in range(2)]
    cast(voter, first, 1)

    Idea.objects.filter(pk=first.pk).update(progress="merged", merged_into=second)
    cast(voter, second, 1)
    Idea.objects.filter(pk=second.pk).update(progress="withdrawn")
    Idea.objects.filter(pk=first.pk).update(progress="withdrawn", merged_into=None)

    assert cast(voter, idea(cycle), 1).value == 1


def test_vote_of_a_cycle_where_it_is_final_is_neither_changed_nor_taken_back():
    mine, voter = idea(pages.cycle(voting="both", votes_changeable=False)), person()
    first = cast(voter, mine, 1)

    again = cast(voter, mine, 1)
    for value in (0, -1):
        with pytest.raises(AlreadyDecided):
            cast(voter, mine, value)

    assert (again.receipt, vote_counts(mine.pk)) == (first.receipt, (1, 0))


def test_voices_of_confirmed_residents_are_folded_apart():
    mine = idea(pages.cycle(voting="both"))
    resident, other = person(verification="resident"), person()
    cast(resident, mine, 1)
    cast(other, mine, 1)
    cast(person(verification="resident"), mine, -1)

    first = fold(mine)
    other.verification = "resident"
    cast(other, mine, 0, 1)
    cast(resident, mine, -1)
    second = fold(mine)

    def counts(folded):
        return (folded.votes_for, folded.votes_against, folded.residents_for, folded.residents_against)

    assert counts(first) == (2, 1, 1, 1)
    assert counts(second) == (1, 2, 1, 2)


def test_place_in_the_order_by_votes_is_folded_along():
    many, against = idea(), idea(pages.cycle(voting="both"))
    for mine in (many, against):
        cast(person(), mine, 1)
        cast(person(), mine, 1)
    cast(person(), against, -1)

    assert fold(many).top_score == 2.0
    assert round(fold(against).top_score, 4) == 0.2077


# Keys


def test_key_that_was_heeded_changes_nothing_more():
    mine, voter = idea(), person()
    cast(voter, mine, 1, key="a")
    cast(voter, mine, 0, key="b")

    late = cast(voter, mine, 1, key="a")

    assert (late.value, vote_counts(mine.pk), VoteRequest.objects.count()) == (0, (0, 0), 2)


def test_key_of_a_refused_vote_is_free_again():
    cycle = pages.cycle(opens=())
    mine, voter = idea(cycle), person()
    with pytest.raises(PhaseClosed):
        cast(voter, mine, 1, key="a")

    pages.phase(cycle, "vote")

    assert cast(voter, mine, 1, key="a").value == 1


def test_keys_of_two_people_and_of_two_ideas_do_not_meet():
    cycle = pages.cycle()
    ideas, voters = [idea(cycle), idea(cycle)], [person(), person()]

    for voter in voters:
        for mine in ideas:
            cast(voter, mine, 1, key="same")

    assert [vote_counts(mine.pk) for mine in ideas] == [(2, 0), (2, 0)]


def test_keys_are_kept_for_a_day():
    voter = person()
    VoteRequest.objects.create(person=voter, key="old", created_at="2020-01-01T00:00:00Z")
    cast(voter, idea(), 1, key="new")

    actions.prune_vote_requests()

    assert VoteRequest.objects.exclude(key="old").count() == VoteRequest.objects.count() == 1


@pytest.mark.parametrize("way", ["field", "header"])
def test_key_comes_as_a_field_or_a_header(client, way):
    mine = idea()
    client.force_login(person())
    named = {"key": "abc"} if way == "field" else {}
    header = {} if way == "field" else {"HTTP_IDEMPOTENCY_KEY": "abc"}

    for value in ("1", "0"):
        answer = client.post(f"/ideas/{mine.pk}/vote/", {"value": value} | named, **JSON, **header)

    assert answer.json()["value"] == 1


# By HTTP


def test_vote_from_a_card_returns_to_the_card(client):
    mine = idea()
    client.force_login(person())
    here = f"{mine.cycle.url}?order=new"

    answer = client.post(f"/ideas/{mine.pk}/vote/", {"value": "1", "next": here})
    elsewhere = client.post(f"/ideas/{mine.pk}/vote/", {"value": "0", "next": "https://example.org/"})

    assert (answer.status_code, answer["Location"]) == (303, f"{here}#idea-{mine.pk}")
    assert elsewhere["Location"] == mine.get_absolute_url()


def test_cards_hold_what_one_may_do(client):
    cycle = pages.cycle()
    mine, decided = idea(cycle), idea(cycle, progress="accepted")
    voter = person()
    cast(voter, mine, 1)

    anonymous = client.get(cycle.url).content.decode()
    client.force_login(voter)
    signed_in = client.get(cycle.url).content.decode()

    assert "csrfmiddlewaretoken" not in anonymous
    assert f"%23idea-{mine.pk}" in anonymous
    assert f'formaction="/ideas/{mine.pk}/vote/" name="value" value="0" data-at="1 -1" aria-label' in signed_in
    assert f"/ideas/{decided.pk}/vote/" not in signed_in


def test_cards_read_own_votes_at_once():
    cycle, voter = pages.cycle(), person()
    ideas = [idea(cycle) for _ in range(30)]
    cast(voter, ideas[3], 1)
    # As on every page, whose frame asks for them anyway; with the roles it is read whether anything is in force.
    roles_of(voter)
    counts = []

    for shown in (ideas[:1], ideas):
        with CaptureQueriesContext(connection) as asked:
            cards_context(cycle, shown, voter)
        counts.append(len(asked))

    assert counts == [2, 2]
    assert [one.own_vote for one in ideas[:5]] == [0, 0, 0, 1, 0]


def test_panel_tells_why_one_may_not_vote(client):
    mine = idea(pages.cycle(vote_level="resident"))
    client.force_login(person())

    page = client.get(mine.get_absolute_url()).content.decode()

    assert "Здесь участвуют подтверждённые жители." in page
    assert f'action="/ideas/{mine.pk}/vote/"' not in page


def test_panel_counts_the_voices_that_are_left(client):
    cycle, voter = pages.cycle(voting="budget", votes_each=5), person()
    cast(voter, idea(cycle), 1)
    client.force_login(voter)

    page = client.get(idea(cycle).get_absolute_url()).content.decode()

    assert "Свободных голосов у вас: <b data-left>4</b> из 5." in page


# Receipts


def test_receipt_is_found_by_its_voter_and_by_nobody_else(client):
    mine, voter, other = idea(), person(), person()
    receipt = cast(voter, mine, 1).receipt

    client.force_login(voter)
    own = client.get("/me/votes/", {"receipt": receipt}).content.decode()
    client.force_login(other)
    foreign = client.get("/me/votes/", {"receipt": receipt}).content.decode()

    assert "Голос с этой квитанцией принят:" in own
    assert "Среди ваших голосов такой квитанции нет." in foreign
    assert escape(mine.title) not in foreign


def test_own_votes_are_for_who_is_signed_in(client):
    assert client.get("/me/votes/").status_code == 303


def test_vote_costs_few_statements():
    mine = Idea.objects.select_related("cycle").get(pk=idea().pk)
    voter = person()

    with CaptureQueriesContext(connection) as asked:
        cast(voter, mine, 1)

    # Where one statement can write two tables, vote and counts are one, and so are the event and its deliveries.
    few = 3 if connection.vendor == "postgresql" else 5
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == few
    assert Event.objects.filter(kind="vote.cast").count() == VoteChange.objects.count() == 1
