"""Reading ideas from files: JSONL or CSV, row by row, each row whole or refused with what is wrong with it."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from crowd.campaigns.models import Sector
from crowd.people.models import Municipality
from ideas.models import LONGEST_TEXT, LONGEST_TITLE, Idea
from ideas.review_rules import ANSWERS, LONGEST_BODY

LONGEST_TAG = 100
# What an imported idea may have become, by its name in either tongue: a duplicate would need the other idea.
PROGRESS = {
    key: value
    for value, label in Idea.Progress.choices
    if value != Idea.Progress.MERGED
    for key in (value, str(label).lower())
}
MOST_VOTES = 10_000_000


class BadRow(ValueError):
    """A row that is refused; its text says why."""


@dataclass(frozen=True)
class ImportRow:
    """One idea as the file tells it."""

    number: int
    title: str
    problem: str
    solution: str
    effect: str
    happened_at: datetime | None
    tags: tuple[str, ...]
    sector: Sector | None
    municipality: Municipality | None
    votes: int
    progress: str
    answer: str
    answer_body: str
    answered_on: date | None

    @property
    def key(self) -> str:
        """What the row is recognised by when the file comes again: its words and its date."""
        date = self.happened_at.isoformat() if self.happened_at else ""
        return hashlib.sha256(f"{self.title}\x1f{self.problem}\x1f{self.solution}\x1f{date}".encode()).hexdigest()


class RowReader:
    """Turns raw rows into `ImportRow`s; knows the sectors and municipalities."""

    def __init__(self) -> None:
        self._sectors = {key: sector for sector in Sector.objects.all() for key in (sector.slug, sector.name.lower())}
        self._places = {key: place for place in Municipality.objects.all() for key in (place.slug, place.name.lower())}

    def read(self, number: int, raw: Any) -> ImportRow:
        """Return the row; raise `BadRow` where it cannot become an idea."""
        if not isinstance(raw, dict):
            raise BadRow("not an object with fields")
        return ImportRow(
            number=number,
            title=_text(raw, "title", most=LONGEST_TITLE, needed=True),
            problem=_text(raw, "problem" if raw.get("problem") else "text", most=LONGEST_TEXT, needed=True),
            solution=_text(raw, "solution", most=LONGEST_TEXT),
            effect=_text(raw, "effect", most=LONGEST_TEXT),
            happened_at=_moment(raw.get("date")),
            tags=_tags(raw.get("tags")),
            sector=_one_of(self._sectors, raw.get("sector"), "sector"),
            municipality=_one_of(self._places, raw.get("municipality"), "municipality"),
            votes=_votes(raw.get("votes")),
            **_outcome(raw),
        )


def raw_rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number, raw row); a line that cannot be parsed is yielded as the `BadRow` that says why."""
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                if None in row:
                    yield reader.line_num, BadRow("more values than columns")
                else:
                    yield reader.line_num, row
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, _parsed(line)


def count_rows(path: Path) -> int:
    """Return how many lines the file has, for the progress bar."""
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadRow("not UTF-8")
    except json.JSONDecodeError as error:
        return BadRow(f"not JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return BadRow("nested too deep")


def _text(raw: dict[str, Any], name: str, *, most: int, needed: bool = False) -> str:
    value = raw.get(name)
    if value is None or value == "":
        if needed:
            raise BadRow(f"no {name}")
        return ""
    if not isinstance(value, str):
        raise BadRow(f"{name} is no text")
    value = value.replace("\r\n", "\n").strip()
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise BadRow(f"{name} has a character that cannot be stored")
    if needed and not value:
        raise BadRow(f"no {name}")
    if len(value) > most:
        raise BadRow(f"{name} has {len(value)} characters, {most} at most")
    return value


def _moment(value: Any) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) and len(value) > len("2020-01-01") else None
        if moment is None and (day := parse_date(value)):
            moment = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - given the site's zone just below
    except (TypeError, ValueError):
        moment = None
    if moment is None:
        raise BadRow(f"date {value!r} is none")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    if moment > datetime.now(UTC):
        raise BadRow(f"date {value!r} is in the future")
    return moment


def _tags(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise BadRow("tags are neither a list nor words with commas")
    tags = tuple(dict.fromkeys(" ".join(part.lower().split()) for part in parts if part.strip()))
    if any(len(tag) > LONGEST_TAG or "\x00" in tag for tag in tags):
        raise BadRow("a tag is too long")
    return tags


def _one_of(known: dict[str, Any], value: Any, name: str) -> Any:
    if value is None or value == "":
        return None
    found = known.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise BadRow(f"{name} {value!r} is unknown")
    return found


def _outcome(raw: dict[str, Any]) -> dict[str, Any]:
    """Return what became of the idea and what was answered; an answer says what was decided."""
    said = raw.get("progress")
    progress = _one_of(PROGRESS, said, "progress") or Idea.Progress.OPEN.value
    answer = _text(raw, "answer", most=LONGEST_TEXT)
    answered = _moment(raw.get("answered_on"))
    if answer and progress not in ANSWERS:
        raise BadRow(f"an answer with progress {said!r}: it may be {', '.join(ANSWERS)}")
    if answered and not answer:
        raise BadRow("answered_on without an answer")
    return {
        "progress": progress,
        "answer": answer,
        "answer_body": _text(raw, "answer_body", most=LONGEST_BODY),
        "answered_on": timezone.localdate(answered) if answered else None,
    }


def _votes(value: Any) -> int:
    if value is None or value == "":
        return 0
    try:
        votes = int(value)
    except (TypeError, ValueError) as error:
        raise BadRow(f"votes {value!r} is no number") from error
    if isinstance(value, bool | float) or not 0 <= votes <= MOST_VOTES:
        raise BadRow(f"votes {value!r} is out of range")
    return votes
