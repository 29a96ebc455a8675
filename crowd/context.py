from typing import Any

from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, Any]:
    return {}
