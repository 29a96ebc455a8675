from typing import Any

from django import template

from crowd.campaigns.models import BlockPage
from crowd.pages_cache.shown import shows
from crowd.pages_cache.tags import service_tag
from services.queries import asked_on_page, services_on_page

register = template.Library()


@register.inclusion_tag("services/_asked.html", takes_context=True)
def service_ratings(context: template.Context, page: BlockPage) -> dict[str, Any]:
    """Show the services that a discussion asks about, with their figures and, while it may be rated, the form."""
    request = context["request"]
    services = services_on_page(page)
    if not services:
        return {"asked": []}
    shows(request, *(service_tag(service.pk) for service in services))
    # The form's token comes from the page's own context.
    return asked_on_page(request, page, services) | {"csrf_token": context.get("csrf_token")}
