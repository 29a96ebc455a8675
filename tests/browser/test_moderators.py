"""The moderators' lists in the admin: by the keyboard alone, and under WCAG 2.2 AA."""

from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser import looks
from tests.browser.chromium import own_window
from tests.browser.people import sign_in
from tests.live.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Comments that nothing else of the demonstration has.
WRITTEN = """
from crowd.people.models import Person
from discussions.actions import post_comment
from discussions.models import Thread
author = Person.objects.get(email="resident3@example.org")
thread = Thread.objects.filter(host_kind="discussion").earliest("pk")
texts = ["Покупайте жалюзи у нас", "Лучшие жалюзи со скидкой", "Старые жалюзи в автобусе"]
written = [post_comment(author=author, thread=thread, body=text) for text in texts]
print(json.dumps([*(comment.pk for comment in written), thread.pk]))
"""
DECIDED = """
from crowd.moderation.models import Decision
rows = Decision.objects.filter(kind="comment", subject_id__in={ids}).order_by("subject_id")
print(json.dumps([[row.subject_id, row.outcome, row.reason.slug, row.moderator.email] for row in rows]))
"""


@pytest.fixture(scope="module")
def written(embedded_demo):
    return embedded_demo.run(WRITTEN)


@pytest.fixture(scope="module")
def moderator(browser, embedded_demo):
    page = own_window(browser, embedded_demo)
    sign_in(page, "moderator@example.org")
    yield page
    page.context.close()


@contextmanager
def searching(page):
    """Wait until the last list that was searched for meanwhile stands: one that comes late forgets what was chosen."""
    coming = set()
    listeners = {
        "request": lambda request: "/results/" in request.url and coming.add(request),
        "requestfinished": lambda request: coming.discard(request),  # noqa: PLW0108 - Playwright wants a function
        "requestfailed": lambda request: coming.discard(request),  # noqa: PLW0108
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield
    wait_until(lambda: page.wait_for_timeout(300) or not coming, "the list that was searched for")
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def press_at(locator, *keys):
    locator.focus()
    for key in keys:
        locator.press(key)


def test_a_moderator_filters_chooses_two_and_hides_them_by_keyboard(embedded_demo, moderator, written):
    advertised, cheap, harmless, _thread = written
    moderator.goto("/admin/comments/")
    moderator.wait_for_load_state("networkidle")

    moderator.locator("input[name=q]").focus()
    with searching(moderator):
        moderator.keyboard.type("жалюзи")
        moderator.wait_for_url(lambda url: "жалюзи" in unquote(url))
        # Leaving the field searches once more, and a list that comes anew forgets what was chosen.
        with moderator.expect_request(lambda request: "/results/" in request.url):
            moderator.keyboard.press("Tab")
    expect(moderator.locator("[data-bulk-action-checkbox]")).to_have_count(3)
    for pk in (advertised, cheap):
        press_at(moderator.locator(f"[data-bulk-action-checkbox][data-object-id='{pk}']"), "Space")
    hide = moderator.get_by_role("link", name="Скрыть выбранные комментарии")
    expect(hide).to_be_visible()
    press_at(hide, "Enter")
    moderator.wait_for_url("**/admin/bulk/discussions/comment/hide/**")
    expect(moderator.get_by_role("main")).to_contain_text("Покупайте жалюзи у нас")
    reason = moderator.get_by_label("Причина")
    choices = reason.locator("option").all_inner_texts()
    press_at(reason, *["ArrowDown"] * choices.index("Реклама"))
    press_at(moderator.get_by_role("button", name="Да, скрыть"), "Enter")
    moderator.wait_for_url("**/admin/comments/**")

    expect(moderator.locator(".messages")).to_contain_text("Готово: 2")
    decided = embedded_demo.run(DECIDED.format(ids=[advertised, cheap, harmless]))
    assert decided == [[pk, "hide", "advertising", "moderator@example.org"] for pk in (advertised, cheap)]


PAGES = {
    "comments": "/admin/comments/",
    "comment": "/admin/comments/{pk}/",
    "confirmation": "/admin/bulk/discussions/comment/reject/?id={pk}",
    "threads": "/admin/threads/",
    "thread": "/admin/threads/{thread}/",
    "sanctions": "/admin/sanctions/",
    "sanction": "/admin/sanctions/impose/comment/{pk}/",
}


@pytest.mark.parametrize("name", PAGES)
def test_page_of_the_moderators_is_accessible(moderator, written, name):
    moderator.goto(PAGES[name].format(pk=written[2], thread=written[3]))
    moderator.wait_for_load_state("networkidle")
    looks.bring_axe(moderator)

    assert looks.broken_rules(moderator) == []
