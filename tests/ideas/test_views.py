import io
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from crowd.people.models import ConsentText
from discussions.actions import open_thread
from ideas.models import Attachment, Idea, Vote
from tests.factories import pages
from tests.factories.comments import comments
from tests.factories.ideas import idea
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "Запись к врачу по телефону",
    "problem": "Талонов нет.",
    "solution": "Лист ожидания.",
    "tags": "врач, запись",
}
JSON = {"HTTP_ACCEPT": "application/json"}
Moderation = Idea.Moderation


def picture(mode="RGB", size=(40, 30), fmt="JPEG", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, fmt, **options)
    return out.getvalue()


def new_url(cycle):
    return f"/ideas/new/?cycle={cycle.pk}"


def test_resident_proposes_and_lands_on_the_idea(client):
    cycle, author = pages.cycle(), person()
    client.force_login(author)

    response = client.post(new_url(cycle), TYPED)

    made = Idea.objects.get()
    assert (response.status_code, response["Location"]) == (303, made.get_absolute_url())
    assert (made.author, made.title, made.moderation) == (author, TYPED["title"], Moderation.PUBLISHED)


def test_wrong_fields_are_named_and_what_was_typed_is_kept(client):
    cycle = pages.cycle()
    client.force_login(person())

    response = client.post(new_url(cycle), TYPED | {"title": ""})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["title"]
    assert "Лист ожидания." in response.content.decode()
    assert Idea.objects.count() == 0


def test_wrong_fields_as_json(client):
    client.force_login(person())

    response = client.post(new_url(pages.cycle()), TYPED | {"title": ""}, **JSON)

    assert response.status_code == 422
    assert response.json()["error"] == "invalid"
    assert list(response.json()["fields"]) == ["title"]


def test_nobody_signed_in_is_led_to_sign_in_and_finds_the_text_again(client):
    cycle, author = pages.cycle(), person()

    asked = client.post(new_url(cycle), TYPED, HTTP_REFERER=f"http://testserver{new_url(cycle)}")
    client.force_login(author)
    again = client.get(new_url(cycle))

    assert asked.status_code == 303
    assert asked["Location"].startswith("/accounts/login/?next=%2Fideas%2Fnew%2F")
    assert "Лист ожидания." in again.content.decode()


def test_not_signed_in_as_json_is_401(client):
    response = client.post(new_url(pages.cycle()), TYPED, **JSON)

    assert (response.status_code, response.json()["error"]) == (401, "not_signed_in")


def test_closed_phase_is_409_with_the_text_kept(client):
    cycle = pages.cycle(opens=("vote",))
    client.force_login(person())

    response = client.post(new_url(cycle), TYPED)

    assert response.status_code == 409
    assert "Приём идей сейчас закрыт." in response.content.decode()
    assert "Лист ожидания." in response.content.decode()


def test_missing_consent_is_403_and_the_form_is_offered_again(client):
    ConsentText.objects.create(version=1, title="Согласие на обработку", text="Что хранится.")
    cycle = pages.cycle()
    client.force_login(person())

    response = client.post(new_url(cycle), TYPED, HTTP_REFERER=f"http://testserver{new_url(cycle)}")
    again = client.get(new_url(cycle))

    assert response.status_code == 403
    assert "Что хранится." in response.content.decode()
    assert "Лист ожидания." in again.content.decode()


@pytest.mark.parametrize("number", ["", "abc", "999999", "9" * 30, "-1"])
def test_form_of_no_cycle_is_404(client, number):
    assert client.get(f"/ideas/new/?cycle={number}").status_code == 404


@pytest.mark.parametrize("address", ["/ideas/999999/", f"/ideas/{'9' * 18}/", f"/ideas/{'9' * 30}/", "/ideas/0/"])
def test_unknown_idea_is_404(client, address):
    assert client.get(address).status_code == 404


def test_idea_is_led_to_its_canonical_address(client):
    mine = idea(title="Автобусы на карте")

    response = client.get(f"/ideas/{mine.pk}/")

    assert response.status_code == 301
    assert response["Location"] == mine.get_absolute_url()
    assert client.get(response["Location"]).status_code == 200


def test_idea_without_words_in_its_title_has_the_short_address(client):
    mine = idea(title="?!… —")

    assert client.get(f"/ideas/{mine.pk}/").status_code == 200
    assert client.get(f"/ideas/{mine.pk}-anything/").status_code == 301


def visible_to(client, mine, viewer):
    client.logout()
    if viewer:
        client.force_login(viewer)
    return client.get(mine.get_absolute_url()).status_code


@pytest.mark.parametrize(
    ("moderation", "public"),
    [
        (Moderation.PUBLISHED, True),
        (Moderation.PENDING, False),
        (Moderation.HIDDEN, False),
        (Moderation.REJECTED, False),
    ],
)
def test_who_sees_an_idea(client, moderation, public):
    here, elsewhere = pages.campaign("Здесь"), pages.campaign("Там")
    mine = idea(pages.cycle(here), moderation=moderation)
    expected = 200 if public else 404

    assert visible_to(client, mine, None) == expected
    assert visible_to(client, mine, person()) == expected
    assert visible_to(client, mine, with_role("moderator", elsewhere)) == expected
    assert visible_to(client, mine, with_role("expert", here)) == expected
    assert visible_to(client, mine, mine.author) == 200
    assert visible_to(client, mine, with_role("moderator", here)) == 200
    assert visible_to(client, mine, with_role("editor")) == 200
    assert visible_to(client, mine, person(is_superuser=True)) == 200


def test_idea_of_an_unpublished_cycle_is_gone(client):
    mine = idea()
    mine.cycle.unpublish()

    assert client.get(mine.get_absolute_url()).status_code == 404


def test_vote_without_javascript_and_back_again(client):
    mine, voter = idea(), person()
    client.force_login(voter)

    first = client.post(f"/ideas/{mine.pk}/vote/", {"value": "1"})
    page = client.get(mine.get_absolute_url()).content.decode()
    client.post(f"/ideas/{mine.pk}/vote/", {"value": "0"})

    assert (first.status_code, first["Location"]) == (303, mine.get_absolute_url())
    assert "Вы поддержали эту идею." in page
    assert Vote.objects.get().value == 0


def test_vote_as_json_says_the_counts_and_the_receipt(client):
    mine = idea(votes_for=4)
    client.force_login(person())

    response = client.post(f"/ideas/{mine.pk}/vote/", {"value": "1"}, **JSON)

    receipt = Vote.objects.get().receipt
    assert response.json() == {"idea": mine.pk, "value": 1, "up": 5, "down": 0, "receipt": receipt}


@pytest.mark.parametrize("value", ["", "2", "x", "1.0", " 1", "١"])
def test_vote_of_no_value_is_422(client, value):
    mine = idea()
    client.force_login(person())

    response = client.post(f"/ideas/{mine.pk}/vote/", {"value": value}, **JSON)

    assert (response.status_code, list(response.json()["fields"])) == (422, ["value"])


def test_vote_on_a_hidden_idea_is_404(client):
    mine = idea(moderation=Moderation.HIDDEN)
    client.force_login(person())

    assert client.post(f"/ideas/{mine.pk}/vote/", {"value": "1"}).status_code == 404


def test_vote_by_get_is_405(client):
    assert client.get(f"/ideas/{idea().pk}/vote/").status_code == 405


def test_author_withdraws_after_being_asked(client):
    mine = idea()
    client.force_login(mine.author)

    asked = client.get(f"/ideas/{mine.pk}/withdraw/")
    done = client.post(f"/ideas/{mine.pk}/withdraw/")

    assert "Отозвать идею?" in asked.content.decode()
    assert done.status_code == 303
    mine.refresh_from_db()
    assert mine.progress == Idea.Progress.WITHDRAWN


def test_editing_anothers_idea_is_403(client):
    mine = idea()
    client.force_login(person())

    assert client.get(f"/ideas/{mine.pk}/edit/").status_code == 403
    assert client.post(f"/ideas/{mine.pk}/edit/", TYPED).status_code == 403


def test_author_edits(client):
    mine = idea()
    client.force_login(mine.author)

    shown = client.get(f"/ideas/{mine.pk}/edit/").content.decode()
    response = client.post(f"/ideas/{mine.pk}/edit/", TYPED)

    assert mine.problem in shown
    assert response.status_code == 303
    assert Idea.objects.get().title == TYPED["title"]


def submit_file(client, content, name="photo.jpg", content_type="image/jpeg"):
    cycle = pages.cycle()
    client.force_login(person())
    file = SimpleUploadedFile(name, content, content_type)
    return client.post(new_url(cycle), TYPED | {"attachments": [file]})


def test_picture_is_drawn_anew_without_its_exif(client):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (61.0, 0.0, 0.0)}
    exif[0x010F] = "Secret camera"

    assert submit_file(client, picture(exif=exif)).status_code == 303

    attachment = Attachment.objects.get()
    with attachment.file.open() as file:
        stored = file.read()
    assert (attachment.name, attachment.content_type) == ("photo.jpg", "image/jpeg")
    assert b"Secret camera" not in stored
    assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"GIF89a" + b"0" * 100, "photo.jpg"),
        (b"<svg onload=alert(1)>", "photo.png"),
        (b"<html>", "photo.webp"),
        (b"", "photo.jpg"),
        (picture()[:200], "cut.jpg"),
        (picture(fmt="BMP"), "photo.jpg"),
        (picture(fmt="TIFF"), "photo.jpg"),
    ],
)
def test_false_picture_is_refused_beside_its_field(client, content, name):
    response = submit_file(client, content, name)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["attachments"]
    assert "Лист ожидания." in response.content.decode()
    assert Idea.objects.count() == 0


def test_oversized_file_is_refused(client, settings):
    settings.ATTACHMENT_MAX_BYTES = 500

    response = submit_file(client, picture(size=(400, 400)))

    assert response.status_code == 422
    assert "больше 500" in str(response.context["form"].errors)


def test_picture_of_too_many_points_is_refused(client, settings):
    settings.ATTACHMENT_MAX_PIXELS = 1000

    response = submit_file(client, picture(size=(100, 100)))

    assert response.status_code == 422
    assert "слишком большая: 100 × 100" in str(response.context["form"].errors)


def test_too_many_files_are_refused(client):
    client.force_login(person())
    files = [SimpleUploadedFile(f"{n}.jpg", picture(), "image/jpeg") for n in range(6)]

    response = client.post(new_url(pages.cycle()), TYPED | {"attachments": files})

    assert response.status_code == 422
    assert Attachment.objects.count() == 0


def test_attachment_is_a_download_under_the_ideas_rule(client):
    submit_file(client, b"%PDF-1.4 text", "план.pdf", "application/pdf")
    attachment = Attachment.objects.get()
    client.logout()

    shown = client.get(f"/attachments/{attachment.pk}/")
    Idea.objects.update(moderation=Moderation.HIDDEN)
    hidden = client.get(f"/attachments/{attachment.pk}/")

    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (
        200,
        "application/pdf",
        "nosniff",
    )
    assert shown["Content-Disposition"].startswith("attachment;")
    assert b"".join(shown.streaming_content) == b"%PDF-1.4 text"
    assert hidden.status_code == 404


def test_attachment_is_public_by_no_media_address(client):
    submit_file(client, picture())

    assert client.get(f"/media/{Attachment.objects.get().file.name}").status_code == 404


def test_script_in_an_idea_is_text(client):
    evil = "<script>alert(1)</script>"
    mine = idea(
        title=evil, problem=evil + "\n\n[x](javascript:alert(1)) [y](//evil.example)", author=person(display_name=evil)
    )

    content = client.get(mine.get_absolute_url()).content.decode()

    assert evil not in content
    assert 'javascript:alert(1)"' not in content
    assert 'href="//evil.example' not in content


def test_list_shows_what_is_listed(client):
    cycle = pages.cycle()
    shown = idea(cycle, title="Видна всем")
    for state in (Moderation.PENDING, Moderation.HIDDEN, Moderation.REJECTED):
        idea(cycle, title=f"Не видна: {state}", moderation=state)
    idea(cycle, title="Не видна: отозвана", progress=Idea.Progress.WITHDRAWN)
    idea(title="Не видна: другой сбор")

    response = client.get(cycle.url)

    assert [found.pk for found in response.context["list"].ideas] == [shown.pk]
    assert "Не видна" not in response.content.decode()


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_list_asks_no_more_for_what_fits_a_page_than_for_one_idea(client):
    cycle = pages.cycle()
    idea(cycle, tags=["двор"])
    client.get(cycle.url)
    one = queries_of(client, cycle.url)
    for _ in range(19):
        idea(cycle, tags=["двор", "снег"])

    assert queries_of(client, cycle.url) == one


def test_head_is_answered_as_get_is(client):
    mine = idea()

    response = client.head(mine.get_absolute_url())

    assert (response.status_code, response.content) == (200, b"")


def test_idea_page_asks_the_same_queries_for_one_and_thirty_comments(client):
    mine = idea(tags=["двор"])
    thread = open_thread(host_kind="idea", host_id=mine.pk, block=mine.cycle)
    comments(thread, 1)
    client.get(mine.get_absolute_url())
    one = queries_of(client, mine.get_absolute_url())
    comments(thread, 29)

    assert queries_of(client, mine.get_absolute_url()) == one


def test_who_is_not_signed_in_is_led_to_the_vote_by_signing_in(client):
    mine = idea()

    page = client.get(mine.get_absolute_url()).content.decode()

    assert f"/ideas/{mine.pk}/vote/" not in page
    assert f'/accounts/login/?next={quote(mine.get_absolute_url())}%23vote"' in page
