import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.events.models import Event
from crowd.moderation.actions import decide
from crowd.moderation.models import Decision, Reason
from crowd.moderation.queries import moderation_queue
from ideas.models import Idea
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

Moderation = Idea.Moderation


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def waiting(campaign):
    return idea(pages.cycle(campaign), moderation=Moderation.PENDING)


def reason():
    return Reason.objects.get(slug="advertising")


def test_publishing_leaves_a_decision_and_a_public_idea(campaign, waiting):
    moderator = with_role("moderator", campaign)

    decision = decide(moderator=moderator, kind="idea", subject_id=waiting.pk, outcome="publish")

    waiting.refresh_from_db()
    assert waiting.moderation == Moderation.PUBLISHED
    assert (decision.campaign_id, decision.moderator, decision.outcome) == (campaign.pk, moderator, "publish")
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["idea.published", "moderation.decided"]


def test_hiding_needs_a_reason(campaign):
    shown = idea(pages.cycle(campaign))
    moderator = with_role("moderator", campaign)

    with pytest.raises(Invalid):
        decide(moderator=moderator, kind="idea", subject_id=shown.pk, outcome="hide")
    decide(moderator=moderator, kind="idea", subject_id=shown.pk, outcome="hide", reason=reason())

    shown.refresh_from_db()
    assert shown.moderation == Moderation.HIDDEN
    assert Decision.objects.count() == 1


def test_second_moderator_is_told_that_it_is_decided(campaign, waiting):
    decide(moderator=with_role("moderator", campaign), kind="idea", subject_id=waiting.pk, outcome="publish")

    with pytest.raises(AlreadyDecided):
        decide(moderator=with_role("moderator"), kind="idea", subject_id=waiting.pk, outcome="publish")

    assert Decision.objects.count() == 1


def test_idea_is_returned_with_a_reason_that_its_author_reads(campaign, waiting):
    decide(
        moderator=with_role("moderator", campaign),
        kind="idea",
        subject_id=waiting.pk,
        outcome="needs_work",
        reason=reason(),
        note="Напишите, о какой остановке речь.",
    )

    waiting.refresh_from_db()
    assert waiting.moderation == Idea.Moderation.NEEDS_WORK
    assert Decision.objects.get().note == "Напишите, о какой остановке речь."


@pytest.mark.parametrize("role", ["editor", "expert", "operator"])
def test_other_roles_decide_nothing(campaign, waiting, role):
    with pytest.raises(NotAllowed):
        decide(moderator=with_role(role, campaign), kind="idea", subject_id=waiting.pk, outcome="publish")


def test_moderator_of_another_campaign_finds_nothing(waiting):
    with pytest.raises(Http404):
        decide(
            moderator=with_role("moderator", pages.campaign("Другой")),
            kind="idea",
            subject_id=waiting.pk,
            outcome="publish",
        )


@pytest.mark.parametrize(("kind", "pk"), [("idea", 999999), ("nonsense", 1)])
def test_what_does_not_exist_is_404(kind, pk):
    with pytest.raises(Http404):
        decide(moderator=with_role("moderator"), kind=kind, subject_id=pk, outcome="publish")


@pytest.mark.parametrize("outcome", ["hide", "nonsense", ""])
def test_outcome_that_the_state_does_not_lead_to_is_refused(campaign, waiting, outcome):
    with pytest.raises((AlreadyDecided, Invalid)):
        decide(
            moderator=with_role("moderator", campaign),
            kind="idea",
            subject_id=waiting.pk,
            outcome=outcome,
            reason=reason(),
        )

    assert Decision.objects.count() == 0


def test_database_refuses_to_change_a_decision(campaign, waiting):
    decision = decide(moderator=with_role("moderator", campaign), kind="idea", subject_id=waiting.pk, outcome="publish")

    with pytest.raises(DatabaseError, match="a decision is never changed"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(note="changed")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="a decision is never changed"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).delete()


def test_queue_shows_ones_own_campaigns_oldest_first(campaign, waiting):
    later = idea(waiting.cycle, moderation=Moderation.PENDING)
    elsewhere = idea(moderation=Moderation.PENDING)
    idea(waiting.cycle)

    own = moderation_queue(with_role("moderator", campaign))
    everywhere = moderation_queue(with_role("moderator"))

    assert [case.id for case in own.cases] == [waiting.pk, later.pk]
    assert {case.id for case in everywhere.cases} == {waiting.pk, later.pk, elsewhere.pk}
    assert moderation_queue(person()).total == 0


def test_queue_page_publishes_and_hides(client, campaign, waiting):
    client.force_login(with_role("moderator", campaign))

    page = client.get("/admin/moderation/")
    published = client.post(f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "publish"})
    again = client.post(f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "publish"})
    case = client.get(f"/admin/moderation/idea/{waiting.pk}/")
    unreasoned = client.post(f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "hide"})
    hidden = client.post(
        f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "hide", "reason": reason().pk, "note": "Реклама."}
    )

    assert waiting.title in page.content.decode()
    assert (published.status_code, published["Location"]) == (302, "/admin/moderation/")
    assert again.status_code == 409
    assert case.status_code == 200
    assert unreasoned.status_code == 422
    assert hidden.status_code == 302
    waiting.refresh_from_db()
    assert waiting.moderation == Moderation.HIDDEN
    assert list(Decision.objects.values_list("outcome", "note")) == [("hide", "Реклама."), ("publish", "")]


@pytest.mark.parametrize(("at", "listed"), [("case", False), ("", True)])
def test_what_is_refused_is_shown_where_it_was_typed(client, campaign, waiting, at, listed):
    client.force_login(with_role("moderator", campaign))
    address = f"/admin/moderation/idea/{waiting.pk}/decide/"

    page = client.get(f"/admin/moderation/idea/{waiting.pk}/").content.decode()
    refused = client.post(address, {"outcome": "reject", "note": "Слова автору.", "at": at})

    html = refused.content.decode()
    assert 'name="at" value="case"' in page
    assert (refused.status_code, 'value="Слова автору."' in html, "data-refused" in html) == (422, True, True)
    assert ('id="many"' in html) == listed


def test_enter_in_a_field_decides_nothing(client, campaign, waiting):
    client.force_login(with_role("moderator", campaign))

    form = client.get("/admin/moderation/").content.decode().partition("/decide/")[2].partition("</form>")[0]

    # Without a script it presses the first button of the form, which is none.
    assert form.index('<button type="submit" disabled hidden>') < form.index('value="publish"')


def test_queue_of_another_campaign_is_404(client, waiting):
    client.force_login(with_role("moderator", pages.campaign("Другой")))

    assert waiting.title not in client.get("/admin/moderation/").content.decode()
    assert client.get(f"/admin/moderation/idea/{waiting.pk}/").status_code == 404
    assert client.post(f"/admin/moderation/idea/{waiting.pk}/decide/", {"outcome": "publish"}).status_code == 404


def test_queue_is_for_moderators(client, campaign):
    client.force_login(with_role("editor", campaign))

    assert client.get("/admin/moderation/").status_code in {302, 403}


def test_queue_asks_the_same_queries_for_one_and_thirty_cases(client, campaign, waiting):
    from django.test.utils import CaptureQueriesContext

    client.force_login(with_role("moderator", campaign))
    client.get("/admin/moderation/")
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/moderation/")
    for _ in range(29):
        idea(waiting.cycle, moderation=Moderation.PENDING)
    with CaptureQueriesContext(connection) as thirty:
        client.get("/admin/moderation/")

    assert len(thirty) == len(one)
