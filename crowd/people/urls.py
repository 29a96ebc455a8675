from django.urls import path

from crowd.people import views

app_name = "people"
urlpatterns = [
    path("", views.me, name="me"),
    path("edit/", views.edit_me, name="edit"),
    path("consent/", views.consent, name="consent"),
    path("consent/text/", views.consent_text, name="consent_text"),
]
