"""A thread in a browser whose line breaks, and what readers of the screen are told of it all."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.live.rooms import bodies, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Everything that the one line for readers of the screen ever said.
TOLD = """
() => {
  window.told = [];
  const line = document.querySelector("[data-aloud]");
  new MutationObserver(() => line.textContent && window.told.push(line.textContent)).observe(line, {childList: true});
}
"""

MODERATOR = """
import uuid
from tests.factories import people
moderator = people.with_role("moderator", email=f"{uuid.uuid4().hex}@example.org")
"""


def button(page):
    return page.locator("[data-fresh]")


def state(page):
    return page.locator("[data-state]")


def test_page_without_a_line_says_so_and_makes_up_for_it(room):
    room.post(0, "До обрыва")
    boris = room.open(1)
    boris.locator("textarea[name=body]").fill("Пишу в лесу")
    expect(boris.locator("[data-aloud]")).to_have_count(1)

    boris.context.set_offline(True)
    expect(state(boris)).to_contain_text("Связь прервалась")
    room.post(0, "Во время обрыва")
    room.post(0, "И ещё одно")
    boris.get_by_role("button", name="Отправить", exact=True).click()
    expect(boris.locator("[data-refused]")).to_contain_text("Не отправлено")
    boris.context.set_offline(False)

    expect(button(boris)).to_have_text("Показать 2 новых комментария")
    expect(state(boris)).to_have_text("")
    button(boris).click()
    expect(bodies(boris)).to_have_text(["И ещё одно", "Во время обрыва", "До обрыва"])
    expect(boris.locator("textarea[name=body]")).to_have_value("Пишу в лесу")
    boris.get_by_role("button", name="Отправить", exact=True).click()
    expect(bodies(boris)).to_have_text(["Пишу в лесу", "И ещё одно", "Во время обрыва", "До обрыва"])


def test_page_without_a_socket_asks_now_and_then(room):
    def without_socket(page):
        page.route_web_socket("**/ws/**", lambda socket: socket.close())
        page.clock.install()

    boris = room.open(1, prepare=without_socket)
    expect(state(boris)).to_contain_text("Связь прервалась")

    room.post(0, "Дойдёт и так")
    boris.clock.fast_forward(25_000)

    expect(button(boris)).to_have_text("Показать 1 новый комментарий")


def test_who_comes_back_after_long_gets_it_in_pages(room):
    sockets = []

    def with_own_socket(page):
        # Playwright takes no built-in function.
        page.route_web_socket("**/ws/**", lambda socket: sockets.append(socket))  # noqa: PLW0108
        # However long the comments take, the page does not find the socket silent.
        page.clock.install()
        page.clock.pause_at(timezone.now() + timedelta(hours=1))

    boris = room.open(1, prepare=with_own_socket)
    expect(boris.locator("[data-pause]")).to_be_visible()
    room.fill(120)

    sockets[0].send(json.dumps([{"type": "hello", "seq": 120, "readers": 1}, {"type": "reload"}]))

    expect(button(boris)).to_have_text("Показать 120 новых комментариев")
    button(boris).click()
    expect(boris.locator(".comment")).to_have_count(120)
    expect(bodies(boris).first).to_have_text("Сообщение 120")


def test_restart_brings_no_stampede(room):
    """Nobody comes back in the first moment, and who is cut off at once waits longer each time."""
    opened = []

    def cut_off(page):
        page.route_web_socket("**/ws/**", lambda socket: (opened.append(1), socket.close()))
        page.add_init_script("Math.random = () => 0.9")
        page.clock.install()
        page.clock.pause_at(timezone.now() + timedelta(hours=1))

    boris = room.open(1, prepare=cut_off)
    expect(state(boris)).to_contain_text("Связь прервалась")
    tries = []
    for _second in range(36):
        boris.clock.run_for(1000)
        boris.evaluate("new Promise((done) => { const one = new Image(); one.onerror = done; one.src = 'data:,' })")
        tries.append(len(opened))

    # After 5.9 s, then 11.3 s, then 22.1 s.
    assert tries[:5] == [1] * 5
    assert tries[7:15] == [2] * 8
    assert tries[19] == 3
    assert tries[-1] == 3


def test_readers_of_the_screen_are_told_seldom(room):
    boris = room.open(1, prepare=lambda page: page.clock.install())
    expect(boris.locator("[data-pause]")).to_be_visible()
    boris.evaluate(TOLD)
    boris.clock.pause_at(boris.evaluate("Date.now() / 1000") + 2)

    room.post(0, "Раз")
    expect(button(boris)).to_have_text("Показать 1 новый комментарий")
    boris.clock.run_for(500)
    for text in ("Два", "Три"):
        room.post(0, text)
    expect(button(boris)).to_have_text("Показать 3 новых комментария")
    boris.clock.run_for(9000)
    first = boris.evaluate("told")
    boris.clock.run_for(1500)

    assert first == ["Показать 1 новый комментарий"]
    assert boris.evaluate("told") == ["Показать 1 новый комментарий", "Показать 3 новых комментария"]


def test_whose_account_is_blocked_learns_it_and_keeps_the_text(room):
    boris = room.open(1)
    boris.locator("textarea[name=body]").fill("Ещё не отправлено")
    expect(boris.locator("[data-pause]")).to_be_visible()

    room.run(
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "from crowd.people.models import Person\n"
        f"owner = SessionStore({room.place['writers'][1]!r})['_auth_user_id']\n"
        "Person.objects.filter(pk=owner).update(is_active=False)\n"
        "print(1)"
    )

    expect(state(boris)).to_contain_text("Вас заблокировали")
    body = boris.locator("textarea[name=body]")
    expect(body).to_have_value("Ещё не отправлено")
    expect(body).to_have_attribute("readonly", "")
    expect(boris.get_by_role("button", name="Отправить", exact=True)).to_be_disabled()


def test_thread_is_locked_while_somebody_writes(room):
    boris, anna = room.open(1), room.open(0)
    body = boris.locator("textarea[name=body]")
    body.fill("Почти дописал")
    expect(boris.locator("[data-pause]")).to_be_visible()

    room.run(
        MODERATOR + "actions.lock_thread(actor=moderator, thread_id=thread.pk, note='Перешли на личности.'); print(1)"
    )

    expect(boris.locator("[data-lock]")).to_have_text("Модератор закрыл ветку: Перешли на личности.")
    expect(boris.locator("[data-aloud]")).to_contain_text("Перешли на личности")
    expect(body).to_have_value("Почти дописал")
    expect(body).to_have_attribute("readonly", "")
    expect(boris.get_by_role("button", name="Отправить", exact=True)).to_be_hidden()
    expect(anna.locator("textarea[name=body]")).to_be_hidden()
    room.run(MODERATOR + "actions.unlock_thread(actor=moderator, thread_id=thread.pk); print(1)")
    expect(body).to_be_editable()
    write(boris, "Теперь дописал")
    expect(bodies(boris)).to_have_text(["Теперь дописал"])
