"""Differences between an index and the database are found and repaired, and a rebuild misses no write."""

import html
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.search.models import IndexEntry

from crowd import clock
from crowd.events.models import Delivery
from crowd.events.worker import Worker
from ideas.actions import hide_idea, publish_idea
from ideas.models import Idea
from search import upkeep
from search.documents import Document, registry
from search.engines import DatabaseEngine, ElasticsearchEngine, NotIndexed, Ref, elastic_writes
from search.models import SearchEntry
from tests.factories.ideas import idea
from tests.factories.pages import cycle
from tests.factories.people import person
from tests.search.conftest import filled, refresh


def run(what, engine):
    """Return what the command prints about one engine, and whether it ends well."""
    out = StringIO()
    try:
        call_command("search", what, engine=engine.name, stdout=out, stderr=out)
    except CommandError:
        return out.getvalue().splitlines(), False
    return out.getvalue().splitlines(), True


@pytest.fixture
def ideas(db):
    parent = cycle()
    return [idea(parent, title=f"Остановка {n}") for n in range(3)]


def stray(pk=10**9, version=1):
    return Document(
        kind="idea", id=pk, version=version, title="Чужое", body="", created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_check_of_a_level_index_finds_nothing(engine, ideas):
    filled(engine)

    assert run("check", engine) == ([f"{engine.name}: 0 differences"], True)


def test_check_finds_what_is_missing_extra_and_different_and_sync_repairs_it(engine, ideas):
    filled(engine)
    late = idea(ideas[0].cycle)
    engine.index([stray()])
    Idea.objects.filter(pk=ideas[0].pk).update(title="Изменено мимо событий")
    Idea.objects.filter(pk=ideas[1].pk).update(moderation=Idea.Moderation.HIDDEN)

    before = run("check", engine)
    synced = run("sync", engine)
    after = run("check", engine)

    assert before == (
        [
            f"{engine.name}: idea {ideas[0].pk} differs",
            f"{engine.name}: idea {ideas[1].pk} extra",
            f"{engine.name}: idea {late.pk} missing",
            f"{engine.name}: idea {10**9} extra",
            f"{engine.name}: 4 differences",
        ],
        False,
    )
    assert synced == ([f"{engine.name}: 4 repaired"], True)
    assert after == ([f"{engine.name}: 0 differences"], True)


def test_sync_repairs_versions_that_the_database_never_reached(engine, ideas):
    filled(engine)
    engine.index([stray(ideas[0].pk, version=99)])
    engine.delete([Ref("idea", ideas[1].pk, 99)])

    synced = run("sync", engine)

    assert synced[1]
    assert run("check", engine) == ([f"{engine.name}: 0 differences"], True)


def test_rebuild_makes_a_level_index(engine, ideas):
    filled(engine)
    engine.index([stray(), stray(ideas[0].pk, version=99)])
    idea(ideas[0].cycle)

    rebuilt = run("rebuild", engine)

    assert rebuilt == ([f"{engine.name}: rebuilt"], True)
    assert run("check", engine) == ([f"{engine.name}: 0 differences"], True)


def test_check_finds_a_row_that_wagtail_has_lost(db, ideas):
    engine = filled(DatabaseEngine())
    entry = SearchEntry.objects.get(kind="idea", object_id=ideas[0].pk)
    IndexEntry.objects.filter(object_id=str(entry.pk)).delete()

    before = list(upkeep.differences(engine, registry.kinds["idea"]))
    run("sync", engine)

    assert [(difference.id, difference.problem) for difference in before] == [(ideas[0].pk, "missing")]
    assert list(upkeep.check(engine)) == []


def test_write_during_a_rebuild_is_not_missed(engine, ideas):
    """While the new index fills, one idea is hidden and one is published; what was read before may not undo that."""
    filled(engine)
    rebuilding = engine.rebuild(list(registry.kinds.values()))
    next(rebuilding)
    hide_idea(idea_id=ideas[0].pk, actor_id=None)
    late = idea(ideas[0].cycle, moderation=Idea.Moderation.PENDING)
    publish_idea(idea_id=late.pk, actor_id=None)
    Worker().drain()

    for _ in rebuilding:
        pass

    refresh(engine)
    assert [state.id for state in engine.states("idea")] == [ideas[1].pk, ideas[2].pk, late.pk]
    assert list(upkeep.check(engine)) == []


def test_check_where_elasticsearch_is_away_says_so(db, monkeypatch):
    monkeypatch.setattr(settings, "ELASTICSEARCH_URL", "http://127.0.0.1:9")

    lines, well = run("check", ElasticsearchEngine())

    assert not well
    assert lines[0].startswith("elasticsearch: away or without an index")


def test_command_for_an_engine_that_is_not_configured_fails(db, monkeypatch):
    monkeypatch.setattr(settings, "ELASTICSEARCH_URL", "")

    with pytest.raises(CommandError):
        call_command("search", "check", engine="elasticsearch")


@pytest.mark.elasticsearch
def test_complete_builds_the_index_of_a_new_server(elasticsearch_engine, ideas):
    elasticsearch_engine.drop()
    before = elasticsearch_engine.is_complete()

    upkeep.complete()

    assert (before, elasticsearch_engine.is_complete()) == (False, True)
    assert list(upkeep.check(elasticsearch_engine)) == []


@pytest.mark.elasticsearch
def test_write_without_any_index_makes_none(elasticsearch_engine):
    elasticsearch_engine.drop()

    elasticsearch_engine.index([stray()])

    assert elasticsearch_engine._indexes() == []


@pytest.mark.elasticsearch
def test_write_through_an_index_that_is_gone_makes_none(elasticsearch_engine, monkeypatch):
    """A worker that asked for the indexes just before a rebuild ended."""
    (old,) = elasticsearch_engine._indexes()
    filled(elasticsearch_engine)
    monkeypatch.setattr(elasticsearch_engine, "_indexes", lambda: [old])

    elasticsearch_engine.index([stray()])
    monkeypatch.undo()

    assert old not in elasticsearch_engine._indexes()
    assert not elasticsearch_engine._client.indices.exists(index=f"{old}.write")


@pytest.mark.elasticsearch
def test_rebuild_drops_what_a_killed_one_left(elasticsearch_engine, ideas):
    killed = elasticsearch_engine.rebuild(list(registry.kinds.values()))
    next(killed)
    killed.close()
    left = len(elasticsearch_engine._indexes())

    filled(elasticsearch_engine)

    assert (left, len(elasticsearch_engine._indexes())) == (2, 1)


@pytest.mark.elasticsearch
def test_refused_document_is_told_and_keeps_no_other_out(elasticsearch_engine, ideas):
    with pytest.raises(NotIndexed) as raised:
        elasticsearch_engine.index([stray(), stray(10**30)])

    elasticsearch_engine.refresh()
    assert list(raised.value.refused) == [f"idea:{10**30}"]
    assert 10**9 in [state.id for state in elasticsearch_engine.states("idea")]


def poisoned(kind, poison):
    """The kind with documents of which Elasticsearch takes some no more: their support is no number it can hold."""

    def documents(ids):
        for document in kind.documents(ids):
            yield replace(document, support=10**30) if document.id in poison else document

    return replace(kind, documents=documents)


@pytest.mark.elasticsearch
def test_refused_document_in_a_batch_of_200_is_set_aside_alone_and_an_operator_sees_it(
    elasticsearch_engine, monkeypatch, admin_client
):
    parent, author = cycle(), person()
    rows = [idea(parent, author=author, moderation=Idea.Moderation.PENDING) for _ in range(200)]
    Worker().drain()
    poison = rows[77].pk
    monkeypatch.setitem(registry.kinds, "idea", poisoned(registry.kinds["idea"], {poison}))
    for row in rows:
        publish_idea(idea_id=row.pk, actor_id=None)

    waiting = Delivery.objects.filter(consumer="search.elasticsearch").exclude(status=Delivery.Status.DONE)
    Worker().drain()
    left = list(waiting.values_list("event__subject_id", flat=True))
    for _ in range(8):
        waiting.update(due_at=clock.now())
        Worker().drain()
    page = admin_client.get(reverse("deliveries:index")).content.decode()

    elasticsearch_engine.refresh()
    indexed = {state.id for state in elasticsearch_engine.states("idea")}
    (aside,) = waiting
    assert set(left) == {poison}
    assert indexed == {row.pk for row in rows} - {poison}
    assert (aside.status, aside.attempts) == (Delivery.Status.SET_ASIDE, 8)
    assert f"idea:{poison}: " in aside.error
    assert f"idea:{poison}: " in html.unescape(page)


@pytest.mark.elasticsearch
def test_refused_document_ends_neither_rebuild_nor_sync_for_the_others(elasticsearch_engine, monkeypatch):
    parent, author = cycle(), person()
    rows = [idea(parent, author=author, title=f"Остановка {n}") for n in range(12)]
    poison = rows[3].pk
    monkeypatch.setitem(registry.kinds, "idea", poisoned(registry.kinds["idea"], {poison}))

    synced = run("sync", elasticsearch_engine)
    indexes = elasticsearch_engine._indexes()
    again = run("sync", elasticsearch_engine)
    rebuilt = run("rebuild", elasticsearch_engine)
    checked = run("check", elasticsearch_engine)

    told = f"elasticsearch: refused idea:{poison}: "
    assert [(lines[0].startswith(told), len(lines), well) for lines, well in (synced, again, rebuilt)] == [
        (True, 1, False)
    ] * 3
    assert len(indexes) == 1
    assert checked == ([f"elasticsearch: idea {poison} missing", "elasticsearch: 1 differences"], False)


@pytest.mark.elasticsearch
def test_rebuild_that_is_refused_nearly_all_leaves_the_old_index_in_its_place(elasticsearch_engine, ideas, monkeypatch):
    filled(elasticsearch_engine)
    before = elasticsearch_engine._indexes()
    kind = poisoned(registry.kinds["idea"], {row.pk for row in ideas})
    monkeypatch.setitem(registry.kinds, "idea", kind)

    _, well = run("rebuild", elasticsearch_engine)

    assert not well
    assert elasticsearch_engine._indexes() == before
    assert [state.id for state in elasticsearch_engine.states("idea")] == [row.pk for row in ideas]


@pytest.mark.elasticsearch
def test_index_that_was_made_in_another_way_takes_no_writes_and_is_built_anew(elasticsearch_engine, ideas, monkeypatch):
    monkeypatch.setattr(elastic_writes, "MADE_BY", "00000000")
    old = filled(elasticsearch_engine)._indexes()
    monkeypatch.undo()
    elasticsearch_engine.index([stray()])
    held = [state.id for state in elasticsearch_engine.states("idea")]

    upkeep.complete()

    assert held == [row.pk for row in ideas]
    assert set(old).isdisjoint(elasticsearch_engine._indexes())
    assert list(upkeep.check(elasticsearch_engine)) == []


@pytest.mark.elasticsearch
def test_check_finds_what_another_hand_altered_in_elasticsearch(elasticsearch_engine, ideas):
    filled(elasticsearch_engine)
    (index,) = elasticsearch_engine._indexes()
    elasticsearch_engine._client.update(index=index, id=f"idea:{ideas[1].pk}", doc={"title": "abc"})

    before = [str(difference) for difference in upkeep.check(elasticsearch_engine)]
    upkeep.sync(elasticsearch_engine)

    assert before == [f"elasticsearch: idea {ideas[1].pk} differs"]
    assert list(upkeep.check(elasticsearch_engine)) == []
