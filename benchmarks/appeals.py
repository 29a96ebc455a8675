"""Ideas made of the residents' appeals, as many as asked for: what search is measured on.

The same number makes the same texts. A title is an appeal's; of the sentences half are that appeal's and half come from
all of them, so that texts differ, some speak of the same, and words are as frequent as residents use them.
"""

import json
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from crowd import clock
from crowd.campaigns.models import Sector
from crowd.people.models import Municipality
from ideas.bench import make_cycle, make_people
from ideas.bulk import next_id, write_rows
from ideas.models import LONGEST_TEXT, LONGEST_TITLE, Idea, IdeaCyclePage

BASE = Path(__file__).resolve().parent.parent
APPEALS = BASE.parent / "shared" / "data" / "appeals.ru.jsonl"
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
SENTENCES, OWN = 6, 3
PEOPLE, SEED = 1000, 7
DAYS = 700
MOST_VOTES = 400


def lines(path: Path) -> list[Any]:
    """Return what each line of a JSONL file holds; only a line feed ends a line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Return so many titles with their texts."""
    appeals = lines(APPEALS)
    said = [[part for part in SENTENCE.split(appeal["text"]) if part] for appeal in appeals]
    everything = [sentence for sentences in said for sentence in sentences]
    chance = random.Random(SEED)
    for number in range(count):
        at = number % len(appeals)
        own = chance.sample(said[at], min(OWN, len(said[at])))
        others = [chance.choice(everything) for _ in range(SENTENCES - OWN)]
        yield appeals[at]["title"][:LONGEST_TITLE], " ".join(own + others)[:LONGEST_TEXT]


def write_ideas(count: int) -> IdeaCyclePage:
    """Write a cycle of so many public ideas."""
    cycle, people = make_cycle(f"Обращения: {count}"), make_people(PEOPLE)
    sectors = list(Sector.objects.order_by("slug").values_list("pk", flat=True))
    places = list(Municipality.objects.order_by("slug").values_list("pk", flat=True))
    now, first = clock.now(), next_id(Idea)
    chance = random.Random(SEED)

    def row(number: int, title: str, text: str) -> tuple[Any, ...]:
        moment = now - timedelta(days=DAYS) * chance.random()
        votes = int(MOST_VOTES * chance.random() ** 4)
        return (
            first + number, cycle.pk, people[number % len(people)], title, text, sectors[number % len(sectors)],
            places[number * 7 % len(places)], Idea.Moderation.PUBLISHED.value, Idea.Progress.OPEN.value, votes,
            float(votes), chance.random(), moment, moment,
        )  # fmt: skip

    columns = (
        "id", "cycle_id", "author_id", "title", "problem", "sector_id", "municipality_id", "moderation", "progress",
        "votes_for", "top_score", "fair_key", "created_at", "published_at",
    )  # fmt: skip
    write_rows(Idea, columns, (row(number, *pair) for number, pair in enumerate(texts(count))))
    return cycle
