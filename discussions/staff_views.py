"""What moderators press in the admin about one comment or thread."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crowd.errors import DomainError
from crowd.moderation.views import moderator_of
from crowd.people.models import Person
from discussions import hosts
from discussions.actions import lock_thread, pin_comment, set_voice, unlock_thread, unpin_comment
from discussions.models import Comment, Thread
from discussions.rules import COMMENTS_POLICY, THREADS_POLICY
from discussions.staff_forms import LockForm

Act = Callable[[Person, int], None]


def _speak(voice: str) -> Act:
    return lambda actor, pk: set_voice(actor=actor, comment_id=pk, voice=voice)


ACTS: dict[str, Act] = {
    "pin": lambda actor, pk: pin_comment(actor=actor, comment_id=pk),
    "unpin": lambda actor, pk: unpin_comment(actor=actor, comment_id=pk),
    **{voice: _speak(voice) for voice in Comment.Voice.values},
}


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin, unpin or mark a comment: `act` says which."""
    moderator = moderator_of(request)
    seen = COMMENTS_POLICY.instances_user_has_permission_for(moderator, "view")
    wanted = ACTS.get(request.POST.get("act", ""))
    if wanted is None or not seen.filter(pk=pk).exists():
        raise Http404
    try:
        wanted(moderator, pk)
    except DomainError as refused:
        messages.warning(request, str(refused.detail))
    else:
        messages.success(request, _("Сделано."))
    return redirect("comments:inspect", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread: close it for writing with a note to residents, or open it again."""
    moderator = moderator_of(request)
    threads = THREADS_POLICY.instances_user_has_permission_for(moderator, "view")
    thread = threads.select_related("block").filter(pk=pk).first()
    if thread is None:
        raise Http404
    form, status = LockForm(initial={"note": thread.lock_note}), 200
    if request.method == "POST" and request.POST.get("act") == "unlock":
        unlock_thread(actor=moderator, thread_id=pk)
        messages.success(request, _("Ветка открыта: в неё снова можно писать."))
        return redirect("threads:index")
    if request.method == "POST":
        form, status = LockForm(request.POST), 422
        if form.is_valid() and _locked(moderator, pk, form):
            messages.success(request, _("Ветка закрыта. Жители видят почему."))
            return redirect("threads:index")
    host = hosts.registry.find(thread.host_kind, thread.host_id, moderator)
    context = {"thread": thread, "host": host, "form": form, "is_locked": thread.state == Thread.State.LOCKED}
    return render(request, "discussions/staff/thread.html", context, status=status)


def _locked(moderator: Person, thread_id: int, form: LockForm) -> bool:
    try:
        lock_thread(actor=moderator, thread_id=thread_id, note=form.cleaned_data["note"])
    except DomainError as refused:
        form.add_error("note", [str(error) for errors in refused.fields.values() for error in errors])
        return False
    return True
