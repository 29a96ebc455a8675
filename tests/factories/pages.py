from datetime import timedelta

from wagtail.test.utils.form_data import inline_formset

from crowd import clock
from crowd.campaigns.models import CampaignPage, Phase
from discussions.models import DiscussionPage
from home.models import HomePage
from ideas.models import ASKED_FIELDS, IdeaCyclePage

OPEN_CYCLE = ("submit", "comment", "vote")

# What the editor's form of a cycle sends of its settings where nothing was changed.
CYCLE_FORM = {
    "ideas_premoderation": "newcomers",
    **{f"{name}_asked": "may" for name in ASKED_FIELDS},
    "submit_level": "email",
    "vote_level": "email",
    "voting": "support",
    "votes_each": "5",
    "votes_changeable": "on",
    "counts_shown": "always",
    "criteria": inline_formset([]),
}


def campaign(title="Цифровые сервисы", **fields):
    return HomePage.objects.get().add_child(instance=CampaignPage(title=title, **fields))


def phase(page, *opens, starts=-1, ends=1, name="Этап"):
    """A phase of the block from `starts` to `ends` days from now."""
    now = clock.now()
    return Phase.objects.create(
        page=page,
        name=name,
        opens_at=now + timedelta(days=starts),
        closes_at=now + timedelta(days=ends),
        **dict.fromkeys(opens, True),
    )


def discussion(parent=None, *, opens=("comment",), **fields):
    fields.setdefault("title", "Обсуждение")
    page = (parent or campaign()).add_child(instance=DiscussionPage(**fields))
    if opens:
        phase(page, *opens)
    return page


def cycle(parent=None, *, opens=OPEN_CYCLE, **fields):
    fields.setdefault("title", "Сбор идей")
    page = (parent or campaign()).add_child(instance=IdeaCyclePage(**fields))
    if opens:
        phase(page, *opens)
    return page
