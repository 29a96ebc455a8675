from django.urls import path
from django.views.generic import RedirectView

from crowd.people import views

app_name = "people"
urlpatterns = [
    path("", views.me, name="me"),
    path("edit/", views.edit_me, name="edit"),
    path("consent/", views.consent, name="consent"),
    path("consent/text/", RedirectView.as_view(pattern_name="consent", permanent=True), name="consent_text"),
]
