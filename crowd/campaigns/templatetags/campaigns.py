from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django import template
from wagtail.models import Page

from crowd import clock
from crowd.campaigns.models import Activity, BlockPage, PageTranslation, Phase
from crowd.campaigns.texts import PageText, PageTexts

register = template.Library()

State = Literal["past", "open", "future"]


@dataclass(frozen=True)
class Step:
    """A phase in its place in time; where today lies between two phases, one of them says on which side of it."""

    phase: Phase
    state: State
    activities: list[str]
    today_before: bool = False
    today_after: bool = False


def phase_state(phase: Phase, now: datetime) -> State:
    if phase.is_open_at(now):
        return "open"
    return "future" if phase.opens_at > now else "past"


def steps_of(phases: list[Phase], now: datetime) -> list[Step]:
    """Return the phases in order of time; today is marked only where no phase is open, since an open one is today."""
    ordered = sorted(phases, key=lambda phase: (phase.opens_at, phase.closes_at))
    states = [phase_state(phase, now) for phase in ordered]
    between = "open" not in states
    past = states.count("past")
    return [
        Step(
            phase=phase,
            state=state,
            activities=activity_names(phase),
            today_before=between and index == past,
            today_after=between and past == len(ordered) == index + 1,
        )
        for index, (phase, state) in enumerate(zip(ordered, states, strict=True))
    ]


@register.filter
def activity_names(phase: Phase) -> list[str]:
    """Return what the phase opens, in words and in a fixed order."""
    return [str(activity.label) for activity in Activity if activity.value in phase.opened_activities]


def what_counts_now(steps: list[Step]) -> list[Step]:
    """Return what a card says of its phases: the open ones, or the next, or the last."""
    opened = [step for step in steps if step.state == "open"]
    following = [step for step in steps if step.state == "future"]
    return opened or following[:1] or steps[-1:]


@register.inclusion_tag("components/phases.html", takes_context=True)
def phase_timeline(
    context: template.Context, page: BlockPage, *, compact: bool = False, across: bool = False
) -> dict[str, Any]:
    """Show the block's phases and today's place among them, by the database's clock.

    The page's `now` is used where its context has one, so that a list of blocks asks the clock once.
    """
    now = context.get("now")
    steps = steps_of(list(page.phases.all()), now if isinstance(now, datetime) else clock.now())
    return {"steps": what_counts_now(steps) if compact else steps, "compact": compact, "across": across}


@register.simple_tag(takes_context=True)
def page_text(context: template.Context, page: Any) -> PageText | None:
    """Return what the page says in the reader's language: `title`, `intro`, `body`, `language`, `is_original`.

    Costs no query in Russian, and one for all pages together in another language; `body` one more.
    """
    return PageTexts.of(context.get("request")).text(page) if isinstance(page, Page) else None


@register.filter
def pages_beneath(page: Page) -> Any:
    """Return the published pages directly beneath this one, without its translations."""
    return page.get_children().live().public().not_type(PageTranslation)
