from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowd.gallery.entries import groups
from crowd.gallery.parts import State


def drawn(request: HttpRequest, template: str, state: State) -> SafeString:
    context = state.context() if callable(state.context) else state.context
    return render_to_string(f"components/{template}.html", context, request)


@require_safe
@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states; reachable only where SHOW_COMPONENTS is on."""
    shown: list[dict[str, Any]] = [
        {
            "group": group,
            "entries": [
                (entry, [(state.name, drawn(request, entry.template, state)) for state in entry.states])
                for entry in group.entries
            ],
        }
        for group in groups()
    ]
    return render(request, "pages/gallery.html", {"shown": shown})
