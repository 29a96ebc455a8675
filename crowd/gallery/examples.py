"""What the components of the gallery are filled with: things in memory, none of which is in the database."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from wagtail.models import Page

from crowd.campaigns.models import CampaignPage, Phase, Sector
from crowd.campaigns.parts import CampaignOutcome
from crowd.campaigns.templatetags.campaigns import steps_of, what_counts_now
from crowd.people.models import Municipality, Person
from discussions.models import DiscussionPage
from home.models import NewsPage
from home.queries import CampaignNow
from ideas.models import Idea

# A word that no line of a phone holds, and one that a form may be given.
LONG = "Ханты-Мансийский автономный округ — Югра: высокоавтоматизированное делопроизводство"
LONGEST = "Превысокомногорассмотрительствующий" * 3
INTRO = "Соберём, что мешает пользоваться услугами в округе, и вместе решим, с чего начать."


def at(page: Any, address: str = "/") -> Any:
    """Give a page that stands in no tree an address."""
    page.get_url = lambda *_args, **_kwargs: address
    return page


def phase(name: str, starts: int, ends: int, **opens: bool) -> Phase:
    now = timezone.now()
    return Phase(name=name, opens_at=now + timedelta(days=starts), closes_at=now + timedelta(days=ends), **opens)


def past() -> Phase:
    return phase("Обсуждение", -40, -20, comment=True)


def running() -> Phase:
    return phase("Сбор идей", -10, 12, submit=True, comment=True)


def coming() -> Phase:
    return phase("Голосование", 14, 30, vote=True)


def steps(*phases: Phase, compact: bool = False) -> list[Any]:
    found = steps_of(list(phases), timezone.now())
    return what_counts_now(found) if compact else found


def discussion(title: str = "Качество и удобство услуг", *phases: Phase, comments: int | None = 12) -> DiscussionPage:
    page: DiscussionPage = at(DiscussionPage(title=title, intro=INTRO, slug="tema", path="000100010001", depth=4))
    page.phases = list(phases or (past(), running(), coming()))
    if comments is not None:
        page.comment_count = comments
    return page


def campaign(title: str = "Цифровые сервисы в Югре", intro: str = INTRO) -> CampaignPage:
    now = timezone.now()
    page = CampaignPage(title=title, intro=intro, slug="proekt", path="00010001", depth=3)
    page.opens_at, page.closes_at = now - timedelta(days=30), now + timedelta(days=60)
    return at(page)


def news(title: str = "Открыт второй сбор идей", intro: str = INTRO) -> NewsPage:
    page = NewsPage(
        title=title, intro=intro, slug="novost", path="000100010002", depth=4, published_on=date(2026, 11, 2)
    )
    return at(page)


def outcomes(*titles: str) -> list[CampaignOutcome]:
    done = date(2026, 10, 12)
    return [CampaignOutcome(page=campaign(), title=title, text=INTRO, link="/", done_on=done) for title in titles]


def running_campaign(*, following: bool = True, opened: bool = True) -> CampaignNow:
    here, later = running(), coming()
    here.page = later.page = discussion()
    return CampaignNow(campaign(), [here] if opened else [], later if following else None)


def trail() -> list[Page]:
    home = at(Page(title="Главная", slug="home", path="00010000", depth=2))
    return [home, campaign()]


def idea(title: str = "Карта зимников с предупреждениями", **fields: Any) -> Idea:
    comments = fields.pop("comments", 3)
    place = Municipality(slug="berezovskij", name="Берёзовский район")
    known = {
        "pk": 7,
        "author": Person(display_name="Мария Кузнецова"),
        "moderation": Idea.Moderation.PUBLISHED,
        "municipality": place,
        "sector": Sector(slug="transport", name="Транспорт и логистика"),
        "published_at": datetime(2026, 11, 3, 12, tzinfo=timezone.get_current_timezone()),
        "votes_for": 41,
    }
    found = Idea(title=title, problem="Дорогу закрывают, а узнаём мы об этом на шлагбауме.", **(known | fields))
    found.up = found.votes_for  # type: ignore[attr-defined]  # an annotation of lists
    found.comment_count = comments  # type: ignore[attr-defined]  # an annotation of lists
    return found


class ExampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="Название", max_length=40, help_text="Одной строкой: о чём идея.")
    problem = forms.CharField(label="В чём проблема", max_length=300, widget=forms.Textarea)
    email = forms.EmailField(label="Электронная почта", required=False)
    password = forms.CharField(label="Пароль", widget=forms.PasswordInput, required=False)
    sector = forms.ChoiceField(label="Отрасль", choices=[("", "Любая"), ("1", "Транспорт")], required=False)
    stance = forms.ChoiceField(
        label="Позиция",
        choices=[("for", "За"), ("against", "Против"), ("question", "Вопрос")],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="О чём сообщать", choices=[("1", "Новости"), ("2", "Ответы")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="Согласен с правилами площадки")
    file = forms.FileField(label="Файл", required=False, help_text="JPEG, PNG или PDF до 5 МБ.")


FILLED = {
    "title": "Карта зимников",
    "problem": "Дорогу закрывают без предупреждения.",
    "stance": "for",
    "topics": ["1"],
    "agreed": "on",
}


class Examples:
    """Forms with prefixes of their own: each stands on the page beside the others, and no name may occur twice."""

    def __init__(self) -> None:
        self._made = 0

    @property
    def _prefix(self) -> str:
        self._made += 1
        return f"e{self._made}"

    def empty(self) -> ExampleForm:
        return ExampleForm(prefix=self._prefix)

    def filled(self) -> ExampleForm:
        return ExampleForm(prefix=self._prefix, initial=FILLED)

    def wrong(self, **typed: str) -> ExampleForm:
        prefix = self._prefix
        form = ExampleForm({f"{prefix}-{name}": value for name, value in typed.items()}, prefix=prefix)
        form.is_valid()
        return form

    @cached_property
    def pages(self) -> Paginator[int]:
        return Paginator(range(100), 20)
