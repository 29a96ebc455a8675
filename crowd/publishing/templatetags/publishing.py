from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from crowd.publishing import queries

register = template.Library()


@register.simple_tag
def phases_difference(page: Page) -> queries.PhasesDifference:
    return queries.phases_difference(page)


@register.filter
def as_words(value: Any) -> str:
    """Return a phase's field as an editor reads it: a moment with its year, «да» or «нет», nothing as a dash."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j E Y, H:i")
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    return str(value) if value is not None else "—"
