"""What the tests run on: the same code, cheap passwords, mail in memory, files in a folder that goes."""

import os
import tempfile
from pathlib import Path
from typing import Any, cast

from crowd.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from crowd.settings.base import CACHES, CHANNEL_LAYERS, MIDDLEWARE, REDIS_URL, STORAGES

SECRET_KEY = "tests-only-" + "x" * 50
NETWORK_HASH_KEY = "tests-only-network"
DOCUMENT_HASH_KEY = "tests-only-document"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Every test's client would look through all static files anew; the servers' tests run on the other settings.
MIDDLEWARE = [name for name in MIDDLEWARE if "servestatic" not in name]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
_FOLDER = Path(tempfile.mkdtemp(prefix="crowd-tests-"))
MEDIA_ROOT = str(_FOLDER / "media")
PRIVATE_MEDIA_ROOT = str(_FOLDER / "private")
STORAGES = STORAGES | {
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
}
# What Wagtail keeps of each saved page for itself (who refers to what, the search of its own lists) takes a fifth of
# the tests' time; those that are about it ask for `wagtail_tasks`.
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
# One process makes many worlds, and no test but those of the cache itself may see another's pages. These keep them in
# the process, where a test can travel in time and empty all; Redis they start for themselves, the live tests too.
PAGES_CACHE_SECONDS = 0
# A sample that is written now and then would change how many queries a page has.
EXPOSURE_EVERY = 0
SEARCH_STATISTICS = False
CACHES = CACHES | {"pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}}
# Workers of one run, and runs beside each other, keep out of each other's indexes and answers.
ELASTICSEARCH_PREFIX = os.environ.get("ELASTICSEARCH_PREFIX") or (
    f"test-{os.getpid()}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
)
default_cache = {**cast("dict[str, Any]", CACHES["default"]), "KEY_PREFIX": ELASTICSEARCH_PREFIX}
if REDIS_URL:
    # Each worker's database numbers its threads from one: without this, one would hear the readers of another's.
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = ELASTICSEARCH_PREFIX
    # On a machine with every core at work an answer may take longer than a reader would be kept waiting, and a cache
    # that is forgiven once asks the database more. What is slow or away is tried on servers of the tests' own.
    default_cache["OPTIONS"] = {"socket_timeout": 10, "socket_connect_timeout": 10}
CACHES["default"] = default_cache
