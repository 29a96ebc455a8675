"""What pages show, by name, and which of it an event changes.

A page names what it is about to show (`shows(request, idea_tag(7))`); an event names what it has changed. Where the two
meet, the page is dropped.
"""

from typing import Any, NamedTuple, Protocol

# What editors make and every page's frame shows: pages, menus, snippets, names.
SITE = "site"
# Anything that happened in any campaign: the home page.
CAMPAIGNS = "campaigns"

# Nothing of these is on a public page.
QUIET = frozenset(
    {
        "burst.noticed",
        "comment.posted",  # waits for a moderator
        "comment.host_changed",  # follows what has told already
        "comment.rejected",
        "co_author.declined",
        "co_author.invited",
        "consent.given",
        "flag.raised",
        "idea.cycle_changed",  # follows what has told already
        "idea.returned",  # nobody has seen it
        "idea.submitted",  # waits for a moderator
        "idea.support_changed",  # shown when it is counted
        "limit.changed",
        "moderation.claimed",
        "moderation.decided",  # what was decided has an event of its own
        "moderation.escalated",
        "moderation.released",
        "moderation.trained",
        "moderation.withheld",  # so has what is withheld
        "operator.entered",  # what was entered has an event of its own
        # Pages end at the boundary themselves, before anybody notes that it has come.
        "phase.closed",
        "phase.opened",
        "person.confirmed",
        "person.email_confirmed",
        "person.trusted",
        "review.conflict_declared",
        # Nobody reads one before the phase is over, and then none is written any more.
        "review.submitted",
        "role.granted",
        "role.revoked",
        "sanction.confirmed",
        "sanction.imposed",
        "sanction.lifted",
    }
)
# What only adds to a page: it may come a second later, so that fifty votes a second do not mean fifty renderings.
GENTLE = frozenset(
    {
        "comment.published",
        "idea.accepted",
        "idea.clarified",
        "idea.answered",
        "idea.declined",
        "idea.finished",
        "idea.published",
        "idea.shortlisted",
        "idea.started",
        "question.answered",
        "rating.given",
        "reaction.changed",
        "vote.cast",
    }
)
# What changes or takes away: from the commit on nobody may see it as it was.
PLAIN = frozenset(
    {
        "comment.deleted",
        "comment.edited",
        "comment.hidden",
        "comment.marked",
        "comment.pinned",
        "comment.restored",
        "comment.unpinned",
        "comment.withheld",
        "idea.duplicates_changed",
        "idea.edited",
        "idea.authors_changed",
        "idea.hidden",
        "idea.merged",
        "idea.rejected",
        "idea.reopened",
        "idea.unmerged",
        "idea.withdrawn",
        "idea.withheld",
        "thread.locked",
        "thread.unlocked",
    }
)
# Of these no page is known to be free.
EVERYWHERE = frozenset(
    {
        "consent_text.published",
        "image.drawn",  # a picture has its sizes: no event knows which pages show it
        "page.published",
        "page.unpublished",
        "page.visibility_changed",
        "service.deleted",
        "service.saved",
        "person.edited",  # the name stands wherever the person wrote
    }
)
HEEDED = GENTLE | PLAIN | EVERYWHERE


class Happened(Protocol):
    """What of an event matters here."""

    pk: Any
    kind: Any
    subject_kind: Any
    subject_id: Any
    campaign_id: Any
    payload: Any


class Change(NamedTuple):
    tags: frozenset[str]
    gentle: bool = False


def campaign_tag(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


def idea_tag(idea_id: int) -> str:
    return f"idea:{idea_id}"


def service_tag(service_id: int) -> str:
    return f"service:{service_id}"


def thread_tag(thread_id: int) -> str:
    return f"thread:{thread_id}"


def change_of(event: Happened) -> Change | None:
    """Return what the event changed; None where no public page shows it. An unknown kind changes all that it names."""
    if event.kind in QUIET:
        return None
    if event.kind in EVERYWHERE:
        return Change(frozenset({SITE}))
    tags = {f"{event.subject_kind}:{event.subject_id}", CAMPAIGNS}
    if event.campaign_id is not None:
        tags.add(campaign_tag(event.campaign_id))
    if (thread_id := event.payload.get("thread")) is not None:
        tags.add(thread_tag(thread_id))
    return Change(frozenset(tags), gentle=event.kind in GENTLE)
