"""What residents write, made into HTML: paragraphs, links, lists, quotes, emphasis; nothing that runs or loads."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "a", "ul", "ol", "li", "blockquote", "em", "strong"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

_markdown = MarkdownIt("zero", {"html": False, "linkify": True, "breaks": True}).enable(
    ["linkify", "list", "blockquote", "newline", "escape", "emphasis", "link", "autolink", "balance_pairs"]
)


def _only_listed(tag: str, attribute: str, value: str) -> str | None:
    # nh3 lets `title` and `lang` through everywhere; `rel` is its own.
    return value if attribute == "rel" or attribute in ATTRIBUTES.get(tag, ()) else None


@lru_cache(maxsize=512)
def to_html(text: str) -> SafeString:
    """Return the cleaned HTML of a resident's text. Links that name no other site by its whole address lose it."""
    html = nh3.clean(
        _markdown.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_listed,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(html)  # noqa: S308 - cleaned above, by the one allow-list
