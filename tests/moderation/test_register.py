from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd import clock
from crowd.campaigns.segments import is_reserved
from crowd.events.registry import registry as events
from crowd.moderation.actions import decide_appeal, fold_register
from crowd.moderation.models import RegisterMonth
from crowd.moderation.register import register_of, words
from tests.factories import decisions, pages, people

pytestmark = pytest.mark.django_db

LOCAL = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2026, 3, 15, 12, tzinfo=LOCAL)


@pytest.fixture
def campaign():
    return pages.campaign("Дороги")


@pytest.fixture
def other():
    return pages.campaign("Больницы")


def local(*parts):
    return datetime(*parts, tzinfo=LOCAL)


def fold(moment=NOW):
    with clock.at(moment):
        fold_register()


def made_up(campaign, other):
    """Five decisions of January with known waits and one unknown, three of March, one of the year before."""
    for hours, outcome, slug in (
        (1, "publish", None),
        (2, "hide", "insult"),
        (3, "reject", "threat"),
        (10, "hide", "insult"),
    ):
        moment = local(2026, 1, 10, 12)
        posted_at = moment - timedelta(hours=hours)
        decisions.at(moment, campaign=campaign, outcome=outcome, slug=slug, posted_at=posted_at)
    decisions.at(local(2026, 1, 31, 23, 59), campaign=other, posted_at=local(2026, 1, 31, 3, 59))
    decisions.at(local(2026, 1, 20), campaign=other)
    for _ in range(3):
        decisions.at(
            local(2026, 3, 1), campaign=campaign, outcome="needs_work", slug="other", posted_at=local(2026, 2, 1)
        )
    decisions.at(local(2025, 12, 31, 23, 59), campaign=campaign, outcome="hide", slug="insult")


def lines(found):
    return [(str(line.month or line.name), line.total, line.outcomes, line.median) for line in found]


def test_numbers_are_exact_by_month_rule_and_campaign(campaign, other):
    made_up(campaign, other)
    fold()

    found = register_of({campaign.pk: "Дороги", other.pk: "Больницы"})

    assert lines(found.months) == [
        ("2026-03-01", 3, [0, 0, 0, 3, 0, 0], ""),
        # The known waits are 1, 2, 3, 10 and 20 hours.
        ("2026-01-01", 6, [3, 2, 1, 0, 0, 0], "3 ч"),
        ("2025-12-01", 1, [0, 1, 0, 0, 0, 0], ""),
    ]
    assert found.rules == [("Другое", 3), ("Оскорбление", 3), ("Угроза", 1)]
    assert lines(found.campaigns) == [("Дороги", 8, [1, 3, 1, 3, 0, 0], ""), ("Больницы", 2, [2, 0, 0, 0, 0, 0], "")]
    assert (found.total, found.updated_at) == (10, NOW)


def test_a_year_and_a_campaign_narrow(campaign, other):
    made_up(campaign, other)
    fold()

    year = register_of({}, year=2025)
    here = register_of({campaign.pk: "Дороги"}, campaign_id=campaign.pk)

    assert lines(year.months) == [("2025-12-01", 1, [0, 1, 0, 0, 0, 0], "")]
    assert year.rules == [("Оскорбление", 1)]
    # Four of January are too few for a median of this campaign.
    assert [(str(line.month), line.total, line.median) for line in here.months] == [
        ("2026-03-01", 3, ""),
        ("2026-01-01", 4, ""),
        ("2025-12-01", 1, ""),
    ]
    assert register_of({}, year=2024).total == 0


@pytest.mark.parametrize(("count", "median"), [(4, ""), (5, "2 ч")])
def test_a_month_of_fewer_than_five_has_no_median(campaign, count, median):
    for hour in range(count):
        moment = local(2026, 2, 1, 12 + hour)
        decisions.at(moment, campaign=campaign, posted_at=moment - timedelta(hours=2))
    fold()

    assert lines(register_of({}).months) == [("2026-02-01", count, [count, 0, 0, 0, 0, 0], median)]


def test_a_second_fold_adds_what_is_new_and_nothing_twice(campaign):
    decisions.at(local(2026, 1, 31, 23), campaign=campaign)
    fold(local(2026, 1, 31, 23, 30))
    late = decisions.at(local(2026, 1, 31, 23, 59), campaign=campaign)
    decisions.at(local(2026, 3, 2), campaign=campaign)

    fold()
    fold()

    assert [(str(row.month), row.counts) for row in RegisterMonth.objects.all()] == [
        ("2026-03-01", [[campaign.pk, None, "publish", 1]]),
        ("2026-01-01", [[late.campaign_id, None, "publish", 2]]),
    ]


def test_what_was_kept_though_it_was_flagged_has_a_column(client, campaign):
    decisions.at(local(2026, 3, 1), campaign=campaign, outcome="keep")
    fold()

    html = client.get("/moderation/").content.decode()

    assert lines(register_of({}).months) == [("2026-03-01", 1, [0, 0, 0, 0, 1, 0], "")]
    # Each table has a heading for every number: the name, all, the outcomes, and of months the median.
    by_month = BeautifulSoup(html, "html.parser").select_one("#by-month").find_parent("table")
    headings = [heading.text for heading in by_month.select("thead th")]
    cells = [cell.text.strip() for cell in by_month.select("tbody tr > *")]
    assert len(headings) == len(cells)
    assert cells[headings.index("Оставлено после жалоб")] == "1"


def test_nothing_decided_leaves_no_month():
    fold()

    assert RegisterMonth.objects.count() == 0


def test_outcomes_of_appeals_are_counted(campaign):
    second = people.with_role("moderator")
    raised = [decisions.appeal(decisions.hidden_idea(pages.cycle(campaign))[1]) for _ in range(4)]
    for appeal, outcome in zip(raised, ("upheld", "rejected", "rejected"), strict=False):
        decide_appeal(moderator=second, appeal_id=appeal.pk, outcome=outcome, answer="Перечитали.")

    found = register_of({}, campaign_id=campaign.pk)

    assert found.appeals == [
        ("ждёт решения", 1),
        ("решение отменено", 1),
        ("решение осталось в силе", 2),
        ("решение уже сменилось другим", 0),
    ]
    assert found.appealed == 4
    assert register_of({}, year=2020).appealed == 0
    assert register_of({}, campaign_id=pages.campaign("Другой").pk).appealed == 0


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 мин"), (90, "2 мин"), (3600, "1 ч"), (47 * 3600, "47 ч"), (5 * 86400, "5 дн.")]
)
def test_spans_are_told_in_words(seconds, said):
    assert words(seconds) == said


def test_everybody_reads_the_numbers_and_nobody_the_texts(client, campaign):
    author = people.person(display_name="Пётр Резкий")
    moderator = people.with_role("moderator", display_name="Мария Строгая")
    texts = {"title": "Заголовок скрытой идеи", "problem": "Текст скрытой идеи", "author": author}
    _idea, decision = decisions.hidden_idea(
        pages.cycle(campaign), note="Пояснение автору", moderator=moderator, **texts
    )
    appeal = decisions.appeal(decision, "Слова апелляции")
    secret = pages.campaign("Закрытый проект", live=False)
    decisions.at(decision.decided_at, campaign=secret, outcome="hide", slug="threat")
    decide_appeal(
        moderator=people.with_role("moderator"), appeal_id=appeal.pk, outcome="rejected", answer="Ответ автору"
    )
    fold_register()

    for prefix in ("", "/en"):
        html = client.get(f"{prefix}/moderation/").content.decode()
        told = [*texts.values(), "Пётр Резкий", "Мария Строгая", "Пояснение", "Слова апелляции", "Ответ автору"]
        assert [words for words in told if str(words) in html] == []
        assert "Закрытый проект" not in html
        for seen in ("Оскорбление", "Угроза", "Дороги"):
            assert seen in html
    assert "Проекты, которых нет в открытом доступе" in client.get("/moderation/").content.decode()
    assert client.get(f"/moderation/?campaign={secret.pk}").status_code == 404


def test_the_page_narrows_and_explains_an_empty_register(client, campaign, other):
    empty = client.get("/moderation/").content.decode()
    made_up(campaign, other)
    fold()

    found = client.get(f"/moderation/?year=2026&campaign={campaign.pk}").content.decode()
    nothing = client.get(f"/moderation/?year=2025&campaign={other.pk}").content.decode()

    assert "Модераторы пока не приняли ни одного решения." in empty
    assert "<table" not in empty
    assert found.count("<caption") == 3
    assert "Март 2026" in found
    assert "декабрь 2025" not in found.lower()
    assert "Больницы</span>" not in found
    assert "решений не было" in nothing
    for wrong in ("year=x", "year=1066", "year=", "campaign="):
        assert "декабрь 2025" in client.get(f"/moderation/?{wrong}").content.decode().lower()
    for wrong in ("campaign=999999", "campaign=x"):
        assert client.get(f"/moderation/?{wrong}").status_code == 404


def test_it_asks_the_same_queries_for_one_decision_and_thirty(client, campaign, other):
    decisions.at(local(2026, 3, 1), campaign=campaign, outcome="hide", slug="insult")
    fold()
    client.get("/moderation/")
    with CaptureQueriesContext(connection) as one:
        client.get("/moderation/")
    for number in range(29):
        at = local(2024 + number % 3, 1 + number % 3, 2)
        decisions.at(at, campaign=(campaign, other)[number % 2], outcome="hide", slug=("threat", "insult")[number % 2])
    RegisterMonth.objects.all().delete()
    fold()

    with CaptureQueriesContext(connection) as thirty:
        assert client.get("/moderation/").content.decode().count("<caption") == 3

    assert len(thirty) == len(one)


def test_the_sitemap_names_it_once_there_is_something(client, campaign):
    before = client.get("/sitemaps/pages.xml").content.decode()
    decisions.at(local(2026, 3, 1), campaign=campaign)
    fold()

    after = client.get("/sitemaps/pages.xml").content.decode()

    assert "/moderation/<" not in before
    assert ("/en/moderation/<" in after, after.count("/moderation/</loc>")) == (True, 2)


def test_its_address_is_the_sites_own_and_the_worker_keeps_it():
    assert is_reserved("moderation")
    assert events.schedules["moderation.register"].every == timedelta(minutes=10)
