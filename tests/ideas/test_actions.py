import pytest

from crowd.errors import ConsentMissing, Invalid, NotAllowed, NotSignedIn, PhaseClosed, QuotaReached
from crowd.events.models import Event
from crowd.people.models import ConsentText, Person
from discussions.models import Thread
from ideas import actions
from ideas.actions import IdeaText
from ideas.handlers import fold_votes
from ideas.models import Idea, Vote, VoteChange
from ideas.queries import vote_counts
from ideas.rules import MOST_PENDING
from ideas.transitions import ALLOWS
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db

TEXT = IdeaText(title="Запись к врачу", problem="Талонов нет.", tags=["врач", "запись"])
Moderation = Idea.Moderation


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_trusted_author_is_published_at_once():
    author, cycle = person(), pages.cycle()

    made = actions.submit_idea(author=author, cycle=cycle, text=TEXT)

    assert (made.moderation, made.progress, made.author) == (Moderation.PUBLISHED, Idea.Progress.OPEN, author)
    assert sorted(tag.name for tag in made.tags.all()) == ["врач", "запись"]
    assert Thread.objects.get(host_kind="idea", host_id=made.pk).block_id == cycle.pk
    event = Event.objects.get(kind="idea.published")
    assert (event.subject_id, event.actor_id, event.campaign_id) == (made.pk, author.pk, cycle.campaign_id)


@pytest.mark.parametrize(
    ("premoderation", "standing", "expected"),
    [
        ("nobody", "newcomer", Moderation.PUBLISHED),
        ("nobody", "trusted", Moderation.PUBLISHED),
        ("newcomers", "newcomer", Moderation.PENDING),
        ("newcomers", "trusted", Moderation.PUBLISHED),
        ("everybody", "newcomer", Moderation.PENDING),
        ("everybody", "trusted", Moderation.PENDING),
    ],
)
def test_premoderation_by_cycle_and_standing(premoderation, standing, expected):
    cycle = pages.cycle(ideas_premoderation=premoderation)

    made = actions.submit_idea(author=person(standing=standing), cycle=cycle, text=TEXT)

    assert made.moderation == expected
    assert kinds() == ["idea.published" if expected == Moderation.PUBLISHED else "idea.submitted"]


def test_submitting_without_an_open_phase_is_refused():
    cycle = pages.cycle(opens=("vote",))

    with pytest.raises(PhaseClosed):
        actions.submit_idea(author=person(), cycle=cycle, text=TEXT)

    assert Idea.objects.count() == 0


@pytest.mark.parametrize(("starts", "ends"), [(-3, -1), (1, 3)])
def test_phase_over_or_not_begun_is_closed(starts, ends):
    cycle = pages.cycle(opens=())
    pages.phase(cycle, "submit", starts=starts, ends=ends)

    with pytest.raises(PhaseClosed):
        actions.submit_idea(author=person(), cycle=cycle, text=TEXT)


def test_unpublished_cycle_is_closed():
    cycle = pages.cycle()
    cycle.unpublish()

    with pytest.raises(PhaseClosed):
        actions.submit_idea(author=person(), cycle=cycle, text=TEXT)


def test_nobody_signed_in_is_asked_to():
    with pytest.raises(NotSignedIn):
        actions.submit_idea(author=None, cycle=pages.cycle(), text=TEXT)


def test_unconfirmed_email_may_not_submit():
    with pytest.raises(NotAllowed):
        actions.submit_idea(author=person(verification=Person.Verification.NONE), cycle=pages.cycle(), text=TEXT)


def test_consent_is_needed_where_there_is_a_text():
    ConsentText.objects.create(version=1, title="Согласие", text="…")

    with pytest.raises(ConsentMissing):
        actions.submit_idea(author=person(), cycle=pages.cycle(), text=TEXT)


def test_too_many_waiting_ideas_are_refused():
    author, cycle = person(standing="newcomer"), pages.cycle()
    for _ in range(MOST_PENDING):
        actions.submit_idea(author=author, cycle=cycle, text=TEXT)

    with pytest.raises(QuotaReached):
        actions.submit_idea(author=author, cycle=cycle, text=TEXT)

    assert Idea.objects.count() == MOST_PENDING


def test_author_edits_until_others_have_voted():
    cycle = pages.cycle()
    mine = idea(cycle)
    changed = IdeaText(title="Другое название", problem="Другая проблема.", tags=["новая"])

    edited = actions.edit_idea(author=mine.author, idea_id=mine.pk, text=changed)
    actions.cast_vote(person=person(), idea=mine, value=1)

    assert (edited.title, edited.version) == ("Другое название", 2)
    with pytest.raises(PhaseClosed):
        actions.edit_idea(author=mine.author, idea_id=mine.pk, text=TEXT)


def test_another_may_neither_edit_nor_withdraw():
    mine, other = idea(), person()

    with pytest.raises(NotAllowed):
        actions.edit_idea(author=other, idea_id=mine.pk, text=TEXT)
    with pytest.raises(NotAllowed):
        actions.withdraw_idea(author=other, idea_id=mine.pk)


def test_withdrawn_idea_is_public_but_not_listed_nor_votable():
    mine = idea()

    actions.withdraw_idea(author=mine.author, idea_id=mine.pk)
    mine.refresh_from_db()

    assert Idea.objects.visible().filter(pk=mine.pk).exists()
    assert not Idea.objects.listed().filter(pk=mine.pk).exists()
    with pytest.raises(PhaseClosed):
        actions.cast_vote(person=person(), idea=mine, value=1)
    with pytest.raises(PhaseClosed):
        actions.withdraw_idea(author=mine.author, idea_id=mine.pk)


def test_hidden_idea_comes_back_with_all_it_had():
    mine = idea(votes_for=3)
    published = mine.published_at

    actions.hide_idea(idea_id=mine.pk, actor_id=None)
    assert not Idea.objects.visible().filter(pk=mine.pk).exists()
    actions.publish_idea(idea_id=mine.pk, actor_id=None)

    mine.refresh_from_db()
    assert (mine.moderation, mine.published_at, mine.votes_for, mine.version) == (Moderation.PUBLISHED, published, 3, 3)


def test_table_of_states_allows_only_what_is_public_to_be_listed_voted_or_indexed():
    for (moderation, _progress), allowed in ALLOWS.items():
        if moderation != Moderation.PUBLISHED:
            assert not any(allowed._replace(editable=False))


def fold():
    fold_votes(list(Event.objects.filter(kind="vote.cast")))


@pytest.mark.parametrize(
    ("values", "counts", "changes"),
    [
        ([1], (1, 0), 1),
        ([1, 1], (1, 0), 1),
        ([1, 0], (0, 0), 2),
        ([0], (0, 0), 0),
        ([1, -1], (0, 1), 2),
        ([-1, 1, 0, 1], (1, 0), 4),
    ],
)
def test_votes_are_counted_folded_or_not(values, counts, changes):
    mine, voter = idea(pages.cycle(voting="both")), person()

    for value in values:
        actions.cast_vote(person=voter, idea=mine, value=value)

    assert vote_counts(mine.pk) == counts
    assert VoteChange.objects.count() == changes
    fold()
    assert VoteChange.objects.count() == 0
    assert vote_counts(mine.pk) == counts
    assert Vote.objects.count() == 1


def test_vote_tells_the_log_nobodys_name():
    actions.cast_vote(person=person(), idea=idea(), value=1)

    event = Event.objects.get(kind="vote.cast")
    assert (event.actor_id, event.payload) == (None, {})


def test_vote_keeps_its_receipt_when_it_changes():
    mine, voter = idea(), person()

    first = actions.cast_vote(person=voter, idea=mine, value=1).receipt
    second = actions.cast_vote(person=voter, idea=mine, value=0).receipt

    assert first == second
    assert len(first) == 16


def test_vote_against_where_the_cycle_takes_none_is_refused():
    with pytest.raises(Invalid):
        actions.cast_vote(person=person(), idea=idea(), value=-1)


@pytest.mark.parametrize("value", [2, -2, 100])
def test_vote_of_no_value_is_refused(value):
    with pytest.raises(Invalid):
        actions.cast_vote(person=person(), idea=idea(), value=value)


def test_vote_outside_of_the_phase_is_refused():
    mine = idea(pages.cycle(opens=("submit",)))

    with pytest.raises(PhaseClosed):
        actions.cast_vote(person=person(), idea=mine, value=1)


@pytest.mark.parametrize("moderation", [Moderation.PENDING, Moderation.HIDDEN, Moderation.REJECTED])
def test_vote_on_what_is_not_public_is_refused(moderation):
    mine = idea(moderation=moderation)

    with pytest.raises(PhaseClosed):
        actions.cast_vote(person=mine.author, idea=mine, value=1)
