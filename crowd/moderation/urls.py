from django.urls import path

from crowd.moderation import author_views, own_views, register_views

app_name = "moderation"
urlpatterns = [
    path("moderation/", register_views.register, name="register"),
    path("me/decisions/", author_views.decisions, name="statements"),
    path("me/decisions/<id:pk>/", author_views.decision, name="statement"),
    path("me/flags/", own_views.flags, name="flags"),
    path("me/sanctions/<id:pk>/confirm/", own_views.confirm, name="confirm"),
]
