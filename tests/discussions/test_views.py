import pytest
from django.contrib.messages import get_messages

from crowd.limits.rules import LIMITS
from crowd.people.models import ConsentText
from discussions.actions import delete_comment, hide_comment, open_thread
from discussions.models import Comment, Thread
from tests.discussions.thread_page import JSON, address, host_url, said_in
from tests.factories import pages
from tests.factories.comments import comment, comments, thread
from tests.factories.ideas import idea
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(client):
    someone = person(display_name="Анна")
    client.force_login(someone)
    return someone


def test_post_leads_to_the_comment(client, resident):
    place = thread()

    answer = client.post(address(place), {"body": "Слово", "stance": "question", "parent": ""})

    made = Comment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{host_url(place)}#comment-{made.pk}")
    assert (made.author, made.body, made.stance) == (resident, "Слово", "question")


def test_post_answers_json(client, resident):
    place = thread()

    answer = client.post(address(place), {"body": "Слово"}, headers=JSON)

    made = Comment.objects.get()
    assert answer.status_code == 201
    said = answer.json()
    assert (said["id"], said["seq"]) == (made.pk, 1)
    assert f'id="comment-{made.pk}"' in said["html"]
    assert "Анна" in said["html"]


def test_comment_that_waits_is_seen_by_its_author_only(client, resident):
    place = thread(pages.discussion(comments_premoderation="everybody"))

    answer = client.post(address(place), {"body": "Сырое слово"})

    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Спасибо. Комментарий появится, когда его посмотрит модератор."
    ]
    assert "Сырое слово" in client.get(host_url(place)).content.decode()
    client.logout()
    assert "Сырое слово" not in client.get(host_url(place)).content.decode()
    assert client.get(address(place), headers=JSON).json() == {"changes": [], "next": None}


def test_not_signed_in_keeps_the_text_through_signing_in(client):
    place = thread()

    as_json = client.post(address(place), {"body": "Слово"}, headers=JSON)
    as_page = client.post(
        address(place),
        {"body": "Слово, которое жаль потерять"},
        headers={"referer": "http://testserver" + host_url(place)},
    )
    client.force_login(person())
    page = client.get(host_url(place))

    assert (as_json.status_code, as_json.json()["error"]) == (401, "not_signed_in")
    assert as_page.status_code == 303
    assert as_page["Location"].startswith("/accounts/login/?next=")
    assert "Слово, которое жаль потерять" in page.content.decode()


def test_missing_consent(client, resident):
    ConsentText.objects.create(version=1, title="Согласие", text="Текст")

    answer = client.post(address(thread()), {"body": "Слово"}, headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (403, "consent_missing")


def test_closed_phase(client, resident):
    place = thread(pages.discussion(opens=()))

    as_json = client.post(address(place), {"body": "Слово"}, headers=JSON)
    as_page = client.post(address(place), {"body": "Слово, которое жаль потерять"})

    assert (as_json.status_code, as_json.json()["error"]) == (409, "phase_closed")
    assert as_page.status_code == 409
    assert "Слово, которое жаль потерять" in as_page.content.decode()


def test_locked_thread(client, resident):
    place = thread()
    Thread.objects.update(state=Thread.State.LOCKED)

    assert client.post(address(place), {"body": "Слово"}, headers=JSON).status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_thread_of_a_hidden_host_does_not_exist(client, resident, method):
    page = pages.discussion()
    place = thread(page)
    comment(place, body="Тайна")
    page.unpublish()

    answer = getattr(client, method)(address(place), {"body": "Слово"})

    assert answer.status_code == 404
    assert "Тайна" not in answer.content.decode()


def test_thread_of_an_idea_that_waits_does_not_exist(client, resident):
    waiting = idea(moderation="pending")
    place = open_thread(host_kind="idea", host_id=waiting.pk, block=waiting.cycle)

    assert client.get(address(place)).status_code == 404


def test_unknown_thread(client, resident):
    assert client.post("/threads/999999999999999999/comments/", {"body": "Слово"}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"body": ""}, "body"),
        ({"body": "я" * 5001}, "body"),
        ({"body": "а\x00б"}, "body"),
        ({"body": "Слово", "stance": "perhaps"}, "stance"),
        ({"body": "Слово", "parent": "7" * 40}, "parent"),
        ({"body": "Слово", "parent": "x"}, "parent"),
        ({"body": "Слово", "parent": "999999"}, "parent"),
    ],
)
def test_wrong_field_is_named_and_the_text_kept(client, resident, fields, wrong):
    place = thread()

    as_json = client.post(address(place), fields, headers=JSON)
    as_page = client.post(address(place), fields)

    assert as_json.status_code == 422
    assert list(as_json.json()["fields"]) == [wrong]
    assert as_page.status_code == 422
    assert fields["body"].replace("\x00", "") in as_page.content.decode().replace("\x00", "")
    assert not Comment.objects.exists()


def test_too_many_posts(client, resident):
    place = thread()
    for number in range(LIMITS["post"].person):
        client.post(address(place), {"body": f"Слово {number}"}, headers=JSON)

    answer = client.post(address(place), {"body": "Слово"}, headers=JSON)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert Comment.objects.count() == LIMITS["post"].person


def test_script_in_text_and_name_does_not_run(client):
    place = thread()
    evil = "<script>alert(1)</script>"
    comment(place, author=person(display_name=evil), body=evil)

    for html in (
        client.get(host_url(place)).content.decode(),
        client.get(address(place), headers=JSON).json()["changes"][0]["html"],
    ):
        assert evil not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_changes_after_a_number(client):
    place = thread()
    first, second = comment(place), comment(place)
    hide_comment(comment_id=first.pk, actor_id=None)

    said = client.get(address(place, "?after=1"), headers=JSON).json()

    assert [(c["type"], c["seq"], c["id"]) for c in said["changes"]] == [
        ("comment.posted", 2, second.pk),
        ("comment.hidden", 3, first.pk),
    ]
    assert said["changes"][1]["html"] == ""
    assert said["next"] is None


def test_changes_are_paged(client):
    place = thread()
    comments(place, 60)

    first = client.get(address(place, "?after=0"), headers=JSON).json()
    second = client.get(address(place, f"?after={first['next']}"), headers=JSON).json()

    assert [c["seq"] for c in first["changes"]] == list(range(1, 51))
    assert [c["seq"] for c in second["changes"]] == list(range(51, 61))
    assert (first["next"], second["next"]) == (50, None)


def test_earlier_comments_are_paged_backwards(client):
    place = thread()
    comments(place, 60)

    first = client.get(address(place, "?before=61"), headers=JSON).json()
    second = client.get(address(place, f"?before={first['next']}"), headers=JSON).json()

    assert [c["seq"] for c in second["changes"] + first["changes"]] == list(range(1, 61))
    assert second["next"] is None


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", "?before=9999999999999999999999"])
def test_wrong_number_is_refused(client, query):
    assert client.get(address(thread(), query), headers=JSON).status_code == 422


def test_page_shows_the_newest_and_leads_further(client):
    place = thread()
    comments(place, 45)

    first = client.get(host_url(place)).content.decode()
    second = client.get(address(place, "?from=26")).content.decode()
    third = client.get(address(place, "?from=6")).content.decode()

    assert [said_in(page) for page in (first, second, third)] == [
        list(range(45, 25, -1)),
        list(range(25, 5, -1)),
        list(range(5, 0, -1)),
    ]
    assert f'rel="next" href="{address(place)}?from=26#thread"' in first
    assert f'rel="next" href="{address(place)}?from=6#thread"' in second
    assert 'rel="next"' not in third
    assert ["data-socket" in page for page in (first, second, third)] == [True, False, False]


def test_answer_names_whom_it_answers(client, resident):
    place = thread()
    first = comment(place, author=person(display_name="Борис"))

    form = client.get(address(place, f"?parent={first.pk}")).content.decode()
    client.post(address(place), {"body": "Ответ", "parent": str(first.pk)})
    page = client.get(host_url(place)).content.decode()

    assert f'name="parent" value="{first.pk}"' in form
    assert f'href="/comments/{first.pk}/">Борис</a>' in page


def test_closed_discussion_shows_no_form(client):
    page = client.get(host_url(thread(pages.discussion(opens=())))).content.decode()

    assert "обсуждение закрыто" in page
    assert "<textarea" not in page


def test_page_without_a_thread_yet_opens_one(client):
    page = pages.discussion()

    answer = client.get(page.get_url())

    assert answer.status_code == 200
    assert Thread.objects.get().host_id == page.pk


def test_english_page(client):
    place = thread()
    comment(place)

    page = client.get(f"/en{address(place)}").content.decode()
    form = client.get(f"/en{address(place)}?write=1").content.decode()

    assert f'data-socket="/ws/threads/{place.pk}/?lang=en"' in page
    assert f'href="/en{address(place)}?write=1#comment-form"' in page
    assert f'action="/en{address(place)}"' in form


def test_who_is_not_signed_in_finds_the_form_behind_a_link(client):
    url = host_url(thread())

    page, form = client.get(url), client.get(f"{url}?write=1")

    assert f'href="{url}?write=1#comment-form"' in page.content.decode()
    assert "<textarea" not in page.content.decode()
    assert "<textarea" in form.content.decode()
    assert "csrfmiddlewaretoken" in form.content.decode()
    assert form["Cache-Control"] == "private, no-store"


def test_other_methods_are_refused(client):
    assert client.delete(address(thread())).status_code == 405


@pytest.mark.parametrize("where", ["elsewhere", "hidden", "deleted"])
def test_answer_to_what_is_not_there_is_refused_and_kept(client, resident, where):
    place = thread()
    parent = comment(thread() if where == "elsewhere" else place)
    if where == "hidden":
        hide_comment(comment_id=parent.pk, actor_id=None)
    elif where == "deleted":
        delete_comment(author=parent.author, comment_id=parent.pk)
    fields = {"body": "Слово, которое жаль потерять", "parent": parent.pk}

    as_json = client.post(address(place), fields, headers=JSON)
    as_page = client.post(address(place), fields)

    assert (as_json.status_code, list(as_json.json()["fields"])) == (422, ["parent"])
    assert (as_page.status_code, fields["body"] in as_page.content.decode()) == (422, True)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "[сюда](javascript:alert(1))",
        "[сюда](//evil.example)",
        "<javascript:alert(1)>",
        "[сюда](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_links_that_do_harm_are_no_links(client, resident, link):
    place = thread()
    client.post(address(place), {"body": f"Смотрите {link}"})

    page = client.get(host_url(place)).content.decode()

    body = page[page.index('class="comment-body"') :].split("</div>")[0]
    assert "Смотрите" in body
    assert "href" not in body


def test_fifty_posts_in_a_second(client, resident):
    place = thread()

    answers = [client.post(address(place), {"body": f"Слово {n}"}, headers=JSON) for n in range(50)]

    most = LIMITS["post"].person
    assert [answer.status_code for answer in answers] == [201] * most + [429] * (50 - most)
    assert all(int(answer["Retry-After"]) > 0 for answer in answers[most:])


def test_who_is_looked_at_first_is_told_so_before_writing(client, resident):
    looked_at = client.get(host_url(thread(pages.discussion(comments_premoderation="everybody")))).content.decode()
    free = client.get(host_url(thread())).content.decode()

    told = "Комментарий появится, когда его посмотрит модератор."
    assert (told in looked_at, told in free) == (True, False)
