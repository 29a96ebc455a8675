from typing import Any

from django import template
from wagtail.models import Page

from home.queries import latest_news, news_index_of

register = template.Library()


@register.inclusion_tag("home/campaign_news.html", takes_context=True)
def campaign_news(context: template.Context, page: Page) -> dict[str, Any]:
    """Show the latest news beneath the page; a lower app's page cannot know of them otherwise."""
    return {"news": latest_news(page), "news_index": news_index_of(page), "request": context.get("request")}
