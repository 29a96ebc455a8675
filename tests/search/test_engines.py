"""Both engines keep the same promises."""

import dataclasses
import socket
from datetime import UTC, datetime
from operator import methodcaller

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from crowd.events.worker import Worker
from search import asking
from search.documents import GONE, Document
from search.engines import DatabaseEngine, ElasticsearchEngine, EngineAway, Ref, SearchRequest
from search.lemmas import query_forms, query_groups, query_roots
from search.models import SearchEntry
from tests.factories.pages import cycle
from tests.search.conftest import at_once, refresh

MOMENT = datetime(2026, 5, 1, tzinfo=UTC)


def document(pk=1, *, title="Остановка", body="", version=1, kind="idea", **fields):
    return Document(kind=kind, id=pk, version=version, title=title, body=body, created_at=MOMENT, **fields)


def asked(text, **fields):
    return SearchRequest(groups=[frozenset(group) for group in query_groups(text)], forms=query_forms(text), **fields)


def found(engine, text, **fields):
    refresh(engine)
    return [id_ for _, id_ in engine.search(asked(text, **fields)).refs]


def test_search_finds_other_forms_in_title_and_body(engine):
    engine.index(
        [document(1, title="Остановка"), document(2, title="Автобус", body="Нет остановок"), document(3, title="Снег")]
    )

    assert sorted(found(engine, "остановкой")) == [1, 2]


def test_search_wants_every_word_wherever_it_stands(engine):
    engine.index(
        [document(1, title="Снег", body="у остановки"), document(2, title="Снег"), document(3, title="Остановка")]
    )

    assert found(engine, "снега остановке") == [1]


def test_search_wants_one_lemma_of_each_word_only(engine):
    """A word with several lemmas beside another word: the «or» must not swallow the «and»."""
    engine.index(
        [document(1, title="Детская площадка"), document(2, title="Площадка"), document(3, title="Детский сад")]
    )

    assert found(engine, "детских площадок") == [1]


def test_search_puts_titles_before_bodies(engine):
    engine.index(
        [document(3, title="Вода", body="дорога " * 30), document(1, title="Дорога"), document(2, title="Вода")]
    )

    assert found(engine, "дороги") == [1, 3]


def test_search_puts_the_exact_form_first(engine):
    engine.index([document(1, title="Дорога"), document(2, title="Дороги")])

    assert found(engine, "дорога") == [1, 2]
    assert found(engine, "дороги") == [2, 1]


def test_search_breaks_ties_by_the_later_id(engine):
    engine.index(document(pk) for pk in (2, 1, 3))

    assert found(engine, "остановка") == [3, 2, 1]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"kinds": ["comment"]}, [4]),
        ({"block_id": 7}, [2]),
        ({"sector": "transport"}, [1]),
        ({"municipality": "surgut"}, [2]),
        ({"status": "open"}, [3]),
        ({"tag": "bus"}, [1]),
        ({"tag": "us"}, []),
        ({"sector": "transport", "municipality": "surgut"}, []),
    ],
)
def test_search_filters(engine, filters, ids):
    engine.index(
        [
            document(1, sector="transport", tags=("bus", "winter")),
            document(2, municipality="surgut", block_id=7, tags=("bus-stop",)),
            document(3, status="open"),
            document(4, kind="comment"),
        ]
    )

    assert found(engine, "остановка", **filters) == ids


def test_search_pages_through_everything_once(engine):
    engine.index(document(pk) for pk in range(1, 26))
    refresh(engine)

    pages = [engine.search(asked("остановка", offset=offset, limit=10)) for offset in (0, 10, 20, 30)]

    assert [id_ for page in pages for _, id_ in page.refs] == list(range(25, 0, -1))
    assert {page.total for page in pages} == {25}


def test_search_by_roots_wants_two_words_of_three(engine):
    engine.index(
        [
            document(1, title="Тёплая остановка у школы"),
            document(2, title="Остановка у школьного двора"),
            document(3, title="Остановка у рынка"),
        ]
    )
    query = "тёплые остановки школы"

    assert found(engine, query, roots=query_roots(query)) == [1, 2]


def test_search_by_one_root_finds_its_other_words(engine):
    engine.index([document(1, title="Остановка"), document(2, title="Остановочный навес"), document(3, title="Каток")])

    assert found(engine, "остановка", roots=query_roots("остановка")) == [1, 2]


def test_index_ignores_an_older_version(engine):
    engine.index([document(version=2, title="Новое")])

    engine.index([document(version=1, title="Старое")])

    assert (found(engine, "новое"), found(engine, "старое")) == ([1], [])


def test_index_takes_the_same_version_again(engine):
    engine.index([document(version=2)])
    engine.index([document(version=2)])

    assert found(engine, "остановка") == [1]


def test_index_takes_one_document_twice_in_one_call(engine):
    engine.index([document(version=2, title="Новое"), document(version=1, title="Старое")])

    assert (found(engine, "новое"), found(engine, "старое")) == ([1], [])


def test_delete_is_not_undone_by_an_older_version(engine):
    engine.index([document(version=1)])
    engine.delete([Ref("idea", 1, 2)])

    engine.index([document(version=1)])

    assert found(engine, "остановка") == []


def test_delete_of_the_unknown_is_not_undone_by_an_older_version(engine):
    engine.delete([Ref("idea", 1, 2)])

    engine.index([document(version=1)])

    assert found(engine, "остановка") == []


def test_delete_of_an_older_version_is_ignored(engine):
    engine.index([document(version=3)])

    engine.delete([Ref("idea", 1, 2)])

    assert found(engine, "остановка") == [1]


def test_index_after_delete_brings_it_back(engine):
    engine.index([document(version=1)])
    engine.delete([Ref("idea", 1, 2)])

    engine.index([document(version=3)])

    assert found(engine, "остановка") == [1]


def test_delete_for_good_is_never_undone(engine):
    engine.index([document(version=1)])
    engine.delete([Ref("idea", 1, GONE)])

    engine.index([document(version=10**12)])

    assert found(engine, "остановка") == []


def test_states_come_in_the_order_of_ids(engine):
    documents = [document(3), document(1), document(10), document(2, kind="comment")]
    engine.index(documents)

    assert [(state.id, state.version, state.digest) for state in engine.states("idea")] == [
        (1, 1, documents[1].digest),
        (3, 1, documents[0].digest),
        (10, 1, documents[2].digest),
    ]
    assert [state.id for state in engine.states("idea", [3, 2])] == [3]


def test_document_digest_changes_with_everything_but_support():
    one = document()
    changes = {
        "title": "x", "body": "x", "campaign_id": 1, "block_id": 1, "sector": "x", "municipality": "x", "status": "x",
        "tags": ("x",), "created_at": datetime(2025, 1, 1, tzinfo=UTC),
    }  # fmt: skip

    digests = {dataclasses.replace(one, **{name: value}).digest for name, value in changes.items()}

    assert len(digests | {one.digest}) == len(changes) + 1
    assert dataclasses.replace(one, support=5).digest == one.digest


@pytest.mark.parametrize(
    "text",
    [
        "остановка " * 1000,
        '"остановка',
        'a"b',
        "остановка\x00",
        "остановка AND NOT (title:* OR",
        "остановка* ~2 ^3 [a TO b] {!func}",
        "🙂 остановка 🚌",
        "\u202eостановка שלום",
        "'; DROP TABLE ideas; --",
        "title : остановка NEAR",
        " ".join(f"детская{n} дороги стали все" for n in range(100)),
        "' & | ! <-> :*",
    ],
)
def test_search_takes_any_query_as_plain_text(engine, text):
    engine.index([document(1)])
    refresh(engine)

    result = engine.search(asked(text)) if query_groups(text) else None

    assert result is None or result.total in (0, 1)


PAIRS = [("детская площадка", "детских площадок"), ("дороги", "дорога"), ("ёлка", "елки")]


def test_imported_appeals_are_found_by_any_form_in_every_engine(appeals_path, engine):
    parent = cycle()
    call_command("import_ideas", str(appeals_path), cycle=parent.pk)
    Worker().drain()
    engines = [DatabaseEngine(), engine]

    found_by_form = [[set(found(each, text, limit=500)) for each in engines for text in pair] for pair in PAIRS]

    assert [len(list(each.states("idea"))) for each in engines] == [497, 497]
    assert all(answers[0] for answers in found_by_form)
    assert all(answer == answers[0] for answers in found_by_form for answer in answers)


@pytest.mark.elasticsearch
def test_both_engines_find_the_same_for_every_word_of_the_appeals(db, appeals, elasticsearch_engine):
    rows = appeals[:120]
    documents = [document(pk, title=row["title"], body=row["text"]) for pk, row in enumerate(rows, 1)]
    engines = [DatabaseEngine(), elasticsearch_engine]
    for engine in engines:
        engine.index(documents)
    texts = [row["title"] for row in rows[:40]] + [word for row in rows[40:60] for word in row["title"].split()]

    differing = [text for text in texts if len({frozenset(found(engine, text, limit=500)) for engine in engines}) != 1]

    assert differing == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_database_engine_keeps_the_newest_of_parallel_writes():
    ids = range(1, 31)

    def write(version, order):
        return lambda: DatabaseEngine().index(document(pk, version=version) for pk in order)

    raised = at_once(
        write(1, ids),
        write(5, reversed(ids)),
        write(3, ids),
        lambda: DatabaseEngine().delete(Ref("idea", pk, 2) for pk in ids),
    )

    assert raised == []
    assert set(SearchEntry.objects.values_list("version", "state")) == {(5, "present")}
    assert len(list(DatabaseEngine().states("idea"))) == 30


def test_database_engine_forgets_what_was_rolled_back(db):
    engine = DatabaseEngine()

    with transaction.atomic():
        engine.index([document(1)])
        transaction.set_rollback(True)

    assert found(engine, "остановка") == []
    assert list(engine.states("idea")) == []


def test_answer_comes_from_the_database_while_nobody_listens(db, monkeypatch):
    monkeypatch.setattr(settings, "ELASTICSEARCH_URL", "http://127.0.0.1:9")
    DatabaseEngine().index([document(1)])

    answers = [asking.answer(methodcaller("search", asked("остановка"))).refs for _ in range(3)]

    assert answers == [[("idea", 1)]] * 3
    assert asking.breaker.may_try() is False


def test_answer_waits_for_a_silent_server_once_and_not_for_long(db, monkeypatch):
    DatabaseEngine().index([document(1)])
    with socket.create_server(("127.0.0.1", 0), backlog=8) as silent:
        monkeypatch.setattr(settings, "ELASTICSEARCH_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")

        answers = [asking.answer(methodcaller("search", asked("остановка"))).refs for _ in range(3)]

        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert answers == [[("idea", 1)]] * 3


@pytest.mark.elasticsearch
def test_answer_comes_from_the_database_where_there_is_no_index(db):
    DatabaseEngine().index([document(1)])
    engine = ElasticsearchEngine(prefix=f"{settings.ELASTICSEARCH_PREFIX}-none")

    with pytest.raises(EngineAway):
        engine.search(asked("остановка"))
