import pytest

from crowd.campaigns.models import BlockPage
from crowd.errors import ConsentMissing, Invalid, NotAllowed, NotFound, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from crowd.people.models import ConsentText, Person
from discussions.actions import hide_comment, open_thread, post_comment, publish_comment, reject_comment
from discussions.models import Comment, Thread
from tests.factories import pages
from tests.factories.comments import comment, thread
from tests.factories.people import person

pytestmark = pytest.mark.django_db

Moderation = Comment.Moderation


def events():
    return list(Event.objects.filter(subject_kind="comment").order_by("pk").values_list("kind", "payload"))


def test_thread_of_a_host_is_opened_once():
    page = pages.discussion()

    first = open_thread(host_kind="discussion", host_id=page.pk, block=page)
    second = open_thread(host_kind="discussion", host_id=page.pk, block=page)

    assert first == second
    assert Thread.objects.count() == 1


def test_comment_is_public_with_the_next_number():
    place, author = thread(), person()

    first = post_comment(author=author, thread=place, body="  Нужна\r\nплощадка ", stance="for")
    second = post_comment(author=author, thread=place, body="И вторая")

    assert (first.body, first.stance, first.moderation) == ("Нужна\nплощадка", "for", Moderation.PUBLISHED)
    assert [(c.seq, c.first_seq) for c in (first, second)] == [(1, 1), (2, 2)]
    assert Thread.objects.get().last_seq == 2
    assert events() == [("comment.published", {"thread": place.pk, "seq": seq}) for seq in (1, 2)]
    event = Event.objects.filter(kind="comment.published").first()
    assert (event.subject_id, event.actor_id, event.campaign_id) == (first.pk, author.pk, place.block.campaign_id)


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
def test_premoderation(premoderation, standing, expected):
    place = thread(pages.discussion(comments_premoderation=BlockPage.Premoderation(premoderation)))

    made = post_comment(author=person(standing=standing), thread=place, body="Слово")

    assert made.moderation == expected
    assert (made.seq is None) == (expected == Moderation.PENDING)
    assert [kind for kind, _ in events()] == ["comment.posted" if made.seq is None else "comment.published"]


@pytest.mark.parametrize(
    ("opens", "starts", "ends"),
    [((), -1, 1), (("rate",), -1, 1), (("comment",), 1, 2), (("comment",), -2, -1)],
    ids=["no phase", "another activity", "not yet", "no more"],
)
def test_closed_phase_is_refused(opens, starts, ends):
    page = pages.discussion(opens=())
    pages.phase(page, *opens, starts=starts, ends=ends)

    with pytest.raises(PhaseClosed):
        post_comment(author=person(), thread=thread(page), body="Слово")

    assert not Comment.objects.exists()


def test_nobody_signed_in_is_refused():
    with pytest.raises(NotSignedIn):
        post_comment(author=None, thread=thread(), body="Слово")


@pytest.mark.parametrize("fields", [{"is_active": False}, {"verification": Person.Verification.NONE}])
def test_who_may_not_take_part_is_refused(fields):
    with pytest.raises(NotAllowed):
        post_comment(author=person(**fields), thread=thread(), body="Слово")


def test_missing_consent_is_refused():
    ConsentText.objects.create(version=1, title="Согласие", text="Текст")

    with pytest.raises(ConsentMissing):
        post_comment(author=person(), thread=thread(), body="Слово")


def test_hidden_host_is_refused():
    page = pages.discussion()
    place = thread(page)
    page.unpublish()

    with pytest.raises(NotFound):
        post_comment(author=person(), thread=place, body="Слово")


def test_locked_thread_is_refused():
    place = thread()
    Thread.objects.update(state=Thread.State.LOCKED)

    with pytest.raises(PhaseClosed):
        post_comment(author=person(), thread=place, body="Слово")


@pytest.mark.parametrize("body", ["", " \n\t", "я" * 5001, "а\x00б"], ids=["empty", "blank", "5,001", "NUL"])
def test_body_that_is_no_text_is_refused(body):
    with pytest.raises(Invalid) as refused:
        post_comment(author=person(), thread=thread(), body=body)

    assert list(refused.value.fields) == ["body"]


def test_body_of_5000_characters_is_taken():
    assert len(post_comment(author=person(), thread=thread(), body="я" * 5000).body) == 5000


def test_unknown_stance_is_refused():
    with pytest.raises(Invalid) as refused:
        post_comment(author=person(), thread=thread(), body="Слово", stance="perhaps")

    assert list(refused.value.fields) == ["stance"]


def test_answers_join_the_second_level():
    place = thread()
    first = comment(place)

    second = comment(place, parent=first)
    third = comment(place, parent=second)

    assert [(c.parent_id, c.root_id) for c in (first, second, third)] == [
        (None, None),
        (first.pk, first.pk),
        (second.pk, first.pk),
    ]


def test_answer_to_another_thread_is_refused():
    elsewhere = comment()

    with pytest.raises(Invalid) as refused:
        comment(thread(), parent=elsewhere)

    assert list(refused.value.fields) == ["parent"]


@pytest.mark.parametrize("withdraw", [hide_comment, reject_comment])
def test_answer_to_what_is_not_public_is_refused(withdraw):
    place = thread()
    parent = comment(place)
    withdraw(comment_id=parent.pk, actor_id=None)

    with pytest.raises(Invalid) as refused:
        comment(place, parent=parent)

    assert list(refused.value.fields) == ["parent"]


def test_hiding_and_restoring_take_numbers_and_keep_the_place():
    place = thread()
    made, other = comment(place), comment(place)

    hide_comment(comment_id=made.pk, actor_id=7)
    made.refresh_from_db()
    hidden = (made.moderation, made.seq, made.first_seq, made.version)
    publish_comment(comment_id=made.pk, actor_id=7)
    made.refresh_from_db()

    assert hidden == (Moderation.HIDDEN, 3, 1, 2)
    assert (made.moderation, made.seq, made.first_seq, made.version) == (Moderation.PUBLISHED, 4, 1, 3)
    assert [(kind, payload["seq"]) for kind, payload in events()] == [
        ("comment.published", 1),
        ("comment.published", 2),
        ("comment.hidden", 3),
        ("comment.restored", 4),
    ]
    assert other.seq == 2


def test_publishing_what_waited_gives_it_its_first_number():
    place = thread(pages.discussion(comments_premoderation="everybody"))
    made = comment(place)

    publish_comment(comment_id=made.pk, actor_id=7)

    made.refresh_from_db()
    assert (made.seq, made.first_seq) == (1, 1)
    assert [kind for kind, _ in events()] == ["comment.posted", "comment.published"]


def test_rejecting_what_waited_takes_no_number():
    place = thread(pages.discussion(comments_premoderation="everybody"))
    made = comment(place)

    reject_comment(comment_id=made.pk, actor_id=7)

    made.refresh_from_db()
    assert (made.moderation, made.seq) == (Moderation.REJECTED, None)
    assert Thread.objects.get().last_seq == 0


@pytest.mark.parametrize("action", [hide_comment, publish_comment])
def test_repeated_decision_changes_nothing_more(action):
    made = comment()
    if action is hide_comment:
        hide_comment(comment_id=made.pk, actor_id=None)
    before = (Thread.objects.get().last_seq, len(events()))

    action(comment_id=made.pk, actor_id=None)

    assert (Thread.objects.get().last_seq, len(events())) == before
