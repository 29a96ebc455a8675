from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd import clock
from crowd.moderation.actions import decide_appeal
from crowd.moderation.models import Appeal
from crowd.moderation.queries import MOST_COUNTED, appeals_waiting
from tests.factories import comments, decisions, ideas, pages, people
from tests.factories.decisions import WHY

pytestmark = pytest.mark.django_db

BODY = "Чиновник ответил: «Не ваше дело»."


@pytest.fixture
def campaign():
    return pages.campaign("Дороги")


@pytest.fixture
def first(campaign):
    return people.with_role("moderator", campaign, display_name="Мария Строгая")


@pytest.fixture
def hidden(campaign, first):
    """A comment of this campaign, hidden, and the decision."""
    made = comments.comment(comments.thread(pages.discussion(campaign)), body=BODY)
    return decisions.decided(made, moderator=first, note="Второй раз.")


def page_of(decision):
    return f"/me/decisions/{decision.pk}/"


def answered(appeal, outcome, answer="Перечитали."):
    return decide_appeal(moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome=outcome, answer=answer)


def test_the_author_reads_what_was_decided_and_why(client, hidden):
    client.force_login(hidden.author)

    me, listed, page = (client.get(address).content.decode() for address in ("/me/", "/me/decisions/", page_of(hidden)))

    for html in (me, listed):
        assert page_of(hidden) in html
        assert BODY in html
        assert "Оскорбление" in html
    assert "section-decisions" in me
    for words in (BODY, "решено", "скрыть", "Оскорбление", "В тексте есть оскорбления.", "Второй раз.", "«Дороги»"):
        assert words in page
    assert "модератор проекта" in page
    assert "Обжаловать можно один раз, до" in page
    for html in (me, listed, page):
        assert "Мария Строгая" not in html


def test_nobody_else_reaches_it(client, campaign, first, hidden):
    others = [first, people.person(), people.with_role("moderator", campaign), people.person(is_superuser=True)]

    for other in others:
        client.force_login(other)
        assert client.get(page_of(hidden)).status_code == 404
        assert client.post(page_of(hidden), {"text": WHY}).status_code == 404
        assert BODY not in client.get("/me/decisions/").content.decode()
    client.logout()

    assert client.get(page_of(hidden)).status_code in {302, 303}
    assert Appeal.objects.count() == 0


def test_who_has_no_decisions_is_told_so(client):
    person = people.person()
    decisions.hidden_idea()
    published = ideas.idea(author=person, moderation="pending")
    let_through = decisions.decided(published, "publish")
    client.force_login(person)

    assert "section-decisions" not in client.get("/me/").content.decode()
    assert "Модераторы ничего у вас не скрывали" in client.get("/me/decisions/").content.decode()
    assert client.get(page_of(let_through)).status_code == 404


def test_the_author_appeals_and_reads_the_answer(client, hidden):
    client.force_login(hidden.author)

    empty = client.post(page_of(hidden), {"text": ""})
    long = client.post(page_of(hidden), {"text": "Слово " * 500})
    sent = client.post(page_of(hidden), {"text": WHY})
    again = client.post(page_of(hidden), {"text": "Ещё раз"})
    waits = client.get(page_of(hidden)).content.decode()
    answered(Appeal.objects.get(), "rejected", "Цитата не нужна.")
    over = client.get(page_of(hidden)).content.decode()

    assert (empty.status_code, long.status_code, sent.status_code, again.status_code) == (422, 422, 303, 409)
    assert "Напишите, почему решение неверно." in empty.content.decode()
    assert "Слово Слово" in long.content.decode()
    assert sent["Location"] == page_of(hidden)
    assert "Апелляция ждёт решения." in waits
    assert "<textarea" not in waits
    for words in ("Решение осталось в силе.", "Цитата не нужна.", WHY):
        assert words in over


def test_an_appeal_that_was_upheld_is_shown(client, hidden):
    answered(decisions.appeal(hidden), "upheld", "")
    client.force_login(hidden.author)

    page = client.get(page_of(hidden)).content.decode()

    assert "Решение отменено: запись снова опубликована." in page
    assert "Апелляция: решение отменено" in " ".join(client.get("/me/decisions/").content.decode().split())


def test_after_the_term_the_page_says_until_when_it_was(client, hidden):
    client.force_login(hidden.author)

    with clock.at(hidden.decided_at + timedelta(days=15)):
        page = client.get(page_of(hidden)).content.decode()
        late = client.post(page_of(hidden), {"text": WHY})

    assert "Обжаловать это решение можно было до" in page
    assert "<textarea" not in page
    assert late.status_code == 409
    assert WHY in late.content.decode()


def test_a_decision_that_no_longer_stands_says_so(client, hidden):
    comment = comments.Comment.objects.get(pk=hidden.subject_id)
    decisions.decided(comment, "publish")
    client.force_login(hidden.author)

    page = client.get(page_of(hidden))

    assert "Это решение уже не действует" in page.content.decode()
    assert client.post(page_of(hidden), {"text": WHY}).status_code == 409


def test_appeals_are_limited(client, hidden):
    client.force_login(hidden.author)

    statuses = [client.post(page_of(hidden), {"text": ""}).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]


def test_another_moderator_restores_the_post(client, campaign, hidden):
    appeal = decisions.appeal(hidden)
    address = f"/admin/moderation/appeals/{appeal.pk}/"
    client.force_login(people.with_role("moderator", campaign))

    queue, listed, page = (
        client.get(where).content.decode() for where in ("/admin/moderation/", "/admin/moderation/appeals/", address)
    )
    wordless = client.post(address, {"outcome": "rejected", "answer": ""})
    unchosen = client.post(address, {"answer": "Вот что я думаю"})
    done = client.post(address, {"outcome": "upheld", "answer": "Вы правы."})
    again = client.post(address, {"outcome": "rejected", "answer": "А я против"})

    assert "Апелляции (1)" in " ".join(queue.split())
    assert address in listed
    for words in (WHY, BODY, "Оскорбление", "Мария Строгая", "Второй раз."):
        assert words in page
    assert (wordless.status_code, unchosen.status_code, done.status_code, again.status_code) == (422, 422, 302, 409)
    assert "Объясните автору" in wordless.content.decode()
    assert "Вот что я думаю" in unchosen.content.decode()
    assert done["Location"] == "/admin/moderation/appeals/"
    assert "По этой апелляции уже решено: решение отменено." in again.content.decode()
    assert "А я против" in again.content.decode()
    assert comments.Comment.objects.get(pk=hidden.subject_id).is_public
    assert address not in client.get("/admin/moderation/appeals/").content.decode()


def test_who_decided_first_sees_it_without_a_form(client, first, hidden):
    appeal = decisions.appeal(hidden)
    address = f"/admin/moderation/appeals/{appeal.pk}/"
    client.force_login(first)

    listed, page = (client.get(where).content.decode() for where in ("/admin/moderation/appeals/", address))
    refused = client.post(address, {"outcome": "rejected", "answer": "Я был прав."})
    case = client.get(f"/admin/moderation/comment/{hidden.subject_id}/").content.decode()

    for html in (listed, page):
        assert "Решает другой модератор" in html
        assert 'name="outcome"' not in html
    assert refused.status_code == 403
    assert "апелляцию на него рассмотрит другой модератор" in refused.content.decode()
    assert address in case


def test_appeals_of_another_campaign_are_not_there(client, hidden):
    appeal = decisions.appeal(hidden)
    client.force_login(people.with_role("moderator", pages.campaign("Другой")))

    listed = client.get("/admin/moderation/appeals/").content.decode()

    assert WHY not in listed
    assert "Апелляций, которые ждут решения, нет." in listed
    assert "Апелляции (0)" in " ".join(client.get("/admin/moderation/").content.decode().split())
    assert client.get(f"/admin/moderation/appeals/{appeal.pk}/").status_code == 404
    assert client.post(f"/admin/moderation/appeals/{appeal.pk}/", {"outcome": "upheld"}).status_code == 404


def test_the_oldest_come_first_fifty_a_page(client, campaign):
    made = ideas.idea(pages.cycle(campaign))
    rows = [decisions.waiting(written(made, campaign)) for _ in range(51)]
    client.force_login(people.with_role("moderator", campaign))

    one, two = (client.get(f"/admin/moderation/appeals/?page={page}").content.decode() for page in (1, 2))

    shown = [[row.pk for row in rows if f'id="appeal-{row.pk}"' in html] for html in (one, two)]
    assert shown == [[row.pk for row in rows[:50]], [rows[50].pk]]
    assert one.index(f'id="appeal-{rows[0].pk}"') < one.index(f'id="appeal-{rows[1].pk}"')


def test_the_count_of_what_waits_is_bounded(campaign):
    made = ideas.idea(pages.cycle(campaign))
    decision = written(made, campaign)
    Appeal.objects.bulk_create(
        Appeal(decision=written(made, campaign), campaign_id=campaign.pk, text=WHY, first_moderator=decision.moderator)
        for _ in range(MOST_COUNTED + 6)
    )

    assert appeals_waiting(people.with_role("moderator", campaign)) == MOST_COUNTED + 1


def written(made, campaign, **fields):
    fields = {"author": made.author, "moderator": people.person(), "slug": "insult"} | fields
    return decisions.at(clock.now(), campaign=campaign, outcome="hide", subject_id=made.pk, **fields)


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["/admin/moderation/appeals/", "/admin/moderation/", "/me/", "/me/decisions/"])
def test_lists_ask_the_same_queries_for_one_and_thirty(client, campaign, address):
    cycle, thread = pages.cycle(campaign), comments.thread(pages.discussion(campaign))
    author = people.with_role("moderator", campaign)

    def one_more():
        idea, comment = ideas.idea(cycle, author=author), comments.comment(thread, author=author)
        decisions.waiting(written(idea, campaign))
        decisions.waiting(decisions.decided(comment))

    one_more()
    client.force_login(author)
    one = queries_of(client, address)
    for _ in range(29):
        one_more()

    assert queries_of(client, address) == one
