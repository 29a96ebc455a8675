from django.urls import path

from crowd.moderation import flag_views

app_name = "flags"

urlpatterns = [
    path("", flag_views.flag, name="flag"),
    path("new/", flag_views.new_flag, name="new"),
]
