"""The environment, read once: what is set moves a part out of the process, what is wrong stops the start."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(environ.Env().str("VAR_DIR", default=str(BASE_DIR / "var")))


class Environment(environ.Env):
    """Names the variable in every refusal, which django-environ does only for one that is absent."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            msg = f"{var} has a value that cannot be used: {error}."
            raise ImproperlyConfigured(msg) from error

    def email_url(self, var: str = "EMAIL_URL", default: str = "") -> dict[str, Any]:
        value: str = self.str(var, default="").strip() or default
        try:
            config: dict[str, Any] = self.email_url_config(value)
        except (ImproperlyConfigured, ValueError) as error:
            msg = f"{var} is no address of a mail server: {error}."
            raise ImproperlyConfigured(msg) from error
        if config["EMAIL_BACKEND"].endswith(".smtp.EmailBackend") and not config.get("EMAIL_HOST"):
            msg = f"{var} names no host."
            raise ImproperlyConfigured(msg)
        return config


env = Environment()

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
    if wrong := _wrong_path(name, parts.path.strip("/")):
        msg = f"{name} {wrong}."
        raise ImproperlyConfigured(msg)
    return value


def _wrong_path(name: str, path: str) -> str:
    """Say what is wrong with the part of the address behind the host; nothing where it can work."""
    if name == "SITE_URL" and path:
        return "names a folder; the site stands at the root of its host"
    if name == "DATABASE_URL" and not path:
        return "names no database"
    if name == "REDIS_URL" and path and not path.isdecimal():
        return "names a database that is no number"
    return ""
