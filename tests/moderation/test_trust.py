import pytest
from django.conf import settings

from crowd.events.models import Event
from crowd.moderation.actions import decide
from crowd.moderation.handlers import trust_newcomers
from crowd.moderation.models import Reason
from crowd.moderation.rules import has_earned_trust
from crowd.people.models import Person
from ideas.models import Idea
from tests.factories import comments, pages, people
from tests.factories.ideas import idea

pytestmark = pytest.mark.django_db

Standing = Person.Standing


@pytest.fixture
def newcomer():
    return people.person(standing=Standing.NEWCOMER)


def decided(subject, outcome="publish"):
    """Decide as a moderator of all campaigns, and let follow what follows."""
    kind = "idea" if isinstance(subject, Idea) else "comment"
    reason = None if outcome == "publish" else Reason.objects.get(slug="insult")
    moderator = people.with_role("moderator")
    decide(moderator=moderator, kind=kind, subject_id=subject.pk, outcome=outcome, reason=reason)
    trust_newcomers(list(Event.objects.filter(kind="moderation.decided").order_by("-pk")[:1]))


def standing(person):
    return Person.objects.get(pk=person.pk).standing


def waiting_idea(author):
    return idea(author=author, moderation=Idea.Moderation.PENDING)


def test_three_posts_let_through_make_a_newcomer_trusted(newcomer):
    thread = comments.thread(pages.discussion(comments_premoderation="newcomers"))
    posts = [waiting_idea(newcomer), comments.comment(thread, author=newcomer), waiting_idea(newcomer)]
    seen = []

    for post in posts:
        decided(post)
        seen.append(standing(newcomer))

    assert settings.TRUSTED_AFTER_POSTS == 3
    assert seen == [Standing.NEWCOMER, Standing.NEWCOMER, Standing.TRUSTED]
    assert list(Event.objects.filter(kind="person.trusted").values_list("subject_id", flat=True)) == [newcomer.pk]
    assert comments.comment(thread, author=Person.objects.get(pk=newcomer.pk)).is_public


def test_told_twice_it_happens_once(newcomer):
    for _ in range(3):
        decided(waiting_idea(newcomer))

    trust_newcomers(list(Event.objects.filter(kind="moderation.decided")))

    assert Event.objects.filter(kind="person.trusted").count() == 1


@pytest.mark.parametrize("outcome", ["reject", "hide"])
def test_one_refused_post_keeps_a_newcomer_looked_at(newcomer, outcome):
    refused = waiting_idea(newcomer)
    if outcome == "hide":
        decided(refused)
    decided(refused, outcome)

    for _ in range(4):
        decided(waiting_idea(newcomer))

    assert standing(newcomer) == Standing.NEWCOMER


def test_others_posts_do_not_count(newcomer):
    decided(waiting_idea(newcomer))
    for _ in range(3):
        decided(waiting_idea(people.person()))

    assert standing(newcomer) == Standing.NEWCOMER


@pytest.mark.parametrize(
    ("outcomes", "earned"),
    [
        ([], False),
        ([("idea", 1, "publish"), ("idea", 1, "publish")], False),
        ([("idea", 1, "publish"), ("comment", 1, "publish")], True),
        ([("idea", 1, "publish"), ("idea", 2, "publish"), ("idea", 3, "reject")], False),
        ([("idea", 1, "publish"), ("idea", 2, "hide"), ("idea", 2, "publish")], True),
        ([("idea", 1, "publish"), ("idea", 2, "publish"), ("idea", 2, "hide")], False),
    ],
)
def test_a_post_counts_by_the_latest_decision_about_it(outcomes, earned):
    assert has_earned_trust(outcomes, 2) == earned
