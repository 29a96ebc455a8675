"""A cache that may be away: without it the site is slower, never broken."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from crowd.logs import Outage

outage = Outage(logging.getLogger(__name__), "cache.away", "cache.back")


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache while Redis is away; nothing that must hold is kept here."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.3} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})

    def ping(self) -> bool:
        try:
            return bool(self._cache.get_client().ping())  # type: ignore[attr-defined]  # not in the stubs
        except RedisError:
            return False

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._forgive("add", False, args, kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgive("get", default, (key, default), {"version": version})

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._forgive("set", None, args, kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._forgive("touch", False, args, kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._forgive("delete", False, args, kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(self._forgive("get_many", {}, args, kwargs))

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        return list(self._forgive("set_many", [], args, kwargs))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._forgive("delete_many", None, args, kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._forgive("has_key", False, args, kwargs))

    def _forgive(self, method: str, otherwise: Any, args: Any, kwargs: Any) -> Any:
        try:
            answer = getattr(super(), method)(*args, **kwargs)
        except RedisError as error:
            outage.noticed(error)
            return otherwise
        outage.over()
        return answer
