"""Votes per second through HTTP: all on one idea, beside as many spread over a thousand ideas, in turns of one run.

Production's processes on PostgreSQL and Redis, the worker folding meanwhile. Each voter gives and takes back a voice in
turns, on both sides alike. Needs DATABASE_URL and REDIS_URL.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.live import servers
from tests.live.servers import Site, start_production

IDEAS, VOTERS, TURNS, AT_ONCE = 1000, 250, 4, 6
TOKEN = "c" * 32

SEEDED = """
from crowd import clock
from crowd.people.models import Person
from discussions.actions import open_thread
from ideas.models import Idea
cycle = pages.cycle()
author = people.person()
ideas = Idea.objects.bulk_create(
    Idea(cycle=cycle, author=author, title=f"Идея {{number}}", problem="Так неудобно.", moderation="published",
         published_at=clock.now())
    for number in range({ideas} + 1)
)
for idea in ideas:
    open_thread(host_kind="idea", host_id=idea.pk, block=cycle)
voters = Person.objects.bulk_create(
    Person(email=f"voter{{number}}@example.org", display_name=f"Житель {{number}}", password="!",
           verification=Person.Verification.EMAIL)
    for number in range({voters})
)
print(json.dumps({{"ideas": [idea.pk for idea in ideas], "voters": [sign_in(person) for person in voters]}}))
"""


class Rush:
    """Sends votes of all voters, `AT_ONCE` at a time, over connections that stay open."""

    def __init__(self, site: Site, place: dict[str, Any]) -> None:
        self.site, self.place = site, place

    def votes_per_second(self, targets: list[int], value: int) -> float:
        """Let voter n vote `value` on the nth target; return how many votes were acknowledged a second."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            start = time.perf_counter()
            list(pool.map(lambda lane: self._lane(lane, targets, value), range(AT_ONCE)))
            return len(targets) / (time.perf_counter() - start)

    def _lane(self, lane: int, targets: list[int], value: int) -> None:
        connection = HTTPConnection("127.0.0.1", self.site.http[0].port)
        for number in range(lane, len(targets), AT_ONCE):
            path, headers = f"/ideas/{targets[number]}/vote/", self._headers(number)
            connection.request("POST", path, body=f"value={value}", headers=headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {said[:200]!r}")
        connection.close()

    def _headers(self, number: int) -> dict[str, str]:
        return {
            "Host": self.site.url.split("//")[1],
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"__Host-csrf={TOKEN}; __Host-session={self.place['voters'][number]}",
            "X-CSRFToken": TOKEN,
            "Origin": self.site.url,
            "Referer": f"{self.site.url}/",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}",
        }


def run() -> dict[str, Any]:
    found = servers()
    if found is None:
        print("votes through HTTP: left out, DATABASE_URL and REDIS_URL are not both set.")
        return {}
    with tempfile.TemporaryDirectory() as folder, start_production(Path(folder), **found, static=False) as site:
        place = site.run(SEEDED.format(ideas=IDEAS, voters=VOTERS))
        result = _in_turns(Rush(site, place), place["ideas"])
    print(
        f"votes a second through HTTP: {result['one_idea']:.1f} on one idea, {result['spread']:.1f} over {IDEAS}"
        f"  × {result['ratio']:.2f}"
    )
    return {"vote_rush": result}


def _in_turns(rush: Rush, ideas: list[int]) -> dict[str, float]:
    one, many = [ideas[0]] * VOTERS, [ideas[1 + number * IDEAS // VOTERS] for number in range(VOTERS)]
    rush.votes_per_second([ideas[-1]] * VOTERS, 1)
    seconds = {"one_idea": 0.0, "spread": 0.0}
    for turn in range(TURNS):
        sides = [("one_idea", one), ("spread", many)]
        # Who goes first changes, so that what a turn leaves to the worker burdens both.
        for name, targets in sides if turn % 4 in {0, 3} else reversed(sides):
            seconds[name] += VOTERS / rush.votes_per_second(targets, (turn + 1) % 2)
    rates = {name: TURNS * VOTERS / taken for name, taken in seconds.items()}
    return rates | {"ratio": rates["one_idea"] / rates["spread"]}
