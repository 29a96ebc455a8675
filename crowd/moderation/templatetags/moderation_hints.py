"""What the machine points out, beside each post that a moderator reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from crowd.moderation.machine.notes import personal_note
from crowd.moderation.machine.queries import Named, ShownHint, hints_about
from crowd.moderation.registry import Case

register = template.Library()


@register.simple_tag(name="hints_about")
def read_hints(cases: Iterable[Case]) -> dict[Named, list[ShownHint]]:
    """Read the hints about all cases of a page at once: `{% hints_about queue.cases as hinted %}`."""
    return hints_about(cases)


@register.inclusion_tag("moderation/hints.html")
def hints(case: Case, hinted: Mapping[Named, list[ShownHint]] | None = None, *, heading: str = "h2") -> dict[str, Any]:
    """Show the hints about one case; without those that were read for a whole page, read them."""
    known = hints_about([case]) if hinted is None else hinted
    return {"hints": known.get((case.kind, case.id), []), "heading": heading}


register.simple_tag(personal_note, name="personal_note")
