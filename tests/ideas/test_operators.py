"""What operators enter for residents who have no internet: ideas and voices, one person, one voice."""

import pytest

from crowd.errors import ConsentMissing, Invalid, NotAllowed, PhaseClosed, QuotaReached
from crowd.events.models import Event
from crowd.people.actions import confirm_resident
from crowd.people.models import Consent, Person, ResidentConfirmation
from crowd.people.personal_data import export_of
from crowd.people.residents import receive_resident
from ideas.actions import cast_vote, submit_idea
from ideas.actions.drafts import keep_draft
from ideas.actions.operators import cast_vote_for, submit_idea_for
from ideas.actions.texts import IdeaText
from ideas.models import Idea, IdeaChange, OperatorEntry, Vote, VoteChange
from tests.factories import accounts, ideas, pages, people

pytestmark = pytest.mark.django_db

TEXT = IdeaText(title="Лавка у почты", problem="Негде сесть.")
BLANK = "подписал бланк № 17"
RESIDENT = {
    "document_number": "67 01 123456",
    "display_name": "Анна С.",
    "municipality": "",
    "agrees": "on",
    "consent": BLANK,
}
IDEA = {"idea-title": "Лавка у почты", "idea-problem": "Негде сесть."}


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def operator(client, campaign):
    person = people.with_role("operator", campaign)
    client.force_login(person)
    return person


def received(operator, number="67 01 123456", name="Анна С."):
    return receive_resident(operator=operator, document_number=number, display_name=name, municipality=None)


def test_a_resident_without_an_account_is_known_again_by_the_document(operator):
    first = received(operator)

    again = received(operator, number="6701123456", name="Другое имя")

    assert again == first
    assert (again.display_name, again.verification) == ("Анна С.", "resident")
    assert not again.has_usable_password()
    assert not again.emailaddress_set.exists()
    assert ResidentConfirmation.objects.filter(document_hash__contains="123456").count() == 0


def test_a_resident_whose_account_was_confirmed_is_the_same_person(operator):
    account = accounts.account()
    confirm_resident(person=account, document_number="67 01 123456", operator=operator)

    assert received(operator) == account


def test_the_consent_is_noted_with_the_operator(operator):
    text = accounts.consent_text()

    person = received(operator)
    received(operator)

    consent = Consent.objects.get(person=person)
    assert (consent.text, consent.operator) == (text, operator)


def test_who_is_not_received(operator):
    with pytest.raises(Invalid):
        received(operator, number="12")
    with pytest.raises(Invalid):
        received(operator, name="я@дома")
    with pytest.raises(NotAllowed):
        received(accounts.account())
    people_before = Person.objects.count()
    blocked = received(operator)
    Person.objects.filter(pk=blocked.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        received(operator)

    assert Person.objects.count() == people_before + 1


def test_an_operator_is_no_resident_of_the_own_desk(operator, cycle):
    confirm_resident(person=operator, document_number="67 01 123456", operator=people.with_role("operator"))

    with pytest.raises(NotAllowed):
        received(operator)
    with pytest.raises(NotAllowed):
        submit_idea_for(operator=operator, resident=operator, cycle=cycle, text=TEXT, consent=BLANK)
    with pytest.raises(NotAllowed):
        cast_vote_for(operator=operator, resident=operator, idea=ideas.idea(cycle), value=1, consent=BLANK)


def test_an_idea_is_entered_with_who_did_it_and_how_it_was_agreed(operator, cycle):
    resident = received(operator)

    idea = submit_idea_for(operator=operator, resident=resident, cycle=cycle, text=TEXT, consent=f" {BLANK} ")

    change, entry = IdeaChange.objects.get(idea=idea), OperatorEntry.objects.get()
    assert (idea.author, idea.moderation, idea.published_at) == (resident, "pending", None)
    assert (change.step, change.by, change.actor) == ("submit", "operator", operator)
    assert (entry.kind, entry.operator, entry.person, entry.idea, entry.consent) == (
        "idea",
        operator,
        resident,
        idea,
        BLANK,
    )
    assert list(Event.objects.filter(subject_id=idea.pk).order_by("pk").values_list("kind", flat=True)) == [
        "idea.submitted",
        "operator.entered",
    ]


def test_a_draft_on_the_site_stays_the_residents(operator, cycle):
    resident = accounts.account(standing="trusted")
    draft = keep_draft(author=resident, cycle=cycle, text=IdeaText(title="Своё", problem="Начатое"))

    idea = submit_idea_for(operator=operator, resident=resident, cycle=cycle, text=TEXT, consent=BLANK)

    draft.refresh_from_db()
    assert idea.moderation == "published"
    assert (draft.title, draft.moderation) == ("Своё", "draft")


def test_a_voice_is_the_residents_own(operator, cycle):
    idea, resident = ideas.idea(cycle), received(operator)

    entered = cast_vote_for(operator=operator, resident=resident, idea=idea, value=1, consent=BLANK)

    assert (entered.vote.person, entered.vote.value, entered.vote.by_resident) == (resident, 1, True)
    assert entered.entry.kind == "vote"
    assert Event.objects.get(kind="vote.cast").actor_id is None


def test_one_person_has_one_voice_however_it_was_given(operator, cycle):
    idea, account = ideas.idea(cycle), accounts.account()
    confirm_resident(person=account, document_number="67 01 123456", operator=operator)
    cast_vote(person=account, idea=idea, value=1)

    entered = cast_vote_for(operator=operator, resident=received(operator), idea=idea, value=1, consent=BLANK)

    assert entered.entry is None
    assert Vote.objects.filter(idea=idea).count() == 1
    assert VoteChange.objects.filter(idea=idea).count() == 1
    assert OperatorEntry.objects.count() == 0


def test_the_rules_of_the_cycle_hold_at_the_desk(operator, campaign):
    resident = received(operator)
    closed, single = pages.cycle(campaign, opens=()), pages.cycle(campaign, title="По одной", ideas_each=1)
    budget = pages.cycle(campaign, title="Два голоса", voting="budget", votes_each=1)
    submit_idea_for(operator=operator, resident=resident, cycle=single, text=TEXT, consent=BLANK)
    first, second = ideas.idea(budget), ideas.idea(budget)
    cast_vote_for(operator=operator, resident=resident, idea=first, value=1, consent=BLANK)

    with pytest.raises(PhaseClosed):
        submit_idea_for(operator=operator, resident=resident, cycle=closed, text=TEXT, consent=BLANK)
    with pytest.raises(PhaseClosed):
        cast_vote_for(operator=operator, resident=resident, idea=ideas.idea(closed), value=1, consent=BLANK)
    with pytest.raises(QuotaReached):
        submit_idea_for(operator=operator, resident=resident, cycle=single, text=TEXT, consent=BLANK)
    with pytest.raises(QuotaReached):
        cast_vote_for(operator=operator, resident=resident, idea=second, value=1, consent=BLANK)
    with pytest.raises(Invalid):
        cast_vote_for(operator=operator, resident=resident, idea=first, value=0, consent=BLANK)

    assert OperatorEntry.objects.count() == 2


@pytest.mark.parametrize("consent", ["", "   ", "а" * 201])
def test_nothing_is_entered_without_a_consent(operator, cycle, consent):
    idea, resident = ideas.idea(cycle), received(operator)

    with pytest.raises(Invalid):
        cast_vote_for(operator=operator, resident=resident, idea=idea, value=1, consent=consent)
    with pytest.raises(Invalid):
        submit_idea_for(operator=operator, resident=resident, cycle=cycle, text=TEXT, consent=consent)

    assert Vote.objects.count() == 0


def test_without_the_consent_to_processing_nothing_is_entered(operator, cycle):
    resident = received(operator)
    accounts.consent_text()

    with pytest.raises(ConsentMissing):
        cast_vote_for(operator=operator, resident=resident, idea=ideas.idea(cycle), value=1, consent=BLANK)


@pytest.mark.parametrize("role", ["moderator", "editor", "expert", "body", "approver"])
def test_nobody_but_operators_of_the_campaign_enters(operator, campaign, cycle, role):
    resident, stranger = received(operator), people.with_role("operator", pages.campaign("Другой"))
    idea = ideas.idea(cycle)

    for person in (people.with_role(role, campaign), stranger):
        with pytest.raises(NotAllowed):
            cast_vote_for(operator=person, resident=resident, idea=idea, value=1, consent=BLANK)
        with pytest.raises(NotAllowed):
            submit_idea_for(operator=person, resident=resident, cycle=cycle, text=TEXT, consent=BLANK)


def test_what_was_entered_is_handed_out_with_the_rest(operator, cycle):
    resident = received(operator)
    submit_idea_for(operator=operator, resident=resident, cycle=cycle, text=TEXT, consent=BLANK)

    handed = export_of(resident)["ideas.OperatorEntry"]

    assert [(row["kind"], row["idea"], row["consent"]) for row in handed] == [("идея", "Лавка у почты", BLANK)]


def test_the_desk_offers_what_is_open(client, operator, campaign, cycle):
    ideas.idea(cycle, title="Открытая")
    ideas.idea(cycle, title="Принятая", progress="accepted")
    ideas.idea(title="Чужая")
    closed = pages.cycle(campaign, title="Закрытый", opens=("comment",))
    ideas.idea(closed, title="В закрытом")

    desk = client.get("/admin/desk/")
    found = client.get("/admin/desk/?q=откр")

    assert desk.context["cycles"] == [cycle]
    assert [idea.title for idea in desk.context["ideas"]] == ["Открытая"]
    assert len(found.context["ideas"]) <= 1
    assert client.get(f"/admin/desk/ideas/{closed.pk}/").status_code == 404


def test_an_idea_is_entered_at_the_desk(client, operator, cycle):
    address = f"/admin/desk/ideas/{cycle.pk}/"

    empty = client.post(address, RESIDENT | {"agrees": ""} | IDEA)
    done = client.post(address, RESIDENT | IDEA)

    idea = Idea.objects.get()
    assert client.get(address).status_code == 200
    assert empty.status_code == 422
    assert done["Location"] == "/admin/desk/"
    assert (idea.title, idea.author.display_name) == ("Лавка у почты", "Анна С.")


def test_a_refused_entry_leaves_nobody_behind(client, operator, cycle):
    idea = ideas.idea(cycle)
    before = Person.objects.count()

    response = client.post(f"/admin/desk/votes/{idea.pk}/", RESIDENT | {"value": "1", "document_number": "12"})

    assert response.status_code == 422
    assert "Номер слишком короткий" in response.content.decode()
    assert Person.objects.count() == before


def test_a_voice_is_entered_at_the_desk_once(client, operator, cycle):
    idea = ideas.idea(cycle)
    address = f"/admin/desk/votes/{idea.pk}/"

    client.post(address, RESIDENT | {"value": "1"})
    again = client.post(address, RESIDENT | {"value": "1"}, follow=True)

    assert client.get(address).status_code == 200
    assert Vote.objects.get().idea == idea
    assert "уже учтён" in again.content.decode()


def test_a_cycle_without_votes_against_takes_none_at_the_desk(client, operator, campaign, cycle):
    both = pages.cycle(campaign, title="За и против", voting="both")

    refused = client.post(f"/admin/desk/votes/{ideas.idea(cycle).pk}/", RESIDENT | {"value": "-1"})
    taken = client.post(f"/admin/desk/votes/{ideas.idea(both).pk}/", RESIDENT | {"value": "-1"})

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert list(Vote.objects.values_list("value", flat=True)) == [-1]


def test_entries_are_seen_by_staff_without_whose_voice_it_was(client, operator, campaign, cycle):
    resident = received(operator)
    idea = submit_idea_for(operator=operator, resident=resident, cycle=cycle, text=TEXT, consent=BLANK)
    voter = received(operator, number="67 02 654321", name="Пётр Тайный")
    cast_vote_for(operator=operator, resident=voter, idea=ideas.idea(cycle), value=1, consent="устно")
    client.force_login(people.with_role("editor", campaign))

    entries = client.get("/admin/operator-entries/").content.decode()
    page = client.get(f"/admin/ideas/{idea.pk}/").content.decode()

    assert BLANK in entries
    assert "устно" in entries
    assert "Анна С." in entries
    assert "Пётр Тайный" not in entries
    assert BLANK in page


def test_entered_voices_are_no_way_around_hidden_counts(client, operator, campaign):
    cycle = pages.cycle(campaign, counts_shown="at_end")
    idea = ideas.idea(cycle)
    cast_vote_for(operator=operator, resident=received(operator), idea=idea, value=1, consent=BLANK)

    own = client.get("/admin/operator-entries/").content.decode()
    client.force_login(people.with_role("editor", campaign))
    others, page = client.get("/admin/operator-entries/"), client.get(f"/admin/ideas/{idea.pk}/")

    assert BLANK in own
    assert BLANK not in others.content.decode()
    assert BLANK not in page.content.decode()


def test_the_site_tells_that_an_operator_entered_an_idea(client, operator, cycle):
    resident = received(operator)
    Person.objects.filter(pk=resident.pk).update(standing="trusted")
    idea = submit_idea_for(operator=operator, resident=resident, cycle=cycle, text=TEXT, consent=BLANK)
    submit_idea(author=accounts.account(standing="trusted"), cycle=cycle, text=TEXT)

    page = client.get(idea.get_absolute_url()).content.decode()

    assert "оператор центра обслуживания" in page
    assert operator.display_name not in page.split("<main", 1)[-1].split("</main>", 1)[0]
