"""Databases and static files for servers under test: made once for a state of the code, copied for each test."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

from tests.live.processes import base_environment

CACHE = Path(tempfile.gettempdir()) / f"crowd-templates-{os.getuid()}"
FOLDERS = ("crowd", "discussions", "ideas", "questions", "search", "services", "home")


def fingerprint(*patterns):
    digest = hashlib.sha256()
    roots = [settings.BASE_DIR / folder for folder in FOLDERS]
    files = [path for root in roots for pattern in patterns for path in root.glob(pattern)]
    files += [settings.BASE_DIR / "requirements.lock"]
    if "static" in patterns:
        files += [path for path in (settings.BASE_DIR / "static").rglob("*") if path.is_file()]
    for path in sorted(files):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def alone(name):
    """One process at a time makes a template; the others find it made."""
    CACHE.mkdir(mode=0o700, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def manage(*arguments, **environment):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=base_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def sqlite_template():
    """Return the path of a migrated database file."""
    template = CACHE / f"{fingerprint('**/migrations/*.py')}.sqlite3"
    with alone("sqlite"):
        if not template.exists():
            made = CACHE / f"{uuid.uuid4().hex}.sqlite3"
            manage("migrate", "-v0", DJANGO_SETTINGS_MODULE="crowd.settings.dev", DATABASE_URL=f"sqlite:///{made}")
            made.rename(template)
    return template


def sqlite_database(folder):
    """A migrated database file of one's own in `folder`; return its URL."""
    path = folder / "db.sqlite3"
    shutil.copy(sqlite_template(), path)
    return f"sqlite:///{path}"


def postgresql_template(server_url):
    """Return the name of a migrated database on the server of `server_url`, to be copied and never written to."""
    template = f"crowd_template_{fingerprint('**/migrations/*.py')}"
    with alone("postgresql"), psycopg.connect(at_database(server_url, "postgres"), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            made = f"crowd_made_{uuid.uuid4().hex[:12]}"
            server.execute(f"CREATE DATABASE {made}")
            environment = {"DJANGO_SETTINGS_MODULE": "crowd.settings.dev"}
            manage("migrate", "-v0", **environment, DATABASE_URL=at_database(server_url, made))
            server.execute(f"ALTER DATABASE {made} RENAME TO {template}")
    return template


@contextmanager
def postgresql_database(server_url):
    """A migrated database of one's own on the server of `server_url`, dropped afterwards; yield its URL."""
    template, name = postgresql_template(server_url), f"crowd_live_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(at_database(server_url, "postgres"), autocommit=True) as server:
        with alone("postgresql"):
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield at_database(server_url, name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def at_database(url, name):
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def collected_static(folder, environment):
    """Put the collected static files of production into `folder` (VAR_DIR)."""
    template = CACHE / f"static-{fingerprint('static/**/*', 'static')}"
    with alone("static"):
        if not template.exists():
            made = CACHE / uuid.uuid4().hex
            manage("collectstatic", "--noinput", "-v0", **(environment | {"VAR_DIR": str(made)}))
            (made / "static").rename(template)
            shutil.rmtree(made)
    (folder / "static").symlink_to(template)
