"""Who may rate what, when; and what stays of it."""

import pytest

from crowd.errors import ConsentMissing, Invalid, NotAllowed, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from crowd.people.models import Person
from services.actions import rate_service
from services.models import Rating, RatingChange, RatingDelta
from tests.factories import accounts, pages, people
from tests.factories.services import asking, service

pytestmark = pytest.mark.django_db

OPENS = {"rating": ("rate",), "only talking": ("comment",), "nothing": ()}


FIELDS = {
    "blocked": {"is_active": False},
    "unconfirmed": {"verification": Person.Verification.NONE},
    "newcomer": {"standing": "newcomer"},
    "resident": {},
    "administrator": {"is_superuser": True},
}


def role(name):
    if name == "nobody":
        return None
    return people.person(**FIELDS[name]) if name in FIELDS else people.with_role(name)


ALLOWED = ("resident", "newcomer", "expert", "moderator", "editor", "approver", "operator", "administrator")
REFUSED = {"nobody": NotSignedIn, "blocked": NotAllowed, "unconfirmed": NotAllowed}


@pytest.mark.parametrize("opens", OPENS)
@pytest.mark.parametrize("who", [*ALLOWED, *REFUSED])
def test_each_role_in_each_phase(who, opens):
    rated = service()
    block = asking(rated, opens=OPENS[opens])
    expected = REFUSED.get(who) or (None if opens == "rating" else PhaseClosed)

    if expected is None:
        assert rate_service(person=role(who), service=rated, score=4, block=block).score == 4
    else:
        with pytest.raises(expected):
            rate_service(person=role(who), service=rated, score=4, block=block)
        assert not Rating.objects.exists()


def test_consent_is_asked_for():
    accounts.consent_text()
    rated = service(rated_always=True)

    with pytest.raises(ConsentMissing):
        rate_service(person=people.person(), service=rated, score=4)


@pytest.mark.parametrize(
    ("always", "opens", "live", "allowed"),
    [
        (True, (), True, True),
        (False, ("rate",), True, True),
        (False, ("comment",), True, False),
        (False, (), True, False),
        (False, ("rate",), False, False),
    ],
)
def test_own_page_takes_ratings_always_or_while_a_visible_discussion_does(always, opens, live, allowed):
    rated = service(rated_always=always)
    asking(rated, opens=opens, live=live)

    if allowed:
        assert rate_service(person=people.person(), service=rated, score=5).score == 5
    else:
        with pytest.raises(PhaseClosed):
            rate_service(person=people.person(), service=rated, score=5)


def test_discussion_takes_ratings_only_of_what_it_asks_about():
    rated, block = service(rated_always=True), asking(service())

    with pytest.raises(PhaseClosed):
        rate_service(person=people.person(), service=rated, score=5, block=block)


def test_hidden_discussion_takes_none():
    rated = service(rated_always=True)
    block = asking(rated, parent=pages.campaign(live=False))

    with pytest.raises(PhaseClosed):
        rate_service(person=people.person(), service=rated, score=5, block=block)


@pytest.mark.parametrize("state", ["closed", "hidden"])
def test_service_that_is_no_longer_rated(state):
    rated = service(rated_always=True, state=state)

    with pytest.raises(PhaseClosed):
        rate_service(person=people.person(), service=rated, score=5)


@pytest.mark.parametrize("score", [0, 6, -1, None, 4.5])
def test_no_other_score_is_taken(score):
    with pytest.raises(Invalid) as refused:
        rate_service(person=people.person(), service=service(rated_always=True), score=score)

    assert set(refused.value.fields) == {"score"}


@pytest.mark.parametrize("note", ["я" * 1001, "ноль\x00"])
def test_note_that_cannot_be_kept(note):
    with pytest.raises(Invalid) as refused:
        rate_service(person=people.person(), service=service(rated_always=True), score=3, note=note)

    assert set(refused.value.fields) == {"note"}


def test_rating_says_where_the_person_lived_and_keeps_its_history():
    person = people.person(municipality=people.municipality("surgut"))
    rated = service(rated_always=True)
    rate_service(person=person, service=rated, score=2, note="  Падает.\r\nЧасто.  ")
    person.municipality = people.municipality("uray")

    rate_service(person=person, service=rated, score=5, note="Починили.")

    rating = Rating.objects.get()
    assert (rating.score, rating.note, rating.municipality.slug, rating.times) == (5, "Починили.", "uray", 2)
    assert rating.changed_at > rating.given_at
    history = RatingChange.objects.values_list("number", "score", "note")
    assert list(history) == [(1, 2, "Падает.\nЧасто."), (2, 5, "Починили.")]


def test_the_same_again_changes_nothing():
    person, rated = people.person(), service(rated_always=True)
    rate_service(person=person, service=rated, score=4, note="Удобно")

    rate_service(person=person, service=rated, score=4, note="Удобно")

    assert RatingChange.objects.count() == 1
    assert RatingDelta.objects.count() == 1
    assert Event.objects.filter(kind="rating.given").count() == 1


def test_event_names_no_actor_and_the_campaign():
    rated = service()
    block = asking(rated)

    rate_service(person=people.person(), service=rated, score=1, block=block)

    event = Event.objects.get(kind="rating.given")
    assert (event.subject_kind, event.subject_id, event.actor_id) == ("service", rated.pk, None)
    assert (event.campaign_id, event.payload) == (block.campaign_id, {"block": block.pk})
