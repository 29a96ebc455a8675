"""The server is killed in the middle of a storm of votes: each that was acknowledged is there, and is counted."""

import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.live import templates
from tests.live.processes import wait_until
from tests.live.servers import healthy, start_embedded

pytestmark = pytest.mark.faults

VOTERS, KILLED_AFTER, AT_ONCE = 120, 50, 6

SEEDED = """
from tests.factories.ideas import idea
mine = idea()
voters = [people.person() for _ in range({voters})]
print(json.dumps([mine.pk, [sign_in(person) for person in voters]]))
"""
STORED = """
from ideas.models import Idea, Vote
from ideas.queries import vote_counts
receipts = list(Vote.objects.filter(idea={idea}, value=1).values_list("receipt", flat=True))
print(json.dumps([receipts, vote_counts({idea})]))
"""


class Storm:
    """Everybody votes once; what gets no answer is sent again with the same key when the server is back."""

    def __init__(self, site, idea, voters):
        self.site, self.idea, self.voters = site, idea, voters
        self.acknowledged, self.many = [], threading.Event()
        self._next, self._lock = itertools.count(), threading.Lock()

    def blow(self):
        while (number := next(self._next)) < len(self.voters):
            receipt = self._vote(number)
            with self._lock:
                self.acknowledged.append(receipt)
                if len(self.acknowledged) >= KILLED_AFTER:
                    self.many.set()

    def _vote(self, number):
        client = self.site.session(self.voters[number])
        headers = {"Accept": "application/json", "Idempotency-Key": f"storm-{number}"}
        while True:
            try:
                answer = client.post(
                    f"{client.base}/ideas/{self.idea}/vote/", data={"value": "1"}, headers=headers, timeout=30
                )
            except requests.RequestException:
                wait_until(lambda: healthy(self.site.url), "the server that was started again")
                continue
            assert answer.status_code == 200, answer.text
            return answer.json()["receipt"]


@pytest.mark.parametrize(
    "database",
    [
        pytest.param("sqlite", marks=pytest.mark.embedded),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ],
)
def test_no_acknowledged_vote_is_lost_when_the_server_is_killed(tmp_path, database):
    if database == "sqlite":
        storm_over(tmp_path, "")
        return
    with templates.postgresql_database(os.environ["DATABASE_URL"]) as url:
        storm_over(tmp_path, url)


def storm_over(folder, database_url):
    with start_embedded(folder, database_url=database_url) as site:
        idea, voters = site.run(SEEDED.format(voters=VOTERS))
        storm = Storm(site, idea, voters)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            blowing = [pool.submit(storm.blow) for _ in range(AT_ONCE)]
            assert storm.many.wait(300)
            site.processes["embedded"].kill()
            site.processes["embedded"].start().wait()
            for one in blowing:
                one.result()
        receipts, counts = site.run(STORED.format(idea=idea))

        assert len(set(storm.acknowledged)) == VOTERS
        assert set(storm.acknowledged) == set(receipts)
        assert counts == [VOTERS, 0]
        site.manage("worker", "--once")
        site.manage("reconcile")
