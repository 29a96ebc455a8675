"""Wagtail's checker of accessibility, turned to what an editor can mend: the page's own words, not its frame."""

from typing import Any, ClassVar

from wagtail.admin.userbar import ContentCheckerItem


class EditorsChecker(ContentCheckerItem):
    axe_include: ClassVar[list[str]] = ["main"]
    # Titles within components are set in bold by the site's own design; the paragraphs around them are the editor's.
    axe_exclude: ClassVar[list[str]] = ["main [class*='__title']", "main [class*='__name']"]


def with_editors_checker(items: list[Any]) -> list[Any]:
    """Return the items of Wagtail's bar with our checker in the place of its own."""
    return [EditorsChecker() if isinstance(item, ContentCheckerItem) else item for item in items]
