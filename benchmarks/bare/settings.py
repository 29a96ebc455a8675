"""DATABASE_URL and REDIS_URL as the product has them; BARE_FRAME names a file with the text to be told."""

from pathlib import Path

from crowd.settings.env import env

SECRET_KEY = "the bare side keeps no secrets"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.bare.urls"
INSTALLED_APPS = ["benchmarks.bare", "channels"]
MIDDLEWARE: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": env.str("CHANNEL_LAYER", default="channels_redis.pubsub.RedisPubSubChannelLayer"),
        "CONFIG": {"hosts": [{"address": env.str("REDIS_URL"), "socket_timeout": 20}]},
    },
}

FRAME = Path(env.str("BARE_FRAME", default="/dev/null")).read_text(encoding="utf-8")
