from django.urls import path

from ideas import answer_views, author_views, duplicate_views, proposal_views, review_views, views, vote_views

app_name = "ideas"

urlpatterns = [
    path("ideas/new/", proposal_views.new_idea, name="new"),
    path("ideas/new/similar/", proposal_views.similar, name="similar"),
    path("ideas/<id:pk>/", views.idea_page, name="short"),
    path("ideas/<id:pk>-<words:slug>/", views.idea_page, name="idea"),
    path("ideas/<id:pk>/edit/", proposal_views.edit, name="edit"),
    path("ideas/<id:pk>/withdraw/", proposal_views.withdraw, name="withdraw"),
    path("ideas/<id:pk>/vote/", vote_views.vote, name="vote"),
    path("ideas/<id:pk>/answer/", answer_views.answer, name="answer"),
    path("ideas/<id:pk>/merge/", duplicate_views.merge, name="merge"),
    path("ideas/<id:pk>/unmerge/", duplicate_views.unmerge, name="unmerge"),
    path("ideas/<id:pk>/move-vote/", duplicate_views.move_vote, name="move_vote"),
    path("ideas/<id:pk>/review/", review_views.review, name="review"),
    path("reviews/", review_views.reviews, name="reviews"),
    path("answers/", answer_views.waiting, name="answers"),
    path("ideas/<id:pk>/clarify/", author_views.clarify, name="clarify"),
    path("ideas/<id:pk>/co-authors/", author_views.co_authors, name="co_authors"),
    path("ideas/<id:pk>/versions/", author_views.versions, name="versions"),
    path("ideas/<id:pk>/poster/", author_views.poster, name="poster"),
    path("ideas/<id:pk>/qr.svg", author_views.qr, name="qr"),
    path("co-authors/<id:pk>/answer/", author_views.answer_invitation, name="answer_invitation"),
    path("co-authors/<id:pk>/remove/", author_views.remove_co_author, name="remove_co_author"),
    path("drafts/", proposal_views.drafts, name="drafts"),
    path("drafts/<id:pk>/delete/", proposal_views.delete_draft, name="delete_draft"),
    path("me/votes/", vote_views.my_votes, name="my_votes"),
    path("attachments/<id:pk>/", views.attachment, name="attachment"),
]
