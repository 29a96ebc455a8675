"""Taking, giving back and going on as moderators do it: by buttons without a script, and by scripts that ask for JSON."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crowd import clock
from crowd.moderation.actions import claim_case
from crowd.moderation.models import Claim
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people
from tests.factories.flags import decided, flag

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/"
JSON = {"accept": "application/json"}


@pytest.fixture
def campaign():
    return pages.campaign("Наш проект")


@pytest.fixture
def moderator(client, campaign):
    person = people.with_role("moderator", campaign, display_name="Анна")
    client.force_login(person)
    return person


@pytest.fixture
def other(campaign):
    return people.with_role("moderator", campaign, display_name="Борис Другой")


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


def pending(cycle, **fields):
    return ideas.idea(cycle, moderation=Idea.Moderation.PENDING, **fields)


def take(post, person):
    return claim_case(moderator=person, kind="idea", subject_id=post.pk)


def address(post, act=""):
    return f"{QUEUE}idea/{post.pk}/{act}"


def holders():
    return list(Claim.objects.order_by("pk").values_list("subject_id", "moderator__display_name"))


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_button_takes_and_another_gives_back(client, moderator, cycle):
    post = pending(cycle)

    free = client.get(address(post)).text
    taken = client.post(address(post, "claim/"))
    mine = client.get(taken["Location"]).text
    back = client.post(address(post, "release/"))

    until = timezone.localtime(clock.now() + timedelta(minutes=5))
    assert (taken.status_code, taken["Location"], back.status_code, back["Location"]) == (
        303,
        address(post),
        303,
        QUEUE,
    )
    assert ("Взять</button>" in free, "Отпустить" in free) == (True, False)
    assert ("Взять</button>" in mine, "Отпустить" in mine) == (False, True)
    shown = re.search(r"Запись у вас до (\d\d):(\d\d)", mine)
    assert abs(int(shown[1]) * 60 + int(shown[2]) - until.hour * 60 - until.minute) <= 1
    assert 'name="outcome"' in mine
    assert holders() == []


@pytest.mark.parametrize("where", ["queue", "case"])
def test_anothers_case_says_who_looks_and_has_no_form(client, moderator, other, cycle, where):
    post, free = pending(cycle, title="Занятая"), pending(cycle, title="Свободная")
    claim = take(post, other)
    until = timezone.localtime(claim.until)

    page = client.get(QUEUE if where == "queue" else address(post)).text

    assert f"Смотрит Борис Другой до {until:%H:%M}" in page
    assert "Занятая" in page
    assert address(post, "decide/") not in page
    assert address(post, "claim/") not in page
    assert other.email not in page
    if where == "queue":
        assert address(free, "decide/") in page
        assert address(free, "claim/") in page


def test_an_ended_claim_is_shown_no_longer(client, moderator, other, cycle):
    post = pending(cycle)
    claim = take(post, other)

    with clock.at(claim.until):
        page = client.get(QUEUE).text

    assert ("Смотрит" in page, address(post, "decide/") in page) == (False, True)


def test_taking_what_another_has_leads_to_its_page_with_who_has_it(client, moderator, other, cycle):
    post = pending(cycle)
    take(post, other)

    page = client.post(address(post, "claim/"), follow=True)

    assert page.redirect_chain == [(address(post), 303)]
    [message] = said(page)
    assert re.fullmatch(r"Эту запись до \d\d:\d\d смотрит Борис Другой\. Возьмите следующую или подождите\.", message)
    assert holders() == [(post.pk, "Борис Другой")]


def test_deciding_what_another_has_is_refused(client, moderator, other, cycle):
    post = pending(cycle)
    take(post, other)

    refused = client.post(address(post, "decide/"), {"outcome": "publish", "seen": "0"})

    post.refresh_from_db()
    assert (refused.status_code, post.moderation) == (409, "pending")
    assert "смотрит Борис Другой" in said(refused)[0]


def test_the_second_reads_what_was_decided_in_which_role_and_when(client, moderator, other, cycle):
    post = pending(cycle)
    made = decided(post, "reject", other)

    refused = client.post(address(post, "decide/"), {"outcome": "publish", "seen": "0"})

    [message] = said(refused)
    assert refused.status_code == 409
    assert message.startswith("По этой записи решение уже принято: отклонить (модератор, ")
    assert message.endswith(f"{timezone.localtime(made.decided_at):%H:%M}).")


def test_scripts_get_the_same_as_json(client, moderator, other, cycle):
    post, theirs = pending(cycle), pending(cycle)
    take(theirs, other)

    taken = client.post(address(post, "claim/"), headers=JSON)
    refused = client.post(address(theirs, "claim/"), headers=JSON)
    back = [client.post(address(post, "release/"), headers=JSON).json() for _ in range(2)]
    went_on = client.post(f"{QUEUE}next/", headers=JSON).json()
    nothing = client.post(f"{QUEUE}next/", headers=JSON).json()

    until = datetime.fromisoformat(taken.json()["until"])
    assert taken.json() | {"until": ""} == {"kind": "idea", "id": post.pk, "until": "", "url": address(post)}
    assert timedelta(minutes=4) < until - clock.now() <= timedelta(minutes=5)
    assert (refused.status_code, refused.json()["error"]) == (409, "already_taken")
    assert back == [{"released": True}, {"released": False}]
    assert (went_on["url"], nothing) == (address(post), {"url": None})


@pytest.mark.parametrize("act", ["claim/", "release/", "decide/"])
def test_a_case_of_another_campaign_is_404(client, moderator, act):
    elsewhere = pending(pages.cycle(pages.campaign("Чужой")))

    assert client.post(address(elsewhere, act), {"outcome": "publish"}).status_code == 404
    assert client.post(address(elsewhere, act), {"outcome": "publish"}, headers=JSON).status_code == 404
    assert client.post(f"{QUEUE}next/", {"leaving": f"idea-{elsewhere.pk}"}).status_code == 404
    assert holders() == []


def test_next_leads_to_the_oldest_free_case_and_stays_in_the_scope(client, moderator, other, cycle):
    first, second, third = (pending(cycle, title=f"Запись {n}") for n in range(3))
    take(first, other)

    taken = client.post(f"{QUEUE}next/", {"kind": "idea", "by": "50"})
    page = client.get(taken["Location"]).text
    aside = client.post(f"{QUEUE}next/", {"kind": "idea", "leaving": f"idea-{second.pk}"})

    assert (taken.status_code, taken["Location"]) == (303, f"{address(second)}?kind=idea&by=50")
    assert f'name="leaving" value="idea-{second.pk}"' in page
    assert 'type="hidden" name="kind" value="idea"' in page
    assert f"{address(second, 'decide/')}?kind=idea&amp;by=50" in page
    assert aside["Location"] == f"{address(third)}?kind=idea"
    assert holders() == [(first.pk, "Борис Другой"), (third.pk, "Анна")]


def test_where_nothing_is_free_next_leads_back_and_says_so(client, moderator, other, cycle):
    take(pending(cycle), other)

    page = client.post(f"{QUEUE}next/", {"kind": "idea"}, follow=True)

    assert page.redirect_chain == [(f"{QUEUE}?kind=idea", 303)]
    assert said(page) == ["Свободных записей больше нет: остальные, если они есть, смотрят другие модераторы."]


@pytest.mark.parametrize("leaving", ["", "idea", "idea-", "idea-0", "-7", "idea-x"])
def test_a_case_that_is_none_is_not_left(client, moderator, cycle, leaving):
    post = pending(cycle)

    assert client.post(f"{QUEUE}next/", {"leaving": leaving})["Location"] == address(post)


def test_a_decision_leads_back_to_the_part_it_was_made_in(client, moderator, cycle):
    post = pending(cycle)

    done = client.post(f"{address(post, 'decide/')}?kind=idea&nonsense=1", {"outcome": "publish", "seen": "0"})

    assert (done.status_code, done["Location"]) == (302, f"{QUEUE}?kind=idea")


def test_the_count_is_a_number_and_its_words(client, moderator, campaign, cycle):
    pending(cycle)
    pending(pages.cycle(pages.campaign("Чужой")))

    one = client.get(f"{QUEUE}count/")
    flag(ideas.idea(cycle))
    two = client.get(f"{QUEUE}count/?campaign={campaign.pk}")

    assert one.json() == {"total": 1, "more": False, "said": "Ждёт решения: 1 запись. Самая давняя ждёт 1 мин."}
    assert two.json() == {"total": 2, "more": False, "said": "Ждут решения: 2 записи. Самая давняя ждёт 1 мин."}
    assert "no-store" in one["Cache-Control"]


def test_the_count_says_where_it_stops(client, moderator, cycle, monkeypatch):
    for module in ("waiting", "claim_views"):
        monkeypatch.setattr(f"crowd.moderation.{module}.MOST_COUNTED", 2)
    for _ in range(4):
        pending(cycle)

    counted = client.get(f"{QUEUE}count/").json()

    assert (counted["total"], counted["more"]) == (2, True)
    assert counted["said"].startswith("Ждут решения: больше 2 записей.")


def test_the_line_that_is_renewed_is_plain_text_and_said_politely(client, moderator, campaign, cycle):
    pending(cycle)

    page = client.get(f"{QUEUE}?campaign={campaign.pk}").text

    assert f'data-waiting="{QUEUE}count/?campaign={campaign.pk}" data-total="1">Ждёт решения: 1 запись.' in page
    assert '<p role="status" class="w-sr-only" data-waiting-said></p>' in page


def test_a_campaign_is_chosen_among_ones_own(client, campaign, cycle):
    second, foreign = pages.campaign("Второй"), pages.campaign("Чужой")
    person = people.with_role("moderator", campaign)
    person.roles.create(role="moderator", campaign=second)
    client.force_login(person)
    pending(cycle, title="Из нашего")
    pending(pages.cycle(second), title="Из второго")
    pending(pages.cycle(foreign), title="Из чужого")

    all_of_them, one = client.get(QUEUE).text, client.get(f"{QUEUE}?campaign={second.pk}&kind=idea").text

    assert [title in all_of_them for title in ("Из нашего", "Из второго", "Из чужого")] == [True, True, False]
    assert [title in one for title in ("Из нашего", "Из второго", "Из чужого")] == [False, True, False]
    assert "Чужой" not in all_of_them
    assert re.search(rf'<option value="{second.pk}"\s+selected>Второй</option>', one)
    assert f"{QUEUE}?campaign={second.pk}&amp;flags=1" in one
    for wrong in (foreign.pk, 999999, "nonsense"):
        for address_of in (QUEUE, f"{QUEUE}count/", f"{QUEUE}idea/{Idea.objects.first().pk}/"):
            assert client.get(f"{address_of}?campaign={wrong}").status_code == 404
        assert client.post(f"{QUEUE}next/", {"campaign": wrong}).status_code == 404


def test_who_moderates_one_campaign_chooses_none(client, moderator, cycle):
    assert "queue-campaign" not in client.get(QUEUE).text


def test_pages_lead_on_and_back(client, moderator, cycle):
    posts = [pending(cycle, title=f"Запись номер {number}.") for number in range(13)]

    first = client.get(f"{QUEUE}?kind=idea").text
    further = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(QUEUE + further).text
    all_at_once = client.get(f"{QUEUE}?by=50").text

    shown = [[post.title in page for post in posts].count(True) for page in (first, second, all_at_once)]
    assert shown == [10, 3, 13]
    assert "kind=idea" in further
    assert ('rel="next"' in second, "К началу очереди" in second, "К началу очереди" in first) == (False, True, False)
    assert "Показывать по 50" in first
    assert "Показывать по 10" in all_at_once


def test_a_page_behind_the_end_leads_back(client, moderator, cycle):
    gone = pending(cycle)
    after = f"{gone.created_at.isoformat()}~idea~{gone.pk}".replace("+", "%2B")

    page = client.get(f"{QUEUE}?after={after}").text

    assert "Дальше ничего нет." in page
    assert "К началу очереди" in page


def test_an_empty_part_explains_itself(client, moderator):
    assert "Записей от тех, кто пишет впервые, сейчас нет." in client.get(f"{QUEUE}?new=1").text
    assert "Жалоб, которые ждут решения, сейчас нет." in client.get(f"{QUEUE}?flags=1").text
    assert "Взять следующую" not in client.get(QUEUE).text


@pytest.mark.parametrize("query", ["", "?new=1", "?flags=1", "?kind=comment", "count/"])
def test_the_queue_asks_the_same_queries_for_one_and_thirty_whoever_looks(client, moderator, other, cycle, query):
    thread = comments.thread(pages.discussion(cycle.get_parent().specific))

    def make(count):
        for _ in range(count):
            post, free = pending(cycle), pending(cycle)
            for one in (post, free):
                take(one, other)
            flag(comments.comment(thread))
            flag(ideas.idea(cycle))

    make(1)
    client.get(QUEUE + query)
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE + query)
    make(14)
    with CaptureQueriesContext(connection) as thirty:
        client.get(QUEUE + query)

    assert len(thirty) == len(one)


def test_next_asks_the_same_queries_for_one_and_thirty(client, moderator, other, cycle):
    def queries():
        Claim.objects.filter(moderator=moderator).delete()
        with CaptureQueriesContext(connection) as captured:
            client.post(f"{QUEUE}next/")
        return len(captured)

    pending(cycle)
    client.post(f"{QUEUE}next/")
    one = queries()
    for _ in range(29):
        take(pending(cycle), other)
        pending(cycle)

    assert queries() == one
