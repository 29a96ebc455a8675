"""The HTML of single comments, kept in this process: pages and hubs show the same ones again and again.

What is kept is named by everything that it shows, so nothing has to be dropped when something changes.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from discussions.models import Comment
from discussions.queries.shown import Shown

# Of some 3 kB each.
MOST_KEPT = 3000
FIELDS = tuple(column.attname for column in Comment._meta.concrete_fields)  # noqa: SLF001 - Django's documented API


@dataclass(frozen=True)
class Article:
    """A comment as one kind of reader sees it; two are equal where all that is seen is."""

    seen: tuple[Any, ...]
    shown: Shown = field(compare=False)
    closed: bool = field(compare=False)
    moderates: bool = field(compare=False)


def article(shown: Shown, *, closed: bool, moderates: bool) -> SafeString:
    """Return the comment's `<article>` in the active language; of what is not to be read, a line that says so."""
    return _rendered(Article(_seen(shown, closed, moderates), shown, closed, moderates))


def _seen(shown: Shown, *viewing: bool) -> tuple[Any, ...]:
    comment, parent = shown.comment, shown.comment.parent
    answered = (parent.moderation, parent.author.display_name) if parent else None
    # The year, because that of this year is not written out.
    reading = (get_language(), timezone.localdate().year, shown.whole, shown.own, *viewing)
    return (*(getattr(comment, name) for name in FIELDS), comment.author.display_name, answered, *reading)


@lru_cache(maxsize=MOST_KEPT)
def _rendered(wanted: Article) -> SafeString:
    context = {
        "shown": wanted.shown,
        "comment": wanted.shown.comment,
        "closed": wanted.closed,
        "moderates": wanted.moderates,
    }
    html = render_to_string("discussions/_article.html", context)
    # Many times sent: without the template's blank lines and indents.
    return mark_safe("\n".join(filter(None, map(str.strip, html.split("\n")))))  # noqa: S308 - a template's own output
