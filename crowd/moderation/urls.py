from django.urls import path

from crowd.moderation import own_views

app_name = "moderation"
urlpatterns = [
    path("me/sanctions/<id:pk>/confirm/", own_views.confirm, name="confirm"),
]
