"""The product as its users run it: embedded in one process, or in production's processes behind a proxy with TLS.

`with start_embedded(tmp_path) as site:` and `with start_production(tmp_path, …) as site:` give a `Site`. Data is
written by code that runs in the site's own settings: `site.run("print(json.dumps(…))")`.
"""

import json
import ssl
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import requests
import websockets

from tests.live import templates
from tests.live.processes import Process, base_environment, free_port, procfile, wait_until
from tests.live.proxy import Proxy
from tests.live.scripting import Scripting

# A server that nobody asked for: its port answers nothing.
NOWHERE = "http://127.0.0.1:9"

# Several scripts may run on one site, each in a process of its own: the people they make go on from the clock, for an
# e-mail belongs to one person.
PEOPLE = """
import json
import time
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from crowd.people.models import Consent, ConsentText
from tests.factories import pages, people

people.PersonFactory.reset_sequence(time.time_ns() // 1000)

def sign_in(person):
    EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, primary=True)
    for text in ConsentText.objects.all():
        Consent.objects.get_or_create(person=person, text=text)
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.create()
    return session.session_key
"""


@dataclass
class Site:
    """A running site. `processes` by name; `http` and `live` hold those that answer, in order."""

    url: str
    environment: dict[str, str]
    folder: Path
    processes: dict[str, Process] = field(default_factory=dict)
    certificate: Path | None = None
    scripting: Scripting | None = None
    at_scripting: Lock = field(default_factory=Lock, repr=False)

    @property
    def http(self):
        return [process for name, process in self.processes.items() if name.startswith(("http", "embedded"))]

    @property
    def live(self):
        return [process for name, process in self.processes.items() if name.startswith(("live", "embedded"))]

    def run(self, code):
        """Run code in the site's settings, with factories and `sign_in(person)` at hand; return what it prints as JSON."""
        with self.at_scripting:
            if self.scripting is None or self.scripting.environment != self.environment:
                self._end_scripting()
                self.scripting = Scripting(self.environment, self.folder)
            scripting = self.scripting
        return json.loads(scripting.run(PEOPLE + code).strip().splitlines()[-1])

    def manage(self, *arguments):
        return templates.manage(*arguments, **self.environment)

    def session(self, key="", *, http=None):
        """An HTTP client, signed in where a session's key is given; past the proxy where a process is named."""
        client = requests.Session()
        client.trust_env = False
        client.verify = str(self.certificate) if self.certificate else True
        secure = self.url.startswith("https")
        client.base = f"http://127.0.0.1:{http.port}" if http else self.url
        cookies = {("__Host-csrf" if secure else "csrftoken"): "c" * 32}
        if key:
            cookies["__Host-session" if secure else "sessionid"] = key
        client.headers.update(
            {
                # Written out, because a client keeps secure cookies from the plain connection behind the proxy.
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
                "X-CSRFToken": "c" * 32,
                "Origin": self.url,
                "Referer": f"{self.url}/",
            }
        )
        if http and secure:
            client.headers.update({"Host": self.url.split("//")[1], "X-Forwarded-Proto": "https"})
        return client

    def socket(self, path, *, live=None, origin=None, **options):
        """A connection to a socket, from the site's own page unless another origin is given."""
        if live is None and self.certificate:
            trust = ssl.create_default_context(cafile=str(self.certificate))
            return websockets.connect(
                self.url.replace("https", "wss") + path, origin=origin or self.url, ssl=trust, proxy=None, **options
            )
        port = (live or self.live[0]).port
        host = f"ws://127.0.0.1:{port}{path}"
        return websockets.connect(host, origin=origin or self.url, proxy=None, max_size=None, **options)

    def start(self, name, command, port=None, **environment):
        log = self.folder / f"{name}.log"
        process = Process(name, command, self.environment | environment, log, port)
        self.processes[name] = process.start()
        return process

    def stop(self):
        for process in reversed(self.processes.values()):
            process.stop()
        self._end_scripting()

    def _end_scripting(self):
        if self.scripting:
            self.scripting.stop()
            self.scripting = None


# A browser that a program leads fills in a form in no time.
AS_QUICK_AS_A_TEST = {"SIGN_UP_FASTEST_SECONDS": "0"}


def healthy(url, **options):
    try:
        return requests.get(f"{url}/healthz", timeout=5, **options).status_code == 200
    except requests.RequestException:
        return False


@contextmanager
def start_embedded(folder, *, database_url="", **environment):
    """The embedded default on a fresh database: one process with pages, sockets and the worker."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = base_environment() | {
        "DJANGO_SETTINGS_MODULE": "crowd.settings.dev",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url or templates.sqlite_database(folder),
        "EMAIL_URL": f"filemail:///{folder}/mail",
        **AS_QUICK_AS_A_TEST,
    }
    site = Site(url, settings | environment, folder)
    process = site.start("embedded", [sys.executable, "manage.py", "serve", "--port", str(port)], port)
    try:
        process.wait()
        wait_until(lambda: healthy(url), "the embedded server")
        yield site
    finally:
        site.stop()


@contextmanager
def start_production(
    folder,
    *,
    postgresql_url,
    redis_url,
    elasticsearch_url=NOWHERE,
    http=1,
    live=1,
    workers=1,
    static=True,
    **environment,
):
    """Production's processes by the Procfile's command lines, on a fresh database, behind a proxy with TLS."""
    with ExitStack() as ending:
        port, commands = free_port(), procfile()
        settings = base_environment() | {
            "DJANGO_SETTINGS_MODULE": "crowd.settings.production",
            "VAR_DIR": str(folder),
            "SECRET_KEY": "a test's secret, as long as a secret must be",
            "NETWORK_HASH_KEY": "a test's network key, as long as it must be",
            "DOCUMENT_HASH_KEY": "a test's document key, as long as it must be",
            "DATABASE_URL": ending.enter_context(templates.postgresql_database(postgresql_url)),
            "REDIS_URL": redis_url,
            "ELASTICSEARCH_URL": elasticsearch_url,
            "SITE_URL": f"https://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": f"filemail:///{folder}/mail",
            "DEFAULT_FROM_EMAIL": "crowd@example.org",
            "SERVE_MEDIA": "1",
            **AS_QUICK_AS_A_TEST,
        }
        site = Site(settings["SITE_URL"], settings | environment, folder)
        if static:
            templates.collected_static(folder, site.environment)
        ending.callback(site.stop)
        for number in range(http):
            bound = free_port()
            site.start(f"http{number}", commands["http"], bound, GUNICORN_CMD_ARGS=f"--bind=127.0.0.1:{bound}")
        for number in range(live):
            bound = free_port()
            site.start(f"live{number}", commands["live"], bound, UVICORN_HOST="127.0.0.1", UVICORN_PORT=str(bound))
        for number in range(workers):
            site.start(f"worker{number}", commands["worker"])
        for process in site.processes.values():
            process.wait()
        ports = [process.port for process in site.http], [process.port for process in site.live]
        proxy = Proxy(port, *ports, folder).start()
        ending.callback(proxy.stop)
        site.certificate = proxy.chain
        wait_until(lambda: healthy(site.url, verify=str(proxy.chain)), "the site behind its proxy")
        yield site
