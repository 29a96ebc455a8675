"""Every kind of page that the site has: as who reads only opens it, and as who is signed in."""

CAMPAIGN = "/cifrovye-servisy/"
PAGES = {
    "home": "/",
    "campaign": CAMPAIGN,
    "discussion": f"{CAMPAIGN}kachestvo-i-udobstvo/",
    "cycle": f"{CAMPAIGN}idei/",
    "cycle-past": f"{CAMPAIGN}pervyj-sbor/",
    "cycle-nothing-found": f"{CAMPAIGN}idei/?q=бегемот",
    "idea": "{idea}",
    "idea-form": "/ideas/new/?cycle={cycle}",
    "flag": "/flags/new/?kind=idea&id={flagged}",
    "services": "/services/",
    "service": "{service}",
    "search": "/search/",
    "search-found": "/search/?q=площадок",
    "search-nothing-found": "/search/?q=бегемот",
    "news": f"{CAMPAIGN}otkryt-vtoroj-sbor/",
    "text": "/o-proekte/",
    "questions": "/voprosy/",
    "news-index": "/novosti/",
    "rules": "/pravila/",
    "privacy": "/personalnye-dannye/",
    "discussion-reply": f"{CAMPAIGN}kachestvo-i-udobstvo/?write=1",
    "consent": "/consent/",
    "vision": "/vision/",
    "offline": "/offline/",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "lost": "/takogo-net/",
}
SIGNED_IN = {
    "me": "/me/",
    "me-edit": "/me/edit/",
    "discussion": f"{CAMPAIGN}kachestvo-i-udobstvo/",
    "idea": "{idea}",
    "idea-form": "/ideas/new/?cycle={cycle}",
    "service": "{service}",
    "withdraw": "/ideas/{own}/withdraw/",
    "e-mail": "/accounts/email/",
    "password": "/accounts/password/change/",
    "second-factor": "/accounts/2fa/",
    "refused": "/ideas/{others}/edit/",
    "sign-out": "/accounts/logout/",
}
STATUS = {"lost": 404, "refused": 403}
RESIDENT = "resident3@example.org"
SOME = """
from ideas.models import Idea
from crowd.people.models import Person
from services.models import Service
idea = Idea.objects.get(title__startswith="Карта зимников")
person = Person.objects.get(email="resident3@example.org")
public = Idea.objects.filter(moderation="published", progress="open", cycle=idea.cycle_id)
print(json.dumps({
    "idea": idea.get_absolute_url(),
    "cycle": idea.cycle_id,
    "flagged": idea.pk,
    "service": Service.objects.get(slug="vika").get_absolute_url(),
    "own": public.filter(author=person).values_list("pk", flat=True).first(),
    "others": public.exclude(author=person).values_list("pk", flat=True).first(),
}))
"""
# What a visitor sees who posted a form when the server could not take it.
PAGES_OF_TROUBLE = """
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from crowd import views
request = RequestFactory(SERVER_NAME="127.0.0.1").post("/", {"title": "Остановки", "problem": "Холодно ждать. " * 20})
request.user, request.session = AnonymousUser(), {}
answers = {
    "forbidden": views.permission_denied(request, PermissionDenied()),
    "lost": views.page_not_found(request, Http404()),
    "broken": views.server_error(request),
    "database-away": views.database_away(request),
    "maintenance": views.maintenance(request),
    "stale-form": views.csrf_failure(request),
}
print(json.dumps({name: answer.content.decode() for name, answer in answers.items()}))
"""
