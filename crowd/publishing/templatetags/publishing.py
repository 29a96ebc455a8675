from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar
from wagtail.models import Page

from crowd.people.models import CampaignRole
from crowd.people.queries import roles_of
from crowd.publishing import queries

Role = CampaignRole.Role

register = template.Library()


@register.simple_tag
def phases_difference(page: Page) -> queries.PhasesDifference:
    return queries.phases_difference(page)


@register.simple_tag(takes_context=True)
def editors_bar(context: template.Context) -> str:
    """Show Wagtail's bar with its checker to editors and approvers, on pages that they can mend; to nobody else."""
    request = context.get("request")
    roles = roles_of(getattr(request, "user", None))
    if not isinstance(context.get("page"), Page) or not roles.any_of(Role.EDITOR, Role.APPROVER):
        return ""
    bar: str = wagtailuserbar(context)
    return bar


@register.filter
def as_words(value: Any) -> str:
    """Return a phase's field as an editor reads it: a moment with its year, «да» or «нет», nothing as a dash."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j E Y, H:i")
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    return str(value) if value is not None else "—"
