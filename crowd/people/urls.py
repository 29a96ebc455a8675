from django.urls import path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from crowd.people import views

app_name = "people"
urlpatterns = [
    path("", views.me, name="me"),
    path("edit/", views.edit_me, name="edit"),
    path("language/", views.language, name="language"),
    path("consent/", views.consent, name="consent"),
    path("consent/text/", require_safe(RedirectView.as_view(pattern_name="consent", permanent=True))),
]
