"""What the machine writes down of posts, and where moderators meet it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.events.models import Delivery
from crowd.events.registry import registry as consumers
from crowd.events.worker import Worker
from crowd.moderation.machine.actions import screen_posts, screen_what_waits
from crowd.moderation.machine.hints import from_json
from crowd.moderation.models import Decision, Screening, WatchedPhrase
from crowd.moderation.queries import moderation_queue
from crowd.moderation.waiting import Scope
from discussions.actions import edit_comment
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people

pytestmark = pytest.mark.django_db

PENDING, PUBLIC = Idea.Moderation.PENDING, Idea.Moderation.PUBLISHED
RUDE = "Там сидят одни дебилы, сколько можно терпеть"


@pytest.fixture(autouse=True)
def _no_schedules(monkeypatch):
    """What a delivery leaves undone is not quietly made good by the clock."""
    monkeypatch.setattr(consumers, "schedules", {})


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign)


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def thread(campaign):
    return comments.thread(pages.discussion(campaign))


def waiting(cycle, **fields):
    """An idea that waits, already looked at by the machine."""
    made = ideas.idea(cycle, **{"moderation": PENDING} | fields)
    screen_posts(kind="idea", subject_ids=[made.pk])
    return made


def kept(subject):
    return Screening.objects.get(kind="idea" if isinstance(subject, Idea) else "comment", subject_id=subject.pk)


def codes(subject):
    return [hint.code for hint in from_json(kept(subject).hints)]


def test_a_posted_comment_is_screened_by_the_worker_and_again_when_it_is_edited(thread):
    comment = comments.comment(thread, body=RUDE)
    Worker().drain()
    before = kept(comment)

    edit_comment(author=comment.author, comment_id=comment.pk, body="Прошу починить дорогу у школы", stance="")
    Worker().drain()

    assert [hint["code"] for hint in before.hints] == ["insult"]
    assert before.score == 0.7
    assert (codes(comment), kept(comment).score) == ([], 0)
    assert Screening.objects.count() == 1
    assert not Delivery.objects.filter(consumer="moderation.screening").exclude(status="done").exists()


def test_hints_neither_decide_nor_hide(thread):
    comment = comments.comment(thread, body=RUDE)

    Worker().drain()

    comment.refresh_from_db()
    assert comment.moderation == Comment.Moderation.PUBLISHED
    assert not Decision.objects.exists()


def test_the_title_of_an_idea_is_read_and_that_of_what_is_commented_is_not(campaign, cycle):
    idea = ideas.idea(cycle, moderation=PENDING, title="Дебилы кругом")
    below = comments.comment(comments.thread(pages.discussion(campaign, title="Дебилы кругом")), body="Согласна")

    screen_posts(kind="idea", subject_ids=[idea.pk])
    screen_posts(kind="comment", subject_ids=[below.pk])

    assert (codes(idea), codes(below)) == (["insult"], [])


def test_nothing_of_the_text_is_kept(cycle):
    idea = waiting(cycle, problem="Звоните 8 912 345-67-89, дебилы")

    row = Screening.objects.filter(pk=kept(idea).pk).values().get()

    assert codes(idea) == ["phone", "insult"]
    assert "912" not in str(row)
    assert "дебил" not in str(row)


def test_screening_twice_changes_nothing(cycle):
    idea = waiting(cycle, problem=RUDE)
    before = kept(idea).screened_at

    screen_posts(kind="idea", subject_ids=[idea.pk])
    screen_posts(kind="idea", subject_ids=[idea.pk + 1])
    screen_posts(kind="nonsense", subject_ids=[idea.pk])

    assert Screening.objects.get().screened_at == before


def test_the_same_text_again_is_told_apart_by_author(thread):
    author, text = people.person(), "Покупайте наши окна, звоните прямо сегодня вечером"
    first = comments.comment(thread, body=text, author=author)
    again = comments.comment(thread, body=text.upper(), author=author)
    copied = comments.comment(thread, body=text)
    short = [comments.comment(thread, body="Поддерживаю!") for _ in range(2)]

    for comment in (first, again, copied, *short):
        screen_posts(kind="comment", subject_ids=[comment.pk])

    assert codes(first) == []
    assert "again" in codes(again)
    assert codes(copied) == ["copied"]
    assert [codes(one) for one in short] == [[], []]


def test_a_suspected_duplicate_is_told_with_how_much(cycle):
    problem = "На остановке у школы зимой темно и скользко, дети падают на лёд"
    ideas.idea(cycle, title="Свет на остановке", problem=problem)
    Worker().drain()
    from search.upkeep import sync_all

    sync_all()

    near = waiting(cycle, title="Свет на остановке", problem=problem)

    [hint] = from_json(kept(near).hints)
    assert (hint.code, hint.percent) == ("duplicate", 100)
    assert codes(waiting(cycle, title="Парк у реки", problem="Нужны скамейки и дорожки")) == []
    assert codes(waiting(cycle, title="Свет на остановке", problem=problem, moderation=PUBLIC)) == ["copied"]


def test_with_the_search_server_away_rules_are_still_told(cycle, settings):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"

    assert codes(waiting(cycle, problem=RUDE)) == ["insult"]


def test_what_editors_watch_for_counts_at_once_and_for_what_waits_soon(cycle):
    before = waiting(cycle, problem="Опять этот старый пень ничего не делает")
    public = ideas.idea(cycle, problem="Старый пень мешает пройти")
    assert codes(before) == []
    WatchedPhrase.objects.create(phrase="старый пень")

    after = waiting(cycle, problem="Уберите старого пня из совета")
    screen_what_waits()

    assert codes(after) == codes(before) == ["insult"]
    assert not Screening.objects.filter(subject_id=public.pk).exists()


def test_what_was_never_looked_at_is_looked_at_by_the_clock_once(cycle, monkeypatch):
    for _ in range(3):
        ideas.idea(cycle, moderation=PENDING)
    monkeypatch.setattr("crowd.moderation.machine.actions.MOST_A_RUN", 2)

    screen_what_waits()
    first = Screening.objects.count()
    screen_what_waits()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        screen_what_waits()

    assert (first, Screening.objects.count()) == (2, 3)
    assert not [one for one in asked if "INSERT" in one["sql"] or "UPDATE" in one["sql"]]


def test_suspicious_first_holds_only_what_waits_and_has_hints(moderator, cycle, thread):
    links = waiting(cycle, problem="Смотрите example.com")
    waiting(cycle)
    rude = waiting(cycle, problem=RUDE)
    public = comments.comment(thread, body=RUDE)
    screen_posts(kind="comment", subject_ids=[public.pk])
    elsewhere = waiting(pages.cycle(pages.campaign("Другой")), problem=RUDE)

    queue = moderation_queue(moderator, Scope(suspicious=True))

    assert [case.id for case in queue.cases] == [rude.pk, links.pk]
    assert queue.total == 3
    assert kept(elsewhere).score > 0
    assert len(moderation_queue(moderator).cases) == 3


def test_moderators_read_hints_with_the_words_in_the_queue_and_on_the_page(client, moderator, cycle):
    idea = waiting(cycle, problem=f"{RUDE}. Звоните 8 912 345-67-89")
    client.force_login(moderator)

    queue = client.get("/admin/moderation/?suspicious=1").text
    page = client.get(f"/admin/moderation/idea/{idea.pk}/").text

    for shown in (queue, page):
        assert "На что обратить внимание" in shown
        assert '<b>Грубость или оскорбление</b>: <q lang="ru">дебилы</q>' in shown
        assert '<b>Номер телефона</b>: <q lang="ru">8 912 345-67-89</q>' in shown


def test_words_are_not_shown_where_the_text_has_changed_since(client, moderator, cycle):
    idea = waiting(cycle, problem=RUDE)
    Idea.objects.filter(pk=idea.pk).update(problem="Теперь здесь совсем другие слова о дороге")
    client.force_login(moderator)

    page = client.get(f"/admin/moderation/idea/{idea.pk}/").text

    assert "<b>Грубость или оскорбление</b>" in page
    assert "<q " not in page


def test_what_residents_wrote_is_escaped_in_hints(client, moderator, cycle):
    waiting(cycle, problem="Смотрите https://example.com/<script>alert(1)</script> и www.example.net/&x")
    client.force_login(moderator)

    page = client.get("/admin/moderation/").text

    assert "Ссылки на чужие сайты" in page
    assert "<script>alert(1)" not in page


def test_a_list_without_the_suspicious_explains_itself(client, moderator, cycle):
    waiting(cycle)
    client.force_login(moderator)

    page = client.get("/admin/moderation/?suspicious=1").text

    assert "Подозрительных записей среди тех, что ждут решения, сейчас нет." in page


@pytest.mark.parametrize("address", ["/admin/moderation/?by=50", "/admin/moderation/?suspicious=1&by=50"])
def test_queue_asks_as_many_queries_for_50_as_for_one(client, moderator, cycle, address):
    client.force_login(moderator)
    waiting(cycle, problem=RUDE)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(49):
        waiting(cycle, problem=f"{RUDE} {number}")

    with CaptureQueriesContext(connection) as many:
        shown = client.get(address).text

    assert shown.count("На что обратить внимание") == 50
    assert len(many) == len(one)


def test_residents_see_no_hints(client, cycle):
    author = people.person()
    idea = waiting(cycle, problem=RUDE, author=author)
    client.force_login(author)

    assert "На что обратить внимание" not in client.get(idea.get_absolute_url()).text


@pytest.mark.parametrize(("role", "status"), [("moderator", 200), ("editor", 200), ("expert", 302), (None, 302)])
def test_who_keeps_the_watched_phrases(client, role, status):
    client.force_login(people.with_role(role) if role else people.person())

    assert client.get("/admin/snippets/moderation/watchedphrase/").status_code in {
        status,
        403 if status == 302 else status,
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("!!!", "Напишите от одного до пяти слов."),
        ("раз два три четыре пять шесть", "Напишите от одного до пяти слов."),
    ],
)
def test_a_phrase_that_nothing_can_match_is_refused_in_words(client, typed, said):
    client.force_login(people.with_role("moderator"))

    answer = client.post("/admin/snippets/moderation/watchedphrase/add/", {"phrase": typed, "kind": "insult"})

    assert said in answer.text
    assert not WatchedPhrase.objects.exists()


def test_a_phrase_is_kept_as_typed(client):
    client.force_login(people.with_role("editor"))

    client.post("/admin/snippets/moderation/watchedphrase/add/", {"phrase": "старый пень", "kind": "advertising"})

    assert list(WatchedPhrase.objects.values_list("phrase", "kind")) == [("старый пень", "advertising")]
