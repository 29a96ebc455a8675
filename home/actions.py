from functools import partial

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now

from crowd.pages_cache.shown import drop
from crowd.pages_cache.tags import CAMPAIGNS
from crowd.people.models import Person
from discussions.models import Comment
from home.models import Participation
from ideas.models import Idea
from ideas.queries import counts_hidden


@transaction.atomic
def count_participation() -> Participation:
    """Count anew who took part and with what; the home page shows the row."""
    votes = Idea.objects.listed().exclude(counts_hidden()).aggregate(up=Sum("votes_for"), down=Sum("votes_against"))
    people = Person.objects.filter(is_active=True).exclude(verification=Person.Verification.NONE)
    counted, _new = Participation.objects.update_or_create(
        pk=1,
        defaults={
            "people": people.count(),
            "ideas": Idea.objects.listed().count(),
            "comments": Comment.objects.visible().count(),
            "votes": (votes["up"] or 0) + (votes["down"] or 0),
            "counted_at": Now(),
        },
    )
    transaction.on_commit(partial(drop, {CAMPAIGNS}, gentle=True), robust=True)
    return counted
