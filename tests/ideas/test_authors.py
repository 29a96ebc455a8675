"""Writing together, changing what is public, adding beside it: who may, and what readers are told."""

import pytest

from crowd.errors import AlreadyDecided, Invalid, NotAllowed, NotFound, PhaseClosed, QuotaReached
from crowd.events.models import Event
from crowd.events.worker import Worker
from ideas import actions
from ideas.models import Clarification, CoAuthor, Idea, IdeaVersion
from ideas.rules import MOST_CLARIFICATIONS, MOST_CO_AUTHORS
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.life import co_author, text
from tests.factories.people import person

pytestmark = pytest.mark.django_db

Moderation = Idea.Moderation


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def vote_for(mine):
    actions.cast_vote(person=person(), idea=mine, value=1)


def test_public_text_is_kept_as_it_was_before_each_change():
    mine = idea(title="Остановки", problem="Холодно")

    actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text(title="Тёплые остановки", problem="Холодно"))
    actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text(title="Тёплые остановки", problem="Темно"))

    first, second = IdeaVersion.objects.order_by("pk")
    assert [(v.title, v.problem) for v in (first, second)] == [
        ("Остановки", "Холодно"),
        ("Тёплые остановки", "Холодно"),
    ]
    assert (first.written_at, second.written_at) == (mine.published_at, first.replaced_at)
    assert list(mine.changes.values_list("step", flat=True)) == ["edited", "edited"]


def test_change_of_what_is_no_text_keeps_no_version():
    mine = idea(title="Остановки", problem="Холодно")

    actions.edit_idea(
        author=mine.author, idea_id=mine.pk, text=text(title="Остановки", problem="Холодно", tags=["зима"])
    )

    assert (IdeaVersion.objects.count(), mine.changes.count()) == (0, 0)
    assert [tag.name for tag in mine.tags.all()] == ["зима"]


def test_what_nobody_has_seen_keeps_no_version():
    mine = idea(moderation=Moderation.PENDING)

    actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())

    assert IdeaVersion.objects.count() == 0


def test_newcomers_change_is_looked_at_before_it_is_shown():
    mine = idea(author=person(standing="newcomer"))

    changed = actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())

    assert changed.moderation == Moderation.PENDING
    assert kinds() == ["idea.withheld"]
    assert not Idea.objects.visible().filter(pk=mine.pk).exists()


def test_voted_text_stays_and_says_what_to_do_instead():
    mine = idea()
    vote_for(mine)

    with pytest.raises(PhaseClosed, match="Добавьте к нему уточнение"):
        actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())


@pytest.mark.parametrize("how", ["own", "taken back"])
def test_own_voice_and_one_taken_back_do_not_bind_the_text(how):
    mine = idea()
    voter = mine.author if how == "own" else person()
    actions.cast_vote(person=voter, idea=mine, value=1)
    if how == "taken back":
        actions.cast_vote(person=voter, idea=mine, value=0)

    assert actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text()).title == "Запись к врачу"


def test_imported_voices_bind_the_text_too():
    mine = idea(imported_votes=3, votes_for=3)

    with pytest.raises(PhaseClosed):
        actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())


def test_what_a_moderator_gave_back_is_mended_and_sent_again_also_after_the_phase():
    mine = idea(pages.cycle(opens=("vote",)), moderation=Moderation.NEEDS_WORK)

    sent = actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())

    assert (sent.moderation, sent.title) == (Moderation.PENDING, "Запись к врачу")
    assert kinds() == ["idea.submitted"]


@pytest.mark.parametrize("moderation", [Moderation.HIDDEN, Moderation.REJECTED])
def test_what_was_taken_down_is_not_changed(moderation):
    mine = idea(moderation=moderation)

    with pytest.raises(PhaseClosed):
        actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())


def test_clarification_stands_beside_a_text_that_was_voted_for():
    mine = idea()
    vote_for(mine)

    actions.add_clarification(author=mine.author, idea_id=mine.pk, body=" Речь о зимних рейсах. ")

    assert Clarification.objects.get().body == "Речь о зимних рейсах."
    assert kinds()[-1] == "idea.clarified"
    assert list(mine.changes.values_list("step", flat=True)) == ["clarified"]


def test_clarification_needs_words_and_an_end():
    mine = idea()
    with pytest.raises(Invalid):
        actions.add_clarification(author=mine.author, idea_id=mine.pk, body="  ")
    for n in range(MOST_CLARIFICATIONS):
        Clarification.objects.create(idea=mine, author=mine.author, body=str(n))

    with pytest.raises(QuotaReached):
        actions.add_clarification(author=mine.author, idea_id=mine.pk, body="Ещё")


@pytest.mark.parametrize(
    ("state", "opens"),
    [
        ({"moderation": Moderation.HIDDEN}, ("vote",)),
        ({"moderation": Moderation.PENDING}, ("vote",)),
        ({"progress": "withdrawn"}, ("vote",)),
        ({}, ()),
    ],
)
def test_nothing_is_added_where_nobody_could_discuss_it(state, opens):
    mine = idea(pages.cycle(opens=opens), **state)

    with pytest.raises(PhaseClosed):
        actions.add_clarification(author=mine.author, idea_id=mine.pk, body="Ещё")


def test_another_neither_clarifies_nor_calls_co_authors():
    mine, other = idea(), person()

    with pytest.raises(NotAllowed):
        actions.add_clarification(author=other, idea_id=mine.pk, body="Ещё")
    with pytest.raises(NotAllowed):
        actions.invite_co_author(author=other, idea_id=mine.pk, email="somebody@example.org")


def test_called_by_letter_which_tells_nothing_that_nobody_has_looked_at(mailoutbox):
    public, waiting = idea(title="Тёплые остановки"), idea(title="Тайное", moderation=Moderation.PENDING)

    for mine in (public, waiting):
        actions.invite_co_author(author=mine.author, idea_id=mine.pk, email="sosed@example.org")
    Worker().drain()

    first, second = mailoutbox
    assert (first.to, second.to) == (["sosed@example.org"], ["sosed@example.org"])
    assert first.subject == f"{public.author.display_name} зовёт вас в соавторы идеи"
    assert "«Тёплые остановки»" in first.body
    assert "/me/" in first.body
    assert "Тайное" not in second.body


def test_who_agrees_is_named_and_may_change_the_text():
    mine, friend = idea(), person()

    co_author(mine, friend)
    changed = actions.edit_idea(author=friend, idea_id=mine.pk, text=text())

    assert changed.title == "Запись к врачу"
    assert list(mine.changes.values_list("step", flat=True)) == ["joined", "edited"]
    assert kinds() == ["co_author.invited", "idea.authors_changed", "idea.edited"]


def test_who_was_called_and_has_not_agreed_changes_nothing():
    mine, friend = idea(), person()
    actions.invite_co_author(author=mine.author, idea_id=mine.pk, email=friend.email)

    with pytest.raises(NotAllowed):
        actions.edit_idea(author=friend, idea_id=mine.pk, text=text())


def test_invitation_is_answered_by_whom_it_was_sent_to_and_once():
    mine, friend = idea(), person()
    unconfirmed = person(verification="none")
    called = actions.invite_co_author(author=mine.author, idea_id=mine.pk, email=friend.email.upper())

    with pytest.raises(NotFound):
        actions.answer_invitation(person=person(), invitation_id=called.pk, accept=True)
    with pytest.raises(NotAllowed):
        actions.answer_invitation(person=unconfirmed, invitation_id=called.pk, accept=True)
    declined = actions.answer_invitation(person=friend, invitation_id=called.pk, accept=False)
    with pytest.raises(AlreadyDecided):
        actions.answer_invitation(person=friend, invitation_id=called.pk, accept=True)

    assert (declined.state, declined.person) == (CoAuthor.State.DECLINED, friend)


def test_own_address_and_the_same_one_twice_are_refused():
    mine = idea()
    actions.invite_co_author(author=mine.author, idea_id=mine.pk, email="sosed@example.org")

    for email in (mine.author.email.upper(), "Sosed@Example.org"):
        with pytest.raises(Invalid) as refused:
            actions.invite_co_author(author=mine.author, idea_id=mine.pk, email=email)
        assert list(refused.value.fields) == ["email"]


def test_authors_are_not_without_number():
    mine = idea()
    for n in range(MOST_CO_AUTHORS):
        actions.invite_co_author(author=mine.author, idea_id=mine.pk, email=f"friend{n}@example.org")

    with pytest.raises(QuotaReached):
        actions.invite_co_author(author=mine.author, idea_id=mine.pk, email="one.more@example.org")


def test_author_and_co_author_may_end_it_and_nobody_else():
    mine = idea()
    first, second = co_author(mine), co_author(mine)

    with pytest.raises(NotAllowed):
        actions.remove_co_author(person=person(), co_author_id=first.pk)
    actions.remove_co_author(person=mine.author, co_author_id=first.pk)
    actions.remove_co_author(person=second.person, co_author_id=second.pk)

    assert CoAuthor.objects.count() == 0
    with pytest.raises(NotAllowed):
        actions.edit_idea(author=second.person, idea_id=mine.pk, text=text())
    with pytest.raises(NotFound):
        actions.remove_co_author(person=mine.author, co_author_id=first.pk)
