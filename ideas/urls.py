from django.urls import path

from ideas import views

app_name = "ideas"

urlpatterns = [
    path("ideas/new/", views.new_idea, name="new"),
    path("ideas/<id:pk>/", views.idea_page, name="short"),
    path("ideas/<id:pk>-<words:slug>/", views.idea_page, name="idea"),
    path("ideas/<id:pk>/edit/", views.edit, name="edit"),
    path("ideas/<id:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("ideas/<id:pk>/vote/", views.vote, name="vote"),
    path("attachments/<id:pk>/", views.attachment, name="attachment"),
]
