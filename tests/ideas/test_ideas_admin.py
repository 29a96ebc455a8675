"""«Идеи» in the admin: what staff see, find, decide and take away."""

import csv
from io import BytesIO, StringIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.permissions import policy_registry

from crowd.errors import NotAllowed, NotFound
from crowd.moderation.models import Decision, Reason
from crowd.people.policies import CampaignPermissionPolicy
from ideas.actions.steps import take_step
from ideas.actions.votes import cast_vote
from ideas.models import Answer, Idea, IdeaChange, OperatorEntry
from ideas.staff_rules import STEPS
from ideas.transitions import PROGRESS
from tests.factories import accounts, ideas, pages, people

pytestmark = pytest.mark.django_db

Moderation, Progress = Idea.Moderation, Idea.Progress


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def moderator(client, campaign):
    person = people.with_role("moderator", campaign)
    client.force_login(person)
    return person


@pytest.fixture
def editor(client, campaign):
    person = people.with_role("editor", campaign)
    client.force_login(person)
    return person


def listed(client, **query):
    page = client.get(f"/admin/ideas/?{urlencode(query, doseq=True)}")
    assert page.status_code == 200
    return [idea.title for idea in page.context["page_obj"].object_list]


def bulk(action, *chosen):
    ids = [("id", idea.pk) for idea in chosen]
    return f"/admin/bulk/ideas/idea/{action}/?{urlencode([*ids, ('next', '/admin/ideas/')])}"


def said(client, response):
    page = client.get(response["Location"])
    return " ".join(str(message) for message in page.context["messages"])


def exported(client, **query):
    response = client.get(f"/admin/ideas/?{urlencode({'export': 'csv'} | query)}")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content), delimiter=";"))


@pytest.mark.parametrize("model", [Idea, OperatorEntry])
def test_ideas_are_limited_to_campaigns(model):
    assert isinstance(policy_registry.get_by_type(model), CampaignPermissionPolicy)


@pytest.mark.parametrize("role", ["moderator", "editor", "body"])
def test_staff_see_the_ideas_of_their_campaigns_but_no_drafts(client, campaign, cycle, role):
    client.force_login(people.with_role(role, campaign))
    first, second = ideas.idea(cycle, title="Первая"), ideas.idea(cycle, title="Вторая", moderation="hidden")
    draft, foreign = ideas.idea(cycle, title="Черновик", moderation="draft"), ideas.idea(title="Чужая")

    assert listed(client) == ["Вторая", "Первая"]
    assert client.get(f"/admin/ideas/{first.pk}/").status_code == 200
    assert client.get(f"/admin/ideas/{second.pk}/").status_code == 200
    assert client.get(f"/admin/ideas/{draft.pk}/").status_code == 404
    assert client.get(f"/admin/ideas/{foreign.pk}/").status_code == 404
    assert client.post(f"/admin/ideas/{foreign.pk}/", {"step": "shortlist"}).status_code == 404
    assert client.get(bulk("hide" if role == "moderator" else "shortlist", draft, foreign)).status_code == 404


@pytest.mark.parametrize("role", ["expert", "operator"])
def test_others_see_no_ideas_in_the_admin(client, campaign, cycle, role):
    client.force_login(people.with_role(role, campaign))
    idea = ideas.idea(cycle)

    assert client.get("/admin/ideas/").status_code == 302
    assert client.get(f"/admin/ideas/{idea.pk}/").status_code in {302, 404}
    assert client.get(bulk("hide", idea)).status_code in {302, 403}
    assert client.get(bulk("shortlist", idea)).status_code in {302, 403}


def test_filters_and_search_narrow_the_list(client, campaign, cycle, moderator):
    other = pages.cycle(campaign, title="Другой сбор")
    ideas.idea(cycle, title="Ждёт", moderation="pending")
    ideas.idea(cycle, title="Отобрана", progress="shortlisted", answer_due_on="2020-01-01")
    ideas.idea(other, title="В другом сборе", problem="Не видно площадки.")
    answered = ideas.idea(cycle, title="С ответом", progress="accepted", answer_due_on="2020-01-01")
    Answer.objects.create(
        idea=answered, body="Центр", progress="accepted", text="Да.", author=moderator, given_on=timezone.localdate()
    )
    old = ideas.idea(cycle, title="Давняя", author=people.person(display_name="Анна Сосновская"))
    Idea.objects.filter(pk=old.pk).update(created_at=timezone.make_aware(timezone.datetime(2026, 1, 15, 12)))

    assert listed(client, moderation="pending") == ["Ждёт"]
    assert listed(client, progress=["shortlisted", "accepted"]) == ["С ответом", "Отобрана"]
    assert listed(client, answer="late") == ["Отобрана"]
    assert listed(client, answer="given") == ["С ответом"]
    assert "С ответом" not in listed(client, answer="none")
    assert listed(client, cycle=other.pk) == ["В другом сборе"]
    assert listed(client, created_at_from="2026-01-15", created_at_to="2026-01-15") == ["Давняя"]
    assert listed(client, q="площадк") == ["В другом сборе"]
    assert listed(client, q="Сосновская") == ["Давняя"]


def test_the_list_leads_to_each_state(client, cycle, moderator):
    ideas.idea(cycle, moderation="pending")
    ideas.idea(cycle)
    ideas.idea(cycle)
    ideas.idea(cycle, progress="shortlisted", answer_due_on="2020-01-01")

    states = client.get("/admin/ideas/").context["states"]

    assert states == [
        ("moderation=pending", "ждёт проверки", 1),
        ("moderation=published&progress=open", "собирает голоса", 2),
        ("moderation=published&progress=shortlisted", "отобрана", 1),
        ("answer=late", "ответ просрочен", 1),
    ]


@pytest.mark.parametrize("address", ["/admin/ideas/", "/admin/ideas/?export=csv"])
def test_the_list_costs_the_same_for_one_and_for_thirty(client, cycle, moderator, address):
    ideas.idea(cycle, tags=["двор"])
    _read(client, address)
    with CaptureQueriesContext(connection) as few:
        _read(client, address)
    for _number in range(29):
        ideas.idea(cycle, tags=["двор", "свет"])
    with CaptureQueriesContext(connection) as many:
        _read(client, address)

    assert len(many) == len(few)


def _read(client, address):
    response = client.get(address)
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_counts_that_are_hidden_are_hidden_from_staff(client, campaign, editor):
    shown, hidden = pages.cycle(campaign), pages.cycle(campaign, title="Тайный", counts_shown="at_end")
    for cycle in (shown, hidden):
        cast_vote(person=accounts.account(), idea=ideas.idea(cycle, title=cycle.title), value=1)

    page = client.get("/admin/ideas/").content.decode()
    rows = {row["Название"]: row for row in exported(client)}
    detail = client.get(f"/admin/ideas/{Idea.objects.get(cycle=hidden).pk}/").context["counts"]

    assert page.count("до конца голосования скрыты") == 1
    assert (rows[shown.title]["За"], rows[shown.title]["Против"]) == ("1", "0")
    assert (rows["Тайный"]["За"], rows["Тайный"]["Против"], rows["Тайный"]["Людей вместе с дубликатами"]) == (
        "",
        "",
        "",
    )
    assert detail == "до конца голосования скрыты"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", " =", "|", "%"])
def test_a_table_holds_no_formulas(client, cycle, editor, sign):
    ideas.idea(cycle, title=f"{sign}HYPERLINK(1)", problem=f"{sign}1+1\x0b")

    row = exported(client)[0]
    book = load_workbook(BytesIO(client.get("/admin/ideas/?export=xlsx").getvalue()))
    cells = {head.value: cell for head, cell in zip(book.active[1], book.active[2], strict=True)}

    assert row["Название"].startswith("'")
    assert row["В чём проблема"].startswith("'")
    assert cells["Название"].data_type == "s"
    assert cells["Название"].value == f"{sign}HYPERLINK(1)".strip()
    assert cells["В чём проблема"].value == f"{sign}1+1".strip()


def test_a_table_tells_what_the_filters_leave(client, cycle, editor):
    ideas.idea(cycle, title="Ждёт", moderation="pending")
    idea = ideas.idea(cycle, title="Опубликована; с точкой", tags=["свет", "двор"], progress="accepted")
    Answer.objects.create(
        idea=idea, body="Центр", progress="accepted", text="Сделаем.", author=editor, given_on="2026-02-03"
    )

    rows = exported(client, moderation="published")

    assert [(row["Название"], row["Метки"]) for row in rows] == [("Опубликована; с точкой", "двор, свет")]
    assert (rows[0]["Ответ"], rows[0]["Дата ответа"]) == ("Сделаем.", "2026-02-03")
    assert rows[0]["Адрес"].endswith(idea.get_absolute_url())


def test_the_page_of_an_idea_tells_its_history(client, cycle, editor):
    idea = ideas.idea(cycle)
    take_step(actor=editor, idea_id=idea.pk, step="shortlist", reason="Много голосов")

    page = client.get(f"/admin/ideas/{idea.pk}/")

    assert [(change.step, told) for change, told in page.context["history"]] == [("shortlist", "Идея отобрана")]
    assert "Много голосов" in page.content.decode()
    assert editor.display_name in page.content.decode()


def test_a_step_is_taken_on_the_page_of_an_idea(client, cycle, editor):
    idea = ideas.idea(cycle)

    refused = client.post(f"/admin/ideas/{idea.pk}/", {"step": "decline", "reason": " "})
    done = client.post(f"/admin/ideas/{idea.pk}/", {"step": "decline", "reason": "Уже есть."})
    late = client.post(f"/admin/ideas/{idea.pk}/", {"step": "finish", "reason": ""})

    idea.refresh_from_db()
    assert refused.status_code == 422
    assert "Напишите почему" in refused.content.decode()
    assert (done.status_code, idea.progress) == (302, Progress.DECLINED)
    assert late.status_code == 422


def test_a_moderator_is_offered_decisions_and_an_editor_steps(client, campaign, cycle):
    idea = ideas.idea(cycle)
    address = f"/admin/ideas/{idea.pk}/"

    client.force_login(people.with_role("moderator", campaign))
    moderators, offered_moderators = client.get(address), client.get("/admin/ideas/")
    client.force_login(people.with_role("body", campaign))
    bodies, offered_bodies = client.get(address), client.get("/admin/ideas/")

    assert moderators.context["outcomes"] == {"hide"}
    assert moderators.context["form"].fields["step"].choices == []
    assert bodies.context["outcomes"] == frozenset()
    assert [name for name, _label in bodies.context["form"].fields["step"].choices] == [
        "shortlist",
        "accept",
        "decline",
    ]
    assert "/admin/bulk/ideas/idea/hide/" in offered_moderators.content.decode()
    assert "/admin/bulk/ideas/idea/shortlist/" not in offered_moderators.content.decode()
    assert "/admin/bulk/ideas/idea/shortlist/" in offered_bodies.content.decode()
    assert "/admin/bulk/ideas/idea/hide/" not in offered_bodies.content.decode()


def test_many_are_published_each_with_a_decision_of_its_own(client, cycle, moderator):
    waiting = [ideas.idea(cycle, moderation="pending") for _number in range(2)]
    public = ideas.idea(cycle)

    asked = client.get(bulk("publish", *waiting, public))
    done = client.post(bulk("publish", *waiting, public))

    assert asked.context["concerned"] == 2
    assert "Готово: 2 иде" in said(client, done)
    assert Idea.objects.filter(moderation="published").count() == 3
    assert sorted(Decision.objects.values_list("subject_id", flat=True)) == [idea.pk for idea in waiting]


def test_many_are_hidden_with_one_reason(client, cycle, moderator):
    idea = ideas.idea(cycle)

    without = client.post(bulk("hide", idea))
    done = client.post(bulk("hide", idea), {"reason": Reason.objects.get(slug="insult").pk, "note": "Тише."})

    idea.refresh_from_db()
    assert without.status_code == 200
    assert (done.status_code, idea.moderation) == (302, Moderation.HIDDEN)
    assert Decision.objects.get().note == "Тише."


@pytest.mark.parametrize("step", STEPS)
def test_many_take_a_step_and_those_it_does_not_lead_from_stay(client, cycle, editor, step):
    source = min(PROGRESS[step].sources)
    moved, left = ideas.idea(cycle, progress=source), ideas.idea(cycle, progress="withdrawn", title="Отозвана")

    asked = client.get(bulk(step, moved, left))
    done = client.post(bulk(step, moved, left), {"reason": "Так решили."})

    moved.refresh_from_db()
    left.refresh_from_db()
    assert asked.context["concerned"] == 1
    assert done.status_code == 302
    assert (moved.progress, left.progress) == (PROGRESS[step].target, Progress.WITHDRAWN)
    change = IdeaChange.objects.get(idea=moved)
    assert (change.step, change.by, change.actor, change.reason) == (step, "editor", editor, "Так решили.")


def test_a_step_without_its_reason_is_asked_again(client, cycle, editor):
    idea = ideas.idea(cycle)

    response = client.post(bulk("decline", idea), {"reason": ""})

    idea.refresh_from_db()
    assert response.status_code == 200
    assert idea.progress == Progress.OPEN


def test_who_may_take_steps(campaign, cycle):
    idea, hidden = ideas.idea(cycle), ideas.idea(cycle, moderation="hidden")
    body = people.with_role("body", campaign)

    for role in ("moderator", "expert", "operator", "approver"):
        with pytest.raises(NotAllowed):
            take_step(actor=people.with_role(role, campaign), idea_id=idea.pk, step="accept")
    with pytest.raises(NotAllowed):
        take_step(actor=people.with_role("editor", pages.campaign("Чужая")), idea_id=idea.pk, step="accept")
    with pytest.raises(NotAllowed):
        take_step(actor=body, idea_id=ideas.idea(cycle, progress="accepted").pk, step="reopen", reason="Нет")
    with pytest.raises(NotFound):
        take_step(actor=body, idea_id=hidden.pk, step="accept")

    assert take_step(actor=body, idea_id=idea.pk, step="accept").progress == Progress.ACCEPTED
