"""Deciding about several cases of the queue with one reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crowd.errors import AlreadyDecided, Invalid
from crowd.moderation.actions import decide_as_meant
from crowd.moderation.case_forms import Chosen, ManyForm
from crowd.moderation.case_queries import cases_named
from crowd.moderation.case_rules import ASKED_ABOUT, require_chosen, require_named
from crowd.moderation.registry import Case
from crowd.moderation.staff import do_each
from crowd.moderation.views import moderator_of
from crowd.people.models import Person


@dataclass(frozen=True)
class Line:
    """A case that was chosen, and why it was not decided, where it was tried."""

    chosen: Chosen
    case: Case | None
    why: str = ""


@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """Decide about each of the chosen by itself; what was not decided is shown with why, and what was typed stays."""
    person = moderator_of(request)
    form = ManyForm(request.POST)
    chosen = form.chosen
    try:
        require_chosen(len(chosen))
        data = form.usable_data()
        require_named(data["outcome"], data["reason"])
    except Invalid as refused:
        messages.error(request, form.say(refused))
        return _page(request, form, _lines(person, dict.fromkeys(chosen, "")), status=refused.status)
    if data["outcome"] in ASKED_ABOUT and len(chosen) > 1 and not form.sure:
        return _page(request, form, _lines(person, dict.fromkeys(chosen, "")), asks=True)
    gone = _("Такой записи нет.")
    done, skipped = do_each(chosen, partial(_decide, person, data), gone=gone)
    if done:
        messages.success(request, _("Решено записей: %(count)s.") % {"count": done})
    if not skipped:
        return redirect("moderation_queue")
    messages.warning(request, _("Не решено записей: %(count)s.") % {"count": len(skipped)})
    return _page(request, form, _lines(person, dict(skipped)), status=AlreadyDecided.status)


def _decide(person: Person, data: Mapping[str, Any], one: Chosen) -> None:
    decide_as_meant(moderator=person, kind=one.kind, subject_id=one.id, seen=one.seen, **data)


def _lines(person: Person, chosen: Mapping[Chosen, str]) -> list[Line]:
    cases = cases_named(person, chosen)
    return [Line(one, cases.get((one.kind, one.id)), why) for one, why in chosen.items()]


def _page(
    request: HttpRequest, form: ManyForm, lines: list[Line], *, asks: bool = False, status: int = 200
) -> HttpResponse:
    context = {"form": form, "lines": lines, "asks": asks, "outcome": form.typed("outcome")}
    return render(request, "moderation/many_cases.html", context, status=status)
