"""One comment: changing it, taking it back, agreeing with it, what it said before, what of it is one's own."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from crowd import clock
from crowd.campaigns.models import BlockPage, Phase
from crowd.limits.rules import LIMITS
from discussions.actions import edit_comment, hide_comment, react_to_comment
from discussions.models import Comment, Reaction, Thread
from discussions.rules import EDIT_WINDOW
from tests.factories.comments import comment, comments, thread
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
ACTS = {"edit": {"body": "Две площадки"}, "delete": {}, "react": {"value": "1"}}
LOST = "Слово, которое жаль потерять"


def address(said, act):
    return f"/comments/{said.pk}/{act}/"


def age(said):
    Comment.objects.filter(pk=said.pk).update(created_at=clock.now() - EDIT_WINDOW - timedelta(seconds=1))


def content(answer):
    return answer.content.decode()


@pytest.fixture
def said(client):
    """A comment, whose author is signed in."""
    made = comment(body="Нужна площадка", author=person(display_name="Анна"))
    client.force_login(made.author)
    return made


@pytest.fixture
def others(client):
    """Another's comment, seen by who is signed in."""
    made = comment(body="Нужна площадка")
    client.force_login(person())
    return made


def test_author_changes_a_comment(client, said):
    form = client.get(address(said, "edit"))
    answer = client.post(address(said, "edit"), {"body": "Нужны две", "stance": "proposal"})
    page = content(client.get(answer["Location"]))

    assert "Нужна площадка</textarea>" in content(form)
    assert (answer.status_code, answer["Location"]) == (303, f"{said.thread.block.url}#comment-{said.pk}")
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Комментарий изменён. Прежний текст остаётся в его истории."
    ]
    assert "Нужны две" in page
    assert f'href="/comments/{said.pk}/history/">изменён</a>' in page


def test_change_answers_json(client, said):
    answer = client.post(address(said, "edit"), {"body": "Нужны две"}, headers=JSON)

    body = answer.json()
    assert (answer.status_code, body["id"], body["seq"]) == (200, said.pk, 2)
    assert "Нужны две" in body["html"]


def test_change_that_waits_again_is_shown_to_its_author(client, said):
    BlockPage.objects.update(comments_premoderation="everybody")

    body = client.post(address(said, "edit"), {"body": "Нужны две"}, headers=JSON).json()
    page = content(client.get(said.thread.block.url))
    client.logout()
    stranger = content(client.get(said.thread.block.url))

    assert "Нужны две" in body["html"]
    assert "ждёт проверки" in page
    assert "Нужны две" in page
    assert "Нужны две" not in stranger


@pytest.mark.parametrize("body", ["", " ", "я" * 5001, "а\x00б"])
def test_wrong_text_is_refused_and_kept(client, said, body):
    as_json = client.post(address(said, "edit"), {"body": body}, headers=JSON)
    as_page = client.post(address(said, "edit"), {"body": body})

    assert (as_json.status_code, list(as_json.json()["fields"])) == (422, ["body"])
    assert as_page.status_code == 422
    assert body.replace("\x00", "") in content(as_page).replace("\x00", "")
    assert Comment.objects.get().body == "Нужна площадка"


def test_change_comes_too_late(client, said):
    age(said)

    form = client.get(address(said, "edit"))
    as_json = client.post(address(said, "edit"), {"body": LOST}, headers=JSON)
    as_page = client.post(address(said, "edit"), {"body": LOST})
    page = content(client.get(said.thread.block.url))

    assert (form.status_code, as_json.status_code, as_page.status_code) == (409, 409, 409)
    assert "в первые 15 минут" in as_json.json()["detail"]
    assert LOST in content(as_page)
    assert address(said, "edit") not in page
    assert address(said, "delete") in page


def test_author_takes_a_comment_back(client, said):
    comment(said.thread, parent=said)

    question = client.get(address(said, "delete"))
    answer = client.post(address(said, "delete"))
    page = content(client.get(said.thread.block.url))

    assert "Удалить комментарий?" in content(question)
    assert "Нужна площадка" in content(question)
    assert (answer.status_code, answer["Location"]) == (303, f"{said.thread.block.url}#thread")
    assert "Автор удалил комментарий." in page
    assert "Нужна площадка" not in page


def test_taking_back_answers_json(client, said):
    alone = client.post(address(said, "delete"), headers=JSON)

    assert (alone.status_code, alone.json()) == (200, {"id": said.pk, "seq": 2, "html": ""})


def test_reaction_is_given_changed_and_taken_back(client, others):
    told = [client.post(address(others, "react"), {"value": v}, headers=JSON).json() for v in ("1", "1", "-1", "0")]

    assert told == [
        {"comment": others.pk, "value": 1, "up": 1, "down": 0},
        {"comment": others.pk, "value": 1, "up": 1, "down": 0},
        {"comment": others.pk, "value": -1, "up": 0, "down": 1},
        {"comment": others.pk, "value": 0, "up": 0, "down": 0},
    ]


def test_reaction_by_a_form_leads_back_and_is_shown(client, others):
    answer = client.post(address(others, "react"), {"value": "1"})
    page = content(client.get(others.thread.block.url))

    assert (answer.status_code, answer["Location"]) == (303, f"{others.thread.block.url}#comment-{others.pk}")
    at = f'form="thread-acts" formaction="{address(others, "react")}" name="value"'
    assert f'{at} value="0" aria-pressed="true" data-act="react" data-react="1">Поддерживаю <b data-up>1</b>' in page
    assert (
        f'{at} value="-1" aria-pressed="false" data-act="react" data-react="-1">Не поддерживаю <b data-down>0</b>'
        in page
    )


@pytest.mark.parametrize("value", ["", "2", "x", "1.0", "-0", "9" * 40])
def test_reaction_that_is_none_is_refused(client, others, value):
    answer = client.post(address(others, "react"), {"value": value}, headers=JSON)

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["value"])
    assert not Reaction.objects.exists()


def test_one_does_not_agree_with_oneself(client, said):
    answer = client.post(address(said, "react"), {"value": "1"}, headers=JSON)
    page = content(client.get(said.thread.block.url))

    assert (answer.status_code, answer.json()["error"]) == (403, "not_allowed")
    assert address(said, "react") not in page


# Who may do what with a resident's comment: by the methods of the three addresses, signed out to moderator.
RIGHTS = {
    "edit": {"anonymous": (401, 401), "other": (403, 403), "author": (200, 303), "moderator": (403, 403)},
    "delete": {"anonymous": (401, 401), "other": (403, 403), "author": (200, 303), "moderator": (403, 403)},
    "react": {"anonymous": (405, 401), "other": (405, 303), "author": (405, 403), "moderator": (405, 303)},
}


@pytest.mark.parametrize("act", RIGHTS)
@pytest.mark.parametrize("who", ["anonymous", "other", "author", "moderator"])
def test_who_may(client, act, who):
    said = comment()
    if who != "anonymous":
        client.force_login({"author": said.author, "other": person()}.get(who) or with_role("moderator"))

    got = tuple(send(address(said, act), ACTS[act]) for send in (client.get, client.post))

    led = ["/accounts/login/" in answer.get("Location", "") for answer in got]
    assert tuple(401 if led else a.status_code for a, led in zip(got, led, strict=True)) == RIGHTS[act][who]


@pytest.mark.parametrize("act", ACTS)
def test_who_is_not_signed_in_is_told_so_in_json(client, act):
    answer = client.post(address(comment(), act), ACTS[act], headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["hidden", "unpublished", "unknown"])
def test_what_is_not_seen_cannot_be_touched(client, said, act, state):
    if state == "hidden":
        hide_comment(comment_id=said.pk, actor_id=None)
    elif state == "unpublished":
        said.thread.block.specific.unpublish()
    else:
        said.pk = 999999999999999999

    assert client.post(address(said, act), ACTS[act], headers=JSON).status_code == 404


@pytest.mark.parametrize("act", ["edit", "react"])
@pytest.mark.parametrize("closing", ["phase", "lock"])
def test_closed(client, act, closing):
    author = person()
    said = comment(author=author)
    client.force_login(author if act == "edit" else person())
    if closing == "phase":
        Phase.objects.all().delete()
    else:
        Thread.objects.update(state=Thread.State.LOCKED, lock_note="Спор зашёл в тупик")

    answer = client.post(address(said, act), ACTS[act], headers=JSON)
    page = content(client.get(said.thread.block.url))

    assert (answer.status_code, answer.json()["error"]) == (409, "phase_closed")
    assert address(said, act) not in page
    assert "<textarea" not in page
    assert ("Модератор закрыл ветку: Спор зашёл в тупик" in page) == (closing == "lock")


def test_too_many_reactions(client, others):
    for _ in range(LIMITS["react"].person):
        client.post(address(others, "react"), {"value": "1"}, headers=JSON)

    answer = client.post(address(others, "react"), {"value": "1"}, headers=JSON)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= LIMITS["react"].seconds


def test_changes_count_as_posts(client, said):
    for number in range(LIMITS["post"].person):
        client.post(address(said, "edit"), {"body": f"Слово {number}"}, headers=JSON)

    answer = client.post(address(said, "edit"), {"body": LOST})

    assert answer.status_code == 429
    assert LOST in content(answer)


def test_text_of_a_change_is_kept_over_signing_in(client, said):
    client.logout()
    answer = client.post(address(said, "edit"), {"body": LOST}, headers={"referer": "http://testserver/"})
    client.force_login(said.author)

    # Signing in begins a session of its own in a browser that keeps the form; here it is the same client.
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert LOST in content(client.get(address(said, "edit")))


def test_history_shows_every_version_the_latest_first(client, said):
    edit_comment(author=said.author, comment_id=said.pk, body="Нужны две", stance="for")
    edit_comment(author=said.author, comment_id=said.pk, body="Нужны три", stance="")
    client.logout()

    page = content(client.get(address(said, "history")))

    assert page.index("Нужны три") < page.index("Нужны две") < page.index("Нужна площадка")
    assert "Cookie" in client.get(address(said, "history"))["Vary"]


def test_own_facts(client):
    place, someone = thread(), person()
    mine, agreed, plain = comment(place, author=someone), comment(place), comment(place)
    elsewhere, hidden = comment(author=someone), comment(place)
    hide_comment(comment_id=hidden.pk, actor_id=None)
    react_to_comment(person=someone, comment_id=agreed.pk, value=-1)
    client.force_login(someone)
    asked = ",".join(str(one.pk) for one in (mine, agreed, plain, elsewhere, hidden))

    answer = client.get(f"/threads/{place.pk}/own/?ids={asked},999999")

    assert answer["Cache-Control"] == "private, no-store"
    nothing = {"mine": False, "edit": False, "delete": False, "reaction": 0}
    assert answer.json() == {
        "comments": {
            str(mine.pk): {"mine": True, "edit": True, "delete": True, "reaction": 0},
            str(agreed.pk): nothing | {"reaction": -1},
            str(plain.pk): nothing,
        },
        "held": "",
    }


@pytest.mark.parametrize("ids", ["x", "1,", "1,,2", "0", "-1", "9" * 30, ",".join(map(str, range(1, 202)))])
def test_own_facts_of_nonsense(client, ids):
    client.force_login(person())

    assert client.get(f"/threads/{thread().pk}/own/?ids={ids}", headers=JSON).status_code == 422


def test_own_facts_are_for_who_is_signed_in(client):
    answer = client.get(f"/threads/{thread().pk}/own/?ids=1", headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


def test_page_of_a_reader_holds_nothing_of_ones_own(client):
    place = thread()
    comments(place, 3)

    page = content(client.get(place.block.url))

    assert page.count("/accounts/login/?next=/comments/") == 6
    assert "thread-acts" not in page
    assert "data-own" not in page
    assert "<form" not in page[page.index('id="thread"') :].split("</section>")[0]
