from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from crowd import clock
from crowd.campaigns.models import BlockPage
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import thread_tag
from discussions.actions import open_thread
from discussions.models import Thread
from discussions.queries import comment_counts, thread_context
from discussions.queries.fragments import Viewing, comments_html
from discussions.queries.shown import Shown
from discussions.text import to_html

register = template.Library()


@register.filter
def user_text(text: str) -> SafeString:
    """Make what a resident wrote into HTML: `{{ comment.body|user_text }}`."""
    return to_html(text)


@register.simple_tag(takes_context=True)
def comment_items(context: template.Context, several: Iterable[Shown], *, flat: bool = False) -> SafeString:
    """Show comments as items of a list, as the page around them wants them shown."""
    said = context.flatten()
    viewing = Viewing(
        closed=bool(said.get("closed")),
        moderates=bool(said.get("moderates")),
        flat=flat or bool(said.get("flat")),
        branch=bool(said.get("branch")),
        earlier=str(said.get("earlier") or "") if said.get("branch") else "",
    )
    return comments_html(several, viewing)


@register.simple_tag
def count_comments(discussions: Sequence[Any]) -> str:
    """Give each discussion its `comment_count`, which a page of a lower app shows; one query."""
    counts = comment_counts([page.pk for page in discussions])
    for page in discussions:
        page.comment_count = counts[page.pk]
    return ""


@register.inclusion_tag("discussions/_thread.html", takes_context=True)
def thread(context: template.Context, host_kind: str, host_id: int | None, block: BlockPage | None) -> dict[str, Any]:
    """Show what is said under a discussion or an idea: `{% thread "idea" idea.pk idea.cycle %}`."""
    if not host_id or block is None or not block.pk:
        # A page that is previewed before it was ever saved.
        return {"thread": None, "to_come": True}
    if clock.is_rehearsal() or getattr(context["request"], "is_preview", False):
        # Looking at what is not published yet opens no thread.
        opened = Thread.objects.filter(host_kind=host_kind, host_id=host_id).first()
        return thread_context(opened, context["request"]) if opened else {"thread": None, "to_come": True}
    found = open_thread(host_kind=host_kind, host_id=host_id, block=block)
    # At hand already: a page's rendering is counted in statements.
    found.block = block
    shows(context["request"], thread_tag(found.pk))
    # The form's token comes from the page's own context.
    return thread_context(found, context["request"]) | {"csrf_token": context.get("csrf_token")}
