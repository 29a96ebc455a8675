"""The demonstration's ideas: each state that an idea may be in, with the history that led there."""

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from crowd.people.models import CampaignRole
from discussions.actions import reconcile_comments
from ideas.actions import reconcile_counts, reconcile_together
from ideas.models import (
    Answer,
    Clarification,
    CoAuthor,
    Idea,
    IdeaChange,
    IdeaCyclePage,
    IdeaVersion,
    OperatorEntry,
    Review,
)

pytestmark = pytest.mark.django_db


def test_demonstration_shows_ideas_in_every_state():
    call_command("load_demo", verbosity=0)
    call_command("load_demo", verbosity=0)

    assert set(Idea.objects.values_list("moderation", flat=True)) == set(Idea.Moderation.values)
    assert set(Idea.objects.values_list("progress", flat=True)) == set(Idea.Progress.values)
    assert set(Review.objects.values_list("state", flat=True)) == set(Review.State.values)
    assert (Answer.objects.count(), OperatorEntry.objects.count()) == (14, 1)
    assert (CoAuthor.objects.get().state, Clarification.objects.count(), IdeaVersion.objects.count()) == (
        "accepted",
        1,
        1,
    )
    assert set(IdeaCyclePage.objects.values_list("voting", flat=True)) == {"support", "both", "budget"}
    assert IdeaCyclePage.objects.filter(counts_shown="at_end").count() == 1
    assert CampaignRole.objects.get(role="body").person.email == "body@example.org"
    # What is told happened in the past, none of it before the idea was there.
    assert not IdeaChange.objects.filter(happened_at__gt=timezone.now()).exists()
    assert not IdeaChange.objects.filter(happened_at__lt=F("idea__created_at")).exists()
    assert reconcile_counts() + reconcile_together() + reconcile_comments() == []
