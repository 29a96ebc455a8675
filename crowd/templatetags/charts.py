"""Charts drawn on the server: words in HTML, bars in SVG, the numbers as a table behind. Colours come by tokens.

A chart takes rows of a label and a number: pairs, mappings with `label` and `value`, or objects with such attributes;
an object may have a `note`, which stands beside the label: of how many a mean is.
The bars adorn: every number stands beside its bar as text, so that nothing is said by length or colour alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()

Number = int | float | Decimal
# How many shades a whole can be divided into; components.css has one for each.
TONES = 6


@dataclass(frozen=True)
class Bar:
    """A row of a chart. `percent` of the longest (or of the whole) is where its bar ends, `start` where it begins."""

    label: str
    value: Number
    percent: str
    start: str = "0"
    tone: int = 0
    note: str = ""

    @property
    def words(self) -> str:
        return str(number_format(self.value, use_l10n=True, force_grouping=True))

    @property
    def share(self) -> str:
        return f"{number_format(round(float(self.percent)))} %"


def pairs(rows: Iterable[Any]) -> list[tuple[str, Number]]:
    """Read rows in whichever of the three shapes; a number below nothing has no bar."""

    def pair(row: Any) -> tuple[str, Number]:
        if isinstance(row, tuple | list):
            label, value = row
        elif isinstance(row, Mapping):
            label, value = row["label"], row["value"]
        else:
            label, value = row.label, row.value
        if value < 0:
            raise ValueError(f"A bar shows a number from nothing upwards, not {value}: {label}")
        return str(label), value

    return [pair(row) for row in rows]


def percent(part: Number, whole: Number) -> str:
    """Return a length for SVG: a point, whatever the language."""
    return f"{float(part) / float(whole) * 100:.2f}" if whole else "0.00"


def bars(rows: Iterable[Any], of: Number | None = None) -> list[Bar]:
    """Return bars as long as their numbers, the longest full; `of` is what a full one would be (5 for ratings)."""
    listed = list(rows)
    known = pairs(listed)
    notes = [str(getattr(row, "note", "")) for row in listed]
    full = of if of is not None else max((value for _label, value in known), default=0)
    return [
        Bar(label, value, percent(min(value, full), full), note=note)
        for (label, value), note in zip(known, notes, strict=True)
    ]


def shares(rows: Iterable[Any]) -> list[Bar]:
    """Return the parts of a whole, one after another."""
    known = pairs(rows)
    whole: Number = sum(value for _label, value in known)
    parts, before = [], 0.0
    for index, (label, value) in enumerate(known):
        parts.append(Bar(label, value, percent(value, whole), percent(before, whole), index % TONES))
        before += float(value)
    return parts


@register.inclusion_tag("components/chart.html")
def bar_chart(
    rows: Iterable[Any], title: str = "", unit: str = "", *, of: Number | None = None, with_shares: bool = False
) -> dict[str, Any]:
    """Show a bar for each row; `unit` says what is counted, `of` what a full bar would be.

    `with_shares` names beside each number what part of a full bar it is.
    """
    return {"bars": bars(rows, of), "parts": [], "title": title, "unit": unit, "with_shares": with_shares}


@register.inclusion_tag("components/chart.html")
def share_chart(rows: Iterable[Any], title: str = "", unit: str = "") -> dict[str, Any]:
    """Show how a whole is divided: one bar of parts, and what each part is."""
    return {"bars": [], "parts": shares(rows), "title": title, "unit": unit}
