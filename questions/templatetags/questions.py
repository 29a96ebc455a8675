from typing import Any

from django import template
from django.urls import reverse

from crowd import clock
from crowd.campaigns.models import BlockPage
from crowd.moderation.queries import why_may_not
from crowd.moderation.rules import Act
from crowd.pages_cache.shown import shows
from crowd.people.kept import kept_form
from crowd.people.queries import person_of
from questions.queries import Shown, previewed_questions, shown_questions

register = template.Library()


@register.inclusion_tag("questions/_questions.html", takes_context=True)
def questions_of(context: template.Context, page: BlockPage) -> dict[str, Any]:
    """Show what the editor asks on the page: `{% questions_of page %}`; nothing where nothing is asked."""
    request = context["request"]
    carried = {"request": request, "page": page, "csrf_token": context.get("csrf_token")}
    questions = list(page.questions.all())
    if getattr(request, "is_preview", False):
        return carried | {"questions": previewed_questions(questions)}
    shows(request, *(f"question:{question.pk}" for question in questions))
    person = person_of(request)
    # Without a question nobody needs the phases or the clock.
    found = shown_questions(questions, page.phases.all(), person, clock.now()) if questions else []
    if person is not None and not clock.is_rehearsal():
        _offer_kept(request, found)
    held = why_may_not(person, Act.ANSWER, page) if any(shown.is_open and not shown.answered for shown in found) else ""
    return carried | {"questions": found, "signed_in": person is not None, "held": held}


def _offer_kept(request: Any, found: list[Shown]) -> None:
    """Choose again what was chosen before signing in."""
    for shown in found:
        kept = kept_form(request, reverse("questions:answer", args=[shown.question.pk]))
        if kept is not None:
            shown.chosen = [*kept.getlist("choice"), kept.get("value", "")]
            shown.is_kept = True
