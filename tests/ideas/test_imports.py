import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crowd.events.models import Event
from ideas.models import Idea
from tests.factories import pages

pytestmark = pytest.mark.django_db


def run(path, cycle):
    out, err = StringIO(), StringIO()
    failure = None
    try:
        call_command("import_ideas", str(path), cycle=cycle.pk, stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), err.getvalue(), failure


def write(tmp_path, lines, name="ideas.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def row(**fields):
    return json.dumps({"title": "Дорога", "text": "Яма у школы."} | fields, ensure_ascii=False)


def test_residents_appeals_all_go_in_and_none_twice(appeals_path):
    cycle = pages.cycle()

    first, second = run(appeals_path, cycle), run(appeals_path, cycle)

    assert first == ("New: 497. Known already: 0. Refused: 0.\n", "", None)
    assert second == ("New: 0. Known already: 497. Refused: 0.\n", "", None)
    assert Idea.objects.listed().filter(cycle=cycle).count() == 497
    assert Event.objects.filter(kind="idea.published").count() == 497


def test_all_fields_arrive(tmp_path):
    cycle = pages.cycle()
    path = write(
        tmp_path,
        [
            row(
                solution="Засыпать.",
                date="2020-06-13",
                tags=["Дорога", " двор "],
                sector="urban",
                municipality="Сургут",
                votes=7,
            )
        ],
    )

    run(path, cycle)

    made = Idea.objects.get()
    assert (made.title, made.problem, made.solution) == ("Дорога", "Яма у школы.", "Засыпать.")
    assert (made.sector.slug, made.municipality.slug, made.votes_for, made.imported_votes) == ("urban", "surgut", 7, 7)
    assert sorted(tag.name for tag in made.tags.all()) == ["двор", "дорога"]
    assert made.created_at.date().isoformat() == "2020-06-13"


def test_what_became_of_an_idea_arrives_with_its_answer(tmp_path):
    cycle = pages.cycle(pages.campaign(responsible_body="Департамент"))
    path = write(
        tmp_path,
        [
            row(effect="Не упадут.", date="2020-06-13", progress="done", answer="Засыпали.", answered_on="2020-07-01"),
            row(title="Лавка", progress="Отклонена", answer="Нет места.", answer_body="Город"),
            row(title="Фонарь", progress="shortlisted"),
        ],
    )

    assert run(path, cycle) == ("New: 3. Known already: 0. Refused: 0.\n", "", None)

    road, bench, lamp = Idea.objects.order_by("pk")
    answer = road.answers.get()
    assert (road.effect, road.progress, bench.progress, lamp.progress) == (
        "Не упадут.",
        "done",
        "declined",
        "shortlisted",
    )
    assert (answer.body, answer.text, answer.progress, answer.given_on.isoformat()) == (
        "Департамент",
        "Засыпали.",
        "done",
        "2020-07-01",
    )
    assert bench.answers.get().body == "Город"
    assert [(change.step, change.reason) for change in road.changes.all()] == [("publish", ""), ("finish", "Засыпали.")]
    assert [change.happened_at.date().isoformat() for change in road.changes.all()] == ["2020-06-13", "2020-07-01"]
    assert [change.step for change in lamp.changes.all()] == ["publish", "shortlist"]


@pytest.mark.parametrize(
    "fields",
    [
        {"progress": "merged"},
        {"progress": "nonsense"},
        {"answer": "Да."},
        {"answer": "Да.", "progress": "shortlisted"},
        {"answered_on": "2020-01-01", "progress": "done"},
        {"answer": "Да.", "progress": "done", "answered_on": "2999-01-01"},
        {"answer": "Да.", "progress": "done", "answer_body": "а" * 201},
    ],
)
def test_what_cannot_have_become_of_an_idea_is_refused(tmp_path, fields):
    cycle = pages.cycle()

    _out, err, failure = run(write(tmp_path, [row(**fields)]), cycle)

    assert err.startswith("Row 1: ")
    assert failure == "1 rows were refused; each is named above."
    assert Idea.objects.count() == 0


def test_broken_rows_are_named_and_the_others_go_in_whole(tmp_path):
    cycle = pages.cycle()
    bad = [
        "{not json",
        "[]",
        row(title=""),
        row(title="x" * 121),
        row(text=5),
        row(date="yesterday"),
        row(date="2999-01-01"),
        row(sector="nonsense"),
        row(votes=-1),
        row(tags={"a": 1}),
        row(title="a\u0000b"),
        '{"title": "\\ud800", "text": "x"}',
    ]
    path = write(tmp_path, [row(title="Первая"), *bad, row(title="Последняя")])

    out, err, failure = run(path, cycle)

    assert sorted(Idea.objects.values_list("title", flat=True)) == ["Первая", "Последняя"]
    assert out == "New: 2. Known already: 0. Refused: 12.\n"
    assert [line.split(":")[0] for line in err.splitlines()] == [f"Row {n}" for n in range(2, 14)]
    assert failure == "12 rows were refused; each is named above."


def test_csv_with_commas_and_byte_order_mark(tmp_path):
    path = tmp_path / "ideas.csv"
    path.write_text('\ufefftitle,problem,tags\n"Дорога, двор","Яма, и не одна.","двор,снег"\n', encoding="utf-8")

    out, _, failure = run(path, pages.cycle())

    assert (out, failure) == ("New: 1. Known already: 0. Refused: 0.\n", None)
    assert Idea.objects.get().title == "Дорога, двор"


@pytest.mark.parametrize("name", ["ideas.csv", "ideas.jsonl"])
def test_binary_file_leaves_nothing(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 20)

    _, _, failure = run(path, pages.cycle())

    assert failure
    assert Idea.objects.count() == 0


def test_unknown_cycle_and_missing_file_are_said(tmp_path):
    with pytest.raises(CommandError, match="There is no idea cycle 999999"):
        call_command("import_ideas", "x.jsonl", cycle=999999)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_ideas", str(tmp_path / "none.jsonl"), cycle=pages.cycle().pk)
