"""The editor's form: what cannot be asked, and what must not change once it was answered; results for staff."""

import csv
import io

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from crowd.people.actions import grant_role
from discussions.models import DiscussionPage
from questions.models import Question, Response
from questions.queries import names_in, tallies
from tests.factories import pages
from tests.factories.people import person, with_role
from tests.factories.questions import answer, answers, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def editor(client, campaign):
    editor = person()
    for role in ("editor", "approver"):
        grant_role(person=editor, role=role, campaign=campaign, granted_by=person(is_superuser=True))
    client.force_login(editor)
    return editor


def choices(*texts):
    """Choices as the form posts them: a text alone is a new one, (text, id) one that stands."""
    rows = [(text, "") if isinstance(text, str) else text for text in texts]
    return streamfield([("choice", {"text": text, "text_en": ""}) for text, _ in rows]) | {
        f"{number}-id": name for number, (_, name) in enumerate(rows) if name
    }


def asked(*texts, **fields):
    """A question as the form posts it."""
    return {
        "text": "Как вы записываетесь?",
        "text_en": "",
        "help": "",
        "help_en": "",
        "kind": "single",
        "choices": choices(*texts),
        "most": "",
        "scale": "5",
        "low": "",
        "low_en": "",
        "high": "",
        "high_en": "",
        "results": "after_answer",
        "key": "",
        "id": "",
    } | fields


def form(*questions, action="publish", initial=0, **fields):
    data = {
        "title": "Разговор",
        "slug": "razgovor",
        "intro": "",
        "phases": inline_formset([]),
        "body": streamfield([]),
        "comments_premoderation": "nobody",
        "rated_services": inline_formset([]),
        "questions": inline_formset(list(questions), initial=initial),
    } | fields
    return nested_form_data(data | ({f"action-{action}": f"action-{action}"} if action else {}))


def add(client, campaign, *questions, **fields):
    return client.post(f"/admin/pages/add/discussions/discussionpage/{campaign.pk}/", form(*questions, **fields))


def edit(client, page, *questions, **fields):
    known = sum(bool(each["id"]) for each in questions)
    fields = {"title": page.title, "slug": page.slug, "initial": known} | fields
    return client.post(f"/admin/pages/{page.pk}/edit/", form(*questions, **fields))


def errors_of(response):
    formset = response.context["form"].formsets["questions"]
    found = [{name: said_of(errors) for name, errors in form.errors.items()} for form in formset.forms]
    return found, [str(error) for error in formset.non_form_errors()]


def said_of(errors):
    return [str(error) for error in errors]


def as_posted(standing, **fields):
    """A question that stands, as the form offers it."""
    rows = [(block.value["text"], block.id) for block in standing.choices]
    known = {"id": str(standing.pk), "key": str(standing.key), "text": standing.text, "kind": standing.kind}
    return asked(*rows, **known, most=standing.most or "", scale=str(standing.scale), low=standing.low) | fields


@pytest.fixture
def page(campaign):
    page = pages.discussion(campaign)
    page.save_revision().publish()
    return page


def test_editor_publishes_a_question_of_each_kind(client, campaign, editor):
    response = add(
        client,
        campaign,
        asked("Да", "Нет"),
        asked("А", "Б", "В", kind="several", most="2"),
        asked(kind="scale", scale="10", low="плохо", high="хорошо"),
    )

    assert response.status_code == 302
    page = DiscussionPage.objects.get(slug="razgovor")
    assert page.live
    found = [(q.kind, [option.wording.text for option in q.options]) for q in page.questions.all()]
    assert found == [
        ("single", ["Да", "Нет"]),
        ("several", ["А", "Б", "В"]),
        ("scale", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    ]
    assert all(option.name for option in page.questions.first().options)


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (asked(), "choices", "Нужно хотя бы два варианта ответа."),
        (asked("Да"), "choices", "Нужно хотя бы два варианта ответа."),
        (asked("Ёлка", "елка "), "choices", "Вариант «елка» есть дважды."),
        (asked(*map(str, range(21))), "choices", "Не больше 20 вариантов: больше никто не прочтёт."),
        (asked("Да", "Нет", kind="several", most="3"), "most", "Больше, чем вариантов."),
        (
            asked("Да", "Нет", kind="several", most="1"),
            "most",
            "Если выбрать можно только один вариант, задайте это выше: «один вариант».",
        ),
    ],
)
def test_question_that_cannot_be_asked_is_refused_at_its_field(client, campaign, editor, wrong, field, message):
    response = add(client, campaign, wrong)

    assert response.status_code == 200
    assert errors_of(response) == ([{field: [message]}], [])
    assert not DiscussionPage.objects.filter(slug="razgovor").exists()


def test_half_written_question_is_saved_as_a_draft(client, campaign, editor):
    response = add(client, campaign, asked("Да"), action=None)

    assert response.status_code == 302
    assert not DiscussionPage.objects.get(slug="razgovor").live


def test_ids_of_questions_and_choices_outlive_an_edit(client, editor, page):
    standing = question(page)
    given = answer(standing, "c2")
    rows = [("Лично", "c3"), ("По телефону", "c2"), ("Через Госуслуги", "c1"), "Никак"]

    response = edit(client, page, as_posted(standing, choices=choices(*rows), help="Теперь с пояснением"))

    assert response.status_code == 302
    kept = Question.objects.get(page=page)
    assert (kept.pk, kept.help) == (standing.pk, "Теперь с пояснением")
    assert [option.name for option in kept.options][:3] == ["c3", "c2", "c1"]
    assert names_in(Response.objects.get(pk=given.pk)) == ["c2"]


@pytest.mark.parametrize(
    "rows",
    [
        [("Через Госуслуги", "c1"), ("Лично", "c3")],
        [("Через Госуслуги", "c1"), ("По факсу", "c2"), ("Лично", "c3")],
    ],
    ids=["removed", "reworded"],
)
def test_answered_choice_is_neither_removed_nor_reworded(client, editor, page, rows):
    standing = question(page)
    answers(standing, "c2", "c2")

    response = edit(client, page, as_posted(standing, choices=choices(*rows)))

    message = "Вариант «По телефону» уже выбрали 2 человека: его нельзя ни убрать, ни переписать."
    assert errors_of(response) == ([{"choices": [message]}], [])
    assert [option.wording.text for option in Question.objects.get().options][1] == "По телефону"


def test_choice_that_nobody_chose_may_go(client, editor, page):
    standing = question(page)
    answers(standing, "c2")

    response = edit(client, page, as_posted(standing, choices=choices(("По телефону", "c2"), ("Лично", "c3"))))

    assert response.status_code == 302
    assert [option.name for option in Question.objects.get().options] == ["c2", "c3"]


@pytest.mark.parametrize(
    ("fields", "change", "wrong"),
    [
        ({}, {"text": "Другое?"}, {"text": ["На этот вопрос уже отвечали, поэтому здесь ничего менять нельзя."]}),
        (
            {"kind": "scale"},
            {"scale": "10"},
            {"scale": ["На этот вопрос уже отвечали, поэтому шкалу менять нельзя."]},
        ),
        (
            {"kind": "several", "most": 3},
            {"most": "2"},
            {"most": ["На этот вопрос уже отвечали: число можно только увеличить."]},
        ),
    ],
)
def test_answered_question_keeps_its_meaning(client, editor, page, fields, change, wrong):
    standing = question(page, **fields)
    if standing.kind == "scale":
        answers(standing, value=3)
    else:
        answers(standing, "c1")

    response = edit(client, page, as_posted(standing, **change))

    assert errors_of(response) == ([wrong], [])


def test_answered_question_is_not_removed(client, editor, page):
    standing = question(page)
    answers(standing, "c1")
    message = f"Вопрос «{standing.text}» убрать нельзя: на него уже ответил 1 человек."

    deleted = edit(client, page, as_posted(standing, DELETE="on"))
    left_out = edit(client, page)

    assert errors_of(deleted)[1] == [message]
    assert errors_of(left_out)[1] == [message]
    assert Question.objects.get() == standing


def test_question_without_answers_may_go(client, editor, page):
    standing = question(page)

    response = edit(client, page, as_posted(standing, DELETE="on"))

    assert response.status_code == 302
    assert not Question.objects.exists()


def test_draft_older_than_the_answers_takes_no_question_away(page):
    stale = page.save_revision()
    standing = question(DiscussionPage.objects.get(pk=page.pk))
    answers(standing, "c1")

    stale.publish()

    assert Question.objects.get() == standing
    assert tallies([standing.pk]) == {standing.pk: {"": 1, "c1": 1}}


def test_two_drafts_of_one_new_question_are_one_question(client, editor, page):
    """The first draft is approved while the second, which does not know the question's number yet, is being written."""
    edit(client, page, asked("Да", "Нет"), action=None)
    first = DiscussionPage.objects.get(pk=page.pk).get_latest_revision()
    drafted = first.as_object().questions.all()[0]
    rows = [(block.value["text"], block.id) for block in drafted.choices]
    edit(client, page, asked(*rows, key=str(drafted.key), help="Подумайте"), action=None, initial=1)
    second = DiscussionPage.objects.get(pk=page.pk).get_latest_revision()
    first.publish()
    standing = Question.objects.get()
    answers(standing, rows[0][1])

    second.publish()

    kept = Question.objects.get()
    assert (kept.pk, kept.key, kept.help) == (standing.pk, drafted.key, "Подумайте")
    assert Response.objects.get().question == kept


def test_copy_of_a_page_has_questions_of_its_own(page):
    standing = question(page)
    DiscussionPage.objects.get(pk=page.pk).save_revision().publish()
    answers(standing, "c1")

    copy = DiscussionPage.objects.get(pk=page.pk).copy(update_attrs={"slug": "kopiya"}, keep_live=False)
    copy.get_latest_revision().publish()

    own = Question.objects.get(page=copy)
    assert own.pk != standing.pk
    assert Question.objects.get(page=page) == standing
    assert tallies([own.pk, standing.pk]) == {standing.pk: {"": 1, "c1": 1}}


def test_page_goes_with_its_questions_and_answers(page):
    standing = question(page)
    answer(standing, "c1")

    DiscussionPage.objects.get(pk=page.pk).delete()

    assert not Question.objects.exists()
    assert not Response.objects.exists()


def test_draft_is_previewed_with_its_new_questions(client, editor, page):
    data = form(asked("Да", "Нет"), asked(kind="scale"), title=page.title, slug=page.slug)
    address = f"/admin/pages/{page.pk}/edit/preview/"

    assert client.post(address, data).json()["is_valid"]
    html = client.get(f"{address}?mode=").content.decode()

    assert html.count("Как вы записываетесь?") == 2
    assert html.count('type="radio"') == 7
    assert "csrfmiddlewaretoken" not in html.split('id="questions"')[1].split("</section>")[0]


def test_staff_see_counts_of_their_campaign_and_no_names(client, campaign, page):
    standing = question(page)
    answer(standing, "c1", person=person(display_name="Тайный Житель"))
    client.force_login(with_role("moderator", campaign))

    listed = client.get("/admin/questions/").content.decode()
    html = client.get(f"/admin/questions/{page.pk}/").content.decode()

    assert f'href="/admin/questions/{page.pk}/"' in listed
    assert standing.text in html
    assert "100 %" in html
    assert "Тайный Житель" not in html


def test_export_begins_no_formula(client, campaign, page):
    standing = question(page, text="=HYPERLINK(1)", choices=("+7", "Да; нет"))
    answers(standing, "c1", "c1", "c2")
    client.force_login(with_role("editor", campaign))

    response = client.get(f"/admin/questions/{page.pk}/csv/")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert response["Content-Disposition"] == f'attachment; filename="otvety-{page.pk}.csv"'
    assert rows[1:] == [
        ["'=HYPERLINK(1)", "один вариант", "'+7", "2", "66,7", "3"],
        ["'=HYPERLINK(1)", "один вариант", "Да; нет", "1", "33,3", "3"],
    ]


@pytest.mark.parametrize("role", ["moderator", "editor", "operator", "expert"])
def test_staff_of_elsewhere_see_nothing(client, page, role):
    question(page)
    client.force_login(with_role(role, pages.campaign("Другой")))

    found = [client.get(f"/admin/questions/{tail}").status_code for tail in (f"{page.pk}/", f"{page.pk}/csv/")]

    assert found == [404, 404] if role in {"moderator", "editor"} else [302, 302]
