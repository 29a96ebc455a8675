"""Settings as a process meets them: each start is a process of its own with an environment of its own."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.check_deploy import ENVIRONMENT

REQUIRED = sorted(set(ENVIRONMENT) - {"DJANGO_SETTINGS_MODULE"})
URLS = ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL", "SITE_URL")
FORKING = """
import importlib, json, os, sys
import csp.constants, django.conf, django.urls, django.utils.translation, environ, sentry_sdk, structlog
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.environ.update(json.loads(line))
        said = ""
        try:
            importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        print(json.dumps(said), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""
HEADERS = """
import json
import django
from django.conf import settings
django.setup()
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
from django.test import Client
response = Client().get("/healthz", secure=True, headers={"host": "crowd.example.org"})
plain = Client().get("/search/", headers={"host": "crowd.example.org"})
print(json.dumps({"status": response.status_code, "headers": dict(response.headers),
                  "redirect": plain.status_code, "to": plain.headers["Location"]}))
"""


def start(environment, program):
    """Run a program in a process that knows these variables and no other of the product's."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def refusal():
    """Say what a start with these variables is refused with; empty where it is not.

    A process that has imported Django forks for each start, so that a hundred of them take seconds.
    """
    parent = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", FORKING],
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(environment):
        parent.stdin.write(json.dumps(environment) + "\n")
        parent.stdin.flush()
        return json.loads(parent.stdout.readline())

    yield ask
    parent.stdin.close()
    parent.stdout.close()
    parent.wait(30)


def values(environment, *names):
    """What these settings are, as JSON makes them."""
    program = f"""
import json
import django
from django.conf import settings
django.setup()
print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}, default=str))
"""
    ended = start(environment, program)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture
def embedded(tmp_path):
    """The environment of the embedded start, with a folder of its own for what it keeps."""
    return {"DJANGO_SETTINGS_MODULE": "crowd.settings.dev", "VAR_DIR": str(tmp_path / "var")}


@pytest.mark.parametrize("how", ["absent", "blank"])
@pytest.mark.parametrize("name", REQUIRED)
def test_production_does_not_start_without(refusal, name, how):
    environment = ENVIRONMENT | {name: " "}
    if how == "absent":
        del environment[name]

    said = refusal(environment)

    assert said == f"ImproperlyConfigured: Production does not start half-configured. Set: {name}."


def test_production_names_all_that_is_missing(refusal):
    environment = {"DJANGO_SETTINGS_MODULE": "crowd.settings.production"}

    said = refusal(environment)

    assert sorted(said.split("Set: ")[1].rstrip(".").split(", ")) == REQUIRED


@pytest.mark.parametrize("name", ["SECRET_KEY", "NETWORK_HASH_KEY", "DOCUMENT_HASH_KEY"])
def test_production_refuses_a_short_secret(refusal, name):
    said = refusal(ENVIRONMENT | {name: "k" * 31})

    assert said == f"ImproperlyConfigured: These secrets are shorter than 32 characters: {name}."


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "sqlite:////tmp/db.sqlite3", "DATABASE_URL names SQLite; production runs on PostgreSQL."),
        ("SITE_URL", "http://crowd.example.org", "SITE_URL must begin with https:// in production."),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be 0 or more: it counts the proxies in front of the site."),
    ],
)
def test_production_refuses(refusal, name, value, said):
    line = refusal(ENVIRONMENT | {name: value})

    assert line == f"ImproperlyConfigured: {said}"


@pytest.mark.parametrize("module", ["dev", "production"])
def test_good_settings_are_not_refused(refusal, embedded, module):
    assert refusal(ENVIRONMENT if module == "production" else embedded) == ""


def test_an_empty_variable_is_as_if_it_were_not_there(refusal, embedded):
    assert refusal(embedded | dict.fromkeys([*URLS, "EMAIL_URL"], "")) == ""


@pytest.mark.parametrize("module", ["dev", "production"])
@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("gopher://example.org/x", "must begin with one of"),
        ("example.org", "must begin with one of"),
        ("{scheme}://example.org:70000/0", "is no address: Port out of range 0-65535."),
        ("{scheme}://example.org:port/0", "is no address: Port could not be cast to integer value as 'port'."),
        ("{scheme}://[::1/0", "is no address: Invalid IPv6 URL."),
        ("{scheme}:///0", "names no host."),
    ],
)
def test_a_bad_address_is_refused_by_its_variable(refusal, embedded, module, name, value, said):
    scheme = ENVIRONMENT[name].partition(":")[0]
    base = ENVIRONMENT if module == "production" else embedded

    line = refusal(base | {name: value.format(scheme=scheme)})

    assert line.startswith(f"ImproperlyConfigured: {name} {said}")


@pytest.mark.parametrize("module", ["dev", "production"])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EMAIL_URL", "gopher://mail.example.org", "is no address of a mail server"),
        ("EMAIL_URL", "smtp://mail.example.org:port", "is no address of a mail server"),
        ("EMAIL_URL", "smtp://", "names no host."),
        ("TRUSTED_PROXIES", "one", "has a value that cannot be used"),
        ("EVENTS_LEASE_SECONDS", "minute", "has a value that cannot be used"),
        ("LIVE_BEAT_SECONDS", "often", "has a value that cannot be used"),
        ("SITE_URL", "https://crowd.example.org/site/", "names a folder; the site stands at the root of its host."),
        ("DATABASE_URL", "postgres://crowd@127.0.0.1:5432", "names no database."),
        ("REDIS_URL", "redis://127.0.0.1:6380/cache", "names a database that is no number."),
    ],
)
def test_a_bad_value_is_refused_by_its_variable(refusal, embedded, module, name, value, said):
    base = ENVIRONMENT if module == "production" else embedded

    line = refusal(base | {name: value})

    assert line.startswith(f"ImproperlyConfigured: {name} {said}")


def test_production_settings():
    found = values(
        ENVIRONMENT,
        "DEBUG",
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_DOMAIN",
        "SESSION_COOKIE_PATH",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_DOMAIN",
        "CSRF_COOKIE_PATH",
        "CSRF_TRUSTED_ORIGINS",
        "LANGUAGE_COOKIE_SECURE",
        "SECURE_PROXY_SSL_HEADER",
        "STAFF_SECOND_FACTOR_REQUIRED",
        "HTTP_BESIDE_SOCKETS",
        "SERVE_MEDIA",
        "TRUSTED_PROXIES",
        "SOCKETS_FROM_OWN_HOST",
        "SESSION_ENGINE",
    )

    assert found == {
        "DEBUG": False,
        # A `__Host-` cookie is one that is secure, for the whole site, and for no other host.
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_PATH": "/",
        "CSRF_TRUSTED_ORIGINS": ["https://crowd.example.org"],
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "STAFF_SECOND_FACTOR_REQUIRED": True,
        "HTTP_BESIDE_SOCKETS": False,
        "SERVE_MEDIA": False,
        "TRUSTED_PROXIES": 1,
        "SOCKETS_FROM_OWN_HOST": False,
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    }


def test_production_without_a_proxy_believes_no_header():
    found = values(ENVIRONMENT | {"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES", "SECURE_PROXY_SSL_HEADER")

    assert found == {"TRUSTED_PROXIES": 0, "SECURE_PROXY_SSL_HEADER": None}


def test_production_answers_with_its_headers():
    ended = start(ENVIRONMENT, HEADERS)

    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    headers = found["headers"]
    policy = dict(directive.strip().split(" ", 1) for directive in policy_parts(headers["Content-Security-Policy"]))
    assert found["status"] == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    assert "upgrade-insecure-requests" in headers["Content-Security-Policy"]
    assert (found["redirect"], found["to"]) == (301, "https://crowd.example.org/search/")


def policy_parts(policy):
    return [part for part in policy.split(";") if " " in part.strip()]


def test_embedded_needs_nothing(embedded):
    names = ("DEBUG", "DATABASES", "CACHES", "CHANNEL_LAYERS", "ELASTICSEARCH_URL", "SITE_URL", "EMAIL_BACKEND")

    found = values(embedded, *names)

    assert found["DEBUG"] is False
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert found["CHANNEL_LAYERS"]["default"]["BACKEND"] == "channels.layers.InMemoryChannelLayer"
    assert found["ELASTICSEARCH_URL"] == ""
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"


def test_embedded_keeps_a_secret_of_its_own(embedded, tmp_path):
    first = values(embedded, "SECRET_KEY")["SECRET_KEY"]
    second = values(embedded, "SECRET_KEY")["SECRET_KEY"]
    elsewhere = values(embedded | {"VAR_DIR": str(tmp_path / "other")}, "SECRET_KEY")["SECRET_KEY"]

    assert first == second
    assert len(first) >= 50
    assert elsewhere != first
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("variable", "setting", "path", "expected"),
    [
        ("DATABASE_URL", "DATABASES", ("default", "ENGINE"), "django.db.backends.postgresql"),
        ("REDIS_URL", "CACHES", ("default", "BACKEND"), "crowd.cache.ForgivingRedisCache"),
        ("ELASTICSEARCH_URL", "ELASTICSEARCH_URL", (), "http://127.0.0.1:9200"),
    ],
)
def test_each_address_moves_one_part_out(embedded, variable, setting, path, expected):
    found = values(embedded | {variable: ENVIRONMENT[variable]}, setting)[setting]

    for step in path:
        found = found[step]
    assert found == expected
