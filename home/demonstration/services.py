"""The services of the demonstration, and how they were rated. What stands is recognised and left."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from crowd.campaigns.models import BlockPage, Phase, Sector
from crowd.people.models import Municipality, Person
from home.demonstration.texts import Raw, texts
from services.actions import recount
from services.models import Rating, RatingChange, Score, Service, ServiceOnPage


class ServiceLoader:
    def __init__(self, now: datetime, residents: Sequence[Person], blocks: Mapping[str, BlockPage]) -> None:
        self.now = now
        self.residents = residents
        self.blocks = blocks
        self.raw = texts("services")
        self.places = {place.name: place for place in Municipality.objects.all()}

    def load(self) -> None:
        sectors = {sector.slug: sector for sector in Sector.objects.all()}
        services = {
            raw["slug"]: self._load_service(raw, number, sectors) for number, raw in enumerate(self.raw["services"])
        }
        for key, slugs in self.raw["on"].items():
            self._ask(self.blocks[f"discussion:{key}"], [services[slug] for slug in slugs])

    def _load_service(self, raw: Raw, number: int, sectors: Mapping[str, Sector]) -> Service:
        standing = Service.objects.filter(slug=raw["slug"]).first()
        if standing is not None:
            return standing
        columns = {
            name: raw[name] for name in ("name", "name_en", "slug", "body", "description", "link", "rated_always")
        }
        service = Service.objects.create(sector=sectors[raw["sector"]], sort_order=10 * (number + 1), **columns)
        self._load_ratings(service, raw)
        return service

    def _load_ratings(self, service: Service, raw: Raw) -> None:
        """Rate as many times as the text says: the residents of the demonstration, and others, who are nameless."""
        # The same numbers each time it is loaded.
        dice = Random(service.slug)  # noqa: S311 - a demonstration, not a secret
        scores = [score for score, weight in zip(Score.values, raw["scores"], strict=True) for _ in range(weight)]
        dice.shuffle(scores)
        raters: list[Person | None] = [*self.residents[: len(scores)]]
        dice.shuffle(raters)
        raters += [None] * (len(scores) - len(raters))
        ratings = [self._rating(service, raw, dice, rater, score) for rater, score in zip(raters, scores, strict=True)]
        for rating, note in zip(ratings, raw["notes"], strict=False):
            rating.note = note
        made = Rating.objects.bulk_create(ratings)
        RatingChange.objects.bulk_create(
            RatingChange(rating=rating, number=1, score=rating.score, note=rating.note, at=rating.changed_at)
            for rating in made
        )
        recount(service.pk)

    def _rating(self, service: Service, raw: Raw, dice: Random, rater: Person | None, score: int) -> Rating:
        # More and more of them, as it became known.
        days = raw["since_in_days"] * (1 - dice.random() ** 0.6)
        moment = self.now + timedelta(days=days)
        place = rater.municipality if rater else self._place(dice)
        return Rating(
            service=service,
            person=rater,
            score=score,
            municipality=place,
            times=1,
            given_at=moment,
            changed_at=moment,
        )

    def _place(self, dice: Random) -> Municipality | None:
        names, weights = list(self.raw["places"]), list(self.raw["places"].values())
        return self.places.get(dice.choices(names, weights)[0])

    def _ask(self, block: BlockPage, services: Sequence[Service]) -> None:
        if block.rated_services.exists():
            return
        Phase.objects.filter(page=block, comment=True).update(rate=True)
        page = type(block).objects.get(pk=block.pk)
        for number, service in enumerate(services):
            page.rated_services.add(ServiceOnPage(service=service, sort_order=number))
        page.save_revision().publish()
