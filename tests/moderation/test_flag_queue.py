"""Flags as moderators meet them: in the queue and on the page of a case."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crowd.moderation.models import Decision, Flag
from crowd.moderation.queries import moderation_queue
from crowd.moderation.waiting import Scope
from ideas.models import Idea
from tests.factories import comments, ideas, pages, people
from tests.factories.flags import decided, flag, who_flags_in_vain

pytestmark = pytest.mark.django_db

VAIN = "жалуется часто и напрасно"


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


def text_of(client, address):
    return client.get(address).content.decode()


def test_what_is_flagged_waits_beside_what_is_pending_the_oldest_first(moderator, cycle, thread):
    flagged, _unflagged = ideas.idea(cycle), ideas.idea(cycle)
    pending = ideas.idea(cycle, moderation=Idea.Moderation.PENDING)
    comment = comments.comment(thread)
    flag(comment)
    flag(flagged)
    flag(flagged)

    queue = moderation_queue(moderator)

    named = [(one.case.kind, one.case.id, one.flags.total, one.latest) for one in queue.waiting]
    assert named == [("idea", flagged.pk, 2, 0), ("idea", pending.pk, 0, 0), ("comment", comment.pk, 1, 0)]
    assert (queue.total, queue.by_kind, queue.flagged) == (3, {"comment": 1, "idea": 2}, 2)


def test_with_flags_are_the_public_and_the_withheld(moderator, cycle):
    public, withheld = ideas.idea(cycle), ideas.idea(cycle)
    ideas.idea(cycle, moderation=Idea.Moderation.PENDING)
    flag(public)
    for _ in range(3):
        flag(withheld)

    queue = moderation_queue(moderator, Scope(flagged=True))

    assert [(one.case.id, one.case.status) for one in queue.waiting] == [
        (public.pk, "published"),
        (withheld.pk, "pending"),
    ]
    assert (queue.total, queue.flagged) == (3, 2)


def test_what_is_decided_waits_no_longer(moderator, cycle):
    kept, hidden = ideas.idea(cycle), ideas.idea(cycle)
    flag(kept)
    flag(hidden)

    decided(kept, "keep", moderator)
    decided(hidden, "hide", moderator)

    assert moderation_queue(moderator).waiting == []


def test_another_campaigns_moderator_sees_nothing(client, moderator, cycle):
    flagged = ideas.idea(cycle, title="Чужая для соседа")
    flag(flagged, note="Пояснение жалобы")
    stranger = people.with_role("moderator", pages.campaign("Другой"))
    client.force_login(stranger)

    queue = moderation_queue(stranger)
    listed = text_of(client, "/admin/moderation/?flags=1")
    page = client.get(f"/admin/moderation/idea/{flagged.pk}/")
    decision = client.post(f"/admin/moderation/idea/{flagged.pk}/decide/", {"outcome": "keep", "seen": "0"})

    assert (queue.waiting, queue.total, queue.flagged) == ([], 0, 0)
    assert "Чужая для соседа" not in listed
    assert "Пояснение жалобы" not in listed
    assert "С жалобами (0)" in listed
    assert (page.status_code, decision.status_code) == (404, 404)
    assert moderation_queue(moderator).flagged == 1


@pytest.mark.parametrize("address", ["/admin/moderation/", "/admin/moderation/?flags=1", "/admin/moderation/idea/{}/"])
def test_a_moderator_reads_reasons_and_notes_and_no_names(client, moderator, cycle, address):
    flagged = ideas.idea(cycle)
    vain, careful = who_flags_in_vain(), people.person(display_name="Тихая Осока")
    flag(flagged, careful, reason="threat", note="Грозит <b>соседу</b>")
    client.force_login(moderator)
    before = text_of(client, address.format(flagged.pk))
    flag(flagged, vain, reason="advertising")

    page = text_of(client, address.format(flagged.pk))

    assert "Жалобы (2)" in page
    assert "<b>Угроза</b>" in page
    assert "<b>Реклама</b>" in page
    assert "Грозит &lt;b&gt;соседу&lt;/b&gt;" in page
    assert (VAIN in before, VAIN in page) == (False, True)
    for flagger in (vain, careful):
        assert flagger.display_name not in page
        assert flagger.email not in page


def test_the_queue_offers_to_let_a_flagged_post_stay(client, moderator, cycle):
    flagged = ideas.idea(cycle)
    flag(flagged)
    client.force_login(moderator)

    page = text_of(client, "/admin/moderation/")
    done = client.post(f"/admin/moderation/idea/{flagged.pk}/decide/", {"outcome": "keep", "seen": "0"})
    late = client.post(f"/admin/moderation/idea/{flagged.pk}/decide/", {"outcome": "keep", "seen": "0"})

    offered = [f'value="{outcome}" data-key' in page for outcome in ("keep", "hide", "publish")]
    assert offered == [True, True, False]
    assert (done.status_code, done["Location"], late.status_code) == (302, "/admin/moderation/", 409)
    assert "решение уже принято: оставить" in late.content.decode()
    assert Flag.objects.get().decision == Decision.objects.get()


def test_without_flags_there_is_nothing_to_let_stay(client, moderator, cycle):
    shown = ideas.idea(cycle)
    client.force_login(moderator)

    page = text_of(client, f"/admin/moderation/idea/{shown.pk}/")

    assert ('value="keep"' in page, 'value="hide"' in page) == (False, True)
    assert "Жалобы (" not in page


def test_a_page_knows_which_decision_it_was_made_after(client, moderator, cycle):
    flagged = ideas.idea(cycle)
    flag(flagged)
    kept = decided(flagged, "keep", moderator)
    flag(flagged)
    client.force_login(moderator)

    pages_of = [text_of(client, "/admin/moderation/"), text_of(client, f"/admin/moderation/idea/{flagged.pk}/")]

    for page in pages_of:
        assert f'name="seen" value="{kept.pk}"' in page


def test_the_case_tells_what_became_of_earlier_flags(client, moderator, cycle):
    flagged = ideas.idea(cycle)
    for note in ("Первая", "Вторая", "Третья"):
        flag(flagged, note=note)
    decided(flagged, "publish", moderator)
    client.force_login(moderator)

    page = text_of(client, f"/admin/moderation/idea/{flagged.pk}/")

    assert "Прежние жалобы" in page
    assert "скрыто автоматически: 3 жалоб" in page
    assert "Оскорбление: Вторая (не подтвердилась)" in page


def test_of_many_flags_the_first_are_shown_and_all_counted(client, moderator, cycle, settings):
    settings.FLAGS_TO_HIDE = 0
    flagged = ideas.idea(cycle)
    for number in range(22):
        flag(flagged, note=f"Жалоба номер {number}.")
    client.force_login(moderator)

    page = text_of(client, "/admin/moderation/")

    assert "Жалобы (22)" in page
    assert page.count("Жалоба номер") == 20
    assert "Показаны первые жалобы." in page


def test_an_empty_filter_explains_itself(client, moderator, cycle):
    ideas.idea(cycle, moderation=Idea.Moderation.PENDING)
    client.force_login(moderator)

    assert "Жалоб, которые ждут решения, сейчас нет." in text_of(client, "/admin/moderation/?flags=1")


@pytest.mark.parametrize("address", ["/admin/moderation/", "/admin/moderation/?flags=1"])
def test_the_queue_asks_the_same_queries_for_one_and_thirty(client, moderator, cycle, thread, address):
    def make():
        flagged, comment = ideas.idea(cycle), comments.comment(thread)
        decided(flagged, "hide", moderator)
        decided(flagged, "publish", moderator)
        flag(flagged)
        flag(comment, vain)
        withheld = ideas.idea(cycle)
        for _ in range(3):
            flag(withheld)
        ideas.idea(cycle, moderation=Idea.Moderation.PENDING)

    vain = who_flags_in_vain()
    client.force_login(moderator)
    make()
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(29):
        make()

    with CaptureQueriesContext(connection) as thirty:
        client.get(address)

    assert len(thirty) == len(one)
