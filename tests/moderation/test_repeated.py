"""Saying that a post repeats another: an idea is joined, a comment hidden; its author is told and may appeal."""

import pytest
from django.http import Http404

from crowd.errors import AlreadyDecided, DomainError, Invalid, NotAllowed
from crowd.events.models import Event
from crowd.moderation.actions import appeal_decision, decide_appeal
from crowd.moderation.case_forms import DuplicateForm
from crowd.moderation.case_queries import open_escalation
from crowd.moderation.models import Decision, Flag, Reason
from crowd.moderation.queries import statement_or_404
from crowd.moderation.registry import Near
from discussions.models import Comment
from ideas.models import Idea, IdeaChange
from tests.factories import comments, ideas, pages, people
from tests.factories.cases import administrator, escalated, manager, repeated
from tests.factories.flags import decided, flag

pytestmark = pytest.mark.django_db

Moderation, Progress = Idea.Moderation, Idea.Progress


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def first(cycle):
    return ideas.idea(cycle, title="Первая", problem="На остановке темно.")


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign)


def state(post):
    post.refresh_from_db()
    return post.moderation if isinstance(post, Comment) else (post.moderation, post.progress, post.merged_into_id)


@pytest.mark.parametrize("before", [Moderation.PENDING, Moderation.PUBLISHED])
def test_an_idea_is_joined_by_the_rule_and_stays_readable(cycle, first, moderator, before):
    second = ideas.idea(cycle, moderation=before, title="Вторая")

    decision = repeated(second, first, moderator, note="Первая уже собирает голоса.")

    assert state(second) == ("published", "merged", first.pk)
    assert (decision.outcome, decision.reason.slug, decision.author) == ("duplicate", "duplicate", second.author)
    assert decision.note == "Первая уже собирает голоса."
    # The note is its author's to read, not everybody's.
    assert IdeaChange.objects.get(idea=second, step="merge").reason == ""
    published = ["idea.published"] if before == Moderation.PENDING else []
    kinds = list(
        Event.objects.filter(subject_id=second.pk, subject_kind="idea").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == [*published, "idea.merged", "moderation.decided"]


@pytest.mark.parametrize(
    ("before", "outcome", "after"), [("pending", "reject", "rejected"), ("published", "hide", "hidden")]
)
def test_a_comment_is_hidden_by_the_rule(campaign, moderator, before, outcome, after):
    said = comments.comment(comments.thread(pages.discussion(campaign)))
    Comment.objects.filter(pk=said.pk).update(moderation=before)

    decision = repeated(said, moderator=moderator, note="Выше уже сказано.")

    assert state(said) == after
    assert (decision.outcome, decision.reason.slug, decision.note) == (outcome, "duplicate", "Выше уже сказано.")


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("moderator", None),
        ("manager", None),
        ("admin", None),
        ("stranger", Http404),
        ("editor", NotAllowed),
        ("expert", NotAllowed),
        ("operator", NotAllowed),
        ("body", NotAllowed),
        ("resident", NotAllowed),
        ("author", NotAllowed),
        ("who handed on", NotAllowed),
    ],
)
@pytest.mark.parametrize("kind", ["idea", "comment"])
def test_who_says_so(campaign, cycle, first, moderator, kind, role, refused):
    said = comments.comment(comments.thread(pages.discussion(campaign)))
    post = ideas.idea(cycle) if kind == "idea" else said
    special = {
        "manager": lambda: manager(campaign),
        "admin": administrator,
        "stranger": lambda: people.with_role("moderator", pages.campaign("Там")),
        "resident": people.person,
        "author": lambda: post.author,
        "who handed on": lambda: escalated(post, moderator).moderator,
    }
    person = special[role]() if role in special else people.with_role(role, campaign)
    before, raised = state(post), None

    try:
        repeated(post, first, person)
    except (NotAllowed, Http404) as error:
        raised = type(error)

    assert raised == refused
    assert (state(post) == before, Decision.objects.count()) == ((False, 1) if refused is None else (True, 0))


@pytest.mark.parametrize("before", [Moderation.NEEDS_WORK, Moderation.HIDDEN, Moderation.REJECTED])
def test_what_is_decided_already_is_joined_to_nothing(cycle, first, moderator, before):
    second = ideas.idea(cycle, moderation=before)

    with pytest.raises(AlreadyDecided):
        repeated(second, first, moderator)

    assert (state(second), Decision.objects.count()) == ((before, "open", None), 0)


@pytest.mark.parametrize("other", ["itself", "none", "of another cycle", "hidden", "joined"])
def test_with_what_it_cannot_be_joined(cycle, first, moderator, other):
    second = ideas.idea(cycle, moderation=Moderation.PENDING)
    into = {
        "itself": lambda: second,
        "none": lambda: None,
        "of another cycle": ideas.idea,
        "hidden": lambda: ideas.idea(cycle, moderation=Moderation.HIDDEN),
        "joined": lambda: ideas.idea(cycle, progress=Progress.MERGED, merged_into=first),
    }[other]()

    with pytest.raises(Invalid) as refused:
        repeated(second, into, moderator)

    assert list(refused.value.fields) == ["into"]
    # Nor is it public by that.
    assert (state(second), Decision.objects.count()) == (("pending", "open", None), 0)


def test_what_was_decided_since_is_not_overruled(cycle, first, moderator):
    second = ideas.idea(cycle)
    flag(second)
    decided(second, "keep")

    with pytest.raises(AlreadyDecided):
        repeated(second, first, moderator, seen=0)

    assert state(second) == ("published", "open", None)


def test_it_settles_flags_and_ends_an_escalation(cycle, first, moderator):
    second = ideas.idea(cycle)
    flag(second, reason="duplicate")
    escalated(second)

    repeated(second, first, moderator)

    assert Flag.objects.get().state == Flag.State.UPHELD
    assert open_escalation("idea", second.pk) is None


def test_without_the_rule_it_says_what_to_do(cycle, first, moderator):
    second = ideas.idea(cycle)
    Reason.objects.filter(slug="duplicate").delete()

    with pytest.raises(DomainError, match="нет правила «Повтор»"):
        repeated(second, first, moderator)


def test_its_author_reads_why_and_an_upheld_appeal_parts_them(client, cycle, first, moderator):
    second = ideas.idea(cycle, title="Вторая")
    decision = repeated(second, first, moderator, note="Первая о том же.")
    client.force_login(second.author)

    page = client.get(f"/me/decisions/{decision.pk}/").content.decode()
    appeal = appeal_decision(author=second.author, decision_id=decision.pk, text="Моя о другой улице.")
    decide_appeal(moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome="upheld")
    after = client.get(f"/me/decisions/{decision.pk}/").content.decode()

    assert ("объединить с похожей" in page, "Первая о том же." in page) == (True, True)
    assert ("Какое правило нарушено" in page, "Отправить апелляцию" in page) == (False, True)
    assert state(second) == ("published", "open", None)
    assert "запись снова отдельно" in after
    assert list(Decision.objects.order_by("pk").values_list("outcome", flat=True)) == ["duplicate", "publish"]


def test_what_was_hidden_since_is_not_parted_by_an_appeal(cycle, first, moderator):
    second = ideas.idea(cycle)
    decision = repeated(second, first, moderator)
    appeal = appeal_decision(author=second.author, decision_id=decision.pk, text="О другой улице.")
    Idea.objects.filter(pk=second.pk).update(moderation=Moderation.HIDDEN)

    with pytest.raises(AlreadyDecided, match="уже не объединена"):
        decide_appeal(moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome="upheld")

    with pytest.raises(AlreadyDecided):
        appeal_decision(author=second.author, decision_id=decision.pk, text="Ещё раз.")
    assert statement_or_404(second.author, decision.pk).stands is False


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        (" № 12 ", 12),
        ("/ideas/12-avtobusy/", 12),
        ("https://crowd.example:8000/ideas/12-avtobusy/?from=list#comment-7", 12),
        ("https://crowd.example/admin/moderation/idea/12/", 12),
        ("http://127.0.0.1:8000/ideas/12-avtobusy/", 12),
        ("автобусы", 0),
        ("12 или 13", 0),
        ("", 0),
        ("9" * 30, 0),
    ],
)
def test_the_other_is_named_by_number_or_address(typed, number):
    near = [Near("idea", 5, "Похожая", "/ideas/5/", 0.7)]

    assert DuplicateForm({"into": typed}, near=near, joins=True).into_id == number
    # Chosen from the list where nothing is typed.
    assert DuplicateForm({"into": typed, "near": "5"}, near=near, joins=True).into_id == (
        number if typed.strip() else 5
    )


def test_the_page_asks_once_and_shows_both(client, cycle, first, moderator):
    second = ideas.idea(cycle, moderation=Moderation.PENDING, title="Вторая")
    address = f"/admin/moderation/idea/{second.pk}/duplicate/"
    client.force_login(moderator)

    choice = client.get(address).content.decode()
    asked = client.get(address, {"into": f"№ {first.pk}"}).content.decode()
    nothing = state(second)
    done = client.post(address, {"into": first.pk, "note": "Уже есть.", "seen": "0"})
    again = client.post(address, {"into": first.pk, "note": "Ещё раз.", "seen": "0"})

    assert ("Да, объединить" in choice, "Какую запись она повторяет" in choice) == (False, True)
    assert ("Да, объединить" in asked, "Первая" in asked, "На остановке темно." in asked) == (True, True, True)
    assert nothing == ("pending", "open", None)
    assert (done.status_code, done["Location"], state(second)[1]) == (302, "/admin/moderation/", "merged")
    assert (again.status_code, "Ещё раз." in again.content.decode()) == (409, True)


@pytest.mark.parametrize("into", ["999999", "автобусы"])
def test_the_page_says_that_there_is_no_such_other(client, cycle, first, moderator, into):
    second = ideas.idea(cycle, moderation=Moderation.PENDING)
    hidden = ideas.idea(cycle, moderation=Moderation.HIDDEN, title="Скрытая от всех")
    address = f"/admin/moderation/idea/{second.pk}/duplicate/"
    client.force_login(moderator)

    asked = client.get(address, {"into": into})
    behind = client.get(address, {"into": hidden.pk})
    posted = client.post(address, {"into": into, "note": "Слова автору", "seen": "0"})

    for page in (asked, behind):
        assert (page.status_code, "Такой записи среди опубликованных нет" in page.content.decode()) == (422, True)
    assert "Скрытая от всех" not in behind.content.decode()
    assert posted.status_code == 422
    assert (into in posted.content.decode(), state(second)[1]) == (True, "open")


def test_the_page_of_a_comment_asks_at_once(client, campaign, moderator):
    said = comments.comment(comments.thread(pages.discussion(campaign)))
    address = f"/admin/moderation/comment/{said.pk}/duplicate/"
    client.force_login(moderator)

    asked = client.get(address).content.decode()
    done = client.post(address, {"note": "Выше уже сказано.", "seen": "0"})

    assert ("Скрыть как повтор?" in asked, 'name="into"' in asked) == (True, False)
    assert (done.status_code, state(said), Decision.objects.get().note) == (302, "hidden", "Выше уже сказано.")


def test_similar_posts_offer_to_be_the_one(client, cycle, first, moderator):
    second = ideas.idea(cycle, moderation=Moderation.PENDING)
    client.force_login(moderator)

    page = client.get(f"/admin/moderation/idea/{second.pk}/").content.decode()

    assert f'action="/admin/moderation/idea/{second.pk}/duplicate/"' in page
