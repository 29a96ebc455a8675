"""«Отбор идей»: editors choose, with votes and reviews beside each idea."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from crowd.converters import id_of
from crowd.moderation.staff import do_each
from crowd.people.models import CampaignRole, Person
from crowd.people.queries import person_of, roles_of
from ideas import actions
from ideas.models import Idea, IdeaCyclePage
from ideas.models.history import LONGEST_REASON
from ideas.queries.shortlist import STATES, cycles_of_editor, get_edited_cycle_or_404, shortlist

MOST_AT_ONCE = 100
CUT = 60
ORDER_NAMES = {
    "votes": gettext_lazy("по голосам"),
    "reviews": gettext_lazy("по оценке экспертов"),
    "new": gettext_lazy("сначала новые"),
}


def editor_of(request: HttpRequest) -> Person:
    person = person_of(request)
    if person is None or not roles_of(person).any_of(CampaignRole.Role.EDITOR):
        raise PermissionDenied
    return person


@require_safe
def cycles(request: HttpRequest) -> HttpResponse:
    found = list(cycles_of_editor(editor_of(request)))
    return render(request, "ideas/staff/shortlists.html", {"cycles": found})


@require_http_methods(["GET", "HEAD", "POST"])
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a page of the cycle's ideas; POST chooses those of `idea`."""
    editor = editor_of(request)
    chosen_from = get_edited_cycle_or_404(editor, pk)
    if request.method == "POST":
        _choose(request, editor, chosen_from)
        return redirect(f"{reverse('shortlist', args=[pk])}?{urlencode({'state': Idea.Progress.SHORTLISTED.value})}")
    asked = request.GET.get("state", Idea.Progress.OPEN.value)
    state = asked if asked in STATES else Idea.Progress.OPEN.value
    order, number = request.GET.get("order", ""), request.GET.get("page", "")
    listed = shortlist(editor, chosen_from, state=state, order=order, number=number)
    context = {
        "cycle": chosen_from,
        "list": listed,
        "states": [(value, Idea.Progress(value).label if value else _("все")) for value in STATES],
        "orders": [(name, ORDER_NAMES[name]) for name in listed.orders],
        "longest": LONGEST_REASON,
    }
    return render(request, "ideas/staff/shortlist.html", context)


def _choose(request: HttpRequest, editor: Person, chosen_from: IdeaCyclePage) -> None:
    """Choose each by itself: what one refuses stops no other, and is named."""
    ids = {id_of(text) for text in request.POST.getlist("idea")[:MOST_AT_ONCE]}
    rows = list(Idea.objects.listed().filter(pk__in=ids, cycle_id=chosen_from.pk).order_by("pk"))
    reason = request.POST.get("reason", "").replace("\x00", "")[:LONGEST_REASON]

    def choose(idea: Idea) -> None:
        actions.shortlist_idea(actor=editor, idea_id=idea.pk, reason=reason)

    done, skipped = do_each(rows, choose, gone=_("Этой идеи больше нет."))
    left = [f"«{Truncator(idea.title).chars(CUT)}»: {why}" for idea, why in skipped]
    if done:
        messages.success(request, ngettext("Отобрана %(n)s идея.", "Отобрано %(n)s идей.", done) % {"n": done})
    if left:
        messages.warning(request, " ".join(left))
    if not rows:
        messages.warning(request, _("Ни одна идея не отмечена."))
