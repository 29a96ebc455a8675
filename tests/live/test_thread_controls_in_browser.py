"""One's own controls in a thread: answering, agreeing, changing, taking back; by the keyboard, on a phone, half done."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import looks
from tests.live.processes import wait_until
from tests.live.rooms import bodies, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).map((key) => localStorage[key]).join()"
WITH_ANSWERS = """
other = Comment.objects.get(pk={pk})
Comment.objects.filter(pk={pk}).update(voice="expert")
for number in range(4):
    actions.post_comment(author=other.author, thread=thread, body="Ответ", parent=other)
print(1)
"""
HIDE = "actions.hide_comment(comment_id={pk}, actor_id=None); print(1)"


def comment(page, pk):
    return page.locator(f"#comment-{pk}")


def act(page, pk, name):
    return comment(page, pk).locator("> article").get_by_role("link", name=name)


def agree(page, pk):
    return comment(page, pk).locator("[data-react='1']").first


def wait_for_draft(page, text):
    wait_until(lambda: text in page.evaluate(KEPT), "a draft")


def test_answer_stands_beneath_its_comment(room):
    room.post(1, "Первый")
    second = room.post(1, "Второй")
    anna = room.open(0)

    act(anna, second, "Ответить").click()
    expect(anna.locator("[data-answering]")).to_contain_text("В ответ: Житель")
    expect(anna.locator("textarea[name=body]")).to_be_focused()
    write(anna, "Ответ второму")

    expect(bodies(anna)).to_have_text(["Второй", "Ответ второму", "Первый"])
    expect(anna.locator("[data-answering]")).to_be_hidden()
    expect(comment(anna, second).locator(".comment")).to_be_focused()


def test_draft_remembers_whom_it_answers(room):
    first = room.post(1, "Спрашиваю")
    anna = room.open(0)
    act(anna, first, "Ответить").click()
    anna.locator("textarea[name=body]").fill("Отвечаю, но ещё")
    wait_for_draft(anna, "Отвечаю")

    anna.reload()

    expect(anna.locator("textarea[name=body]")).to_have_value("Отвечаю, но ещё")
    expect(anna.locator("[data-answering]")).to_contain_text("В ответ: Житель")
    write(anna, "Отвечаю")
    expect(comment(anna, first).locator("[data-answers] .comment-body")).to_have_text("Отвечаю")
    wait_until(lambda: not anna.evaluate(KEPT), "the draft to go")


def test_who_is_answered_goes_while_one_writes(room):
    first = room.post(1, "Скоро скроют")
    anna = room.open(0)
    act(anna, first, "Ответить").click()
    anna.locator("textarea[name=body]").fill("Уже ответил бы")

    room.run(HIDE.format(pk=first))

    lost = anna.locator("[data-answered-gone]")
    expect(lost).to_contain_text("больше не виден")
    expect(comment(anna, first)).to_have_count(0)
    anna.get_by_role("button", name="Отправить", exact=True).click()
    expect(anna.locator("[data-refused]")).to_be_visible()
    expect(anna.locator("textarea[name=body]")).to_have_value("Уже ответил бы")
    lost.get_by_role("link", name="Отправить как отдельный комментарий").click()
    anna.get_by_role("button", name="Отправить", exact=True).click()
    expect(bodies(anna)).to_have_text(["Уже ответил бы"])


def test_controls_come_with_what_comes_live(room):
    anna, boris = room.open(0), room.open(1)
    write(anna, "Предлагаю каток")
    mine = anna.locator(".comment")
    expect(mine.get_by_role("link", name="Изменить")).to_be_visible()
    expect(mine.get_by_role("link", name="Удалить")).to_be_visible()
    expect(mine.get_by_role("button")).to_have_count(0)
    boris.locator("[data-fresh]").click()
    agreed = boris.get_by_role("button", name=re.compile("^Поддерживаю"))
    expect(agreed).to_have_attribute("aria-pressed", "false")
    expect(boris.locator(".comment").get_by_role("link", name="Изменить")).to_have_count(0)

    agreed.click()

    expect(agreed).to_have_attribute("aria-pressed", "true")
    expect(agreed).to_have_text("Поддерживаю 1")
    expect(mine.locator("[data-up]")).to_have_text("1")
    agreed.click()
    expect(mine.locator("[data-up]")).to_have_text("0")
    expect(agreed).to_have_attribute("aria-pressed", "false")
    expect(boris).to_have_url(room.site.url + room.place["url"])


def test_agreeing_that_does_not_arrive_is_taken_back_in_words(room):
    pk = room.post(1, "Согласны?")
    anna = room.open(0)
    anna.context.set_offline(True)

    agree(anna, pk).click()

    expect(comment(anna, pk).get_by_role("alert")).to_have_text("Не получилось: нет связи. Попробуйте ещё раз.")
    expect(agree(anna, pk)).to_have_text("Поддерживаю 0")
    anna.context.set_offline(False)
    agree(anna, pk).click()
    expect(agree(anna, pk)).to_have_text("Поддерживаю 1")
    expect(comment(anna, pk).get_by_role("alert")).to_have_count(0)


def test_comment_is_changed_in_place(room):
    pk = room.post(0, "Нужна **площадка**")
    anna, boris = room.open(0), room.open(1)

    act(anna, pk, "Изменить").click()
    body = comment(anna, pk).locator("textarea")
    expect(body).to_have_value("Нужна **площадка**")
    expect(body).to_be_focused()
    body.fill(" ")
    comment(anna, pk).get_by_role("button", name="Сохранить").click()
    expect(comment(anna, pk).get_by_role("alert")).to_have_text("Напишите текст.")
    body.fill("Нужна площадка и каток")
    comment(anna, pk).get_by_role("button", name="Сохранить").click()

    expect(comment(anna, pk).locator(".comment-body")).to_have_text("Нужна площадка и каток")
    expect(comment(anna, pk).locator("form")).to_have_count(0)
    expect(comment(anna, pk).get_by_role("link", name="изменён")).to_be_visible()
    expect(act(anna, pk, "Изменить")).to_be_visible()
    expect(comment(boris, pk).locator(".comment-body")).to_have_text("Нужна площадка и каток")


def test_half_changed_comment_outlives_updates_a_reload_and_escape(room):
    pk = room.post(0, "Было")
    anna = room.open(0)
    body = comment(anna, pk).locator("textarea")
    act(anna, pk, "Изменить").click()
    body.fill("Станет")
    wait_for_draft(anna, "Станет")

    room.post(1, "А вот и ответ", parent=pk)
    anna.locator("[data-fresh]").click()
    expect(body).to_have_value("Станет")
    anna.reload()
    expect(body).to_have_value("Станет")
    body.press("Escape")
    expect(body).to_have_count(0)
    expect(act(anna, pk, "Изменить")).to_be_focused()
    act(anna, pk, "Изменить").click()
    expect(body).to_have_value("Станет")
    comment(anna, pk).get_by_role("link", name="Оставить как есть").click()
    wait_until(lambda: not anna.evaluate(KEPT), "the draft to go")
    act(anna, pk, "Изменить").click()

    expect(body).to_have_value("Было")


def test_comment_that_is_hidden_while_it_is_changed_leaves_its_text(room):
    pk = room.post(0, "Было")
    anna = room.open(0)
    act(anna, pk, "Изменить").click()
    body = comment(anna, pk).locator("textarea")
    body.fill("Станет")

    room.run(HIDE.format(pk=pk))

    expect(comment(anna, pk).get_by_role("alert")).to_contain_text("Этого комментария больше не видно")
    expect(body).to_have_value("Станет")


def test_comment_is_taken_back_after_one_question(room):
    pk = room.post(0, "Зря сказано")
    room.post(1, "Отвечу", parent=pk)
    anna, boris = room.open(0), room.open(1)

    act(anna, pk, "Удалить").click()
    expect(comment(anna, pk).locator("> form")).to_contain_text("Вернуть комментарий не получится")
    comment(anna, pk).get_by_role("link", name="Оставить как есть").click()
    expect(act(anna, pk, "Удалить")).to_be_focused()
    act(anna, pk, "Удалить").click()
    comment(anna, pk).get_by_role("button", name="Удалить").click()

    for page in (anna, boris):
        expect(comment(page, pk)).to_contain_text("Автор удалил комментарий.")
        expect(comment(page, pk).locator("[data-answers] .comment-body")).to_have_text("Отвечу")
        expect(page.get_by_text("Зря сказано")).to_have_count(0)


def tab_to(page, name):
    """Press Tab until what is named so has the focus; nothing on the way may be hidden or unmarked."""
    faults = []
    for _press in range(80):
        page.keyboard.press("Tab")
        focus = page.evaluate(looks.FOCUS)
        faults += [focus["fault"]] if focus["fault"] else []
        if focus["name"].startswith(name):
            assert faults == []
            return
    raise AssertionError(f"«{name}» was not reached: {faults}")


def test_everything_is_done_by_the_keyboard(room):
    mine, other = room.post(0, "Моё"), room.post(1, "Чужое")
    anna = room.open(0, viewport={"width": 360, "height": 640})
    expect(anna.locator("[data-pause]")).to_be_visible()

    tab_to(anna, "Поддерживаю")
    anna.keyboard.press("Space")
    expect(agree(anna, other)).to_have_attribute("aria-pressed", "true")
    tab_to(anna, "Ответить")
    anna.keyboard.press("Enter")
    anna.keyboard.type("Отвечаю")
    tab_to(anna, "Отправить")
    anna.keyboard.press("Enter")
    expect(comment(anna, other).locator("[data-answers] .comment")).to_be_focused()
    comment(anna, mine).locator(".comment-time").focus()
    tab_to(anna, "Изменить")
    anna.keyboard.press("Enter")
    expect(comment(anna, mine).locator("textarea")).to_be_focused()
    anna.keyboard.press("Control+End")
    anna.keyboard.type(" слово")
    tab_to(anna, "Сохранить")
    anna.keyboard.press("Enter")
    expect(comment(anna, mine).locator(".comment-body")).to_have_text("Моё слово")
    comment(anna, mine).locator(".comment-time").focus()
    tab_to(anna, "Удалить")
    anna.keyboard.press("Enter")
    expect(comment(anna, mine).locator("> form")).to_be_focused()
    tab_to(anna, "Удалить")
    anna.keyboard.press("Enter")
    expect(comment(anna, mine)).to_have_count(0)
    newest = room.post(1, "Новое")
    expect(anna.locator("[data-fresh]")).to_be_visible()
    anna.locator(".thread-orders a").last.focus()
    tab_to(anna, "Показать 1")
    anna.keyboard.press("Enter")

    expect(comment(anna, newest)).to_be_focused()


@pytest.mark.parametrize("vision", ["", "huge.white-on-black.wide.off"], ids=["usual", "special"])
def test_open_controls_are_accessible(room, vision):
    mine, other = room.post(0, "Моё"), room.post(1, "Чужое")
    room.run(WITH_ANSWERS.format(pk=other))

    def choose(page):
        if vision:
            page.context.add_cookies([{"name": "vision", "value": vision, "url": room.site.url}])

    anna = room.open(0, prepare=choose)
    agree(anna, other).click()
    act(anna, mine, "Изменить").click()
    expect(comment(anna, mine).locator("textarea")).to_be_visible()
    act(anna, other, "Ответить").click()
    anna.locator("textarea[name=body]").last.fill("Отвечаю")
    room.post(1, "Новое")
    expect(anna.locator("[data-fresh]")).to_be_visible()
    # Where the button has come to rest: on its way it may lie over what one reads, as whatever sticks.
    anna.evaluate("scrollTo(0, 0)")

    faults = looks.faults_of_schemes(anna) if vision else looks.faults_of_media(anna)
    faults += looks.faults_of_widths(anna, 320, 768, 1280)
    anna.set_viewport_size({"width": 320, "height": 640})
    faults += anna.evaluate(looks.SMALL) + anna.evaluate(looks.CLIPPED)
    if not vision:
        faults += anna.evaluate(looks.MOVES) + looks.faults_of_spacing(anna)

    assert "\n".join(faults) == ""
