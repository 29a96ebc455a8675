from types import SimpleNamespace

import pytest

from tests.factories import accounts, comments, pages
from tests.factories.ideas import idea
from tests.factories.questions import question
from tests.factories.services import asking, service


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
