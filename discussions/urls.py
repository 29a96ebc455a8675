from django.urls import path

from discussions import comment_views, views

app_name = "discussions"

urlpatterns = [
    path("threads/<id:pk>/comments/", views.comments, name="comments"),
    path("threads/<id:pk>/own/", views.own, name="own"),
    path("comments/<id:pk>/", comment_views.place, name="comment"),
    path("comments/<id:pk>/history/", comment_views.history, name="history"),
    path("comments/<id:pk>/edit/", comment_views.edit, name="edit"),
    path("comments/<id:pk>/delete/", comment_views.delete, name="delete"),
    path("comments/<id:pk>/react/", comment_views.react, name="react"),
]
