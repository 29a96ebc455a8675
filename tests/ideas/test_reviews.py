from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from crowd import clock
from crowd.errors import AlreadyDecided, Invalid, NotAllowed, NotSignedIn, PhaseClosed
from crowd.events.models import Event
from ideas.actions import declare_conflict, keep_review
from ideas.models import CoAuthor, Idea, Review, ReviewCriterion
from ideas.queries import criteria_of
from ideas.reviewing import DEFAULT_CRITERIA, Criterion, Given, results_of, weighted_mean
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

Moderation, Progress, State = Idea.Moderation, Idea.Progress, Review.State
SCORES = {criterion.key: score for criterion, score in zip(DEFAULT_CRITERIA, (5, 4, 3, 2), strict=True)}
FORM = {f"score_{key.hex}": str(score) for key, score in SCORES.items()} | {"comment": "Сделать можно."}


def world(*, opens=("review",), **fields):
    campaign = pages.campaign()
    fields.setdefault("progress", Progress.SHORTLISTED)
    mine = idea(pages.cycle(campaign, opens=opens), **fields)
    return mine, with_role("expert", campaign, display_name="Анна Экспертова")


def reviewed(mine, expert, *, scores=SCORES, comment="Сделать можно.", submit=True):
    return keep_review(expert=expert, idea_id=mine.pk, scores=scores, comment=comment, submit=submit)


def colleague(mine, **fields):
    """Another expert, whose review is in."""
    other = with_role("expert", mine.cycle.get_parent().specific, **fields)
    reviewed(mine, other, comment="Слова другого эксперта.")
    return other


def review_url(mine):
    return f"/ideas/{mine.pk}/review/"


def test_a_review_is_handed_in():
    mine, expert = world()

    given = reviewed(mine, expert)

    given.refresh_from_db()
    assert (given.state, given.comment, given.submitted_at is not None) == (State.SUBMITTED, "Сделать можно.", True)
    assert {score.criterion: score.value for score in given.scores.all()} == SCORES
    event = Event.objects.get()
    assert (event.kind, event.subject_id, event.payload) == (
        "review.submitted",
        mine.pk,
        {"cycle": mine.cycle_id, "review": given.pk},
    )


def test_a_draft_holds_what_there_is_and_is_told_to_nobody():
    mine, expert = world()
    first = DEFAULT_CRITERIA[0].key

    reviewed(mine, expert, scores={first: 2}, comment="", submit=False)
    kept = reviewed(mine, expert, scores={first: 3}, comment="Пока так.", submit=False)

    assert (Review.objects.count(), kept.state, kept.submitted_at, kept.comment) == (1, State.DRAFT, None, "Пока так.")
    assert [(score.criterion, score.value) for score in kept.scores.all()] == [(first, 3)]
    assert Event.objects.count() == 0


def test_a_review_that_is_in_stays_as_it_is():
    mine, expert = world()
    reviewed(mine, expert)

    for again in (
        lambda: reviewed(mine, expert),
        lambda: reviewed(mine, expert, submit=False),
        lambda: declare_conflict(expert=expert, idea_id=mine.pk),
    ):
        with pytest.raises(AlreadyDecided):
            again()

    assert Review.objects.get().state == State.SUBMITTED


def test_a_conflict_of_interest_drops_the_scores_and_can_be_taken_back():
    mine, expert = world()
    reviewed(mine, expert, submit=False)

    declared = declare_conflict(expert=expert, idea_id=mine.pk, comment="Автор мой брат.")
    declared.refresh_from_db()

    assert (declared.state, declared.comment, declared.scores.count()) == (State.CONFLICT, "Автор мой брат.", 0)
    assert reviewed(mine, expert).state == State.SUBMITTED
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "review.conflict_declared",
        "review.submitted",
    ]


def test_log_of_staff_says_that_there_is_one_and_not_what_it_says():
    mine, expert = world()
    reviewed(mine, expert, submit=False)
    declare_conflict(expert=expert, idea_id=mine.pk, comment="Автор мой брат.")
    reviewed(mine, expert)

    logged = ModelLogEntry.objects.order_by("pk").values_list("action", "user_id", "object_id", "label", "data")
    assert list(logged) == [
        ("review.conflict_declared", expert.pk, str(mine.pk), f"№ {mine.pk}", {}),
        ("review.submitted", expert.pk, str(mine.pk), f"№ {mine.pk}", {}),
    ]


@pytest.mark.parametrize("act", [reviewed, lambda mine, actor: declare_conflict(expert=actor, idea_id=mine.pk)])
@pytest.mark.parametrize("role", ["expert", "editor", "body", "moderator", "operator", "approver", "resident"])
def test_who_reviews(role, act):
    mine, _expert = world()
    campaign = mine.cycle.get_parent().specific
    actor = person() if role == "resident" else with_role(role, campaign)
    elsewhere = with_role("expert", pages.campaign("Там"))

    with pytest.raises(NotAllowed):
        act(mine, elsewhere)
    if role == "expert":
        act(mine, actor)
    else:
        with pytest.raises(NotAllowed):
            act(mine, actor)

    assert Review.objects.count() == int(role == "expert")


def test_nobody_signed_in_reviews():
    mine, _expert = world()

    with pytest.raises(NotSignedIn):
        reviewed(mine, None)


def test_nobody_reviews_what_they_have_written():
    mine, expert = world()
    author = with_role("expert", mine.cycle.get_parent().specific)
    Idea.objects.filter(pk=mine.pk).update(author=author)
    CoAuthor.objects.create(idea=mine, email=expert.email, person=expert, state="accepted", answered_at=clock.now())

    for writer in (author, expert):
        with pytest.raises(NotAllowed):
            reviewed(mine, writer)

    assert Review.objects.count() == 0


@pytest.mark.parametrize("moderation", Moderation.values)
@pytest.mark.parametrize("progress", [value for value in Progress.values if value != "merged"])
def test_only_chosen_public_ideas_are_reviewed(moderation, progress):
    mine, expert = world(moderation=moderation, progress=progress)

    if (moderation, progress) == ("published", "shortlisted"):
        reviewed(mine, expert)
    else:
        with pytest.raises(PhaseClosed):
            reviewed(mine, expert)


@pytest.mark.parametrize("opens", [(), ("submit", "comment", "vote")])
def test_without_a_phase_of_review_nothing_is_reviewed(opens):
    mine, expert = world(opens=opens)

    with pytest.raises(PhaseClosed):
        reviewed(mine, expert)


def test_in_a_hidden_cycle_nothing_is_reviewed():
    mine, expert = world()
    mine.cycle.unpublish()

    with pytest.raises(PhaseClosed):
        reviewed(mine, expert)


FIRST = DEFAULT_CRITERIA[0].key


@pytest.mark.parametrize(
    ("scores", "comment", "submit", "wrong"),
    [
        (SCORES | {FIRST: 6}, "Да.", True, f"score_{FIRST.hex}"),
        (SCORES | {FIRST: 0}, "", False, f"score_{FIRST.hex}"),
        ({key: score for key, score in SCORES.items() if key != FIRST}, "Да.", True, f"score_{FIRST.hex}"),
        (SCORES, " ", True, "comment"),
        (SCORES, "а\x00", False, "comment"),
        (SCORES, "а" * 5001, False, "comment"),
    ],
)
def test_what_is_no_review(scores, comment, submit, wrong):
    mine, expert = world()

    with pytest.raises(Invalid) as refused:
        reviewed(mine, expert, scores=scores, comment=comment, submit=submit)

    assert list(refused.value.fields) == [wrong]
    assert Review.objects.count() == 0


def test_an_editors_criteria_take_the_place_of_the_usual_ones():
    mine, expert = world()
    heavy = ReviewCriterion.objects.create(page=mine.cycle, name="Срочность", weight=3, sort_order=1)
    light = ReviewCriterion.objects.create(page=mine.cycle, name="Красота", sort_order=2)

    given = reviewed(mine, expert, scores={heavy.key: 5, light.key: 1, uuid4(): 3, FIRST: 2})

    assert [(row.key, row.label, row.weight) for row in criteria_of(mine.cycle)] == [
        (heavy.key, "Срочность", 3),
        (light.key, "Красота", 1),
    ]
    assert {score.criterion: score.value for score in given.scores.all()} == {heavy.key: 5, light.key: 1}


A, B = (Criterion(UUID(int=number), name, "", weight) for number, name, weight in [(1, "А", 3), (2, "Б", 1)])


def given(scores, expert="Эксперт"):
    return Given(expert, "Слова", None, scores)


def test_criteria_weigh_and_experts_do_not():
    results = results_of([given({A.key: 5, B.key: 1}), given({A.key: 2, B.key: 2})], [A, B], conflicts=1)

    assert weighted_mean({A.key: 5, B.key: 1}, [A, B]) == 4.0
    assert (results.mean, results.count, results.conflicts) == (3.0, 2, 1)
    assert [(line.label, line.value, line.count, line.note) for line in results.lines] == [
        ("А", 3.5, 2, "вес 3"),
        ("Б", 1.5, 2, "вес 1"),
    ]
    assert [verdict.mean for verdict in results.verdicts] == [4.0, 2.0]


def test_scores_by_criteria_that_are_gone_count_for_nothing():
    results = results_of([given({uuid4(): 1}), given({A.key: 4})], [A, B])

    assert (results.mean, [verdict.mean for verdict in results.verdicts]) == (4.0, [None, 4.0])
    assert [(line.label, line.value) for line in results.lines] == [("А", 4.0)]


def test_without_reviews_there_is_no_mean():
    assert (results_of([], [A]).mean, results_of([], [A]).lines) == (None, [])


# Who reads the others' reviews: by role, by the own review, while the phase is open and when it is over.
READERS = [
    ("anonymous", None, False, True),
    ("resident", None, False, True),
    ("moderator", None, False, True),
    ("body", None, False, True),
    ("editor", None, True, True),
    ("expert", None, False, True),
    ("expert", "keep", False, True),
    ("expert", "conflict", False, True),
    ("expert", "submit", True, True),
    ("expert+editor", None, False, True),
    ("expert+editor", "keep", False, True),
    ("expert+editor", "conflict", True, True),
    ("expert+editor", "submit", True, True),
    ("admin", None, True, True),
    ("admin", "keep", False, True),
]


@pytest.mark.parametrize(("role", "own", "during", "after"), READERS)
def test_who_reads_the_reviews_of_others(client, role, own, during, after):
    mine, _expert = world()
    campaign = mine.cycle.get_parent().specific
    colleague(mine)
    reader = None
    if role == "resident":
        reader = person()
    elif role == "admin":
        reader = person(is_superuser=True)
    elif role != "anonymous":
        reader = with_role(role.split("+")[0], campaign)
        if "+" in role:
            reader.roles.create(role="editor", campaign=campaign)
    if own == "conflict":
        declare_conflict(expert=reader, idea_id=mine.pk)
    elif own:
        reviewed(mine, reader, submit=own == "submit", comment="Своё.")
    if reader:
        client.force_login(reader)

    seen = []
    for closes in (timedelta(days=1), timedelta(seconds=-1)):
        mine.cycle.phases.update(closes_at=clock.now() + closes)
        seen.append("Слова другого эксперта." in client.get(mine.get_absolute_url()).content.decode())

    assert seen == [during, after]


def test_drafts_and_conflicts_are_never_read(client):
    mine, expert = world()
    reviewed(mine, expert, comment="Это черновик.", submit=False)
    torn = with_role("expert", mine.cycle.get_parent().specific, display_name="Сват Автора")
    declare_conflict(expert=torn, idea_id=mine.pk, comment="Автор мой сват.")
    mine.cycle.phases.update(closes_at=clock.now() - timedelta(seconds=1))

    page = client.get(mine.get_absolute_url()).content.decode()

    assert "1 эксперт сообщил о конфликте интересов" in page
    assert [word for word in ("Это черновик.", "Автор мой сват.", "Сват Автора") if word in page] == []


def test_an_expert_is_offered_what_was_kept_and_then_hands_it_in(client):
    mine, expert = world()
    colleague(mine)
    client.force_login(expert)

    kept = client.post(review_url(mine), FORM | {"act": "keep"})
    offered = client.get(review_url(mine)).content.decode()
    handed_in = client.post(review_url(mine), FORM | {"act": "submit"})
    finished = client.get(review_url(mine)).content.decode()

    assert (kept.status_code, kept["Location"]) == (303, review_url(mine))
    assert "Сделать можно." in offered
    assert offered.count(" checked") == 4
    assert "Слова другого эксперта." not in offered
    assert (handed_in.status_code, handed_in["Location"]) == (303, review_url(mine))
    assert "Слова другого эксперта." in finished


def test_a_refused_review_keeps_what_was_typed(client):
    mine, expert = world()
    client.force_login(expert)

    response = client.post(review_url(mine), {"comment": "Почти готово.", "act": "submit"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"score_{key.hex}" for key in SCORES]
    assert "Почти готово." in response.content.decode()


def test_what_is_no_score_is_refused(client):
    mine, expert = world()
    client.force_login(expert)
    name = f"score_{FIRST.hex}"

    statuses = [
        client.post(review_url(mine), FORM | {name: odd, "act": "keep"}).status_code for odd in ("6", "да", "³", "-1")
    ]

    assert statuses == [422] * 4


def test_a_conflict_leads_back_to_the_list(client):
    mine, expert = world()
    client.force_login(expert)

    response = client.post(review_url(mine), {"act": "conflict", "comment": ""})
    listed = client.get("/reviews/").content.decode()

    assert (response.status_code, response["Location"]) == (303, "/reviews/")
    assert "конфликт интересов" in listed


def test_an_unknown_act_is_refused(client):
    mine, expert = world()
    client.force_login(expert)

    response = client.post(review_url(mine), FORM, HTTP_ACCEPT="application/json")

    assert (response.status_code, list(response.json()["fields"])) == (422, ["act"])


def test_the_experts_list_holds_what_is_theirs_to_judge(client):
    mine, expert = world()
    campaign, cycle = mine.cycle.get_parent().specific, mine.cycle
    finished = idea(cycle, progress=Progress.SHORTLISTED)
    reviewed(finished, expert)
    idea(cycle)
    idea(cycle, progress=Progress.SHORTLISTED, author=expert)
    idea(cycle, progress=Progress.SHORTLISTED, moderation=Moderation.HIDDEN)
    idea(pages.cycle(campaign, opens=("vote",)), progress=Progress.SHORTLISTED)
    idea(pages.cycle(opens=("review",)), progress=Progress.SHORTLISTED)
    client.force_login(expert)

    page = client.get("/reviews/")

    assert [found.pk for found in page.context["waiting"]] == [mine.pk]
    assert [found.pk for found in page.context["written"]] == [finished.pk]


@pytest.mark.parametrize("role", ["editor", "body", "moderator"])
def test_others_have_no_list_of_reviews(client, role):
    client.force_login(with_role(role))

    assert client.get("/reviews/").status_code == 403


def counted(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_experts_list_asks_the_same_number_of_questions(client):
    mine, expert = world()
    client.force_login(expert)
    one = counted(client, "/reviews/")
    for _ in range(30):
        idea(mine.cycle, progress=Progress.SHORTLISTED)

    assert counted(client, "/reviews/") == one


def test_an_ideas_page_asks_the_same_number_of_questions_however_many_reviewed(client):
    mine, _expert = world()
    colleague(mine)
    mine.cycle.phases.update(closes_at=clock.now() - timedelta(seconds=1))
    viewer = person()
    client.force_login(viewer)
    one = counted(client, mine.get_absolute_url())
    mine.cycle.phases.update(closes_at=clock.now() + timedelta(days=1))
    for _ in range(9):
        colleague(mine)
    mine.cycle.phases.update(closes_at=clock.now() - timedelta(seconds=1))

    assert counted(client, mine.get_absolute_url()) == one
