from django.urls import path

from discussions import views

app_name = "discussions"

urlpatterns = [path("threads/<id:pk>/comments/", views.comments, name="comments")]
