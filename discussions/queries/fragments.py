"""The HTML of single comments, kept in this process: pages and hubs show the same ones again and again.

What is kept is named by everything that it shows, so nothing has to be dropped when something changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from discussions.models import Comment
from discussions.queries.shown import Shown

# Of some 3 kB each.
MOST_KEPT = 3000
# Where a comment's answers go; in no text, where a bracket would be escaped.
ANSWERS = "<!--answers-->"
FIELDS = tuple(column.attname for column in Comment._meta.concrete_fields)  # noqa: SLF001 - Django's documented API


class Viewing(NamedTuple):
    """What of the page around a comment is seen at it; nothing of that in a fragment for everybody."""

    closed: bool = False
    moderates: bool = False
    # A list of comments of any level, without answers beneath.
    flat: bool = False
    # On the page of a branch: the address of the answers before, empty on its first page.
    branch: bool = False
    earlier: str = ""


@dataclass(frozen=True)
class Item:
    """A comment as one kind of reader sees it; two are equal where all that is seen is."""

    seen: tuple[Any, ...]
    shown: Shown = field(compare=False)
    viewing: Viewing = field(compare=False)


def comment_html(shown: Shown, viewing: Viewing = Viewing()) -> SafeString:  # noqa: B008 - immutable
    """Return the comment's `<li>` in the active language, with what is unfolded beneath it."""
    html = _rendered(Item(_seen(shown, viewing), shown, viewing))
    return SafeString(html.replace(ANSWERS, comments_html(shown.answers, viewing), 1))


def comments_html(several: Iterable[Shown], viewing: Viewing) -> SafeString:
    """Return the comments as the items of a list."""
    return SafeString("".join(comment_html(one, viewing) for one in several))


def _seen(shown: Shown, viewing: Viewing) -> tuple[Any, ...]:
    comment, parent = shown.comment, shown.comment.parent
    answered = (parent.moderation, parent.author.display_name) if parent else None
    around = (shown.whole, shown.own, shown.left, bool(shown.answers), viewing)
    # The year, because that of this year is not written out.
    reading = (get_language(), timezone.localdate().year)
    return (
        *(getattr(comment, name) for name in FIELDS),
        comment.author.display_name,
        comment.rule,
        answered,
        around,
        reading,
    )


@lru_cache(maxsize=MOST_KEPT)
def _rendered(wanted: Item) -> SafeString:
    shown = wanted.shown
    context = {"shown": shown, "comment": shown.comment, "answers": mark_safe(ANSWERS), **wanted.viewing._asdict()}  # noqa: S308 - no input
    html = render_to_string("discussions/_comment.html", context)
    # Many times sent: without the template's blank lines and indents.
    return mark_safe("\n".join(filter(None, map(str.strip, html.split("\n")))))  # noqa: S308 - a template's own output
