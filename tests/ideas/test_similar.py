"""Ideas that speak of the same: beneath the form, once before sending, beside a moderator's case."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.campaigns.models import Sector
from ideas.models import Idea
from ideas.queries.similar import ENOUGH, similar_cases, similar_ideas, told_before_sending
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import person, with_role
from tests.search.conftest import filled, refresh

pytestmark = pytest.mark.django_db

STOP = {"title": "Тёплая остановка у школы", "problem": "Дети ждут автобус на морозе, а павильона нет."}
OTHER = {"title": "Каток в парке", "problem": "Лёд не заливают вторую зиму."}
JSON = {"HTTP_ACCEPT": "application/json"}
Moderation, Progress = Idea.Moderation, Idea.Progress


@pytest.fixture
def cycle(db):
    return pages.cycle()


def indexed(engine, *rows):
    filled(engine)
    refresh(engine)
    return rows


def form_url(cycle):
    return f"/ideas/new/?cycle={cycle.pk}"


def step_url(cycle):
    return f"/ideas/new/similar/?cycle={cycle.pk}"


def hidden_fields(html):
    """What the page's own form would send."""
    form = html.split('<form class="form"')[1].split("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
    return {name: unescape(value) for name, value in fields}


def ids(ideas):
    return [one.id for one in ideas]


def test_those_of_the_cycle_come_first_with_what_a_reader_needs(engine, cycle):
    there, here = indexed(engine, idea(**STOP), idea(cycle, **STOP, votes_for=3, progress=Progress.SHORTLISTED))

    near = similar_ideas(cycle, title="Нужны тёплые остановки у школ", text="").ideas

    assert ids(near) == [here.pk, there.pk]
    assert (near[0].up, near[0].status_label, near[0].cycle, near[0].url) == (
        3,
        Progress.SHORTLISTED.label,
        cycle.title,
        here.get_absolute_url(),
    )


@pytest.mark.parametrize(
    "unseen",
    [
        {"moderation": Moderation.DRAFT},
        {"moderation": Moderation.PENDING},
        {"moderation": Moderation.HIDDEN},
        {"moderation": Moderation.REJECTED},
        {"progress": Progress.MERGED},
        {"progress": Progress.WITHDRAWN},
    ],
)
def test_what_is_not_listed_is_offered_nowhere_even_from_a_stale_index(engine, cycle, unseen):
    mine, other = idea(cycle, **STOP), idea(cycle, **OTHER)
    indexed(engine)
    into = {"merged_into": other} if unseen.get("progress") == Progress.MERGED else {}
    Idea.objects.filter(pk=mine.pk).update(**unseen, **into)

    assert similar_ideas(cycle, title=STOP["title"], text=STOP["problem"]).ideas == []
    assert told_before_sending(cycle, title=STOP["title"], text=STOP["problem"]) == []
    assert similar_cases(idea(cycle, **STOP, moderation=Moderation.PENDING)) == []


def test_fewer_than_two_words_bring_nothing(engine, cycle):
    indexed(engine, idea(cycle, **STOP))

    assert similar_ideas(cycle, title="Остановка", text="").ideas == []
    assert len(similar_ideas(cycle, title="Остановка школы", text="").ideas) == 1


def test_secret_counts_are_told_nowhere(client, engine):
    cycle = pages.cycle(counts_shown="at_end")
    indexed(engine, idea(cycle, **STOP, votes_for=7))

    answer = client.get(reverse("search:similar"), {"title": STOP["title"], "cycle": cycle.pk}).json()

    assert [one["up"] for one in answer["results"]] == [None]
    assert similar_ideas(cycle, title=STOP["title"], text="").ideas[0].up is None


def test_script_is_told_the_state_the_number_and_what_they_have_in_common(client, engine, cycle):
    sector = Sector.objects.get(slug="transport")
    rows = [idea(cycle, **STOP, sector=sector, tags=["автобус", f"школа {n}"]) for n in range(2)]
    idea(cycle, **OTHER, tags=["лёд"])
    indexed(engine)

    answer = client.get(reverse("search:similar"), {"title": "Тёплая остановка", "cycle": cycle.pk}).json()

    assert sorted(one["id"] for one in answer["results"]) == [row.pk for row in rows]
    assert {(one["status_label"], one["cycle"], one["score"]) for one in answer["results"]} == {
        (Progress.OPEN.label, cycle.title, 1.0)
    }
    assert " 2 " in answer["said"]
    assert answer["sector"] == {"id": sector.pk, "slug": "transport", "label": str(sector)}
    assert answer["tags"][0] == "автобус"


def test_form_is_empty_of_similar_ideas_until_something_is_typed(client, engine, cycle):
    indexed(engine, idea(cycle, **STOP))
    client.force_login(person())

    page = client.get(form_url(cycle))

    assert page.context["similar"].ideas == []
    assert 'name="similar_seen" value=""' in page.text


def test_refused_form_shows_similar_ideas_and_fills_nothing_in(client, engine, cycle):
    sector = Sector.objects.get(slug="transport")
    (near,) = indexed(engine, idea(cycle, **STOP, sector=sector, tags=["автобус"]))
    client.force_login(person())

    page = client.post(form_url(cycle), {"title": STOP["title"], "problem": ""})

    assert page.status_code == 422
    assert f'href="{near.get_absolute_url()}#vote"' in page.text
    assert "Нашлась 1 похожая идея." in page.text
    assert f'name="similar_seen" value="{near.pk}"' in page.text
    assert "У похожих идей отрасль" in page.text
    assert (page.context["form"]["sector"].value(), page.context["form"]["tags"].value()) == (None, None)


def test_whoever_has_not_seen_a_near_idea_is_asked_once(client, engine, cycle):
    (near,) = indexed(engine, idea(cycle, **STOP))
    author = person()
    client.force_login(author)
    typed = STOP | {"solution": "Поставить павильон.", "tags": "автобус, мороз"}
    file = SimpleUploadedFile("план.pdf", b"%PDF-1.7", content_type="application/pdf")

    asked = client.post(form_url(cycle), typed | {"attachments": file})
    step = client.get(asked["Location"])
    sent = client.post(form_url(cycle), hidden_fields(step.text))

    assert (asked.status_code, asked["Location"]) == (303, step_url(cycle))
    assert ids(step.context["near"]) == [near.pk]
    assert f'href="{near.get_absolute_url()}#vote"' in step.text
    mine = Idea.objects.get(author=author)
    assert (sent.status_code, sent["Location"]) == (303, mine.get_absolute_url())
    assert (mine.moderation, mine.title, mine.problem, mine.solution) == (
        Moderation.PUBLISHED,
        STOP["title"],
        STOP["problem"],
        "Поставить павильон.",
    )
    assert sorted(tag.name for tag in mine.tags.all()) == ["автобус", "мороз"]
    assert [attached.name for attached in mine.attachments.all()] == ["план.pdf"]


@pytest.mark.parametrize("seen", ["{near}", "0,{near},9999", "all"])
def test_whoever_has_seen_it_is_not_asked(client, engine, cycle, seen):
    (near,) = indexed(engine, idea(cycle, **STOP))
    client.force_login(person())

    response = client.post(form_url(cycle), STOP | {"similar_seen": seen.format(near=near.pk)})

    assert response["Location"] == Idea.objects.latest("pk").get_absolute_url()


def test_program_is_never_asked(client, engine, cycle):
    indexed(engine, idea(cycle, **STOP))
    client.force_login(person())

    response = client.post(form_url(cycle), STOP, **JSON)

    assert Idea.objects.filter(**STOP, moderation=Moderation.PUBLISHED).count() == 2
    assert response["Location"] == Idea.objects.latest("pk").get_absolute_url()


def test_idea_elsewhere_or_about_something_else_asks_nobody(client, engine, cycle):
    indexed(engine, idea(**STOP), idea(cycle, **OTHER))
    client.force_login(person())

    response = client.post(form_url(cycle), STOP)

    assert response["Location"] == Idea.objects.latest("pk").get_absolute_url()


def test_whoever_may_not_propose_is_told_so_and_not_asked(client, engine):
    cycle = pages.cycle(ideas_each=1)
    author = person()
    indexed(engine, idea(cycle, **STOP), idea(cycle, **OTHER, author=author))
    client.force_login(author)

    response = client.post(form_url(cycle), STOP)

    assert response.status_code == 422
    assert Idea.objects.filter(author=author, moderation=Moderation.DRAFT).count() == 0


def test_step_is_of_the_own_draft_alone(client, engine, cycle):
    indexed(engine, idea(cycle, **STOP))
    idea(cycle, **STOP, moderation=Moderation.DRAFT)
    client.force_login(person())

    response = client.get(step_url(cycle))

    assert (response.status_code, response["Location"]) == (302, form_url(cycle))


def test_moderator_sees_the_score_on_the_case_and_beside_the_queue(client, engine):
    campaign = pages.campaign()
    cycle = pages.cycle(campaign)
    (near, _), waiting = (
        indexed(engine, idea(cycle, **STOP), idea(cycle, **OTHER)),
        idea(cycle, title="Остановка у школы", problem="Холодно ждать автобус.", moderation=Moderation.PENDING),
    )
    client.force_login(with_role("moderator", campaign))

    queue = client.get(reverse("moderation_queue"))
    case = client.get(reverse("moderation_case", args=["idea", waiting.pk]))
    part = client.get(reverse("moderation_similar", args=["idea", waiting.pk]))

    (found,) = similar_cases(waiting)
    assert (found.id, found.percent > ENOUGH * 100) == (near.pk, True)
    assert f'data-near="{reverse("moderation_similar", args=["idea", waiting.pk])}"' in queue.text
    for page in (case, part):
        assert f"{found.percent} %" in page.text
        assert reverse("moderation_case", args=["idea", near.pk]) in page.text


def test_case_that_is_public_itself_is_not_its_own_neighbour(engine, cycle):
    (mine,) = indexed(engine, idea(cycle, **STOP))

    assert similar_cases(mine) == []


def test_as_many_queries_for_five_near_ideas_as_for_one(engine, cycle):
    def count():
        indexed(engine)
        with CaptureQueriesContext(connection) as captured:
            assert similar_ideas(cycle, title=STOP["title"], text=STOP["problem"]).ideas
        return len(captured)

    idea(cycle, **STOP, tags=["автобус"])
    count()
    one = count()
    for number in range(29):
        idea(cycle, **STOP, tags=[f"метка {number}"])

    assert count() == one


def test_queue_searches_nothing_for_its_entries(client, engine):
    campaign = pages.campaign()
    cycle = pages.cycle(campaign)
    client.force_login(with_role("moderator", campaign))

    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("moderation_queue"))
        return len(captured)

    idea(cycle, **STOP, moderation=Moderation.PENDING)
    count()
    one = count()
    for _ in range(29):
        idea(cycle, **STOP, moderation=Moderation.PENDING)

    assert count() == one
