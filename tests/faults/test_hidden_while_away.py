"""What a moderator hides while Elasticsearch and Redis are stopped is gone at once, and stays gone when they are back."""

import asyncio
import json
import os

import pytest
import requests

from tests.live.processes import start_redis, wait_until
from tests.live.servers import start_production
from tests.live.talk import hear, listen

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgresql,
    pytest.mark.redis,
    pytest.mark.elasticsearch,
    pytest.mark.xdist_group("elasticsearch-faults"),
]

LEVEL_WITHIN = 120
PREFIX = "hidden-while-away"
# Words that stand nowhere else; what is searched for is another one, because a page repeats it.
OF_IDEA, OF_COMMENT, STAYS = "Зимородковый", "Осокоревая", "Журавлиный"

PLACE = f"""
from django.urls import reverse
from tests.factories import comments, ideas
campaign = pages.campaign()
cycle, discussion = pages.cycle(campaign), pages.discussion(campaign)
idea = ideas.idea(cycle, title="{OF_IDEA} каток", problem="{OF_IDEA} лёд тает")
other = ideas.idea(cycle, title="{STAYS} каток", problem="Нет горки")
thread = comments.thread(discussion)
comment = comments.comment(thread, body="{OF_COMMENT} переправа закрыта")
comments.comment(thread, body="{STAYS} переправа открыта")
print(json.dumps({{
    "idea": idea.pk, "idea_url": idea.get_absolute_url(), "comment": comment.pk, "thread": thread.pk,
    "cycle": cycle.pk, "cycle_url": cycle.url, "discussion_url": discussion.url,
}}))
"""
HIDE = """
from tests.factories.decisions import decided
from discussions.models import Comment
from ideas.models import Idea
decided(Idea.objects.get(pk={idea}))
decided(Comment.objects.get(pk={comment}))
print("null")
"""
LEFT = """
from crowd.events.models import Delivery
print(json.dumps(Delivery.objects.exclude(status=Delivery.Status.DONE).count()))
"""


@pytest.fixture
def redis(tmp_path):
    server = start_redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def elasticsearch(own_elasticsearch):
    """A server that the test may stop; the next test finds it running, and nothing of this one in it."""
    yield own_elasticsearch
    own_elasticsearch.start()
    requests.delete(f"{own_elasticsearch.url}/{PREFIX}-*", timeout=30)


@pytest.fixture
def site(tmp_path, redis, elasticsearch):
    with start_production(
        tmp_path,
        postgresql_url=os.environ["DATABASE_URL"],
        redis_url=f"redis://127.0.0.1:{redis.port}/0",
        elasticsearch_url=elasticsearch.url,
        ELASTICSEARCH_PREFIX=PREFIX,
    ) as site:
        yield site


def addresses(place):
    """Where everybody reads the idea or the comment, and the word by which it is known there."""
    return {
        place["idea_url"]: OF_IDEA,
        place["cycle_url"]: OF_IDEA,
        f"{place['cycle_url']}?q=каток": OF_IDEA,
        f"/feeds/ideas/{place['cycle']}/": OF_IDEA,
        "/search/?q=каток": OF_IDEA,
        "/search/similar/?title=каток": OF_IDEA,
        place["discussion_url"]: OF_COMMENT,
        f"/threads/{place['thread']}/comments/?after=0": OF_COMMENT,
        "/search/?q=переправа": OF_COMMENT,
    }


def shows(site, address):
    """Which of the words a visitor who is not signed in reads at the address."""
    client = site.session()
    answer = client.get(client.base + address, timeout=60)
    assert answer.status_code in {200, 404}, (address, answer.status_code)
    # JSON spells Cyrillic letters by number.
    said = json.dumps(answer.json(), ensure_ascii=False) if "json" in answer.headers["Content-Type"] else answer.text
    return {word for word in (OF_IDEA, OF_COMMENT, STAYS) if word.lower() in said.lower()}


def all_shown(site, place):
    return {address: shows(site, address) for address in addresses(place)}


def indexed(elasticsearch):
    """What Elasticsearch holds, by kind and id."""
    name = f"{elasticsearch.url}/{PREFIX}-search"
    requests.post(f"{name}/_refresh", timeout=30)
    found = requests.get(f"{name}/_search?size=1000&_source=false", timeout=30).json()
    return {hit["_id"] for hit in found.get("hits", {}).get("hits", [])}


def places_of_own(place):
    return {f"idea:{place['idea']}", f"comment:{place['comment']}"}


async def heard_of(socket, comment):
    """What a reader is told of the comment next."""
    while True:
        for message in await hear(socket, 120):
            if message.get("id") == comment:
                return message


async def test_hidden_is_gone_everywhere_and_stays_gone(site, redis, elasticsearch):
    place = await asyncio.to_thread(site.run, PLACE)
    await asyncio.to_thread(site.manage, "search", "rebuild")
    in_index = await asyncio.to_thread(indexed, elasticsearch)
    # Once more, so that what is kept ready for visitors is kept.
    before = [await asyncio.to_thread(all_shown, site, place) for _ in range(2)]
    async with site.socket(f"/ws/threads/{place['thread']}/", live=site.live[0]) as socket:
        await listen(socket)
        await asyncio.to_thread(elasticsearch.stop)
        await asyncio.to_thread(redis.stop)

        await asyncio.to_thread(site.run, HIDE.format(**place))
        away = await asyncio.to_thread(all_shown, site, place)
        told = await heard_of(socket, place["comment"])
    await asyncio.to_thread(redis.start().wait)
    await asyncio.to_thread(elasticsearch.start)
    back = await asyncio.to_thread(all_shown, site, place)
    gone = lambda: places_of_own(place).isdisjoint(indexed(elasticsearch))  # noqa: E731
    await asyncio.to_thread(wait_until, gone, "an index without a trace", LEVEL_WITHIN, 0.5)
    drained = lambda: site.run(LEFT) == 0  # noqa: E731
    await asyncio.to_thread(wait_until, drained, "deliveries that are done", LEVEL_WITHIN)
    left = await asyncio.to_thread(indexed, elasticsearch)
    level = await asyncio.to_thread(all_shown, site, place)

    for shown in before:
        assert {address for address, words in shown.items() if addresses(place)[address] not in words} == set()
    for shown in (away, back, level):
        assert {address for address, words in shown.items() if words & {OF_IDEA, OF_COMMENT}} == set()
        # What is not hidden is read as before, so that the rest is no empty page.
        assert {address for address, words in shown.items() if STAYS in words} == set(shown) - {place["idea_url"]}
    assert told["type"] == "comment.hidden"
    assert OF_COMMENT not in json.dumps(told, ensure_ascii=False)
    assert in_index - left == places_of_own(place)
