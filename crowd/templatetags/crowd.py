"""Tags and filters that every template has: a builtin library."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zlib import crc32

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField, CheckboxInput, ClearableFileInput, Textarea
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crowd import tree
from crowd.words import duration

register = template.Library()
register.filter(duration)

# What residents type, by the field's name in a form, in their words.
FIELD_LABELS = {
    "body": gettext_lazy("Комментарий"),
    "title": gettext_lazy("Название"),
    "problem": gettext_lazy("В чём проблема"),
    "solution": gettext_lazy("Что вы предлагаете"),
    "effect": gettext_lazy("Что изменится"),
    "tags": gettext_lazy("Метки"),
    "note": gettext_lazy("Пояснение"),
    "email": gettext_lazy("Электронная почта"),
    "login": gettext_lazy("Электронная почта"),
    "display_name": gettext_lazy("Имя на сайте"),
    "q": gettext_lazy("Поиск"),
    "text": gettext_lazy("Ответ жителям"),
    "on_behalf": gettext_lazy("От чьего имени"),
    "comment": gettext_lazy("Заключение"),
    "progress": gettext_lazy("Что решили"),
    "given_on": gettext_lazy("Дата ответа"),
    "into": gettext_lazy("Похожая идея"),
}
# What a form carries along and nobody typed.
CARRIED_FIELDS = frozenset(
    {"next", "id", "kind", "cycle", "parent", "value", "stance", "draft", "sector", "municipality", "seen", "act"}
    | {"proof", "seen_at", "website"}
)
LONG_TEXT = 80
# How many colours avatars have; components.css has a rule for each.
FACES = 8


class Typed(NamedTuple):
    label: str
    value: str


BADGE_KINDS = {
    "open": "active",
    "published": "active",
    "accepted": "good",
    "done": "good",
    "in_progress": "good",
    "shortlisted": "good",
    "pending": "waiting",
    "needs_work": "waiting",
    "draft": "waiting",
    "hidden": "bad",
    "rejected": "bad",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a decorative icon of the sprite; the words beside it say what it means."""
    url = staticfiles_storage.url("icons/sprite.svg")
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        url,
        name,
    )


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | None) -> str:
    """Return «12 декабря», with the year where it is not this one."""
    if value is None:
        return ""
    local = _local(value)
    return date_format(local, "j E" if local.year == timezone.localdate().year else "j E Y")


@register.filter
def moment(value: datetime | None) -> str:
    """Return «12 декабря, 18:00» in the site's time zone."""
    return f"{day(value)}, {date_format(_local(value), 'H:i')}" if value is not None else ""


@register.simple_tag
def when(value: date | None, *, hours: bool = True, year: bool = False) -> SafeString:
    """Return the `<time>` of a moment or a day, readable by people and machines; `year` names the year in any case."""
    if value is None:
        return SafeString("")
    words = moment(value) if hours and isinstance(value, datetime) else day(value)
    if year:
        words = date_format(_local(value), "j E Y")
    local = _local(value)
    # HTML takes milliseconds and no finer; nobody reads even those.
    stamp = local.isoformat(timespec="seconds") if isinstance(local, datetime) else local.isoformat()
    return format_html('<time datetime="{}">{}</time>', stamp, words)


@register.filter
def badge_kind(state: str) -> str:
    """Return the look of a state: active, good, waiting, bad or plain."""
    return BADGE_KINDS.get(state, "plain")


@register.filter
def initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


@register.filter
def face(name: str) -> int:
    """Return which of the avatar's colours a name has: the same on every page and every machine."""
    return crc32(name.encode()) % FACES


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Return the field's control, tied to its hint, limit and error.

    A long text loses its `maxlength`: the browser would cut what is pasted without a word; we count and say so.
    """
    attrs: dict[str, Any] = {}
    if isinstance(field.field.widget, Textarea):
        attrs["maxlength"] = False
        if limit_of(field):
            attrs["aria-describedby"] = " ".join(filter(None, [field.aria_describedby, f"{field.auto_id}_limit"]))
    return field.as_widget(attrs=attrs)


@register.filter
def limit_of(field: BoundField) -> int | None:
    """Return how many characters a long text may have."""
    limit: int | None = getattr(field.field, "max_length", None)
    return limit if isinstance(field.field.widget, Textarea) else None


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_file(field: BoundField) -> bool:
    return isinstance(field.field.widget, ClearableFileInput) or field.field.widget.needs_multipart_form


@register.filter
def field_label(name: str) -> str:
    """Return how the interface calls what was typed into the field of this name; empty for what nobody types."""
    return str(FIELD_LABELS.get(name, ""))


@register.simple_tag
def typed_by_hand(typed: Sequence[tuple[str, str]]) -> list[Typed]:
    """Return what was typed under the words of its field, without what the form carried along."""
    return [
        Typed(field_label(name) or name, value) for name, value in typed if name not in CARRIED_FIELDS and value.strip()
    ]


@register.filter
def is_long(value: str) -> bool:
    return len(value) > LONG_TEXT or "\n" in value


@register.simple_tag
def trail_of(page: Any, *, inclusive: bool = False) -> list[Any]:
    """Return the pages above a Wagtail page from the home page down, for breadcrumbs."""
    return [*tree.trail_of(page), page] if inclusive else tree.trail_of(page)


@register.simple_tag(takes_context=True)
def back_url(context: template.Context) -> str:
    """Return the page that the reader came from, where it is one of this site's and not this one."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return ""
    referer = request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if ours and referer != request.build_absolute_uri() else ""


@register.simple_tag(takes_context=True)
def can_repeat(context: template.Context) -> bool:
    """Say whether the refused form can be sent again as it was: refused for haste or a stale token, nothing lost."""
    request: HttpRequest | None = context.get("request")
    if request is None or request.method != "POST":
        return False
    error = context.get("error")
    hasty = getattr(error, "status", None) == 429 or getattr(error, "code", "") == "csrf"  # noqa: PLR2004
    unsafe = {"password", "password1", "password2", "oldpassword", "code", "login"} & request.POST.keys()
    return hasty and not unsafe and not request.FILES


@register.simple_tag
def time_zone_note() -> str:
    """Return which clock the dates on the page follow."""
    if settings.TIME_ZONE == "Asia/Yekaterinburg":
        return _("Время югорское: МСК+2.")
    return _("Часовой пояс: %(zone)s.") % {"zone": settings.TIME_ZONE}
