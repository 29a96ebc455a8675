"""«Комментарии» in the admin: what moderators see, find and press."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.permissions import policy_registry

from crowd.errors import NotAllowed
from crowd.events.models import Event
from crowd.moderation import staff
from crowd.moderation.actions import decide
from crowd.moderation.models import Decision, Reason
from crowd.people.policies import CampaignPermissionPolicy
from discussions.actions import add_note, edit_comment, pin_comment, set_voice
from discussions.models import Comment, ModeratorNote, Thread
from tests.factories import comments, pages, people

pytestmark = pytest.mark.django_db

Moderation, Voice = Comment.Moderation, Comment.Voice


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def thread(campaign):
    return comments.thread(pages.discussion(campaign, title="Качество сервисов"))


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign)


@pytest.fixture
def admin(client, moderator):
    """The moderator's window of the admin."""
    client.force_login(moderator)
    return client


def reason():
    return Reason.objects.get(slug="insult")


def hidden(comment):
    decide(
        moderator=people.with_role("moderator"),
        kind="comment",
        subject_id=comment.pk,
        outcome="hide",
        reason=reason(),
    )
    return comment


def bulk(action, *chosen):
    ids = [("id", comment.pk) for comment in chosen]
    return f"/admin/bulk/discussions/comment/{action}/?{urlencode([*ids, ('next', '/admin/comments/')])}"


def listed(client, **query):
    page = client.get(f"/admin/comments/?{urlencode(query, doseq=True)}")
    assert page.status_code == 200
    return [comment.body for comment in page.context["page_obj"].object_list]


def said(response, client):
    """What the admin says after this answer."""
    page = client.get(response["Location"])
    return " ".join(str(message) for message in page.context["messages"])


@pytest.mark.parametrize("model", [Comment, Thread])
def test_what_residents_wrote_is_limited_to_campaigns(model):
    assert isinstance(policy_registry.get_by_type(model), CampaignPermissionPolicy)


def test_a_moderator_sees_the_own_campaigns_comments(admin, thread):
    comments.comment(thread, body="Свой первый")
    comments.comment(thread, body="Свой второй")
    elsewhere = comments.comment(body="Чужой")

    assert listed(admin) == ["Свой второй", "Свой первый"]
    assert admin.get(f"/admin/comments/{elsewhere.pk}/").status_code == 404
    assert admin.post(f"/admin/comments/{elsewhere.pk}/", {"text": "Заметка"}).status_code == 404
    assert admin.post(f"/admin/comments/{elsewhere.pk}/act/", {"act": "pin"}).status_code == 404
    assert admin.get(bulk("hide", elsewhere)).status_code == 404
    assert admin.get("/admin/comments/999999/").status_code == 404
    assert ModeratorNote.objects.count() == 0


def test_filters_narrow_the_list(admin, campaign, thread):
    other = comments.thread(pages.discussion(campaign, comments_premoderation="everybody"))
    comments.comment(thread, body="За", stance="for")
    comments.comment(thread, body="Вопрос", stance="question")
    comments.comment(other, body="Ждёт")
    hidden(comments.comment(thread, body="Скрыт"))
    pinned = comments.comment(thread, body="Закреплён")
    pin_comment(actor=people.with_role("moderator"), comment_id=pinned.pk)
    set_voice(actor=people.with_role("moderator"), comment_id=pinned.pk, voice="official")
    old = comments.comment(thread, body="Давний")
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.make_aware(timezone.datetime(2026, 1, 15, 12)))

    assert listed(admin, moderation="pending") == ["Ждёт"]
    assert listed(admin, moderation=["pending", "hidden"]) == ["Скрыт", "Ждёт"]
    assert listed(admin, stance="question") == ["Вопрос"]
    assert listed(admin, voice="official") == ["Закреплён"]
    assert listed(admin, pinned="yes") == ["Закреплён"]
    assert "Закреплён" not in listed(admin, pinned="no")
    assert listed(admin, block=other.block_id) == ["Ждёт"]
    assert listed(admin, created_at_from="2026-01-15", created_at_to="2026-01-15") == ["Давний"]
    assert listed(admin, created_at_from="2026-01-16", created_at_to="2026-01-20") == []


def test_search_knows_texts_and_names_but_no_addresses(admin, thread):
    author = people.person(display_name="Анна Сосновская", email="tajga@example.org")
    comments.comment(thread, body="Про зимник", author=author)
    comments.comment(thread, body="Про площадку")

    assert listed(admin, q="площадк") == ["Про площадку"]
    assert listed(admin, q="Сосновская") == ["Про зимник"]
    assert listed(admin, q="tajga") == []
    assert "tajga@" not in admin.get("/admin/comments/").content.decode()


def test_filter_offers_only_the_own_campaigns_pages(admin, thread):
    other = pages.discussion(title="Чужое обсуждение")

    page = admin.get("/admin/comments/").content.decode()
    wrong = admin.get(f"/admin/comments/?block={other.pk}")

    assert "Качество сервисов" in page
    assert "Чужое обсуждение" not in page
    assert wrong.status_code == 200


def test_hostile_text_is_shown_as_text(admin, thread):
    author = people.person(display_name="<script>alert(2)</script>")
    comment = comments.comment(thread, body="<script>alert(1)</script>", author=author)

    for address in ("/admin/comments/", f"/admin/comments/{comment.pk}/", bulk("hide", comment)):
        page = admin.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_list_asks_the_same_queries_for_one_and_thirty(admin, thread):
    comments.comments(thread, 1)
    admin.get("/admin/comments/")
    with CaptureQueriesContext(connection) as one:
        admin.get("/admin/comments/")
    for _ in range(29):
        comments.comments(thread, 1)

    with CaptureQueriesContext(connection) as thirty:
        page = admin.get("/admin/comments/")

    assert len(page.context["page_obj"].object_list) == 30
    assert len(thirty) == len(one)


def test_list_counts_no_further_than_it_turns_pages(admin, thread, monkeypatch):
    monkeypatch.setattr(staff, "MOST_LISTED", 60)
    comments.comments(thread, 70)

    page = admin.get("/admin/comments/")
    last = admin.get("/admin/comments/?p=2")

    assert page.context["paginator"].count == 60
    assert "Показаны последние 60." in page.content.decode()
    assert [comment.body for comment in last.context["page_obj"].object_list][-1] == "Сообщение 11"


def test_one_comment_is_shown_with_all_that_is_known(admin, thread, moderator):
    author = people.person(email="tajga@example.org")
    comment = comments.comment(thread, body="Первый текст", author=author)
    edit_comment(author=author, comment_id=comment.pk, body="Второй текст", stance="")
    add_note(author=moderator, comment_id=comment.pk, text="Следить за этим.")
    hidden(comment)

    page = admin.get(f"/admin/comments/{comment.pk}/").content.decode()

    for part in ("Второй текст", "Первый текст", "Следить за этим.", "Оскорбление", "Решить…"):
        assert part in page
    assert f"/admin/moderation/comment/{comment.pk}/" in page
    assert f"/admin/sanctions/impose/comment/{comment.pk}/" in page
    assert f"/comments/{comment.pk}/" in page
    assert "tajga@" not in page


def test_notes_are_written_and_refused_where_they_stand(admin, thread, moderator):
    comment = comments.comment(thread)
    address = f"/admin/comments/{comment.pk}/"

    written = admin.post(address, {"text": "Похоже на рекламу."})
    empty = admin.post(address, {"text": " "})
    long = admin.post(address, {"text": "я" * 1001})

    assert (written.status_code, empty.status_code, long.status_code) == (302, 422, 422)
    assert "я" * 1001 in long.content.decode()
    assert list(ModeratorNote.objects.values_list("author_id", "text")) == [(moderator.pk, "Похоже на рекламу.")]


def test_notes_are_no_residents_to_read(client, thread, moderator):
    comment = comments.comment(thread)
    add_note(author=moderator, comment_id=comment.pk, text="Похоже на рекламу.")
    client.force_login(people.person())

    page = client.get(f"/threads/{thread.pk}/comments/").content.decode()

    assert "Похоже на рекламу." not in page


@pytest.mark.parametrize(
    ("act", "kind", "field", "value"),
    [
        ("official", "comment.marked", "voice", "official"),
        ("expert", "comment.marked", "voice", "expert"),
        ("pin", "comment.pinned", "pinned_at__isnull", False),
    ],
)
def test_buttons_change_one_comment_and_leave_an_event(admin, thread, moderator, act, kind, field, value):
    comment = comments.comment(thread)

    done = admin.post(f"/admin/comments/{comment.pk}/act/", {"act": act})

    assert (done.status_code, done["Location"]) == (302, f"/admin/comments/{comment.pk}/")
    assert Comment.objects.filter(pk=comment.pk, **{field: value}).exists()
    event = Event.objects.get(kind=kind)
    assert (event.subject_id, event.actor_id) == (comment.pk, moderator.pk)


def test_what_cannot_be_pinned_is_said(admin, thread):
    comment = hidden(comments.comment(thread))

    refused = admin.post(f"/admin/comments/{comment.pk}/act/", {"act": "pin"})

    assert "Закрепить можно опубликованный комментарий" in said(refused, admin)
    assert admin.post(f"/admin/comments/{comment.pk}/act/", {"act": "nonsense"}).status_code == 404


def test_many_are_hidden_with_one_reason_and_a_decision_each(admin, thread, moderator):
    chosen = [comments.comment(thread, body=f"Реклама {number}") for number in (1, 2, 3)]
    left = comments.comment(thread, body="Останется")

    asked = admin.get(bulk("hide", *chosen))
    unreasoned = admin.post(bulk("hide", *chosen), {"note": "Так нельзя"})
    done = admin.post(bulk("hide", *chosen), {"reason": reason().pk, "note": "Так нельзя"})

    assert all(f"Реклама {number}" in asked.content.decode() for number in (1, 2, 3))
    assert "Так нельзя" in unreasoned.content.decode()
    assert (done.status_code, done["Location"]) == (302, "/admin/comments/")
    assert set(Comment.objects.filter(moderation="hidden")) == set(chosen)
    assert Comment.objects.get(pk=left.pk).is_public
    decisions = Decision.objects.order_by("subject_id").values_list("subject_id", "outcome", "note", "moderator_id")
    assert list(decisions) == [(comment.pk, "hide", "Так нельзя", moderator.pk) for comment in chosen]
    assert "Готово: 3" in said(done, admin)


def test_what_was_decided_meanwhile_is_counted_and_named(admin, thread):
    first, quicker, last = (comments.comment(thread, body=text) for text in ("Первый", "Опередили", "Последний"))
    admin.get(bulk("hide", first, quicker, last))
    hidden(quicker)

    done = admin.post(bulk("hide", first, quicker, last), {"reason": reason().pk})

    told = said(done, admin)
    assert "Готово: 2" in told
    assert "«Опередили»: По этой записи решение уже принято: скрыть (модератор, " in told
    assert Comment.objects.filter(moderation="hidden").count() == 3
    assert Decision.objects.count() == 3


def test_many_that_waited_are_published_or_rejected(admin, campaign):
    thread = comments.thread(pages.discussion(campaign, comments_premoderation="everybody"))
    waiting = [comments.comment(thread) for _ in range(4)]

    admin.post(bulk("publish", *waiting[:2]))
    admin.post(bulk("reject", *waiting[2:]), {"reason": reason().pk})

    states = list(Comment.objects.order_by("pk").values_list("moderation", flat=True))
    assert states == ["published", "published", "rejected", "rejected"]


def test_many_are_pinned_until_there_are_too_many(admin, thread):
    chosen = [comments.comment(thread, body=f"Важный {number}") for number in range(5)]

    done = admin.post(bulk("pin", *chosen))

    told = said(done, admin)
    assert Comment.objects.filter(pinned_at__isnull=False).count() == 3
    assert "Готово: 3" in told
    assert "«Важный 4»: Закрепить можно не больше трёх комментариев." in told
    admin.post(bulk("unpin", *chosen))
    assert Comment.objects.filter(pinned_at__isnull=False).count() == 0


def test_many_are_marked(admin, thread):
    chosen = [comments.comment(thread), comments.comment(thread)]

    admin.post(bulk("mark", *chosen), {"voice": "expert"})

    assert list(Comment.objects.values_list("voice", flat=True)) == ["expert", "expert"]


def test_at_most_a_hundred_at_once(admin, thread):
    rows = comments.comments(thread, 101)

    too_many = admin.post(bulk("hide", *rows), {"reason": reason().pk})
    none = admin.get("/admin/bulk/discussions/comment/hide/?id=all")

    assert "не больше 100" in said(too_many, admin)
    assert none.status_code == 404
    assert Decision.objects.count() == 0


def test_others_comments_among_the_chosen_are_left_out(admin, thread):
    own, elsewhere = comments.comment(thread), comments.comment(body="Чужой")

    asked = admin.get(bulk("hide", own, elsewhere))
    admin.post(bulk("hide", own, elsewhere), {"reason": reason().pk})

    assert "Чужой" not in asked.content.decode()
    assert list(Decision.objects.values_list("subject_id", flat=True)) == [own.pk]


def test_a_thread_is_closed_with_a_note_and_opened_again(admin, client, thread, moderator):
    address = f"/admin/threads/{thread.pk}/"

    wordless = admin.post(address, {"act": "lock", "note": " "})
    long = admin.post(address, {"act": "lock", "note": "я" * 301})
    locked = admin.post(address, {"act": "lock", "note": "Разговор ушёл от темы."})
    public = admin.get(f"/threads/{thread.pk}/comments/").content.decode()
    closed = Thread.objects.get(pk=thread.pk)
    unlocked = admin.post(address, {"act": "unlock"})

    assert (wordless.status_code, long.status_code, locked.status_code, unlocked.status_code) == (422, 422, 302, 302)
    assert (closed.state, closed.lock_note) == ("locked", "Разговор ушёл от темы.")
    assert "Разговор ушёл от темы." in public
    assert Thread.objects.get(pk=thread.pk).state == "open"
    events = Event.objects.filter(kind__startswith="thread.").order_by("pk").values_list("kind", "actor_id")
    assert list(events) == [("thread.locked", moderator.pk), ("thread.unlocked", moderator.pk)]


def test_threads_are_listed_by_campaign_and_state(admin, thread):
    comments.comment(thread)
    elsewhere = comments.thread(pages.discussion(title="Чужое обсуждение"))
    admin.post(f"/admin/threads/{thread.pk}/", {"act": "lock", "note": "Пауза."})

    every = admin.get("/admin/threads/").content.decode()
    opened = admin.get("/admin/threads/?state=open")

    assert "Качество сервисов" in every
    assert "Чужое обсуждение" not in every
    assert list(opened.context["page_obj"].object_list) == []
    assert admin.get(f"/admin/threads/{elsewhere.pk}/").status_code == 404


def test_threads_ask_the_same_queries_for_one_and_thirty(admin, campaign, thread):
    admin.get("/admin/threads/")
    with CaptureQueriesContext(connection) as one:
        admin.get("/admin/threads/")
    block = thread.block
    Thread.objects.bulk_create(
        Thread(host_kind="discussion", host_id=10_000 + number, block=block) for number in range(29)
    )

    with CaptureQueriesContext(connection) as thirty:
        admin.get("/admin/threads/")

    assert len(thirty) == len(one)


WHO = {
    "resident": (lambda campaign: people.person(), 403),
    "moderator": (lambda campaign: people.with_role("moderator", campaign), 200),
    "moderator of another": (lambda campaign: people.with_role("moderator", pages.campaign("Другой")), 404),
    "editor": (lambda campaign: people.with_role("editor", campaign), 403),
    "expert": (lambda campaign: people.with_role("expert", campaign), 403),
    "administrator": (lambda campaign: people.person(is_superuser=True), 200),
}
ACTS = ["pin", "official", "hide", "lock", "note"]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["published", "hidden"])
def test_who_does_what_to_a_comment(client, campaign, thread, who, act, state):
    make, status = WHO[who]
    comment = comments.comment(thread)
    if state == "hidden":
        hidden(comment)
    client.force_login(make(campaign))
    before = Event.objects.count() + ModeratorNote.objects.count()
    requests = {
        "pin": (f"/admin/comments/{comment.pk}/act/", {"act": "pin"}),
        "official": (f"/admin/comments/{comment.pk}/act/", {"act": "official"}),
        "hide": (bulk("hide", comment), {"reason": reason().pk}),
        "lock": (f"/admin/threads/{thread.pk}/", {"act": "lock", "note": "Пауза."}),
        "note": (f"/admin/comments/{comment.pk}/", {"text": "Заметка"}),
    }

    response = client.post(*requests[act])

    if act == "note" and status == 403 and who != "resident":
        status = 404  # staff of another kind are not told what there is
    refused = response.status_code if response.get("Location") != "/admin/" else 403
    assert refused == (302 if status == 200 else status)
    happened = Event.objects.count() + ModeratorNote.objects.count() - before
    able = status == 200 and not (state == "hidden" and act in {"pin", "hide"})
    assert bool(happened) == able


def test_actions_refuse_whoever_does_not_moderate(thread):
    comment = comments.comment(thread)

    for actor in (people.person(), people.with_role("editor"), people.with_role("moderator", pages.campaign("Другой"))):
        with pytest.raises(NotAllowed):
            pin_comment(actor=actor, comment_id=comment.pk)
