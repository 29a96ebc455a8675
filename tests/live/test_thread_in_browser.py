"""A thread in real browsers: people side by side, what arrives, what stays where it is, no JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.live.rooms import bodies, room_in, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Where the first comment in the window stands.
WHERE = """
() => {
  const one = [...document.querySelectorAll(".comment > article")].find((one) => one.getBoundingClientRect().top > 100);
  return [one.parentElement.id, one.getBoundingClientRect().top];
}
"""


def button(page):
    return page.locator("[data-fresh]")


def comment(page, pk):
    return page.locator(f"#comment-{pk}")


def assert_same_place(now, before):
    """A browser scrolls by whole pixels, and heights have parts of them."""
    assert now[0] == before[0]
    assert abs(now[1] - before[1]) <= 1


def test_comment_arrives_without_reloading(room):
    anna, boris = room.open(0), room.open(1)
    boris.locator("textarea[name=body]").fill("Я ещё пишу")

    write(anna, "Нужна **детская** площадка")
    expect(anna.locator(".comment-body strong")).to_have_text("детская")
    expect(button(boris)).to_have_text("Показать 1 новый комментарий")
    write(anna, "И скамейка")
    expect(button(boris)).to_have_text("Показать 2 новых комментария")
    expect(boris.locator(".comment")).to_have_count(0)
    button(boris).click()

    expect(bodies(boris)).to_have_text(["И скамейка", "Нужна детская площадка"])
    expect(boris.locator(".comment").first).to_be_focused()
    expect(button(boris)).to_be_hidden()
    expect(boris.locator("textarea[name=body]")).to_have_value("Я ещё пишу")
    expect(anna.locator("textarea[name=body]")).to_have_value("")
    expect(button(anna)).to_be_hidden()
    expect(bodies(anna)).to_have_text(["И скамейка", "Нужна детская площадка"])


def test_what_one_reads_stays_where_it_is(room):
    """While others write, and while something above becomes longer or goes."""
    room.fill(15)
    above, gone = room.post(0, "Станет длиннее"), room.post(0, "Уйдёт")
    boris = room.open(1)
    boris.locator(".comment").nth(9).scroll_into_view_if_needed()
    boris.evaluate("scrollBy({top: 50, behavior: 'instant'})")
    assert boris.evaluate("scrollY") > 400
    before = boris.evaluate(WHERE)

    room.post(0, "Новое")
    expect(button(boris)).to_have_text("Показать 1 новый комментарий")
    client = room.site.session(room.place["writers"][0])
    as_script = {"Accept": "application/json"}
    longer = {"body": "Строка\n\n" * 20, "stance": ""}
    assert client.post(f"{client.base}/comments/{above}/edit/", data=longer, headers=as_script, timeout=30).ok
    expect(comment(boris, above).locator("p")).to_have_count(21)
    assert_same_place(boris.evaluate(WHERE), before)
    assert client.post(f"{client.base}/comments/{gone}/delete/", headers=as_script, timeout=30).ok
    expect(comment(boris, gone)).to_have_count(0)

    assert_same_place(boris.evaluate(WHERE), before)


def test_what_is_new_comes_last_where_the_oldest_come_first(room):
    first = room.post(0, "Первый")
    boris = room.open(1)
    boris.get_by_role("navigation", name="Порядок комментариев").get_by_role("link", name="Сначала старые").click()
    boris.wait_for_url("**order=old**")

    room.post(0, "Второй")
    answer = room.post(0, "Ответ", parent=first)
    expect(button(boris)).to_have_text("Показать 2 новых комментария")
    button(boris).click()

    expect(bodies(boris)).to_have_text(["Первый", "Ответ", "Второй"])
    expect(comment(boris, answer)).to_be_focused()


def test_other_orders_lead_to_the_newest(room):
    room.post(0, "Первый")
    boris = room.open(1, query="")
    boris.goto(f"/threads/{room.place['thread']}/comments/?order=top")
    boris.locator("textarea[name=body]").fill("Ещё не дописано")

    room.post(0, "Второй")
    expect(button(boris)).to_have_text("Показать 1 новый комментарий")
    button(boris).click()

    expect(bodies(boris)).to_have_text(["Второй", "Первый"])
    expect(boris.locator("textarea[name=body]")).to_have_value("Ещё не дописано")


def test_answer_to_what_is_on_another_page_is_counted_with_a_link(room):
    oldest = room.post(0, "Самый старый")
    room.fill(25)
    boris = room.open(1)
    expect(comment(boris, oldest)).to_have_count(0)

    answer = room.post(0, "Ответ издалека", parent=oldest)
    elsewhere = boris.locator("[data-elsewhere]")
    expect(elsewhere).to_have_text("1 новый ответ на другой странице")
    expect(button(boris)).to_be_hidden()
    elsewhere.click()

    expect(comment(boris, answer)).to_be_in_viewport()


def test_answers_unfold_in_place(room):
    first = room.post(0, "Спрашиваю")
    for number in range(1, 6):
        room.post(0, f"Ответ {number}", parent=first)
    boris = room.open(1)
    fold = comment(boris, first).get_by_role("link", name="ещё 3 ответа")
    expect(fold).to_have_attribute("aria-expanded", "false")

    room.post(0, "Ответ 6", parent=first)
    button(boris).click()
    expect(bodies(boris)).to_have_text(["Спрашиваю", "Ответ 1", "Ответ 2", "Ответ 6"])
    fold.focus()
    boris.keyboard.press("Enter")

    expect(bodies(boris)).to_have_text(["Спрашиваю", *(f"Ответ {number}" for number in range(1, 7))])
    expect(boris.locator(".comment", has_text="Ответ 3").last).to_be_focused()
    again = comment(boris, first).get_by_role("link", name="Свернуть ответы")
    expect(again).to_have_attribute("aria-expanded", "true")
    again.click()
    expect(boris.locator(".comment", has_text="Ответ 4").last).to_be_hidden()


def test_reader_pauses_what_arrives(room):
    """Nothing changes on a page that is paused, through a reload too; afterwards nothing is missing."""
    boris = room.open(1)
    boris.get_by_role("button", name="Приостановить обновления").click()
    expect(boris.locator("[data-state]")).to_have_text("Обновления приостановлены.")
    boris.reload()
    third = room.open(1)
    expect(boris.get_by_role("button", name="Обновлять")).to_be_visible()

    room.post(0, "Первый")
    expect(button(third)).to_have_text("Показать 1 новый комментарий")
    room.post(0, "Второй")

    # Who does not pause has it by now; so would who does.
    expect(button(third)).to_have_text("Показать 2 новых комментария")
    expect(button(boris)).to_be_hidden()
    boris.get_by_role("button", name="Обновлять").click()
    expect(boris.locator("[data-state]")).to_have_text("Обновления снова приходят.")
    expect(button(boris)).to_have_text("Показать 2 новых комментария")
    room.post(0, "Третий")
    expect(button(boris)).to_have_text("Показать 3 новых комментария")


def test_own_comment_is_there_once(room):
    """The socket tells its writer of it too, before or after the answer to the form."""
    anna, boris = room.open(0), room.open(1)

    write(anna, "Моё слово")
    expect(button(boris)).to_have_text("Показать 1 новый комментарий")
    expect(bodies(anna)).to_have_text(["Моё слово"])
    room.post(1, "Чужое слово")
    expect(button(anna)).to_have_text("Показать 1 новый комментарий")

    button(anna).click()
    expect(bodies(anna)).to_have_text(["Чужое слово", "Моё слово"])


def test_who_is_not_signed_in_reads_along(room):
    stranger = room.open()
    expect(stranger.locator("textarea")).to_have_count(0)

    room.post(0, "Слово для всех")
    button(stranger).click()

    expect(bodies(stranger)).to_have_text(["Слово для всех"])
    expect(stranger.get_by_role("link", name=re.compile("^Согласны"))).to_be_visible()
    stranger.get_by_role("link", name="Написать комментарий").click()
    expect(stranger.get_by_label("Ваш комментарий")).to_be_visible()


def test_lost_connection_is_said_and_made_up_for(chromium, own_embedded):
    room = room_in(chromium, own_embedded)
    anna, boris = room.open(0), room.open(1)
    process = own_embedded.processes["embedded"]
    write(anna, "До обрыва")
    expect(button(boris)).to_be_visible()

    process.kill()
    expect(boris.locator("[data-state]")).to_contain_text("Связь прервалась")
    write(anna, "Во время обрыва")
    expect(anna.locator("[data-refused]")).to_contain_text("Не отправлено")
    expect(anna.locator("textarea[name=body]")).to_have_value("Во время обрыва")
    process.start().wait()
    expect(anna.locator("[data-state]")).to_have_text("", timeout=90_000)
    anna.get_by_role("button", name="Отправить", exact=True).click()

    expect(button(boris)).to_have_text("Показать 2 новых комментария", timeout=90_000)
    room.close()
    assert room.faults == []


def test_without_javascript(room):
    anna = room.open(0, java_script_enabled=False)

    write(anna, "Без скриптов")

    expect(anna.locator(".comment-body")).to_have_text("Без скриптов")
    assert "#comment-" in anna.url
