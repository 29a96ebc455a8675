from django import template

from crowd.sharing.head import Head
from crowd.sharing.head import head_of as build

register = template.Library()


@register.simple_tag(takes_context=True)
def head_of(context: template.Context) -> Head:
    """Return what stands in the head of this page for those who find it and pass it on."""
    return build(context.get("request"), context)
