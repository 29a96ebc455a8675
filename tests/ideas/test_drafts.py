"""What was begun stays on the server, for its author alone, until it is sent or thrown away."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from crowd.errors import NotFound, QuotaReached
from crowd.events.models import Event
from discussions.models import Thread
from ideas import actions
from ideas.models import Attachment, Idea
from ideas.uploads import CleanFile
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.life import TYPED, text
from tests.factories.people import person, with_role

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}
Moderation = Idea.Moderation


def pdf(name="план.pdf"):
    return CleanFile(name, "application/pdf", ContentFile(b"%PDF-1.7"))


def draft(author, cycle, **fields):
    return actions.keep_draft(author=author, cycle=cycle, text=text(**fields))


def form_url(cycle):
    return f"/ideas/new/?cycle={cycle.pk}"


def test_draft_is_kept_and_offered_again(client):
    author, cycle = person(), pages.cycle()
    client.force_login(author)

    kept = client.post("/drafts/", TYPED | {"cycle": cycle.pk, "title": "За"}, **JSON)
    again = client.get(form_url(cycle)).content.decode()

    row = Idea.objects.get()
    assert (kept.status_code, kept.json()) == (200, {"draft": row.pk})
    assert (row.moderation, row.title, row.author) == (Moderation.DRAFT, "За", author)
    assert sorted(tag.name for tag in row.tags.all()) == ["врач", "запись"]
    assert "Лист ожидания." in again
    assert f"/drafts/{row.pk}/delete/" in again


def test_each_autosave_takes_the_place_of_the_one_before(client):
    cycle = pages.cycle()
    client.force_login(person())

    first = client.post("/drafts/", {"cycle": cycle.pk, "problem": "Темно"}, **JSON).json()
    second = client.post("/drafts/", {"cycle": cycle.pk, "problem": "Темно и скользко "}, **JSON).json()

    assert first == second
    assert Idea.objects.get().problem == "Темно и скользко "


def test_button_without_script_leads_back_to_the_form(client):
    cycle = pages.cycle()
    client.force_login(person())

    response = client.post("/drafts/", {"cycle": cycle.pk, "problem": "Темно"}, follow=True)

    assert response.redirect_chain == [(form_url(cycle), 303)]
    assert "Черновик сохранён." in response.content.decode()


def test_what_cannot_be_kept_is_named_with_the_text_in_the_form(client):
    cycle = pages.cycle()
    client.force_login(person())
    typed = {"cycle": cycle.pk, "title": "Т" * 121, "problem": "Темно"}

    page, script = client.post("/drafts/", typed), client.post("/drafts/", typed, **JSON)

    assert (page.status_code, script.status_code) == (422, 422)
    assert "Т" * 121 in page.content.decode()
    assert list(script.json()["fields"]) == ["title"]
    assert Idea.objects.count() == 0


def test_who_is_not_signed_in_keeps_no_draft_and_finds_the_text_in_the_form(client):
    cycle, author = pages.cycle(), person()

    asked = client.post("/drafts/", TYPED | {"cycle": cycle.pk}, HTTP_REFERER=f"http://testserver{form_url(cycle)}")
    script = client.post("/drafts/", TYPED | {"cycle": cycle.pk}, **JSON)
    client.force_login(author)

    assert (asked.status_code, script.status_code) == (303, 401)
    assert "Лист ожидания." in client.get(form_url(cycle)).content.decode()
    assert Idea.objects.count() == 0


def test_draft_is_kept_while_ideas_are_not_taken():
    cycle = pages.cycle(opens=("vote",))

    assert draft(person(), cycle).moderation == Moderation.DRAFT


def test_draft_of_a_cycle_that_nobody_sees_is_refused(client):
    cycle = pages.cycle()
    cycle.unpublish()
    client.force_login(person())

    with pytest.raises(NotFound):
        draft(person(), cycle)
    assert client.post("/drafts/", {"cycle": cycle.pk}, **JSON).status_code == 404


def test_sending_turns_the_draft_into_the_idea(client):
    author, cycle = person(), pages.cycle()
    kept = draft(author, cycle, title="Было", solution="Было")
    client.force_login(author)

    response = client.post(form_url(cycle), TYPED)

    sent = Idea.objects.get()
    assert (sent.pk, sent.moderation, sent.title, sent.solution) == (
        kept.pk,
        Moderation.PUBLISHED,
        TYPED["title"],
        "Лист ожидания.",
    )
    assert (response.status_code, response["Location"]) == (303, sent.get_absolute_url())
    assert sent.created_at > kept.created_at
    assert list(sent.changes.values_list("step", "by")) == [("submit_at_once", "author")]


def test_next_idea_begins_with_a_new_draft():
    author, cycle = person(), pages.cycle()
    draft(author, cycle)
    first = actions.submit_idea(author=author, cycle=cycle, text=text())

    second = draft(author, cycle, title="Вторая")

    assert first.pk != second.pk
    assert Idea.objects.count() == 2


def test_draft_is_nobody_elses_whoever_asks(client):
    author, cycle = person(), pages.cycle()
    kept = draft(author, cycle)
    others = [None, person(), person(is_superuser=True)]
    others += [with_role(role, cycle.get_parent().specific) for role in ("moderator", "editor", "expert", "operator")]

    for other in others:
        client.logout()
        if other:
            client.force_login(other)
        for what in ("", "edit/", "withdraw/", "versions/", "poster/", "qr.svg"):
            assert client.get(f"/ideas/{kept.pk}/{what}").status_code in {404, 303 if other is None else 404}
        assert client.get(f"/ideas/{kept.pk}/").status_code == 404
        if other:
            assert client.post(f"/ideas/{kept.pk}/vote/", {"value": "1"}).status_code == 404
            assert client.post(f"/drafts/{kept.pk}/delete/").status_code == 404


def test_its_author_is_led_from_the_draft_to_the_form(client):
    author, cycle = person(), pages.cycle()
    kept = draft(author, cycle)
    client.force_login(author)

    led = {what: client.get(f"/ideas/{kept.pk}/{what}")["Location"] for what in ("", "edit/", "withdraw/")}

    assert led == {
        "": form_url(cycle),
        "edit/": form_url(cycle),
        "withdraw/": f"/drafts/{kept.pk}/delete/",
    }


def test_draft_tells_nothing_and_has_no_thread():
    draft(person(), pages.cycle())

    assert (Event.objects.count(), Thread.objects.count()) == (0, 0)


def test_draft_is_no_idea_of_lists_quotas_or_the_profile(client):
    author, cycle = person(), pages.cycle(ideas_each=1)
    idea(cycle, title="Тёплые остановки")
    kept = draft(author, cycle, title="Секретный замысел")
    client.force_login(author)

    profile = client.get("/me/").content.decode()

    assert "Секретный замысел" not in client.get(cycle.url).content.decode()
    assert f'href="/ideas/{kept.pk}' not in profile
    assert form_url(cycle) in profile
    assert actions.submit_idea(author=author, cycle=cycle, text=text()).pk == kept.pk


def test_files_of_a_draft_stay_until_they_are_taken_away(client):
    author, cycle = person(), pages.cycle()
    client.force_login(author)
    file = SimpleUploadedFile("план.pdf", b"%PDF-1.7", content_type="application/pdf")
    client.post("/drafts/", {"cycle": cycle.pk, "attachments": file})
    client.post("/drafts/", {"cycle": cycle.pk, "problem": "Темно"}, **JSON)
    kept = Attachment.objects.get()

    shown = client.get(form_url(cycle)).content.decode()
    client.post(form_url(cycle), TYPED)

    assert "план.pdf" in shown
    assert list(Idea.objects.get(moderation=Moderation.PUBLISHED).attachments.all()) == [kept]


def test_file_taken_away_is_gone_from_the_storage(client, django_capture_on_commit_callbacks):
    author, cycle = person(), pages.cycle()
    actions.keep_draft(author=author, cycle=cycle, text=text(), files=[pdf("a.pdf"), pdf("b.pdf")])
    gone, stays = Attachment.objects.order_by("pk")
    client.force_login(author)

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/drafts/", {"cycle": cycle.pk, "remove": [gone.pk, "999999"]})

    assert list(Attachment.objects.all()) == [stays]
    assert (gone.file.storage.exists(gone.file.name), stays.file.storage.exists(stays.file.name)) == (False, True)


def test_anothers_file_is_not_taken_away():
    theirs = actions.keep_draft(author=person(), cycle=pages.cycle(), text=text(), files=[pdf()])

    actions.keep_draft(author=person(), cycle=theirs.cycle, text=text(), remove=[theirs.attachments.get().pk])

    assert Attachment.objects.count() == 1


def test_more_files_than_an_idea_may_have_are_refused_beside_the_field(client, settings):
    author, cycle = person(), pages.cycle()
    settings.ATTACHMENT_MAX_FILES = 2
    actions.keep_draft(author=author, cycle=cycle, text=text(), files=[pdf(), pdf()])
    client.force_login(author)
    file = SimpleUploadedFile("план.pdf", b"%PDF-1.7", content_type="application/pdf")

    response = client.post(form_url(cycle), TYPED | {"attachments": file})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["attachments"]


def test_deleting_asks_once_and_takes_the_files_along(client, django_capture_on_commit_callbacks):
    author, cycle = person(), pages.cycle()
    kept = actions.keep_draft(author=author, cycle=cycle, text=text(), files=[pdf()])
    file = kept.attachments.get().file
    client.force_login(author)

    asked = client.get(f"/drafts/{kept.pk}/delete/")
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(f"/drafts/{kept.pk}/delete/")

    assert (asked.status_code, done.status_code, done["Location"]) == (200, 303, "/me/")
    assert (Idea.objects.count(), Attachment.objects.count(), file.storage.exists(file.name)) == (0, 0, False)


def test_what_was_sent_is_no_draft_to_delete():
    sent = idea()

    with pytest.raises(NotFound):
        actions.delete_draft(author=sent.author, idea_id=sent.pk)


def test_refused_submission_leaves_the_draft_as_it_was():
    author, cycle = person(), pages.cycle(ideas_each=1)
    actions.submit_idea(author=author, cycle=cycle, text=text())
    kept = draft(author, cycle, title="Вторая")

    with pytest.raises(QuotaReached):
        actions.submit_idea(author=author, cycle=cycle, text=text(title="Другая"))

    kept.refresh_from_db()
    assert (kept.moderation, kept.title) == (Moderation.DRAFT, "Вторая")
