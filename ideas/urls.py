from django.urls import path

from ideas import answer_views, proposal_views, review_views, views, vote_views

app_name = "ideas"

urlpatterns = [
    path("ideas/new/", proposal_views.new_idea, name="new"),
    path("ideas/<id:pk>/", views.idea_page, name="short"),
    path("ideas/<id:pk>-<words:slug>/", views.idea_page, name="idea"),
    path("ideas/<id:pk>/edit/", proposal_views.edit, name="edit"),
    path("ideas/<id:pk>/withdraw/", proposal_views.withdraw, name="withdraw"),
    path("ideas/<id:pk>/vote/", vote_views.vote, name="vote"),
    path("ideas/<id:pk>/answer/", answer_views.answer, name="answer"),
    path("ideas/<id:pk>/review/", review_views.review, name="review"),
    path("reviews/", review_views.reviews, name="reviews"),
    path("answers/", answer_views.waiting, name="answers"),
    path("drafts/", proposal_views.drafts, name="drafts"),
    path("drafts/<id:pk>/delete/", proposal_views.delete_draft, name="delete_draft"),
    path("me/votes/", vote_views.my_votes, name="my_votes"),
    path("attachments/<id:pk>/", views.attachment, name="attachment"),
]
