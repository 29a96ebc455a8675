"""A link in the news: 2,000 readers come while a comment is posted."""

import os
import re
import time

import pytest
import requests

from tests.live.burst import read
from tests.live.processes import free_port, procfile, start_redis, wait_until
from tests.live.relay import Relay
from tests.live.servers import start_embedded, start_production
from tests.live.talk import post

REQUESTS, POSTED_AFTER = 2000, 700
MOST_STATEMENTS = REQUESTS // 100
LONGEST_BEHIND = 2.0
# What a process asks once in its life, or a thread when it connects: the burst may fall upon one that is new.
ONCE = ("SELECT set_config(", 'FROM "django_content_type"')
BODY = "Слово посреди наплыва"
# The campaign's page tells how many comments there are, the discussion's page tells them.
NEW = {"campaign": "1 комментарий", "discussion": BODY}

SEEDED = """
page = pages.discussion(pages.campaign(intro="Решаем вместе, какими быть цифровым услугам."))
from discussions.actions import open_thread
thread = open_thread(host_kind="discussion", host_id=page.pk, block=page)
writer = sign_in(people.person(email="writer@example.org"))
place = {"campaign": page.get_parent().url, "discussion": page.url, "thread": thread.pk, "writer": writer}
print(json.dumps(place))
"""


def burst(poster, place, url, new, headers=None):
    """Let the readers come and one comment be posted; return the answers and when the comment was there."""
    posted = []

    def comment():
        post(poster, place["thread"], BODY)
        posted.append(time.monotonic())

    answers = read(url, REQUESTS, headers, when=comment, after=POSTED_AFTER)
    while new not in (last := read(url, 1, headers)[0]).body:
        assert last.began < posted[0] + LONGEST_BEHIND
    return answers, posted[0]


def too_late(answers, new, posted):
    """Those who began to ask when everybody should see the comment, and did not."""
    return [a.began - posted for a in answers if new not in a.body and a.began > posted + LONGEST_BEHIND]


@pytest.mark.embedded
@pytest.mark.parametrize("page", sorted(NEW))
def test_burst_on_the_embedded_server(tmp_path, page):
    with start_embedded(tmp_path, DJANGO_SETTINGS_MODULE="tests.live.counted") as site:
        place = site.run(SEEDED)
        url, poster = site.url + place[page], site.session(place["writer"])
        read(url, 20)
        before = statements_of_readers(site)

        answers, posted = burst(poster, place, url, NEW[page])

        assert too_late(answers, NEW[page], posted) == []
        assert statements_of_readers(site) - before <= MOST_STATEMENTS


def statements_of_readers(site):
    told = requests.get(f"{site.url}/metrics", timeout=30).text
    return float(re.search(r"^readers_statements_total (\S+)", told, re.MULTILINE).group(1))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Production's processes with their collected static files, since its pages name them."""
    redis = start_redis(tmp_path_factory.mktemp("redis"))
    with start_production(
        tmp_path_factory.mktemp("burst"),
        postgresql_url=os.environ["DATABASE_URL"],
        redis_url=f"redis://127.0.0.1:{redis.port}/0",
    ) as site:
        yield site
    redis.stop()


@pytest.mark.postgresql
@pytest.mark.redis
@pytest.mark.parametrize("page", sorted(NEW))
def test_burst_in_production(site, page):
    """The readers' process reaches PostgreSQL through a relay that counts; the comment goes by another process."""
    place = site.run(SEEDED.replace("writer@example.org", f"{page}@example.org"))
    poster = site.session(place["writer"], http=site.http[0])
    port = free_port()
    with Relay(site.environment["DATABASE_URL"]) as relay:
        bound = {"GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}", "DATABASE_URL": relay.url}
        reader = site.start(f"reader-{page}", procfile()["http"], port, **bound)
        headers = {"Host": site.url.split("//")[1], "X-Forwarded-Proto": "https", "Accept-Encoding": "identity"}
        url = f"http://127.0.0.1:{port}{place[page]}"
        try:
            wait_until(reader.answers, "the readers' process")
            # Processes that have been at work for a while: an address that is not kept is made by each anew.
            read(f"{url}?made=anew", 100, headers)
            read(url, 100, headers)
            before = len(relay.statements)

            answers, posted = burst(poster, place, url, NEW[page], headers)

            assert too_late(answers, NEW[page], posted) == []
            asked = [
                statement for statement in relay.statements[before:] if not any(once in statement for once in ONCE)
            ]
            assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
        finally:
            reader.stop()
