"""Forms that were refused because nobody was signed in: kept in the session and offered again."""

from django.http import HttpRequest, QueryDict

KEPT_KEY = "kept_form"
MOST_KEPT = 40_000
UNKEPT_FIELDS = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})


def keep_form(request: HttpRequest) -> None:
    """Keep what was posted to this address until its page is seen again."""
    if request.method != "POST":
        return
    kept = request.POST.copy()
    for name in UNKEPT_FIELDS & kept.keys():
        del kept[name]
    encoded = kept.urlencode()
    if len(encoded) <= MOST_KEPT:
        request.session[KEPT_KEY] = {"path": request.path, "data": encoded}


def kept_form(request: HttpRequest, path: str) -> QueryDict | None:
    """Take what was kept for this address out of the session; None where nothing was."""
    kept = request.session.get(KEPT_KEY)
    if not kept or kept["path"] != path:
        return None
    del request.session[KEPT_KEY]
    return QueryDict(kept["data"])
