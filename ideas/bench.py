"""A cycle of made-up ideas with voters, voices and comments, as many as asked for: what benchmarks measure on.

The same numbers make the same rows; only the moments are counted back from now. Counts agree with the rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from math import gcd
from typing import Any

from django.db import connection, transaction
from wagtail.models import Site

from crowd import clock
from crowd.campaigns.models import CampaignPage, Phase, Sector
from crowd.people.models import Municipality, Person
from discussions.models import Comment, Thread
from ideas.actions import count_facets
from ideas.bulk import next_id, write_rows
from ideas.models import Idea, IdeaCyclePage, IdeaTag, TaggedIdea, Vote

# Reserved for examples: nobody has an address there.
EMAIL = "bench{}@example.org"
TAGS = (
    "дороги", "врач", "двор", "снег", "школа", "автобус", "парк", "свет", "детский сад", "пенсионерам", "экология",
    "уборка", "приложение", "оплата", "спорт", "библиотека", "тротуар", "парковка", "очереди", "доступная среда",
)  # fmt: skip
THINGS = ("Запись к врачу", "Автобусы", "Уборка снега", "Освещение двора", "Кружки для детей", "Оплата проезда")
WISHES = ("на карте", "в одном приложении", "без очереди", "по звонку", "с напоминанием", "для посёлков", "круглый год")
PROBLEM = (
    "Сейчас за этим приходится ехать в город, а сведения на сайтах расходятся. Родители и пожилые люди теряют по "
    "полдня, а в посёлках без быстрого интернета узнать что-либо можно только по телефону, если дозвониться."
)
SOLUTION = "Собрать всё в одном месте, показать на карте и присылать напоминание. Для тех, кто без интернета, — звонок."
COMMENT = "Поддерживаю. У нас в посёлке то же самое, особенно зимой."
PROGRESS = ("shortlisted", "accepted", "declined", "in_progress", "done")
DECIDED_EACH, RESIDENT_EACH, ANSWERS = 20, 3, 2
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Size:
    ideas: int
    users: int
    comments: int = 0
    votes: int = 0

    def __post_init__(self) -> None:
        if self.ideas < 1 or self.users < 1 or min(self.comments, self.votes) < 0:
            raise ValueError("There must be at least one idea and one user.")
        if self.votes > self.ideas * self.users:
            raise ValueError("There are more votes than pairs of a person and an idea.")


def nothing(_what: str) -> None:
    return


@transaction.atomic
def load(size: Size, *, tell: Callable[[str], None] = nothing) -> IdeaCyclePage:
    """Write a campaign with one cycle of this size, all or nothing; `tell` hears of each step as it begins."""
    tell(f"{size.users} people")
    people = make_people(size.users)
    cycle = make_cycle(f"Замер: {size.ideas} идей")
    fill(cycle, people, size, tell=tell)
    return cycle


def make_cycle(title: str) -> IdeaCyclePage:
    """Return a cycle in a campaign of its own where everything is open for a year."""
    now = clock.now()
    home = Site.objects.get(is_default_site=True).root_page
    campaign = home.add_child(instance=CampaignPage(title=title, intro="Выдуманные идеи для замеров."))
    cycle: IdeaCyclePage = campaign.add_child(instance=IdeaCyclePage(title=title))
    opened = {"submit": True, "comment": True, "vote": True}
    Phase.objects.create(
        page=cycle, name="Всё открыто", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=365), **opened
    )
    return cycle


def make_people(count: int) -> list[int]:
    """Return the ids of so many made-up people; those that an earlier run has made are taken again."""
    known = dict(Person.objects.filter(email__startswith="bench").values_list("email", "pk"))
    missing = [number for number in range(1, count + 1) if EMAIL.format(number) not in known]
    first = next_id(Person)
    write_rows(
        Person,
        ("id", "email", "display_name", "password", "verification", "standing"),
        (
            (
                first + place,
                EMAIL.format(number),
                f"Житель {number}",
                "!",
                Person.Verification.RESIDENT.value if is_resident(number - 1) else Person.Verification.EMAIL.value,
                Person.Standing.TRUSTED.value,
            )
            for place, number in enumerate(missing)
        ),
    )
    known |= {EMAIL.format(number): first + place for place, number in enumerate(missing)}
    return [known[EMAIL.format(number)] for number in range(1, count + 1)]


def is_resident(place: int) -> bool:
    return place % RESIDENT_EACH == 0


def fill(cycle: IdeaCyclePage, people: Sequence[int], size: Size, *, tell: Callable[[str], None] = nothing) -> None:
    """Write the ideas, threads, comments and votes of a cycle that has none yet."""
    votes, comments = shares(size.votes, size.ideas, most=size.users), shares(size.comments, size.ideas)
    now, first_idea = clock.now(), next_id(Idea)
    tell(f"{size.ideas} ideas")
    _write_ideas(cycle, people, votes, comments, first_idea, now)
    _write_tags(size.ideas, first_idea)
    tell(f"{size.comments} comments")
    _write_comments(cycle, people, comments, first_idea, now)
    tell(f"{size.votes} votes")
    _write_votes(people, votes, first_idea, now)
    tell("counts by facet")
    with connection.cursor() as cursor:
        # As the database itself does after a while; without it the counting would be planned for empty tables.
        cursor.execute("ANALYZE")
    count_facets(cycle_id=cycle.pk)


def shares(total: int, count: int, *, most: int | None = None) -> list[int]:
    """Divide a total among so many, each at most `most`: few get much and many little, by rank, as votes do.

    The n-th of a shuffled order gets in proportion to 1/n (G. K. Zipf, «Human behavior and the principle of least
    effort», 1949). Their sum is the total. Raises ValueError where so much does not fit.
    """
    limit = total if most is None else most
    if total > limit * count:
        raise ValueError(f"{total} do not fit into {count} times {limit}")
    stride = _coprime(count, 7919)
    weights = [1.0 / (1 + number * stride % count) for number in range(count)]
    whole = sum(weights)
    parts = [min(limit, int(total * weight / whole)) for weight in weights]
    left, number = total - sum(parts), 0
    while left:
        more = min(limit - parts[number], -(-left // count))
        parts[number] += more
        left -= more
        number = (number + 1) % count
    return parts


def voters(idea: int, count: int, users: int) -> Iterator[int]:
    """Return the places of so many different people who vote for this idea."""
    stride = _coprime(users, 104_729)
    return ((idea * 7919 + turn * stride) % users for turn in range(count))


def _coprime(count: int, candidate: int) -> int:
    while gcd(candidate, count) != 1:
        candidate += 1
    return candidate


def _write_ideas(
    cycle: IdeaCyclePage,
    people: Sequence[int],
    votes: Sequence[int],
    comments: Sequence[int],
    first: int,
    now: datetime,
) -> None:
    sectors: list[int | None] = list(Sector.objects.order_by("slug").values_list("pk", flat=True)) or [None]
    places: list[int | None] = list(Municipality.objects.order_by("slug").values_list("pk", flat=True)) or [None]
    pause = timedelta(days=60) / len(votes)

    def row(number: int) -> tuple[Any, ...]:
        moment = now - pause * number
        thing, wish = THINGS[number % len(THINGS)], WISHES[number // len(THINGS) % len(WISHES)]
        decided = PROGRESS[number // DECIDED_EACH % len(PROGRESS)]
        return (
            first + number,
            cycle.pk,
            people[number * 31 % len(people)],
            f"{thing} {wish}, предложение {number + 1}",
            PROBLEM,
            SOLUTION,
            sectors[number % len(sectors)],
            places[number * 7 % len(places)],
            Idea.Moderation.PUBLISHED.value,
            Idea.Progress.OPEN.value if number % DECIDED_EACH else decided,
            votes[number],
            sum(is_resident(place) for place in voters(number, votes[number], len(people))),
            float(votes[number]),
            comments[number],
            number * GOLDEN % 1.0,
            moment,
            moment,
        )

    columns = (
        "id", "cycle_id", "author_id", "title", "problem", "solution", "sector_id", "municipality_id", "moderation",
        "progress", "votes_for", "residents_for", "top_score", "comments_folded", "fair_key", "created_at",
        "published_at",
    )  # fmt: skip
    write_rows(Idea, columns, (row(number) for number in range(len(votes))))


def _write_tags(count: int, first: int) -> None:
    known = dict(IdeaTag.objects.filter(name__in=TAGS).values_list("name", "pk"))
    tags = [known[name] if name in known else IdeaTag.objects.create(name=name).pk for name in TAGS]
    # None, one, two or three of them, some much more often than others.
    pairs = (
        (first + number, tags[tag])
        for number in range(count)
        for tag in {(number // 4 + turn * turn * number) % (len(TAGS) - turn * 5) for turn in range(number % 4)}
    )
    write_rows(TaggedIdea, ("content_object_id", "tag_id"), pairs)


def _write_comments(
    cycle: IdeaCyclePage, people: Sequence[int], comments: Sequence[int], first_idea: int, now: datetime
) -> None:
    first_thread, next_comment = next_id(Thread), next_id(Comment)
    write_rows(
        Thread,
        ("id", "host_kind", "host_id", "block_id", "last_seq", "comment_count"),
        ((first_thread + n, "idea", first_idea + n, cycle.pk, count, count) for n, count in enumerate(comments)),
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        comment = next_comment
        for number, count in enumerate(comments):
            for seq in range(1, count + 1):
                # Each of the first level has two answers, as far as there are comments left.
                answer = (seq - 1) % (ANSWERS + 1)
                root = comment - answer if answer else None
                yield (
                    comment,
                    first_thread + number,
                    people[(number + seq) * 17 % len(people)],
                    root,
                    root,
                    answer or None,
                    0 if answer else min(ANSWERS, count - seq),
                    COMMENT,
                    "question" if seq % 10 == 0 else "",
                    Comment.Moderation.PUBLISHED.value,
                    seq,
                    seq,
                    now - timedelta(minutes=count - seq),
                )
                comment += 1

    columns = (
        "id", "thread_id", "author_id", "parent_id", "root_id", "answer_number", "answer_count", "body", "stance",
        "moderation", "seq", "first_seq", "created_at",
    )  # fmt: skip
    write_rows(Comment, columns, rows())


def _write_votes(people: Sequence[int], votes: Sequence[int], first_idea: int, now: datetime) -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        for number, count in enumerate(votes):
            for turn, place in enumerate(voters(number, count, len(people))):
                receipt = blake2b(f"{first_idea + number} {place}".encode(), digest_size=10).hexdigest()
                yield (
                    first_idea + number,
                    people[place],
                    Vote.Value.FOR.value,
                    receipt,
                    is_resident(place),
                    now - timedelta(seconds=turn),
                )

    write_rows(Vote, ("idea_id", "person_id", "value", "receipt", "by_resident", "cast_at"), rows())
