"""The embedded settings, with a count of the statements that readers who are not signed in cost: `/metrics` tells it."""

from django.db import connection
from prometheus_client import Counter

from crowd.settings.dev import *  # noqa: F403 - settings are one namespace by Django's design
from crowd.settings.dev import MIDDLEWARE

MIDDLEWARE = ["tests.live.counted.count_readers", *MIDDLEWARE]
statements = Counter("readers_statements", "Statements that requests without a session have sent.")


def count_readers(get_response):
    def count(execute, *arguments):
        statements.inc()
        return execute(*arguments)

    def middleware(request):
        if request.method != "GET" or "sessionid" in request.COOKIES or request.path == "/metrics":
            return get_response(request)
        with connection.execute_wrapper(count):
            return get_response(request)

    return middleware
