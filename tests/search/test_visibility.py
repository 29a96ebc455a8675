"""What the public may not see is as if it were not there: in no result, number, suggestion or list of what is similar.

Every answer of the search is taken twice: with the thing in a state in which it may not be seen, and without the thing.
Both are the same, to the letter, also where an index still holds the thing as it was while it was public.
"""

import re
from dataclasses import replace

import pytest
from django.test import Client

from discussions.models import Comment, Thread
from ideas.models import IdeaTag
from ideas.queries.similar import similar_cases, similar_ideas, told_before_sending
from search import queries
from search.documents import registry
from search.queries import Filters
from tests.factories import pages
from tests.factories.ideas import idea
from tests.factories.people import municipality, person, with_role
from tests.ideas.states import HIDDEN, UNLISTED
from tests.search.conftest import filled, refresh
from tests.search.rows import comment, thread

TITLE, SAID = "Бегемоты в бассейне", "Бассейну идут бегемоты"
LATER = 100
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
# What each answer has of its own.
FRESH = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')
SEEKERS = ("nobody", "author", "moderator")
PAGES = {
    "results": "/search/?q=бассейн",
    "results by the thing's own words": "/search/?q=бегемоты",
    "results of words with a slip": "/search/?q=бегимоты",
    "results in the other layout": "/search/?q=,tutvjns",
    "similar": "/search/similar/?title=Бегемоты в бассейне",
    "list by words": "{cycle}?q=бассейн",
    "list of another cycle by words": "{other_cycle}?q=бассейн",
    "what to join with": "/ideas/{near}/merge/",
}
PAGE_STAYS = {"withdrawn", "merged"}
# A campaign for who is signed in: these may read it there, once an index tells of it.
MAY_SEE = {"campaign for some": {("author", "list by words"), ("moderator", "list by words")}}
# What may stay the same without the thing: another cycle's list never held it.
ELSEWHERE = {"list of another cycle by words"}


def page(client, url):
    response = client.get(url)
    body = response.content.decode()
    if response.status_code == 200 and (main := MAIN.search(body)):
        body = main.group()
    return response.status_code, FRESH.sub("", body)


class World:
    """A public idea that somebody spoke of, one near it in its cycle, one far in another; and who looks for it."""

    def __init__(self):
        campaign = pages.campaign()
        cycle, other_cycle = pages.cycle(campaign), pages.cycle(title="Другой сбор")
        author = person()
        near = idea(cycle, title="Кувшинки в бассейне", author=author)
        idea(other_cycle, title="Уточки в бассейне")
        self.found = idea(
            cycle,
            title=TITLE,
            author=author,
            tags=["бегемотник"],
            municipality=municipality("surgut"),
            sector=sector("health"),
        )
        self.said = comment(thread(self.found, "idea"), body=SAID)
        self.people = {"nobody": None, "author": author, "moderator": with_role("moderator", campaign)}
        self.cycle, self.near = cycle, near
        self.narrowed = {
            "ideas found": {"kinds": ["idea"]},
            "comments found": {"kinds": ["comment"]},
            "found in a sector": {"filters": Filters(sector="health")},
            "found in a place": {"filters": Filters(municipality="surgut")},
            "found by a tag": {"filters": Filters(tag=IdeaTag.objects.get(name="бегемотник").slug)},
            "found in a state": {"filters": Filters(status="open")},
            "found in the cycle": {"filters": Filters(block_id=cycle.pk)},
        }
        self.places = {"near": near.pk, "cycle": cycle.url, "other_cycle": other_cycle.url}

    def answers(self, who):
        client, seeker = Client(), self.people[who]
        if seeker:
            client.force_login(seeker)
        answers = {name: page(client, url.format(**self.places)) for name, url in PAGES.items()}
        for name, how in self.narrowed.items():
            # The place to go on at holds a score, which goes by how rare words are in the whole index.
            answers[name] = repr(replace(queries.search("бассейн", person=seeker, **how), after=""))
        # A form and the moderators' queue show what these return; sector and tags are offered with the first.
        answers["similar beneath the form"] = repr(similar_ideas(self.cycle, title=TITLE, text=SAID))
        answers["told before sending"] = repr(told_before_sending(self.cycle, title=TITLE, text=""))
        answers["similar for moderators"] = repr(similar_cases(self.near))
        return answers


def sector(slug):
    from crowd.campaigns.models import Sector

    return Sector.objects.get(slug=slug)


def documents(world):
    (told,) = registry.kinds["idea"].documents([world.found.pk])
    (said,) = registry.kinds["comment"].documents([world.said.pk])
    return [told, said]


def let_be_stale(engine, documents):
    """Let the index hold what it held before, whatever came since."""
    engine.index([replace(document, version=document.version + LATER) for document in documents])
    refresh(engine)


def answers_of_all(world, engine):
    refresh(engine)
    return {who: world.answers(who) for who in SEEKERS}


def differing(one, other):
    return {(who, name) for who in SEEKERS for name in one[who] if one[who][name] != other[who][name]}


def remove(world, engine):
    Comment.objects.filter(pk=world.said.pk).delete()
    Thread.objects.filter(host_kind="idea", host_id=world.found.pk).delete()
    world.found.delete()
    filled(engine)


def test_public_idea_is_in_every_answer(engine):
    """Or what follows would say nothing."""
    world = World()
    filled(engine)
    there = answers_of_all(world, engine)

    remove(world, engine)
    gone = answers_of_all(world, engine)

    names = {name for _, name in differing(there, gone)}
    assert set(there["nobody"]) - names == ELSEWHERE


@pytest.mark.parametrize("state", [*HIDDEN, *UNLISTED])
def test_what_is_not_public_is_as_if_it_were_not_there(engine, state):
    world = World()
    public = documents(world)
    if state in PAGE_STAYS:
        # What was said on a page that stays is still to be found.
        Comment.objects.filter(pk=world.said.pk).delete()
        public = public[:1]
    (HIDDEN | UNLISTED)[state](world.found)
    filled(engine)
    level = answers_of_all(world, engine)
    let_be_stale(engine, public)
    stale = answers_of_all(world, engine)

    remove(world, engine)
    gone = answers_of_all(world, engine)

    assert differing(level, gone) == set()
    assert differing(stale, gone) <= MAY_SEE.get(state, set())
