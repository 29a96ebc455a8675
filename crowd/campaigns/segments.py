"""First segments of addresses that are the site's own, so that no page may stand there."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

# Served by others than the URL configuration, or promised by docs/contract.md.
BESIDES = frozenset({"admin", "api", "drafts", "flags", "media", "static", "ws", "_components"})
PLAIN = re.compile(r"\^?([\w-]+)/")


def is_reserved(slug: str) -> bool:
    """Say whether a page of this slug directly beneath the home page would stand where the site itself answers."""
    return slug.lower() in reserved()


@cache
def reserved() -> frozenset[str]:
    languages = {code for code, _name in settings.LANGUAGES}
    return BESIDES | languages | frozenset(_first_segments(get_resolver().url_patterns))


def _first_segments(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver) and (not route or isinstance(pattern.pattern, LocalePrefixPattern)):
            yield from _first_segments(pattern.url_patterns)
        elif found := PLAIN.match(f"{route}/"):
            yield found[1]
