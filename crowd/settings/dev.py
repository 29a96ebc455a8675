"""The embedded default: everything in one process, nothing to set."""

import secrets

from crowd.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from crowd.settings.env import VAR_DIR, env


def kept_secret(name: str) -> str:
    """Return the secret kept in a file of its own, made at the first start: never one that everybody knows."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
SHOW_COMPONENTS = DEBUG
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret("secret-key")
NETWORK_HASH_KEY = SECRET_KEY
DOCUMENT_HASH_KEY = SECRET_KEY
SOCKETS_FROM_OWN_HOST = not env.str("SITE_URL", default="")
