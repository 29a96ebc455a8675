"""Production: every part named, every secret given, or no start. It never falls back in silence."""

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured

from crowd.settings.base import *  # noqa: F403 - settings are one namespace by Django's design
from crowd.settings.base import CONTENT_SECURITY_POLICY, LOGGING, SILENCED_SYSTEM_CHECKS, SITE_URL, STORAGES
from crowd.settings.env import env

REQUIRED = (
    "SECRET_KEY",
    "NETWORK_HASH_KEY",
    "DOCUMENT_HASH_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "ELASTICSEARCH_URL",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)
SHORTEST_SECRET = 32

missing = [name for name in REQUIRED if not env.str(name, default="").strip()]
if missing:
    msg = "Production does not start half-configured. Set: " + ", ".join(missing) + "."
    raise ImproperlyConfigured(msg)
if env.str("DATABASE_URL").startswith("sqlite"):
    msg = "DATABASE_URL names SQLite; production runs on PostgreSQL."
    raise ImproperlyConfigured(msg)
if not SITE_URL.startswith("https://"):
    msg = "SITE_URL must begin with https:// in production."
    raise ImproperlyConfigured(msg)

SECRET_KEY = env.str("SECRET_KEY")
NETWORK_HASH_KEY = env.str("NETWORK_HASH_KEY")
DOCUMENT_HASH_KEY = env.str("DOCUMENT_HASH_KEY")
short = [name for name in REQUIRED[:3] if len(env.str(name)) < SHORTEST_SECRET]
if short:
    msg = f"These secrets are shorter than {SHORTEST_SECRET} characters: " + ", ".join(short) + "."
    raise ImproperlyConfigured(msg)

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)
if TRUSTED_PROXIES < 0:
    msg = "TRUSTED_PROXIES must be 0 or more: it counts the proxies in front of the site."
    raise ImproperlyConfigured(msg)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True

STAFF_SECOND_FACTOR_REQUIRED = True
# W019: editors see previews in frames of this very site; other sites may frame nothing (frame-ancestors, SAMEORIGIN).
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W019"]

HTTP_BESIDE_SOCKETS = False
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=False)
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"}}
SERVESTATIC_USE_FINDERS = False
SERVESTATIC_AUTOREFRESH = False

LOGGING["handlers"]["console"]["formatter"] = "json"
if dsn := env.str("SENTRY_DSN", default=""):
    sentry_sdk.init(dsn=dsn, send_default_pii=False, traces_sample_rate=0.0)
