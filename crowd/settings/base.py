"""Settings that every way of running shares; with no variable set they run everything in one process."""

from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from crowd import logs
from crowd.settings import env as environment
from crowd.settings.env import BASE_DIR, VAR_DIR, env
from crowd.settings.participation import *  # noqa: F403 - settings are one namespace by Django's design

DATABASE_URL = environment.url("DATABASE_URL")
REDIS_URL = environment.url("REDIS_URL")
ELASTICSEARCH_URL = environment.url("ELASTICSEARCH_URL")
SITE_URL = environment.url("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "crowd.urls"
WSGI_APPLICATION = "crowd.wsgi.application"
ASGI_APPLICATION = "crowd.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "crowd.sharing",
    "home",
    "ideas",
    "discussions",
    "services",
    "questions",
    "search",
    "crowd.moderation",
    "crowd.publishing",
    "crowd.campaigns",
    "crowd.people",
    "crowd.limits",
    "crowd.pages_cache",
    "crowd.events",
    "crowd",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_prometheus",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "crowd.people.apps.WagtailUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "crowd.compression.Compression",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "crowd.middleware.Maintenance",
    "crowd.middleware.AdminPolicy",
    "crowd.pages_cache.middleware.PagesCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crowd.middleware.PicturesOff",
    "crowd.middleware.Refusals",
    "crowd.people.middleware.PrivatePages",
    "crowd.people.middleware.StaffSecondFactor",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "crowd.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "crowd.templatetags.crowd"],
        },
    },
]

# While it is on, every page answers 503 and says that work is going on.
MAINTENANCE = env.bool("MAINTENANCE", default=False)

# Where data lives

if DATABASE_URL and not DATABASE_URL.startswith("sqlite"):
    DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # A database that does not answer at all is said to be away after as long.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE_URL.removeprefix("sqlite:///") or VAR_DIR / "db.sqlite3",
            # Writers queue at BEGIN instead of failing at their first write; readers never wait in WAL mode.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        },
    }

if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "crowd.cache.ForgivingRedisCache", "LOCATION": REDIS_URL},
        # Whoever keeps pages must know when it is away: docs/decisions/0011-pages-kept-ready.md.
        "pages": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "pages",
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.3},
        },
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 20}]},
        },
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "pages",
            # Pages of some 30 kB and the versions of what they show, a few hundred bytes each.
            "OPTIONS": {"MAX_ENTRIES": 2000},
        },
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# modelsearch indexes on signals: what is rolled back too, and never what `update()` changes. Deliveries feed ours.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"},
}

# Several installations may share one Elasticsearch.
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="crowd")

MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
MEDIA_URL = "/media/"
# Behind a proxy the proxy serves the editors' pictures.
SERVE_MEDIA = True
PRIVATE_MEDIA_ROOT = env.str("PRIVATE_MEDIA_ROOT", default=str(VAR_DIR / "private"))
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Residents' files are public by no address: a view asks the idea's access rule.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SERVESTATIC_USE_FINDERS = True

# Languages and time

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Yekaterinburg"
USE_I18N = True
USE_TZ = True

# People

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "crowd.people.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# Who asks for a new password without an account gets a letter too: nothing outside of the letter-box tells which.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
# Changes of the password, the e-mail and the second factor are told by letter.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "crowd.people.adapters.AccountAdapter"
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
# Whoever sits down at an open page can take the account over only with its password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "crowd.people.forms.LoginForm",
    "signup": "crowd.people.forms.SignupForm",
    "add_email": "crowd.people.forms.AddEmailForm",
    "change_password": "crowd.people.forms.ChangePasswordForm",
    "set_password": "crowd.people.forms.SetPasswordForm",
    "reset_password": "crowd.people.forms.ResetPasswordForm",
    "reset_password_from_key": "crowd.people.forms.ResetPasswordKeyForm",
    "reauthenticate": "crowd.people.forms.ReauthenticateForm",
}
# allauth keeps its limits in the cache, which may be away; crowd.limits keeps them in the database.
ACCOUNT_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "crowd.people.second_factor.MFAAdapter"
# A telephone's clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "crowd.people.second_factor.AuthenticateForm",
    "reauthenticate": "crowd.people.second_factor.ReauthenticateForm",
    "activate_totp": "crowd.people.second_factor.ActivateTOTPForm",
}
STAFF_SECOND_FACTOR_REQUIRED = False
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "crowd.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = False

# How many proxies stand in front, each of which appends one address to X-Forwarded-For. Stated once, used everywhere.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# Mail

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT")
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = EMAIL_CONFIG.get("EMAIL_FILE_PATH")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="crowd@example.org")
EMAIL_SUBJECT_PREFIX = ""

# Wagtail

WAGTAIL_SITE_NAME = "Открытый регион"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = reverse_lazy("account_login")
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ru", "Русский"), ("en", "English")]
# Phases open by the site's clock, so the admin shows that one and no editor's own.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAIL_ADDITIONAL_HEADERS: dict[str, str] = {}
# A screen shows no difference to higher ones, a slow line does.
WAGTAILIMAGES_AVIF_QUALITY = 55
WAGTAILIMAGES_WEBP_QUALITY = 76
WAGTAILIMAGES_JPEG_QUALITY = 78

# What a page may load and where a form may go: this site, nothing else

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

# Logs and errors

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"()": "structlog.stdlib.ProcessorFormatter", "processors": logs.console_processors},
        "json": {"()": "structlog.stdlib.ProcessorFormatter", "processors": logs.json_processors},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "console"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "filters": {"live_outage": {"()": "crowd.logs.LiveOutage"}},
    # The first tells every request with its address, the others each small step.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("elastic_transport", "django_tasks", "wagtail", "wagtail.audit", "pymorphy3", "modelsearch")
    }
    # A traceback a second while Redis is away.
    | {"channels_redis.pubsub": {"filters": ["live_outage"]}},
}
PROMETHEUS_EXPORT_MIGRATIONS = False

# The gallery of components at /_components/ is for whoever draws them.
SHOW_COMPONENTS = False

# The e-mail is unique by a constraint on its lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
