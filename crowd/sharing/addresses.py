"""The addresses by which others know the site: whole, in each language, without what only one reader needs."""

from django.conf import settings
from django.http import HttpRequest

# Said of pages that have no better match for the reader's language.
FOR_ALL = "x-default"


def origin(request: HttpRequest) -> str:
    """Return scheme and host under which the site is known; embedded, those at which it was asked."""
    if settings.SOCKETS_FROM_OWN_HOST:
        return f"{request.scheme}://{request.get_host()}"
    return str(settings.SITE_URL)


def in_language(path: str, language: str) -> str:
    """Return the address of the same page in the language."""
    for code, _name in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            path = path.removeprefix(f"/{code}")
            break
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def alternates(base: str, path: str) -> list[tuple[str, str]]:
    """Return (language, address) of the page in every language.

    All pages have all of them: the interface is translated even where the text is not, which search engines name as
    a case for these links.
    """
    each = [(code, base + in_language(path, code)) for code, _name in settings.LANGUAGES]
    return [*each, (FOR_ALL, base + in_language(path, settings.LANGUAGE_CODE))]
