"""What editors see of searches and change in what means the same; what staff are told while the database stands in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from crowd.events.models import Delivery, Event
from search import actions, asking
from search.analytics import Asked
from search.engines import DatabaseEngine
from search.models import QueryWeek, Synonyms
from search.stand_in import CONSUMER, stand_in
from tests.factories.ideas import idea
from tests.factories.people import person, with_role
from tests.search.conftest import filled, refresh

pytestmark = pytest.mark.django_db

NOBODY = "http://127.0.0.1:9"


def signed_in(role="editor"):
    client = Client()
    client.force_login(with_role(role))
    return client


def report(client=None, **query):
    return (client or signed_in()).get(reverse("search_queries"), query)


def asked(words, times, in_vain=0, weeks_ago=0):
    week = actions.this_week() - timedelta(weeks=weeks_ago)
    return QueryWeek.objects.create(week=week, words=words, shown=words, times=times, without_result=in_vain)


def shown(rows):
    return [(row.shown, row.times, row.without_result) for row in rows]


def test_report_without_searches_explains_itself():
    response = report()

    assert response.status_code == 200
    assert "выключен в настройках" in response.text


def test_report_waits_for_searches_where_they_are_counted(settings):
    settings.SEARCH_STATISTICS = True

    assert "Пока никто ничего не искал" in report().text


def test_report_tells_what_is_asked_often_and_what_in_vain():
    for row in [("каток", 9, 1), ("мфц", 5, 5), ("мост", 4, 0), ("соседка", 2, 2), ("", 7, 3)]:
        asked(*row)

    response = report()

    found = response.context["report"]
    assert shown(found.frequent) == [("каток", 9, 1), ("мфц", 5, 5), ("мост", 4, 0)]
    assert shown(found.without_result) == [("мфц", 5, 5), ("каток", 9, 1)]
    assert (found.times, found.in_vain, found.rare, found.rare_in_vain) == (27, 11, 9, 5)
    assert "Редкие запросы: 9, из них ничего не нашли: 5." in response.text
    assert "соседка" not in response.text


def test_report_is_of_the_week_that_is_chosen():
    asked("каток", 9)
    old = asked("мост", 4, weeks_ago=3)

    chosen, latest, nonsense = (
        report(week=week).context["report"] for week in (old.week.isoformat(), "", "2020-13-40")
    )

    assert shown(chosen.frequent) == [("мост", 4, 0)]
    assert shown(latest.frequent) == shown(nonsense.frequent) == [("каток", 9, 0)]
    assert len(chosen.choices) == 2


def test_a_query_leads_to_the_search_and_to_a_form_that_is_begun():
    asked("каток & лёд", 3, 3)
    client = signed_in()

    text = report(client).text
    form = client.get(reverse("wagtailsnippets_search_synonyms:add"), {"phrases": "каток & лёд\x00"})

    assert "/search/?q=%D0%BA%D0%B0%D1%82%D0%BE%D0%BA%20%26%20%D0%BB" in text
    assert "/synonyms/add/?phrases=%D0%BA%D0%B0%D1%82%D0%BE%D0%BA%20%26%20" in text
    assert form.context["form"].initial == {"phrases": "каток & лёд\n"}
    assert "каток &amp; лёд" in form.text


def test_table_to_take_away_holds_no_formula_and_no_rare_query():
    asked("=каток", 9, 1)
    asked("мфц", 5, 5)
    asked("соседка", 2, 2)
    week = actions.this_week().isoformat()

    response = signed_in().get(reverse("search_queries_export"))

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Неделя с;Запрос;Искали, раз;Ничего не нашлось, раз",
        f"{week};'=каток;9;1",
        f"{week};мфц;5;5",
        f"{week};редкие запросы;2;2",
    ]
    assert response["Content-Disposition"] == f'attachment; filename="zaprosy-{week}.csv"'


@pytest.mark.parametrize("role", ["moderator", "operator", "expert"])
@pytest.mark.parametrize("name", ["search_queries", "search_queries_export", "wagtailsnippets_search_synonyms:add"])
def test_who_keeps_no_synonyms_is_refused(role, name):
    asked("каток", 9)

    response = signed_in(role).get(reverse(name))

    assert response.status_code == 302
    assert "каток" not in response.text


def test_reports_menu_names_the_report_to_editors_only():
    address = reverse("search_queries")

    menus = {role: signed_in(role).get(reverse("wagtailadmin_home")).text for role in ("editor", "moderator")}

    assert {role: address in text for role, text in menus.items()} == {"editor": True, "moderator": False}


def test_report_makes_as_many_queries_for_30_rows_as_for_1():
    client = signed_in()

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert report(client).status_code == 200
        return len(captured)

    asked("слово", 3, 3)
    count()
    one = count()
    actions.note_queries(times={Asked(f"слово{n}", f"слово{n}", found=False): 5 for n in range(29)})

    assert len(report(client).context["report"].frequent) == 30
    assert count() == one


def test_an_editor_adds_synonyms_and_a_search_finds_at_once(engine):
    row = idea(title="Очередь на каток", problem="Долго.")
    filled(engine)
    refresh(engine)
    client, anonymous = signed_in(), Client()
    before = anonymous.get(reverse("search:search"), {"q": "ледовая площадка"})

    phrases = "Каток\nЛедовая площадка\nледяное поле"
    response = client.post(reverse("wagtailsnippets_search_synonyms:add"), {"phrases": phrases})

    assert response.status_code == 302
    after = anonymous.get(reverse("search:search"), {"q": "ледовая площадка"})
    assert [hit.found.id for page in (before, after) for hit in page.context["results"].hits] == [row.pk]
    assert "<mark>каток</mark>" in after.text


def test_changes_of_synonyms_are_in_the_log():
    client = signed_in()
    address = "wagtailsnippets_search_synonyms"

    client.post(reverse(f"{address}:add"), {"phrases": "детсад\nдетский сад"})
    pk = Synonyms.objects.get().pk
    client.post(reverse(f"{address}:edit", args=[pk]), {"phrases": "детсад\nдетский сад\nясли"})
    client.post(reverse(f"{address}:delete", args=[pk]))

    assert list(ModelLogEntry.objects.order_by("pk").values_list("action", "object_id")) == [
        (f"wagtail.{action}", str(pk)) for action in ("create", "edit", "delete")
    ]
    assert not Synonyms.objects.exists()


def test_a_moderator_changes_no_synonyms():
    mine = Synonyms.objects.create(phrases="детсад\nдетский сад")
    client = signed_in("moderator")
    address = "wagtailsnippets_search_synonyms"

    for name, args in ("add", []), ("edit", [mine.pk]), ("delete", [mine.pk]):
        assert client.post(reverse(f"{address}:{name}", args=args), {"phrases": "а\nб"}).status_code == 302

    assert list(Synonyms.objects.values_list("phrases", flat=True)) == ["детсад\nдетский сад"]


def waiting(number, *, status="pending", minutes=0):
    moment = timezone.now() - timedelta(minutes=minutes)
    events = [Event(kind="idea.edited", subject_kind="idea", subject_id=n, created_at=moment) for n in range(number)]
    Event.objects.bulk_create(events)
    Delivery.objects.bulk_create(
        Delivery(event=event, consumer=CONSUMER, key=f"idea:{event.subject_id}", status=status) for event in events
    )


def test_staff_are_told_while_the_database_answers_and_others_are_not(settings):
    settings.ELASTICSEARCH_URL = NOBODY
    idea(title="Каток", problem="Нет")
    filled(DatabaseEngine())
    resident = Client()
    resident.force_login(person())

    texts = [client.get(reverse("search:search"), {"q": "каток"}).text for client in (signed_in(), resident, Client())]

    assert ["Elasticsearch" in text for text in texts] == [True, False, False]


def test_pages_of_visitors_are_the_same_while_the_database_answers(settings):
    idea(title="Каток", problem="Нет")
    filled(DatabaseEngine())

    pages = []
    for url in ("", NOBODY):
        settings.ELASTICSEARCH_URL = url
        pages.append(Client().get(reverse("search:search"), {"q": "каток"}).content)

    assert asking.breaker.away_since is not None
    assert pages[0] == pages[1]


def test_admin_says_nothing_while_all_is_well(settings, django_assert_num_queries):
    waiting(3)
    settings.ELASTICSEARCH_URL = ""

    with django_assert_num_queries(0):
        assert stand_in() is None
    settings.ELASTICSEARCH_URL = NOBODY
    with django_assert_num_queries(2):
        assert stand_in() is None
    assert "Elasticsearch" not in signed_in().get(reverse("wagtailadmin_home")).text


def test_admin_says_since_when_elasticsearch_is_away_and_how_much_waits(settings):
    settings.ELASTICSEARCH_URL = NOBODY
    waiting(3)
    Client().get(reverse("search:search"), {"q": "каток"})
    since = timezone.localtime(asking.breaker.away_since)

    text = signed_in().get(reverse("wagtailadmin_home")).text

    assert f"Elasticsearch недоступен с {since:%H:%M}" in text
    assert "Ждут доставки: 3." in text


def test_admin_says_what_is_late_or_was_set_aside(settings):
    settings.ELASTICSEARCH_URL = NOBODY
    waiting(2, minutes=6)
    waiting(1, status="set_aside")
    client = Client()
    client.force_login(person(is_superuser=True))

    texts = [signed_in().get(reverse("wagtailadmin_home")).text, client.get(reverse("wagtailadmin_home")).text]

    for text in texts:
        assert "с опозданием" in text
        assert "Ждут доставки: 2." in text
        assert "попыток: 1." in text
    link = f'<a href="{reverse("deliveries:index")}">'
    assert [link in text for text in texts] == [False, True]


def test_more_than_anybody_needs_is_not_counted(settings):
    settings.ELASTICSEARCH_URL = NOBODY
    waiting(1003, minutes=6)

    assert stand_in().deliveries["pending"] == 1001
    assert "Ждут доставки: больше 1000." in signed_in().get(reverse("wagtailadmin_home")).text


@pytest.mark.elasticsearch
def test_admin_learns_that_elasticsearch_is_back_though_nobody_searches(elasticsearch_engine, monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(asking, "breaker", type(asking.breaker)(clock=lambda: moment[0]))
    asking.breaker.failed()
    told = [stand_in()]

    moment[0] = 60.0
    told.append(stand_in())

    assert [state is not None for state in told] == [True, False]
    assert asking.breaker.away_since is None


def test_the_first_failure_says_since_when():
    breaker = type(asking.breaker)()
    before = datetime.now(UTC)

    breaker.failed()
    first = breaker.away_since
    breaker.failed()

    assert before <= first <= datetime.now(UTC)
    assert breaker.away_since == first
