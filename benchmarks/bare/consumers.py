from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

GROUP = "posts"


class PostsConsumer(AsyncWebsocketConsumer):
    """Tells each post as the same string, behind the mark by which the reader knows the post."""

    groups = (GROUP,)

    async def live(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["body"]["mark"] + settings.FRAME)
