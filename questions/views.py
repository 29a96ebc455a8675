from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.errors import AlreadyAnswered, Invalid
from crowd.limits.actions import limit_request
from crowd.people.views import SeeOther, signed_in
from crowd.views import wants_json
from questions.actions import answer_question
from questions.models import Question
from questions.queries import Shown, get_visible_question_or_404, shown_question

LONGEST_VALUE = 4


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer. What was sent by nobody who is signed in is kept, and offered again at the question."""
    if request.method != "POST":
        return redirect(address_of(get_visible_question_or_404(pk), request))
    person = signed_in(request)
    limit_request(request, "answer")
    question, chosen = get_visible_question_or_404(pk), request.POST.getlist("choice")
    value = _number(request.POST.get("value", ""))
    try:
        answer_question(person=person, question_id=pk, choices=chosen, value=value)
    except (Invalid, AlreadyAnswered) as error:
        shown = shown_question(question, person)
        if wants_json(request):
            raise _in_words(error, shown) from error
        shown.chosen = [*chosen, request.POST.get("value", "")]
        shown.error = " ".join(str(text) for texts in error.fields.values() for text in texts)
        return _page(request, shown, status=error.status)
    if wants_json(request):
        return JsonResponse(_as_json(shown_question(question, person)))
    messages.success(request, _("Спасибо, ваш ответ учтён."))
    return SeeOther(address_of(question, request))


def address_of(question: Question, request: HttpRequest | None = None) -> str:
    return f"{question.page.get_url(request)}#question-{question.pk}"


def _in_words(error: Invalid | AlreadyAnswered, shown: Shown) -> Invalid | AlreadyAnswered:
    """Say what had been answered, to whoever answers again."""
    if isinstance(error, Invalid):
        return error
    said = "; ".join(words.text for words in shown.own_words)
    return AlreadyAnswered(_("Вы уже ответили на этот вопрос: %(said)s. Ответить можно один раз.") % {"said": said})


def _number(text: str) -> int | None:
    """Return the number; 0, which stands on no scale, for what is none."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_VALUE else 0


def _page(request: HttpRequest, shown: Shown, *, status: int) -> HttpResponse:
    """Show the question on a page of its own: the form that was refused, or what had been answered before."""
    page = shown.question.page.specific
    return render(request, "questions/answer.html", {"shown": shown, "page": page, "alone": True}, status=status)


def _as_json(shown: Shown) -> dict[str, Any]:
    results = shown.results
    rows = results and [
        {"choice": row.option.name, "text": row.label, "count": row.number, "share": round(row.share, 4)}
        for row in results.rows
    ]
    return {"question": shown.question.pk, "answered": shown.answered, "people": shown.people, "results": rows}
