"""The pages of an idea's life: history, versions, clarifications, co-authors, poster."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.moderation.models import Decision, Reason
from ideas import actions
from ideas.actions.moves import move, tell
from ideas.models import Idea, IdeaChange
from ideas.queries.authors import history_of
from tests.factories.ideas import idea
from tests.factories.life import co_author, text
from tests.factories.people import person

pytestmark = pytest.mark.django_db

Moderation, By = Idea.Moderation, IdeaChange.By


def page(client, mine, what=""):
    response = client.get(f"{mine.get_absolute_url()}" if not what else f"/ideas/{mine.pk}/{what}")
    return response.content.decode()


def test_history_tells_what_became_of_the_idea_and_in_whose_capacity(client):
    mine = idea(votes_for=1)
    editor = person(display_name="Тайный Редактор")
    move(mine, "shortlist", by=By.EDITOR, actor_id=editor.pk)
    move(mine, "decline", by=By.BODY, actor_id=editor.pk, reason="Нет денег до 2028 года.")

    shown = page(client, mine)

    assert [str(one.label) for one in history_of(mine)] == ["Идея опубликована", "Идея отобрана", "Идея отклонена"]
    assert "организаторы" in shown
    assert "ответственный орган" in shown
    assert "Нет денег до 2028 года." in shown
    assert "Тайный Редактор" not in shown


def test_what_is_between_author_and_moderators_is_not_told():
    mine = idea()
    for step, by in [
        ("submit", By.AUTHOR),
        ("publish", By.MODERATOR),
        ("hide", By.MODERATOR),
        ("publish", By.MODERATOR),
    ]:
        tell(mine, step, by=by, actor_id=None)

    assert [one.step for one in history_of(mine)] == ["publish"]


def test_versions_show_word_by_word_what_came_and_what_went(client):
    mine = idea(title="Остановки", problem="На остановке очень холодно")
    actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text(title="Остановки", problem="На остановке темно"))

    shown = " ".join(page(client, mine, "versions/").split())

    assert f'/ideas/{mine.pk}/versions/"' in page(client, mine)
    assert '<del><span class="visually-hidden">[убрано: </span>очень холодно<span class="visually-hidden">]' in shown
    assert '<ins><span class="visually-hidden">[добавлено: </span>темно<span class="visually-hidden">]' in shown
    assert shown.count("<h2") == 2


def test_script_in_a_version_is_text(client):
    mine = idea(problem="<script>alert(1)</script>")
    actions.edit_idea(author=mine.author, idea_id=mine.pk, text=text())

    assert "<script>alert(1)" not in page(client, mine, "versions/")


def test_hidden_ideas_versions_poster_and_code_are_404(client):
    mine = idea(moderation=Moderation.HIDDEN)

    assert {client.get(f"/ideas/{mine.pk}/{what}").status_code for what in ("versions/", "poster/", "qr.svg")} == {404}


def test_author_clarifies_and_the_page_shows_it_with_its_date(client):
    mine = idea()
    actions.cast_vote(person=person(), idea=mine, value=1)
    client.force_login(mine.author)

    offered = page(client, mine)
    response = client.post(f"/ideas/{mine.pk}/clarify/", {"body": "Речь о зимних рейсах."})

    assert f"/ideas/{mine.pk}/clarify/" in offered
    assert f"/ideas/{mine.pk}/edit/" not in offered
    assert (response.status_code, response["Location"]) == (303, f"{mine.get_absolute_url()}#clarifications")
    assert "Речь о зимних рейсах." in page(client, mine)


def test_clarification_without_words_is_refused_beside_the_field(client):
    mine = idea()
    client.force_login(mine.author)

    response = client.post(f"/ideas/{mine.pk}/clarify/", {"body": ""})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["body"])


def test_invitation_is_answered_in_the_profile_and_the_name_stands_on_the_page(client):
    mine, friend = idea(), person(display_name="Соседка Анна")
    client.force_login(mine.author)
    client.post(f"/ideas/{mine.pk}/co-authors/", {"email": friend.email})
    called = mine.co_authors.get()
    client.force_login(friend)

    offered = client.get("/me/").content.decode()
    response = client.post(f"/co-authors/{called.pk}/answer/", {"accept": "1"})

    assert f"/co-authors/{called.pk}/answer/" in offered
    assert (response.status_code, response["Location"]) == (303, mine.get_absolute_url())
    client.logout()
    assert "Соседка Анна" in page(client, mine)


def test_page_of_co_authors_is_the_authors_and_says_why_an_invitation_is_refused(client):
    mine = idea()
    friend = co_author(mine).person
    client.force_login(friend)
    assert client.get(f"/ideas/{mine.pk}/co-authors/").status_code == 403
    client.force_login(mine.author)

    response = client.post(f"/ideas/{mine.pk}/co-authors/", {"email": friend.email})

    assert response.status_code == 422
    assert "Этого человека вы уже звали." in response.content.decode()
    assert friend.display_name in response.content.decode()


def test_co_author_opens_the_form_also_of_what_waits(client):
    mine = idea(moderation=Moderation.PENDING)
    friend = co_author(mine).person
    client.force_login(friend)

    assert client.get(f"/ideas/{mine.pk}/edit/").status_code == 200
    assert client.post(f"/ideas/{mine.pk}/edit/", {"title": "Новое имя", "problem": "Темно"}).status_code == 303


def test_taking_a_co_author_away_asks_once(client):
    mine = idea()
    one = co_author(mine)
    client.force_login(person())
    assert client.post(f"/co-authors/{one.pk}/remove/").status_code == 404
    client.force_login(mine.author)

    asked, done = client.get(f"/co-authors/{one.pk}/remove/"), client.post(f"/co-authors/{one.pk}/remove/")

    assert (asked.status_code, done.status_code, mine.co_authors.count()) == (200, 303, 0)


def test_author_reads_what_the_moderator_asks_for_and_others_do_not(client):
    mine = idea(moderation=Moderation.NEEDS_WORK)
    reason = Reason.objects.first()
    Decision.objects.create(
        kind="idea",
        subject_id=mine.pk,
        campaign_id=mine.cycle.campaign_id,
        outcome="needs_work",
        reason=reason,
        note="Укажите, о каком маршруте речь.",
        moderator=person(),
    )
    client.force_login(mine.author)

    shown, form = page(client, mine), page(client, mine, "edit/")
    sent = client.post(f"/ideas/{mine.pk}/edit/", {"title": "Маршрут 5", "problem": "Маршрут 5 не ходит."})

    for text_of in (shown, form):
        assert "Укажите, о каком маршруте речь." in text_of
        assert reason.statement in text_of
    assert "Отправить на проверку" in form
    assert sent.status_code == 303
    mine.refresh_from_db()
    assert mine.moderation == Moderation.PENDING


def test_code_leads_to_the_short_address_and_is_a_picture(client, settings):
    mine = idea()

    response = client.get(f"/ideas/{mine.pk}/qr.svg")

    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response.content.startswith(b"<?xml")
    assert f"{settings.SITE_URL}/ideas/{mine.pk}/" in page(client, mine, "poster/")


def test_poster_stands_at_the_page_and_calls_to_support_what_takes_votes(client):
    votable, done = idea(), idea(progress="done")

    assert f'/ideas/{votable.pk}/poster/"' in page(client, votable)
    assert "Поддержите идею" in page(client, votable, "poster/")
    assert "Поддержите идею" not in page(client, done, "poster/")


def test_page_asks_no_more_for_a_long_life_than_what_it_tells(client):
    plain, lived = idea(), idea()
    co_author(lived)
    co_author(lived)
    actions.edit_idea(author=lived.author, idea_id=lived.pk, text=text())
    for n in range(3):
        actions.add_clarification(author=lived.author, idea_id=lived.pk, body=f"Ещё {n}")

    plain_asked, lived_asked = (queries_of(client, mine) for mine in (plain, lived))

    # One for co-authors, one for clarifications.
    assert lived_asked == plain_asked + 2


def queries_of(client, mine):
    mine.refresh_from_db()
    client.get(mine.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        # An address that is not kept.
        client.get(f"{mine.get_absolute_url()}?once=more")
    return len(asked)
