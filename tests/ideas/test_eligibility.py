"""Who may propose, how many, and what the form asks: as the cycle says."""

import pytest

from crowd.errors import Invalid, NotAllowed, QuotaReached
from ideas import actions
from ideas.forms import IdeaForm
from ideas.models import ASKED_FIELDS, FacetCount, Idea, IdeaTag
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.life import TYPED, text
from tests.factories.people import municipality, person

pytestmark = pytest.mark.django_db


def cycle_of(*slugs, **fields):
    cycle = pages.cycle(**fields)
    cycle.municipalities.set([municipality(slug) for slug in slugs])
    cycle.save()
    return cycle


def form_url(cycle):
    return f"/ideas/new/?cycle={cycle.pk}"


def test_cycle_for_confirmed_residents_takes_nobody_elses_ideas():
    cycle = pages.cycle(submit_level="resident")

    made = actions.submit_idea(author=person(verification="resident"), cycle=cycle, text=text())

    assert made.moderation == Idea.Moderation.PUBLISHED
    with pytest.raises(NotAllowed, match="подтверждённые жители"):
        actions.submit_idea(author=person(), cycle=cycle, text=text())


@pytest.mark.parametrize(
    ("home", "words"),
    [
        ("uray", "Если вы переехали, измените это в личном кабинете."),
        (None, "Укажите в личном кабинете, где вы живёте"),
    ],
)
def test_cycle_of_some_municipalities_says_whose_ideas_it_takes(home, words):
    cycle = cycle_of("surgut", "kogalym")
    outsider = person(municipality=municipality(home) if home else None)

    with pytest.raises(NotAllowed) as refused:
        actions.submit_idea(author=outsider, cycle=cycle, text=text())

    assert "только жители: Когалым, Сургут." in str(refused.value.detail)
    assert words in str(refused.value.detail)


def test_resident_of_one_of_the_municipalities_proposes():
    cycle = cycle_of("surgut", "kogalym")

    assert actions.submit_idea(author=person(municipality=municipality()), cycle=cycle, text=text()).pk


def test_form_says_beforehand_what_stands_in_the_way(client):
    cycle = cycle_of("surgut")
    client.force_login(person())

    assert "Здесь участвуют только жители: Сургут." in client.get(form_url(cycle)).content.decode()


def test_quota_counts_what_was_sent_and_still_stands():
    author, cycle = person(), pages.cycle(ideas_each=2)
    states = [
        {"moderation": "rejected"},
        {"progress": "withdrawn"},
        {"moderation": "pending"},
    ]
    for state in states:
        idea(cycle, author=author, **state)
    idea(author=author)

    second = actions.submit_idea(author=author, cycle=cycle, text=text())

    assert second.moderation == Idea.Moderation.PUBLISHED
    with pytest.raises(QuotaReached, match="вы их уже предложили"):
        actions.submit_idea(author=author, cycle=cycle, text=text())


@pytest.mark.parametrize("name", ASKED_FIELDS)
def test_form_has_what_the_cycle_asks(name):
    fields = {asked: IdeaForm(cycle=pages.cycle(**{f"{name}_asked": asked})).fields for asked in ("not", "may", "must")}

    assert name not in fields["not"]
    assert (fields["may"][name].required, fields["must"][name].required) == (False, True)


def test_missing_field_that_the_cycle_demands_is_named(client):
    demanded = ("solution", "effect", "sector", "municipality", "tags", "attachments")
    cycle = pages.cycle(**{f"{name}_asked": "must" for name in demanded})
    client.force_login(person())

    response = client.post(form_url(cycle), {"title": TYPED["title"], "problem": TYPED["problem"]})

    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == sorted(demanded)


def test_action_demands_it_too_whoever_calls():
    cycle = pages.cycle(effect_asked="must", attachments_asked="must")

    with pytest.raises(Invalid) as refused:
        actions.submit_idea(author=person(), cycle=cycle, text=text())

    assert sorted(refused.value.fields) == ["attachments", "effect"]
    assert Idea.objects.count() == 0


def test_field_that_is_asked_no_more_keeps_what_an_idea_has(client):
    cycle = pages.cycle(effect_asked="not")
    mine = idea(cycle, effect="Станет тепло", tags=["тепло"])
    client.force_login(mine.author)

    client.post(f"/ideas/{mine.pk}/edit/", {"title": "Тёплые остановки", "problem": "Холодно", "tags": "тепло"})

    mine.refresh_from_db()
    assert (mine.title, mine.effect) == ("Тёплые остановки", "Станет тепло")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Транспорт ,ТРАНСПОРТ, транспорт", ["транспорт"]),
        ("#ёлка, умный   город.", ["умный город", "ёлка"]),
        ("запись к врачу", ["запись к врачу"]),
        (" , ,#,", []),
    ],
)
def test_tags_are_made_normal(client, typed, kept):
    client.force_login(person())

    client.post(form_url(pages.cycle()), TYPED | {"tags": typed})

    assert sorted(tag.name for tag in Idea.objects.get().tags.all()) == kept


def test_form_suggests_the_tags_that_the_cycle_uses_most(client):
    cycle = pages.cycle()
    for name, count in [("дороги", 2), ("врач", 5)]:
        tag = IdeaTag.objects.create(name=name, slug=f"tag-{name}")
        FacetCount.objects.create(cycle=cycle, facet="tag", value=tag.slug, count=count)

    page = client.get(form_url(cycle)).content.decode()

    assert page.index('<option value="врач">') < page.index('<option value="дороги">')
