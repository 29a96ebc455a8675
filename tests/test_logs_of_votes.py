"""Who voted for what stands in no log: neither the network nor the person, by any of the processes that write lines."""

import logging
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
import structlog
from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

from crowd import logs
from ideas.models import Vote
from tests.factories.ideas import idea
from tests.factories.people import person
from tests.live.processes import procfile

ADDRESS, FORWARDED = "198.51.100.23", "203.0.113.99"
# What the formats of gunicorn and nginx may not hold: the network, the person, and what a request line carries besides.
TELLING = ("%(h)s", "%(u)s", "%(l)s", "%(r)s", "%(q)s", "%(f)s", "%(a)s", "}i)s", "}e)s")
NGINX_TELLING = ("remote", "forwarded", "user", "cookie", "http_", "referer", "args", "realip")


def access_format():
    words = procfile()["http"]
    return words[words.index("--access-logformat") + 1]


def test_the_line_of_a_vote_holds_neither_network_nor_person():
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", access_format())
    request = SimpleNamespace(headers=[("X-FORWARDED-FOR", FORWARDED), ("USER-AGENT", "Mozilla"), ("COOKIE", "s=1")])
    environ = {
        "REQUEST_METHOD": "POST",
        "RAW_URI": "/ideas/3/vote/?who=anna",
        "PATH_INFO": "/ideas/3/vote/",
        "QUERY_STRING": "who=anna",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": ADDRESS,
        "REMOTE_USER": "anna",
        "HTTP_AUTHORIZATION": "Basic YW5uYTp4",
    }
    response = SimpleNamespace(status="303 See Other", sent=0, headers=[])
    logger = Logger(config)

    atoms = logger.atoms_wrapper_class(logger.atoms(response, request, environ, timedelta(milliseconds=12)))

    assert config.access_log_format % atoms == "POST /ideas/3/vote/ 303 0 12ms"


@pytest.mark.parametrize("telling", TELLING)
def test_the_format_of_the_server_names_nobody(telling):
    assert telling not in access_format()


def test_the_proxy_names_nobody_in_its_lines():
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")

    formats = re.findall(r"^\s*log_format \w+ '([^']*)'", text, re.MULTILINE)
    used = set(re.findall(r"^\s*access_log \S+ (\w+);", text, re.MULTILINE))

    assert len(formats) == 1
    assert used == {"plain"}
    assert [telling for telling in NGINX_TELLING if telling in formats[0]] == []


def test_the_proxy_writes_no_error_beside_a_vote():
    """Its error log names the client in each line, and no format of it can be chosen."""
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    pattern, block = re.search(r"location ~ (\S*vote/\$) \{(.*?)\}", text, re.DOTALL).groups()

    matched = [
        path
        for path in ("/ideas/3/vote/", "/en/ideas/3/vote/", "/ideas/3/move-vote/", "/ideas/3/", "/me/votes/")
        if re.search(pattern, path)
    ]

    assert matched == ["/ideas/3/vote/", "/en/ideas/3/vote/", "/ideas/3/move-vote/"]
    assert "error_log /dev/null crit;" in block


def test_sockets_and_the_embedded_server_write_no_access_log():
    serve = (settings.BASE_DIR / "crowd" / "management" / "commands" / "serve.py").read_text(encoding="utf-8")

    assert "--no-access-log" in procfile()["live"]
    assert "access_log=False" in serve


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["1", "nonsense"])
def test_what_the_product_itself_says_of_a_vote_names_nobody(client, caplog, value):
    voter = person(display_name="Анна Голосующая")
    client.force_login(voter)
    mine = idea()
    formatter = structlog.stdlib.ProcessorFormatter(processors=logs.json_processors)
    caplog.set_level(logging.DEBUG)

    client.post(
        f"/ideas/{mine.pk}/vote/",
        {"value": value},
        REMOTE_ADDR=ADDRESS,
        headers={"x-forwarded-for": FORWARDED, "accept": "application/json"},
    )

    lines = [formatter.format(record) for record in caplog.records]
    telling = (ADDRESS, FORWARDED, voter.email, voter.display_name, f'"person": {voter.pk}')
    assert Vote.objects.exists() is (value == "1")
    # Who is refused is told by Django itself, so that there is a line.
    assert lines or value == "1"
    assert [line for line in lines if any(one in line for one in telling)] == []
