from types import SimpleNamespace
from uuid import uuid4

import pytest

from crowd.moderation import waiting
from tests.factories import accounts, comments, pages
from tests.factories.ideas import idea
from tests.factories.questions import question
from tests.factories.services import asking, service


@pytest.fixture(autouse=True)
def _no_median_kept(monkeypatch):
    """Each test has a median of its own; to empty the cache would empty the one Redis of all who test beside it."""
    monkeypatch.setattr(waiting, "MEDIAN_KEPT_AS", f"median.{uuid4()}")


@pytest.fixture
def world(client):
    """A campaign with all that residents act upon, and somebody signed in."""
    campaign, rated, who = pages.campaign(), service(), accounts.account()
    cycle = pages.cycle(campaign)
    discussion = asking(rated, parent=campaign, opens=("comment", "rate"))
    thread = comments.thread(discussion)
    client.force_login(who)
    return SimpleNamespace(
        campaign=campaign,
        cycle=cycle,
        discussion=discussion,
        thread=thread,
        said=comments.comment(thread),
        idea=idea(cycle),
        question=question(discussion),
        service=rated,
        who=who,
    )
