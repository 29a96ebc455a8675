"""The Redis layers by themselves: many small messages at once to the one channel that a hub holds."""

import asyncio
import time
from typing import Any

from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

GROUP, MESSAGES, PATIENCE = "benchmark.nudges", 500, 3.0


def compare_nudges(redis_url: str) -> list[dict[str, Any]]:
    hosts = [{"address": redis_url, "socket_timeout": 20}]
    layers = {"core": RedisChannelLayer(hosts=hosts), "pub/sub": RedisPubSubChannelLayer(hosts=hosts)}
    return [
        {"layer": name, "reader": reader} | asyncio.run(_told(layer, pause))
        for name, layer in layers.items()
        for reader, pause in {"reads": 0.0, "is busy for a second": 1.0}.items()
    ]


async def _told(layer: Any, pause: float) -> dict[str, Any]:
    """Send all, a few at a time on their way; receive after a pause."""
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    body = {"type": "comment.published", "subject": 1, "thread": 1, "seq": 1}
    at_once = asyncio.Semaphore(8)

    async def send() -> None:
        async with at_once:
            await layer.group_send(GROUP, {"type": "live", "body": body})

    began, heard, last = time.perf_counter(), 0, 0.0
    sending = asyncio.gather(*(send() for _ in range(MESSAGES)))
    await asyncio.sleep(pause)
    try:
        while heard < MESSAGES:
            await asyncio.wait_for(layer.receive(channel), PATIENCE)
            heard, last = heard + 1, time.perf_counter()
    except TimeoutError:
        pass
    await sending
    await layer.group_discard(GROUP, channel)
    await layer.flush()
    return {"sent": MESSAGES, "heard": heard, "ms": round((last - began) * 1000, 1)}
