"""The two sides, the product and the bare one: by the same command lines, each on a database of its own."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from tests.live import templates
from tests.live.processes import Process, base_environment, free_port, procfile
from tests.live.servers import Site, start_embedded, start_production

WRITERS = 400
# What production's command lines serve on the bare side.
BARE = {
    "crowd.wsgi:application": "benchmarks.bare.wsgi:application",
    "crowd.asgi:application": "benchmarks.bare.asgi:application",
}
TEXT = (
    "Записаться к врачу через портал стало проще, но талонов к узким специалистам по-прежнему не хватает: "
    "в нашем посёлке приём раз в месяц. Хорошо бы видеть заранее, когда откроется запись, и получать сообщение."
)

SEEDED = """
from crowd.people.models import Person
from discussions.actions import open_thread
page = pages.discussion(pages.campaign())
thread = open_thread(host_kind="discussion", host_id=page.pk, block=page)
writers = Person.objects.bulk_create(
    Person(email=f"writer{number}@example.org", display_name=f"Житель {number}", password="!",
           verification=Person.Verification.EMAIL, standing=Person.Standing.TRUSTED)
    for number in range(WRITERS)
)
print(json.dumps({"thread": thread.pk, "writers": [sign_in(person) for person in writers]}))
"""


@dataclass
class Side:
    """What the load needs to know about a side, and how many posts it has had: each writer may post so often only."""

    name: str
    processes: dict[str, Process]
    plan: dict[str, Any]
    posted: int = field(default=0)

    def load(self, moments: list[float], *, sockets: int, seconds: float, drain: float, connections: int = 8) -> Any:
        """Let `sockets` listen while a post is sent at each of the moments (seconds); return the load's report."""
        plan = self.plan | {
            "pids": {kind: [p.popen.pid for p in self.of(kind)] for kind in ("http", "live", "worker", "embedded")},
            "moments": moments,
            "first": self.posted,
            "sockets": sockets,
            "seconds": seconds,
            "drain_seconds": drain,
            "connections": connections,
        }
        self.posted += len(moments)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.live.load"],
            cwd=settings.BASE_DIR,
            env=base_environment(),
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: the load ended with {done.returncode}:\n{done.stderr[-2000:]}")
        report = json.loads(done.stdout)
        if report["refused_count"]:
            raise RuntimeError(f"{self.name} refused {report['refused_count']} posts: {report['refused']}")
        return report

    def of(self, kind: str) -> list[Process]:
        return [process for name, process in self.processes.items() if name.startswith(kind)]


def ours(site: Site, name: str = "ours") -> Side:
    place = site.run(f"WRITERS = {WRITERS}\n{SEEDED}")
    secure = site.url.startswith("https")
    token = "c" * 32
    csrf, session = ("__Host-csrf", "__Host-session") if secure else ("csrftoken", "sessionid")
    headers = {
        "Accept": "application/json",
        "X-CSRFToken": token,
        "Origin": site.url,
        "Referer": f"{site.url}/",
    } | ({"X-Forwarded-Proto": "https"} if secure else {})
    writers = [
        {"cookie": f"{csrf}={token}; {session}={key}", "address": f"10.0.{number // 250}.{number % 250 + 1}"}
        for number, key in enumerate(place["writers"])
    ]
    plan = {
        "host": site.url.split("//")[1],
        "origin": site.url,
        "socket_path": f"/ws/threads/{place['thread']}/",
        "post_path": f"/threads/{place['thread']}/comments/",
        "live_port": site.live[0].port,
        "http_ports": [process.port for process in site.http],
        "headers": headers,
        "writers": writers,
        "text": TEXT,
        # Each post is one change of the thread, so their number is where a page resumes.
        "resumes": True,
    }
    return Side(name, site.processes, plan)


@contextmanager
def production(folder: Path, servers: dict[str, str], **options: Any) -> Iterator[Side]:
    folder.mkdir()
    with start_production(folder, **servers, static=False, **options) as site:
        yield ours(site)


@contextmanager
def embedded(folder: Path, servers: dict[str, str]) -> Iterator[Side]:
    """All in one process with the in-memory layer; on PostgreSQL too, so that only the layer and the process differ."""
    folder.mkdir()
    with (
        templates.postgresql_database(servers["postgresql_url"]) as database,
        start_embedded(folder, database_url=database, TRUSTED_PROXIES="1") as site,
    ):
        yield ours(site)


@contextmanager
def bare(folder: Path, servers: dict[str, str], frame: str, **environment: str) -> Iterator[Side]:
    """The bare processes, which tell `frame` behind each mark."""
    folder.mkdir()
    told = folder / "frame"
    told.write_text(frame, encoding="utf-8")
    name = f"crowd_bare_{uuid.uuid4().hex[:12]}"
    url = servers["postgresql_url"]
    with psycopg.connect(templates.at_database(url, "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        settled = {
            "DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings",
            "DATABASE_URL": templates.at_database(url, name),
            "REDIS_URL": servers["redis_url"],
            "BARE_FRAME": str(told),
        }
        site = Site("http://127.0.0.1", base_environment() | settled | environment, folder)
        try:
            templates.manage("migrate", "--run-syncdb", "-v0", **settled)
            yield _started(site)
        finally:
            site.stop()
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _started(site: Site) -> Side:
    commands = {name: [BARE.get(part, part) for part in command] for name, command in procfile().items()}
    http, live = free_port(), free_port()
    site.start("http0", commands["http"], http, GUNICORN_CMD_ARGS=f"--bind=127.0.0.1:{http}")
    site.start("live0", commands["live"], live, UVICORN_HOST="127.0.0.1", UVICORN_PORT=str(live))
    for process in site.processes.values():
        process.wait()
    plan = {
        "host": "127.0.0.1",
        "origin": "http://127.0.0.1",
        "socket_path": "/ws/posts/",
        "post_path": "/posts/",
        "live_port": live,
        "http_ports": [http],
        "headers": {},
        "writers": [{"cookie": "none=1", "address": "10.0.0.1"}],
        "text": TEXT,
        "resumes": False,
    }
    return Side("bare", site.processes, plan)
