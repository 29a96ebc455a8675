"""What a moderator reads of an author: counts of the own campaigns, and nothing that tells who it is."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.moderation.case_queries import author_records
from discussions.models import Comment
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people
from tests.factories.cases import repeated
from tests.factories.flags import decided
from tests.factories.sanctions import sanction

pytestmark = pytest.mark.django_db

Moderation = Idea.Moderation


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def thread(campaign):
    return comments.thread(pages.discussion(campaign))


@pytest.fixture
def moderator(campaign):
    return people.with_role("moderator", campaign)


@pytest.fixture
def author():
    return people.person(
        display_name="Морошка",
        email="cloudberry@example.org",
        municipality=people.municipality("nyagan"),
        joined_at=datetime(2026, 3, 4, 9, tzinfo=UTC),
    )


def plain(record):
    posts = [(str(label), [(str(state), count) for state, count in states]) for label, states in record.posts]
    against = [(str(outcome), count) for outcome, count in record.against]
    return posts, against, [(one.kind, one.campaign_id) for one in record.sanctions]


def test_it_counts_posts_decisions_and_sanctions(campaign, cycle, thread, moderator, author):
    hidden, first = ideas.idea(cycle, author=author), ideas.idea(cycle, author=author)
    decided(hidden, "hide")
    repeated(ideas.idea(cycle, author=author), first)
    ideas.idea(cycle, author=author, moderation=Moderation.DRAFT)
    said = [comments.comment(thread, author=author) for _ in range(2)]
    decided(said[0], "hide")
    Comment.objects.filter(pk=said[1].pk).update(moderation=Comment.Moderation.DELETED)
    silenced = sanction(author, "silence", campaign)
    sanction(author, "warning", campaign, ends=-0.5)
    sanction(author, "block", campaign, lifted=True)
    everywhere = sanction(author, "premoderation", ends=3)

    record = author_records(moderator, [author.pk, None])[author.pk]

    assert plain(record) == (
        [("Комментарии", [("удалён автором", 1), ("скрыт", 1)]), ("Идеи", [("скрыта", 1), ("опубликована", 2)])],
        [("скрыть", 2), ("объединить с похожей", 1)],
        [("silence", silenced.campaign_id), ("premoderation", everywhere.campaign_id)],
    )
    assert (record.joined_at, record.trusted) == (author.joined_at, True)


def test_of_other_campaigns_it_tells_nothing(moderator, author):
    there = pages.campaign("Там")
    decided(ideas.idea(pages.cycle(there), author=author), "hide")
    comments.comment(comments.thread(pages.discussion(there)), author=author)
    sanction(author, "silence", there)

    assert plain(author_records(moderator, [author.pk])[author.pk]) == ([], [], [])
    everything = plain(author_records(people.with_role("moderator"), [author.pk])[author.pk])
    assert [len(part) for part in everything] == [2, 1, 1]


def test_of_others_it_tells_nothing(cycle, moderator, author):
    decided(ideas.idea(cycle), "hide")

    assert plain(author_records(moderator, [author.pk])[author.pk]) == ([], [], [])
    assert author_records(moderator, [None]) == {}


@pytest.mark.parametrize("address", ["/admin/moderation/", "/admin/moderation/idea/{}/"])
def test_the_pages_show_it_and_neither_address_nor_place(client, cycle, moderator, author, address):
    waiting = ideas.idea(cycle, author=author, moderation=Moderation.PENDING)
    sanction(author, "premoderation")
    client.force_login(moderator)

    page = client.get(address.format(waiting.pk)).content.decode()

    assert ("Об авторе" in page, "На сайте с 4 марта 2026." in page, "Публикуется сразу." in page) == (True, True, True)
    assert "Идеи: ждёт проверки — 1." in page
    assert ("Предварительная проверка" in page, "на всём сайте" in page) == (True, True)
    assert ("Морошка" in page, "cloudberry" in page, "Нягань" in page) == (True, False, False)


def test_a_newcomer_is_called_so(client, cycle, moderator):
    waiting = ideas.idea(cycle, author=people.person(standing="newcomer"), moderation=Moderation.PENDING)
    client.force_login(moderator)

    page = client.get(f"/admin/moderation/idea/{waiting.pk}/").content.decode()

    assert ("Новичок" in page, "Публикуется сразу." in page) == (True, False)


def test_it_asks_as_much_for_one_author_as_for_fifty(cycle, thread, moderator):
    def make():
        somebody = people.person()
        decided(ideas.idea(cycle, author=somebody), "hide")
        comments.comment(thread, author=somebody)
        sanction(somebody, "silence")
        return somebody.pk

    authors = [make() for _ in range(50)]
    author_records(moderator, authors[:1])

    def count(ids):
        with CaptureQueriesContext(connection) as queries:
            author_records(moderator, ids)
        return len(queries)

    assert count(authors) == count(authors[:1])
