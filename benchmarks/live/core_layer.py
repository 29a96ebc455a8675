"""Production with the other Redis layer of channels_redis, to be compared."""

from crowd.settings.production import *  # noqa: F403 - settings are one namespace by Django's design
from crowd.settings.production import REDIS_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 20}]},
    },
}
