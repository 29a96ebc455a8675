"""What follows from what happened: counts are folded, threads and moderators learn what an idea is."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from crowd.campaigns.documents import campaigns_by_block
from crowd.errors import Text
from crowd.events.models import Event
from crowd.events.registry import schedule, subscribe
from crowd.moderation.machine import bursts
from crowd.moderation.registry import Case, ModerationKind
from crowd.moderation.registry import registry as moderation_kinds
from crowd.pages_cache.shown import drop
from crowd.pages_cache.tags import campaign_tag, idea_tag
from crowd.people.models import Person
from discussions.hosts import Host, HostKind
from discussions.hosts import registry as thread_hosts
from ideas import actions
from ideas.documents import public_hosts
from ideas.models import Idea
from ideas.queries import is_public, may_look_behind, vote_counts
from ideas.queries.similar import similar_cases
from ideas.queries.voting import bursts_of_votes
from ideas.transitions import allows

Moderation = Idea.Moderation


def fold_votes(events: Sequence[Event]) -> None:
    """Fold what votes added into the ideas' counts; twice does no harm, since what is folded is gone."""
    for idea_id in sorted({event.subject_id for event in events}):
        actions.fold_votes(idea_id=idea_id)
    actions.ask_recount(idea_ids={event.subject_id for event in events})
    # Lists by votes go by the folded count.
    campaigns = {campaign_tag(event.campaign_id) for event in events if event.campaign_id is not None}
    transaction.on_commit(partial(drop, campaigns, gentle=True), robust=True)


def count_together(events: Sequence[Event]) -> None:
    """Count anew who supports an idea with its duplicates, and show it."""
    for idea_id in sorted({event.subject_id for event in events}):
        changed = actions.recount_together(idea_id=idea_id)
        if changed is not None:
            transaction.on_commit(partial(drop, {idea_tag(changed)}, gentle=True), robust=True)


def look_for_bursts() -> None:
    """Tell moderators of ideas that many new accounts vote for at once. Voices are neither dropped nor held back."""
    if not settings.BURST_VOTES:
        return
    found = bursts_of_votes(settings.BURST_VOTES, within=bursts.WITHIN, young=bursts.YOUNG)
    campaigns = campaigns_by_block()
    for idea in Idea.objects.filter(pk__in=found).order_by("pk"):
        bursts.note_burst(
            kind="votes",
            key=f"idea:{idea.pk}",
            count=found[idea.pk],
            case=("idea", idea.pk),
            campaign_id=campaigns.get(idea.cycle_id),
        )


def find_host(idea_id: int, person: Person | None) -> Host | None:
    """Return what a thread under an idea hangs on, where the person may see it."""
    idea = Idea.objects.select_related("cycle").filter(pk=idea_id).first()
    if idea is None:
        return None
    return Host(idea.title, idea.get_absolute_url()) if is_public(idea) or may_look_behind(idea, person) else None


def is_commentable(idea_id: int) -> bool:
    idea = Idea.objects.filter(pk=idea_id).first()
    return idea is not None and allows(idea).commentable


def live_counts(idea_id: int) -> dict[str, object] | None:
    """Return the counts for open pages; None while nobody is told them."""
    up, down = vote_counts(idea_id)
    return None if up is None else {"type": "votes", "idea": idea_id, "up": up, "down": down}


def pending(block_ids: list[int] | None) -> QuerySet[Idea]:
    return _in_state(Moderation.PENDING, block_ids)


def public(block_ids: list[int] | None) -> QuerySet[Idea]:
    return _in_state(Moderation.PUBLISHED, block_ids)


def _in_state(moderation: Idea.Moderation, block_ids: list[int] | None) -> QuerySet[Idea]:
    ideas = Idea.objects.in_blocks(block_ids).filter(moderation=moderation)
    return ideas.select_related("author", "cycle").order_by("created_at", "pk")


def _sent() -> QuerySet[Idea]:
    """A draft is its author's alone: to moderators too it does not exist."""
    return Idea.objects.exclude(moderation=Moderation.DRAFT).select_related("author", "cycle")


def found(idea_id: int) -> Idea | None:
    return _sent().filter(pk=idea_id).first()


def several(idea_ids: Collection[int]) -> list[Idea]:
    return list(_sent().filter(pk__in=idea_ids))


def locked(idea_id: int) -> Idea | None:
    return _sent().select_for_update(of=("self",)).filter(pk=idea_id).first()


def visible(idea_id: int, person: Person | None) -> Idea | None:
    idea = found(idea_id)
    return idea if idea is not None and (is_public(idea) or may_look_behind(idea, person)) else None


def cases(ideas: Sequence[Idea]) -> list[Case]:
    campaigns = campaigns_by_block()
    return [_case(idea, campaigns[idea.cycle_id] or 0) for idea in ideas]


def _case(idea: Idea, campaign_id: int) -> Case:
    parts = (idea.problem, idea.solution, idea.effect)
    return Case(
        kind="idea",
        id=idea.pk,
        status=idea.moderation,
        title=idea.title,
        text="\n\n".join(part for part in parts if part),
        author=idea.author.display_name,
        author_id=idea.author_id,
        url=idea.get_absolute_url(),
        campaign_id=campaign_id,
        context=idea.cycle.title,
        created_at=idea.created_at,
        joined=idea.progress == Idea.Progress.MERGED,
        parts=(
            (_("В чём проблема"), idea.problem),
            (_("Что предлагает автор"), idea.solution),
            (_("Что изменится"), idea.effect),
        ),
    )


def apply(idea: Idea, outcome: str, actor_id: int | None) -> None:
    change = {
        "publish": actions.publish_idea,
        "hide": actions.hide_idea,
        "reject": actions.reject_idea,
        "needs_work": actions.return_idea,
        "withhold": actions.withhold_idea,
    }[outcome]
    change(idea_id=idea.pk, actor_id=actor_id)


def join(idea: Idea, into_id: int, moderator: Person) -> None:
    """Make the locked idea another's duplicate: public first where it waited, for what is joined stays readable."""
    if idea.moderation == Moderation.PENDING:
        actions.publish_idea(idea_id=idea.pk, actor_id=moderator.pk)
    # What the moderator writes is for the author; a reason given here would stand in the public history.
    actions.merge_idea(actor=moderator, idea_id=idea.pk, into_id=into_id)


def part(idea: Idea, moderator: Person) -> None:
    actions.unmerge_idea(actor=moderator, idea_id=idea.pk)


def posted(author_ids: Collection[int], block_ids: list[int] | None) -> list[tuple[int, Text, int]]:
    """Count what these people have proposed, by its state; a draft is nobody's but its author's."""
    ideas = Idea.objects.in_blocks(block_ids).filter(author__in=author_ids).exclude(moderation=Moderation.DRAFT)
    counted = ideas.order_by().values_list("author_id", "moderation").annotate(count=Count("pk"))
    return [(author_id, Moderation(state).label, count) for author_id, state, count in counted.order_by("moderation")]


def register() -> None:
    subscribe("ideas.counts", kinds=["vote.cast"], handler=fold_votes, coalesce=True, batch=50)
    schedule("ideas.vote_requests", every=timedelta(days=1), work=actions.prune_vote_requests)
    schedule("ideas.bursts", every=bursts.LOOKED_EVERY, work=look_for_bursts)
    together = ["idea.support_changed", "idea.hidden", "idea.withheld", "idea.published"]
    subscribe("ideas.together", kinds=together, handler=count_together, coalesce=True)
    thread_hosts.register(
        HostKind("idea", find=find_host, commentable=is_commentable, live_counts=live_counts, public=public_hosts)
    )
    moderation_kinds.register(
        ModerationKind(
            name="idea",
            label=_("Идея"),
            plural=_("Идеи"),
            pending=pending,
            public=public,
            find=found,
            lock=locked,
            many=several,
            visible=visible,
            cases=cases,
            apply=apply,
            similar=similar_cases,
            titled=True,
            events=frozenset({"idea.submitted", "idea.published", "idea.edited", "idea.withheld"}),
            join=join,
            part=part,
            posted=posted,
            allowed={
                Moderation.PENDING: frozenset({"publish", "needs_work", "reject"}),
                Moderation.NEEDS_WORK: frozenset({"publish", "reject"}),
                Moderation.PUBLISHED: frozenset({"hide", "keep"}),
                Moderation.HIDDEN: frozenset({"publish"}),
                Moderation.REJECTED: frozenset({"publish"}),
            },
        )
    )
