"""What letters say beside their own words; what stands on a higher floor is told from there."""

from collections.abc import Callable

from django.conf import settings

SiteName = Callable[[], str]

_site_name: list[SiteName] = [lambda: str(settings.WAGTAIL_SITE_NAME)]


def tell_site_name(ask: SiteName) -> None:
    """Let `ask` say how the site is called in the language that is active."""
    _site_name[:] = [ask]


def site_name() -> str:
    return _site_name[0]()
