"""What may become of an idea: one table for each of its two fields, and the one table of what each pair allows."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.models import Idea
from ideas.models.history import IdeaChange

Moderation, Progress, By = Idea.Moderation, Idea.Progress, IdeaChange.By


class Transition(NamedTuple):
    """One step: from which values to which, by whom, what event it records, and how the public history tells it.

    `told` is "" for a step that the public history leaves out. `reasoned`: a reason must be given.
    """

    sources: frozenset[str]
    target: str
    by: frozenset[str]
    event: str
    told: Promise | str = ""
    reasoned: bool = False


def step(
    sources: set[str], target: str, by: set[str], event: str, told: Promise | str = "", *, reasoned: bool = False
) -> Transition:
    return Transition(frozenset(sources), target, frozenset(by), event, told, reasoned)


STAFF = {By.EDITOR.value, By.BODY.value}

MODERATION: dict[str, Transition] = {
    "submit": step({Moderation.DRAFT}, Moderation.PENDING, {By.AUTHOR, By.OPERATOR}, "idea.submitted"),
    "submit_at_once": step(
        {Moderation.DRAFT}, Moderation.PUBLISHED, {By.AUTHOR, By.OPERATOR}, "idea.published", _("Идея опубликована")
    ),
    "resubmit": step({Moderation.NEEDS_WORK}, Moderation.PENDING, {By.AUTHOR}, "idea.submitted"),
    "publish": step(
        {Moderation.PENDING, Moderation.NEEDS_WORK, Moderation.HIDDEN, Moderation.REJECTED},
        Moderation.PUBLISHED,
        {By.MODERATOR, By.SYSTEM},
        "idea.published",
        _("Идея опубликована"),
    ),
    "return": step({Moderation.PENDING}, Moderation.NEEDS_WORK, {By.MODERATOR}, "idea.returned"),
    "reject": step({Moderation.PENDING, Moderation.NEEDS_WORK}, Moderation.REJECTED, {By.MODERATOR}, "idea.rejected"),
    # What is changed in public by somebody whose words are looked at first, is looked at again.
    "withhold": step({Moderation.PUBLISHED}, Moderation.PENDING, {By.AUTHOR}, "idea.withheld"),
    # So is what enough people have flagged.
    "withhold_flagged": step({Moderation.PUBLISHED}, Moderation.PENDING, {By.SYSTEM}, "idea.withheld"),
    "hide": step({Moderation.PUBLISHED}, Moderation.HIDDEN, {By.MODERATOR}, "idea.hidden"),
}

PROGRESS: dict[str, Transition] = {
    "shortlist": step(
        {Progress.OPEN, Progress.DECLINED}, Progress.SHORTLISTED, STAFF, "idea.shortlisted", _("Идея отобрана")
    ),
    "reopen": step(
        {Progress.SHORTLISTED, Progress.DECLINED, Progress.ACCEPTED},
        Progress.OPEN,
        {By.EDITOR},
        "idea.reopened",
        _("Идея снова собирает голоса"),
        reasoned=True,
    ),
    "accept": step(
        {Progress.OPEN, Progress.SHORTLISTED, Progress.DECLINED},
        Progress.ACCEPTED,
        STAFF,
        "idea.accepted",
        _("Идея принята"),
    ),
    "decline": step(
        {Progress.OPEN, Progress.SHORTLISTED, Progress.ACCEPTED},
        Progress.DECLINED,
        STAFF,
        "idea.declined",
        _("Идея отклонена"),
        reasoned=True,
    ),
    "start": step(
        {Progress.ACCEPTED, Progress.DONE}, Progress.IN_PROGRESS, STAFF, "idea.started", _("Идею начали выполнять")
    ),
    "finish": step({Progress.ACCEPTED, Progress.IN_PROGRESS}, Progress.DONE, STAFF, "idea.finished", _("Сделано")),
    "merge": step(
        {Progress.OPEN, Progress.SHORTLISTED},
        Progress.MERGED,
        {By.AUTHOR, By.MODERATOR, By.EDITOR},
        "idea.merged",
        _("Идея объединена с похожей"),
    ),
    "unmerge": step(
        {Progress.MERGED},
        Progress.OPEN,
        {By.AUTHOR, By.MODERATOR, By.EDITOR},
        "idea.unmerged",
        _("Идея снова отдельно"),
    ),
    "withdraw": step({Progress.OPEN}, Progress.WITHDRAWN, {By.AUTHOR}, "idea.withdrawn", _("Автор отозвал идею")),
}


class Allows(NamedTuple):
    """What a pair of states allows."""

    public: bool = False
    listed: bool = False
    votable: bool = False
    commentable: bool = False
    editable: bool = False
    indexed: bool = False


NOTHING = Allows()
DECIDED = Allows(public=True, listed=True, commentable=True, indexed=True)

# The one table of what each pair allows; a pair that is not named allows nothing.
ALLOWS: dict[tuple[str, str], Allows] = {
    (Moderation.DRAFT, Progress.OPEN): Allows(editable=True),
    (Moderation.PENDING, Progress.OPEN): Allows(editable=True),
    (Moderation.NEEDS_WORK, Progress.OPEN): Allows(editable=True),
    (Moderation.PUBLISHED, Progress.OPEN): Allows(
        public=True, listed=True, votable=True, commentable=True, editable=True, indexed=True
    ),
    (Moderation.PUBLISHED, Progress.SHORTLISTED): Allows(
        public=True, listed=True, votable=True, commentable=True, indexed=True
    ),
    (Moderation.PUBLISHED, Progress.ACCEPTED): DECIDED,
    (Moderation.PUBLISHED, Progress.DECLINED): DECIDED,
    (Moderation.PUBLISHED, Progress.IN_PROGRESS): DECIDED,
    (Moderation.PUBLISHED, Progress.DONE): DECIDED,
    (Moderation.PUBLISHED, Progress.MERGED): Allows(public=True),
    (Moderation.PUBLISHED, Progress.WITHDRAWN): Allows(public=True),
}


def allows(idea: Idea) -> Allows:
    return ALLOWS.get((idea.moderation, idea.progress), NOTHING)
