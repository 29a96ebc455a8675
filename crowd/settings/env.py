"""The environment, read once: what is set moves a part out of the process, what is wrong stops the start."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(environ.Env().str("VAR_DIR", default=str(BASE_DIR / "var")))

env = environ.Env()

SCHEMES = {
    "DATABASE_URL": ("postgres", "postgresql", "sqlite"),
    "REDIS_URL": ("redis", "rediss"),
    "ELASTICSEARCH_URL": ("http", "https"),
    "SITE_URL": ("http", "https"),
}


def url(name: str, default: str = "") -> str:
    """Return the address in variable `name`; refuse one whose scheme or host cannot work."""
    value: str = env.str(name, default=default).strip()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        msg = f"{name} is no address: {error}."
        raise ImproperlyConfigured(msg) from error
    if parts.scheme not in SCHEMES[name]:
        msg = f"{name} must begin with one of {', '.join(s + '://' for s in SCHEMES[name])}; it is {parts.scheme!r}."
        raise ImproperlyConfigured(msg)
    if parts.scheme != "sqlite" and not host:
        msg = f"{name} names no host."
        raise ImproperlyConfigured(msg)
    return value
