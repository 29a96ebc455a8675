from typing import Any

from django import template
from wagtail.models import Page

from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import campaign_tag
from ideas.queries import some_ideas

register = template.Library()


@register.inclusion_tag("ideas/idea_list.html", takes_context=True)
def idea_list(context: template.Context, cycle: Page | None, order: str, count: int, title: str = "") -> dict[str, Any]:
    """Show a few ideas of a cycle on a page of a lower app, which cannot know of them; nothing where there are none."""
    if cycle and (request := context.get("request")):
        shows(request, campaign_tag(cycle.get_parent().pk))
    ideas = some_ideas(cycle.pk, order=order, count=count) if cycle else []
    return {"ideas": ideas, "cycle": cycle, "title": title, "request": context.get("request")}
