"""Ideas that speak of the same as a text: for whoever writes it, and for a moderator who looks for duplicates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from crowd.moderation.registry import Near
from ideas.models import Idea, IdeaCyclePage
from search.documents import Facts, Sector
from search.lemmas import query_words
from search.neighbours import Offered, facts_of, how_many, offered
from search.similar import Alike, alike

FEWEST_WORDS = 2
# From what score on a person is asked, before sending, whether the idea is not one of these.
#
# A score is the share of the text's words that the other holds. Among 497 residents' appeals, 20 pairs of neighbours
# read by eye: from 0.65 on nearly all speak of the same thing in the same place (13 of 100 appeals have such a
# neighbour); from 0.55 to 0.65 half do, the others share a street or a greeting. Being asked in vain costs a person
# more than a duplicate costs the moderators, who see the weaker ones too.
ENOUGH = 0.65


@dataclass(frozen=True)
class SimilarIdea:
    """One idea that is offered; `up` is None while nobody is told."""

    id: int
    title: str
    url: str
    cycle: str
    up: int | None
    status: str
    status_label: str
    score: float


@dataclass(frozen=True)
class Similar:
    """The ideas near a text, and what they are filed under."""

    ideas: list[SimilarIdea] = field(default_factory=list)
    offered: Offered = field(default_factory=Offered)

    @property
    def said(self) -> str:
        return how_many(len(self.ideas))

    @property
    def ids(self) -> str:
        """What the form's hidden field holds of those that were shown."""
        return ",".join(str(one.id) for one in self.ideas)


def similar_ideas(cycle: IdeaCyclePage, *, title: str, text: str) -> Similar:
    """Return what is offered to whoever writes: those of the cycle first; nothing for fewer than two words."""
    if len(query_words(f"{title}\n{text}", most=FEWEST_WORDS)) < FEWEST_WORDS:
        return Similar()
    near = alike("idea", title=title, text=text, block_id=cycle.pk)
    facts = facts_of("idea", near)
    return Similar([_similar(one, facts) for one in near], offered(near, facts))


def told_before_sending(
    cycle: IdeaCyclePage, *, title: str, text: str, seen: Collection[int] = ()
) -> list[SimilarIdea]:
    """Return ideas of the cycle that are near enough to ask before sending, where one of them was not seen yet."""
    near = [one for one in alike("idea", title=title, text=text, block_id=cycle.pk) if one.score >= ENOUGH]
    here = set(Idea.objects.filter(cycle=cycle, pk__in=[one.found.id for one in near]).values_list("pk", flat=True))
    if here <= set(seen):
        return []
    facts = facts_of("idea", near)
    return [_similar(one, facts) for one in near if one.found.id in here]


def similar_cases(idea: Idea) -> list[Near]:
    """Return public ideas that speak of the same as the one before a moderator, with how much."""
    near = alike("idea", title=idea.title, text=idea.problem, block_id=idea.cycle_id, without=idea.pk)
    facts = facts_of("idea", near)
    likes = [_similar(one, facts) for one in near]
    return [Near("idea", one.id, one.title, one.url, one.score, one.status_label, one.cycle) for one in likes]


def facts(ids: Sequence[int]) -> dict[int, Facts]:
    """Return what listed ideas are filed under."""
    ideas = Idea.objects.listed().filter(pk__in=ids).select_related("sector").prefetch_related("tagged_items__tag")
    return {
        idea.pk: Facts(
            status=idea.get_progress_display(),
            sector=Sector(idea.sector.pk, idea.sector.slug, str(idea.sector)) if idea.sector else None,
            tags=tuple(sorted(item.tag.name for item in idea.tagged_items.all())),
        )
        for idea in ideas
    }


def _similar(one: Alike, facts: dict[int, Facts]) -> SimilarIdea:
    found = one.found
    return SimilarIdea(
        id=found.id,
        title=found.title,
        url=found.url,
        cycle=str(found.context),
        up=found.support,
        status=found.status,
        status_label=str(facts[found.id].status) if found.id in facts else "",
        score=one.score,
    )
