import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bare.settings")
http = get_asgi_application()

# Only now are the apps ready to be imported.
from django.urls import path  # noqa: E402

from benchmarks.bare.consumers import PostsConsumer  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter([path("ws/posts/", PostsConsumer.as_asgi())])})
