"""Residents' flags over HTTP: the form, its answers as pages and as JSON, the way by signing in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.campaigns.models import CampaignPage
from crowd.limits.rules import LIMITS
from crowd.moderation.models import Flag, FlagReason
from ideas.models import Idea
from tests.factories import accounts, comments, ideas, pages, people
from tests.factories.flags import decided, flag
from tests.factories.sanctions import sanction

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


@pytest.fixture
def post():
    return ideas.idea(title="Автобусы на карте")


@pytest.fixture
def resident(client):
    person = accounts.account()
    client.force_login(person)
    return person


def form_of(post, **fields):
    kind = "idea" if isinstance(post, Idea) else "comment"
    return {"kind": kind, "id": str(post.pk), "reason": "insult", "note": "", **fields}


def address_of(post):
    return f"/flags/new/?kind={'idea' if isinstance(post, Idea) else 'comment'}&id={post.pk}"


def test_the_form_lists_reasons_and_says_what_follows(client, post):
    page = client.get(address_of(post))

    text = page.content.decode()
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert "<legend" in text
    assert [reason.name in text for reason in FlagReason.objects.all()] == [True] * 7
    assert "Что будет дальше" in text
    assert "Чтобы отправить жалобу, понадобится войти." in text
    assert post.title in text


def test_in_english_the_reasons_are_english(client, post):
    text = client.get(f"/en{address_of(post)}").content.decode()

    assert '<span lang="en">Somebody else&#x27;s personal data</span>' in text
    assert ">Чужие личные данные<" not in text


def test_a_flag_leads_back_to_the_idea(client, resident, post):
    answer = client.post("/flags/", form_of(post, note="Грубо"), follow=True)

    assert answer.redirect_chain == [(post.get_absolute_url(), 303)]
    assert "Спасибо. Жалобу прочтёт модератор." in answer.content.decode()
    made = Flag.objects.get()
    assert (made.person, made.subject_id, made.reason.slug, made.note) == (resident, post.pk, "insult", "Грубо")


def test_a_flag_leads_back_to_the_comment(client, resident):
    comment = comments.comment()

    answer = client.post("/flags/", form_of(comment))

    assert (answer.status_code, answer["Location"]) == (303, f"/comments/{comment.pk}/")
    assert Flag.objects.get().person == resident


def test_a_script_gets_the_number_of_the_flag(client, resident, post):
    made = client.post("/flags/", form_of(post), headers=JSON)
    again = client.post("/flags/", form_of(post, reason="other"), headers=JSON)

    pk = Flag.objects.get(person=resident).pk
    assert (made.status_code, made.json()) == (201, {"flag": pk})
    assert (again.status_code, again.json()) == (200, {"flag": pk})


@pytest.mark.parametrize(
    ("reason", "said"),
    [("insult", "Спасибо. Жалобу прочтёт модератор."), ("other", "Вы уже пожаловались на эту запись")],
)
@pytest.mark.usefixtures("resident")
def test_a_second_press_is_answered_kindly(client, post, reason, said):
    client.post("/flags/", form_of(post))
    client.get(post.get_absolute_url())

    answer = client.post("/flags/", form_of(post, reason=reason), follow=True)

    assert answer.redirect_chain == [(post.get_absolute_url(), 303)]
    assert said in answer.content.decode()
    assert Flag.objects.get().reason.slug == "insult"


@pytest.mark.usefixtures("resident")
def test_where_the_flag_hides_the_post_it_leads_to_what_became_of_it(client, post, settings):
    settings.FLAGS_TO_HIDE = 1

    answer = client.post("/flags/", form_of(post), follow=True)
    again = client.post("/flags/", form_of(post))

    assert answer.redirect_chain == [(address_of(post), 303)]
    assert (answer.status_code, again.status_code) == (200, 303)
    text = answer.content.decode()
    assert "До его решения запись скрыта." in text
    assert post.title not in text


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (None, "Пока он не решил, запись видна всем."),
        ("keep", "не нашёл нарушения"),
        ("hide", "Модератор согласился с жалобой."),
    ],
)
def test_whoever_flagged_reads_what_became_of_it(client, resident, post, outcome, said):
    flag(post, resident, note="Моё пояснение")
    if outcome:
        decided(post, outcome)

    text = client.get(address_of(post)).content.decode()

    assert said in text
    assert "Моё пояснение" in text
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("kind", "everywhere", "status"),
    [
        ("warning", False, 200),
        ("premoderation", True, 200),
        ("silence", False, 403),
        ("silence", True, 403),
        ("block", False, 403),
    ],
)
def test_who_may_not_write_reads_why_before_anything_is_typed(client, resident, post, kind, everywhere, status):
    here = CampaignPage.objects.get(pk=post.cycle.campaign_id)
    sanction(resident, kind, None if everywhere else here)

    shown = client.get(address_of(post))
    sent = client.post("/flags/", form_of(post), headers=JSON)

    assert (shown.status_code, sent.status_code) == (status, 201 if status == 200 else 403)
    assert Flag.objects.filter(person=resident).exists() is (status == 200)
    assert ("Причина: " in shown.content.decode()) is (status == 403)


def test_what_became_of_an_own_flag_is_told_under_a_sanction_too(client, resident, post):
    flag(post, resident, note="Моё пояснение")
    sanction(resident, "block")

    shown, sent = client.get(address_of(post)), client.post("/flags/", form_of(post), headers=JSON)

    assert "Моё пояснение" in shown.content.decode()
    assert sent.status_code == 200


def test_a_sanction_elsewhere_is_none_here(client, resident, post):
    sanction(resident, "block", pages.campaign("Другой"))

    assert client.get(address_of(post)).status_code == 200


def test_nobody_else_is_told_of_a_flag(client, resident, post):
    flag(post, note="Тайное пояснение")

    text = client.get(address_of(post)).content.decode()

    assert "Тайное пояснение" not in text
    assert "Отправить жалобу" in text
    assert resident.flags.count() == 0


@pytest.mark.usefixtures("resident")
def test_what_was_typed_is_kept_where_it_is_refused(client, post):
    answer = client.post("/flags/", form_of(post, reason="", note="Моё пояснение"))
    script = client.post("/flags/", form_of(post, reason="nonsense"), headers=JSON)

    text = answer.content.decode()
    assert (answer.status_code, script.status_code) == (422, 422)
    assert "Выберите, что не так с этой записью." in text
    assert "Моё пояснение" in text
    assert script.json()["fields"] == {"reason": ["Выберите, что не так с этой записью."]}
    assert Flag.objects.count() == 0


def test_one_does_not_flag_oneself(client, resident):
    own = ideas.idea(author=resident)

    asked, posted = client.get(address_of(own)), client.post("/flags/", form_of(own, note="Моё"))

    assert (asked.status_code, posted.status_code) == (403, 403)
    assert "Это ваша запись: пожаловаться можно только на чужую." in posted.content.decode()
    assert Flag.objects.count() == 0


@pytest.mark.parametrize("state", ["hidden", "pending", "rejected"])
@pytest.mark.parametrize("who", ["resident", "moderator"])
def test_what_is_not_public_is_like_what_does_not_exist(client, who, state):
    campaign = pages.campaign()
    post = ideas.idea(pages.cycle(campaign), moderation=state, title="Скрытое")
    client.force_login(people.with_role("moderator", campaign) if who == "moderator" else people.person())
    nothing = Idea(pk=999999)

    for one in (post, nothing):
        asked, posted = client.get(address_of(one)), client.post("/flags/", form_of(one))
        assert (asked.status_code, posted.status_code) == (404, 404)
        assert "Скрытое" not in posted.content.decode()


@pytest.mark.parametrize(
    "query", ["", "?kind=idea", "?kind=idea&id=x", "?kind=nonsense&id=1", "?kind=idea&id=" + "9" * 30]
)
def test_an_address_that_names_nothing_is_not_found(client, query):
    assert client.get(f"/flags/new/{query}").status_code == 404


def test_by_way_of_signing_in_nothing_is_lost(client, post):
    referer = {"referer": f"http://testserver{address_of(post)}"}
    other = ideas.idea()

    sent = client.post("/flags/", form_of(post, reason="threat", note="Грозит"), headers=referer)
    script = client.post("/flags/", form_of(post), headers=JSON)
    client.force_login(accounts.account())
    offered = client.get(address_of(post)).content.decode()
    once = client.get(address_of(post)).content.decode()

    assert (sent.status_code, script.status_code) == (303, 401)
    assert sent["Location"].startswith("/accounts/login/?next=%2Fflags%2Fnew%2F%3Fkind%3Didea")
    assert "Вот что вы написали." in offered
    assert "Грозит" in offered
    assert 'value="threat" required id="flag_reason_2" checked' in " ".join(offered.split())
    assert "Грозит" not in once
    assert "Грозит" not in client.get(address_of(other)).content.decode()


@pytest.mark.usefixtures("resident")
def test_without_consent_it_is_asked_for_and_the_form_kept(client, post):
    accounts.consent_text()

    answer = client.post("/flags/", form_of(post, note="Грозит"))

    assert answer.status_code == 403
    assert "Грозит" in answer.content.decode()
    assert Flag.objects.count() == 0


@pytest.mark.usefixtures("resident")
def test_flags_are_limited(client, post, monkeypatch):
    monkeypatch.setitem(LIMITS, "flag", type(LIMITS["flag"])(seconds=600, person=1, network=300))
    client.post("/flags/", form_of(post))

    answer = client.post("/flags/", form_of(ideas.idea(), note="Моё пояснение"))

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Моё пояснение" in answer.content.decode()
    assert Flag.objects.count() == 1


def test_a_post_leads_to_its_form_but_for_its_author(client, resident):
    thread = comments.thread(pages.discussion())
    own, others = comments.comment(thread, author=resident), comments.comment(thread)
    mine, theirs = ideas.idea(author=resident), ideas.idea()
    link = "/flags/new/?kind={}&amp;id={}"

    page = client.get(thread.block.url).content.decode()
    own_idea, others_idea = (client.get(one.get_absolute_url()).content.decode() for one in (mine, theirs))

    assert link.format("comment", others.pk) in page
    assert link.format("comment", own.pk) not in page
    assert link.format("idea", theirs.pk) in others_idea
    assert link.format("idea", mine.pk) not in own_idea
    client.logout()
    assert link.format("comment", own.pk) in client.get(thread.block.url).content.decode()
    assert link.format("idea", mine.pk) in client.get(mine.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("resident")
def test_the_form_asks_no_more_where_many_have_flagged(client, post, settings):
    settings.FLAGS_TO_HIDE = 0
    client.get(address_of(post))
    with CaptureQueriesContext(connection) as one:
        client.get(address_of(post))
    for _ in range(30):
        flag(post)

    with CaptureQueriesContext(connection) as thirty:
        client.get(address_of(post))

    assert len(thirty) == len(one)
