"""What the public may not see is never found: by event, by index, nor where the index is stale."""

import pytest
from django.db import transaction

from crowd.events.models import Delivery
from crowd.events.worker import Worker
from discussions.actions import hide_comment, publish_comment
from home.models import HomePage, NewsPage, StandardPage
from ideas.actions import hide_idea, publish_idea, withdraw_idea
from ideas.models import Idea
from ideas.transitions import ALLOWS
from search.documents import registry
from search.queries import search
from tests.factories.ideas import idea
from tests.factories.pages import campaign, cycle, discussion
from tests.factories.people import person, with_role
from tests.search.conftest import filled, refresh
from tests.search.rows import comment, thread


def delivered(engine):
    Worker().drain()
    refresh(engine)
    aside = Delivery.objects.filter(status=Delivery.Status.SET_ASIDE).values_list("consumer", "error")
    assert list(aside) == []


def found(text="остановка", **fields):
    return sorted((hit.found.kind, hit.found.id) for hit in search(text, **fields).hits)


@pytest.mark.parametrize("moderation", Idea.Moderation.values)
@pytest.mark.parametrize("progress", Idea.Progress.values)
def test_idea_is_indexed_as_the_table_says(db, moderation, progress):
    row = idea(moderation=moderation, progress=progress)

    documents = list(registry.kinds["idea"].documents([row.pk]))

    allowed = ALLOWS.get((moderation, progress))
    assert [document.id for document in documents] == ([row.pk] if allowed and allowed.indexed else [])


def test_idea_document_holds_text_and_filters(db):
    home = campaign()
    parent = cycle(home)
    row = idea(parent, title="Остановка", problem="Холодно", solution="Крыша", effect="Тепло", tags=["автобус"])

    (document,) = registry.kinds["idea"].documents(None)

    assert (document.title, document.body, document.more) == ("Остановка", "Холодно", "Крыша\nТепло")
    assert (document.id, document.version, document.block_id, document.campaign_id) == (row.pk, 1, parent.pk, home.pk)
    assert (document.status, document.tags) == ("open", tuple(tag.slug for tag in row.tags.all()))


@pytest.mark.django_db
def test_idea_is_found_once_published_and_gone_once_hidden(engine):
    row = idea(title="Остановка", moderation=Idea.Moderation.PENDING)
    delivered(engine)
    pending = found()

    publish_idea(idea_id=row.pk, actor_id=None)
    delivered(engine)
    published = found()
    hide_idea(idea_id=row.pk, actor_id=None)
    hidden_while_stale = found()
    delivered(engine)

    assert (pending, published) == ([], [("idea", row.pk)])
    assert (hidden_while_stale, found()) == ([], [])
    assert list(engine.states("idea")) == []


@pytest.mark.parametrize("who", ["anonymous", "author", "moderator"])
@pytest.mark.parametrize("state", ["pending", "hidden", "rejected", "withdrawn", "unpublished cycle"])
def test_what_is_not_public_is_found_by_nobody_even_from_a_stale_index(engine, state, who):
    home = campaign()
    row = idea(cycle(home), title="Остановка")
    filled(engine)
    refresh(engine)
    seekers = {"anonymous": None, "author": row.author, "moderator": with_role("moderator", home)}
    before = found(person=seekers[who])

    if state == "unpublished cycle":
        Idea.objects.get().cycle.unpublish()
    elif state == "withdrawn":
        Idea.objects.update(progress=Idea.Progress.WITHDRAWN)
    else:
        Idea.objects.update(moderation=state)

    assert (before, found(person=seekers[who])) == ([("idea", row.pk)], [])


def test_rolled_back_idea_leaves_no_trace(engine):
    parent = cycle()

    with transaction.atomic():
        row = idea(parent, title="Остановка", moderation=Idea.Moderation.PENDING)
        publish_idea(idea_id=row.pk, actor_id=None)
        transaction.set_rollback(True)
    delivered(engine)

    assert list(engine.states("idea")) == []


def test_repeated_and_late_deliveries_change_nothing(engine):
    row = idea(title="Остановка", moderation=Idea.Moderation.PENDING)
    publish_idea(idea_id=row.pk, actor_id=None)
    hide_idea(idea_id=row.pk, actor_id=None)
    publish_idea(idea_id=row.pk, actor_id=None)
    delivered(engine)
    before = list(engine.states("idea"))

    Delivery.objects.update(status=Delivery.Status.PENDING, attempts=0)
    delivered(engine)

    assert list(engine.states("idea")) == before
    assert found() == [("idea", row.pk)]


def test_withdrawn_idea_leaves_the_index(engine):
    row = idea(title="Остановка")
    filled(engine)

    withdraw_idea(author=row.author, idea_id=row.pk)
    delivered(engine)

    assert list(engine.states("idea")) == []


def test_unpublishing_a_cycle_takes_its_ideas_and_their_comments_along_and_back(engine):
    parent = cycle(title="Сбор про остановки")
    row = idea(parent, title="Остановка")
    said = comment(thread(row, "idea"), body="Новая остановка")
    other = idea(title="Остановка")
    parent.save_revision().publish()
    filled(engine)
    delivered(engine)
    everything = found()

    parent.unpublish()
    delivered(engine)
    states = [[state.id for state in engine.states(kind)] for kind in ("idea", "comment", "page")]
    parent.save_revision().publish()
    delivered(engine)

    assert everything == sorted([("comment", said.pk), ("idea", row.pk), ("idea", other.pk), ("page", parent.pk)])
    assert states[0] == [other.pk]
    assert states[1] == []
    assert parent.pk not in states[2]
    assert found() == everything


def test_unpublishing_a_discussion_takes_its_comments_along_and_back(engine):
    page = discussion(title="Об остановках")
    said = comment(thread(page), body="Нужна остановка")
    filled(engine)

    page.unpublish()
    delivered(engine)
    unpublished = found()
    page.save_revision().publish()
    delivered(engine)

    assert unpublished == []
    assert found() == [("comment", said.pk), ("discussion", page.pk)]


def test_publishing_again_without_a_change_of_visibility_touches_no_idea(db):
    parent = cycle()
    row = idea(parent)
    parent.save_revision().publish()
    Worker().drain()
    row.refresh_from_db()
    version = row.version

    parent.save_revision().publish()
    Worker().drain()

    row.refresh_from_db()
    assert row.version == version


def test_hiding_an_idea_takes_its_comments_along_and_back(engine):
    row = idea(title="Крыша", problem="Течёт")
    said = comment(thread(row, "idea"), body="Нужна остановка")
    filled(engine)

    hide_idea(idea_id=row.pk, actor_id=None)
    hidden_while_stale = found()
    delivered(engine)
    states = list(engine.states("comment"))
    publish_idea(idea_id=row.pk, actor_id=None)
    delivered(engine)

    assert (hidden_while_stale, states) == ([], [])
    assert found() == [("comment", said.pk)]


def test_comment_is_gone_once_hidden_and_back_once_restored(engine):
    said = comment(thread(discussion()), body="Нужна остановка")
    filled(engine)
    refresh(engine)
    before = found()

    hide_comment(comment_id=said.pk, actor_id=None)
    hidden_while_stale = found()
    delivered(engine)
    hidden = list(engine.states("comment"))
    publish_comment(comment_id=said.pk, actor_id=None)
    delivered(engine)

    assert (before, hidden_while_stale, hidden) == ([("comment", said.pk)], [], [])
    assert found() == before


def test_pages_of_every_kind_are_found_by_title_intro_and_body(engine):
    home = HomePage.objects.get()
    body = [("paragraph", "<p>Здесь про <b>остановки</b></p>")]
    pages = [
        campaign(title="Остановки"),
        home.add_child(instance=StandardPage(title="О сайте", body=body)),
        home.add_child(instance=NewsPage(title="Новость", intro="Открыта остановка", published_on="2026-05-01")),
    ]
    filled(engine)
    refresh(engine)

    assert found(kinds=["page"]) == sorted(("page", page.pk) for page in pages)


def test_draft_and_private_pages_are_not_found(engine):
    home = HomePage.objects.get()
    home.add_child(instance=StandardPage(title="Остановка", live=False))
    private = home.add_child(instance=StandardPage(title="Остановка"))
    private.view_restrictions.create(restriction_type="login")
    filled(engine)

    assert list(engine.states("page")) == []


def test_deleted_page_leaves_the_index(engine):
    page = HomePage.objects.get().add_child(instance=StandardPage(title="Остановка"))
    filled(engine)

    page.delete()
    delivered(engine)

    assert list(engine.states("page")) == []


def test_poison_document_keeps_no_other_out(db, settings, monkeypatch):
    settings.ELASTICSEARCH_URL = ""
    good, bad = idea(moderation=Idea.Moderation.PENDING), idea(moderation=Idea.Moderation.PENDING)
    kind = registry.kinds["idea"]

    def documents(ids):
        if bad.pk in (ids or ()):
            raise ValueError("poison")
        return kind.documents(ids)

    monkeypatch.setitem(registry.kinds, "idea", type(kind)(**{**vars(kind), "documents": documents}))
    for row in (good, bad):
        publish_idea(idea_id=row.pk, actor_id=None)

    Worker().drain()

    pending = Delivery.objects.filter(consumer="search.database", status=Delivery.Status.PENDING)
    assert [delivery.key for delivery in pending] == [f"idea:{bad.pk}"]
    done = Delivery.objects.filter(consumer="search.database", status=Delivery.Status.DONE, key=f"idea:{good.pk}")
    assert done.exists()


def test_people_are_not_searched(engine):
    person(display_name="Остановкин")
    filled(engine)

    assert found("остановкин") == []
