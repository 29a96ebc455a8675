"""A thread in real browsers: two people side by side, a lost connection, no JavaScript."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.live.talk import seed

pytestmark = pytest.mark.browser

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PATIENCE = 30_000


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def someone(chromium, own_embedded):
    """Opens the discussion as one of its writers, and sees to it that the page's console stays silent."""
    expect.set_options(timeout=PATIENCE)
    place, contexts, faults = seed(own_embedded, writers=2), [], []

    def open_page(number, **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if number is not None:
            context.add_cookies([{"name": "sessionid", "value": place["writers"][number], "url": own_embedded.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(own_embedded.url + place["url"])
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def write(page, text):
    page.locator("textarea[name=body]").fill(text)
    page.locator(".comment-form .form__actions button").click()


def test_comment_arrives_without_reloading(someone):
    anna, boris = someone(0), someone(1)
    boris.locator("textarea[name=body]").fill("Я ещё пишу")

    write(anna, "Нужна **детская** площадка")
    expect(anna.locator(".comment-body strong")).to_have_text("детская")
    button = boris.locator("[data-fresh]")
    expect(button).to_have_text("Показать 1 новый комментарий")
    write(anna, "И скамейка")
    expect(button).to_have_text("Показать 2 новых комментария")
    expect(boris.locator(".comment")).to_have_count(0)
    button.click()

    expect(boris.locator(".comment-body")).to_have_text(["Нужна детская площадка", "И скамейка"])
    expect(button).to_be_hidden()
    expect(boris.locator("textarea[name=body]")).to_have_value("Я ещё пишу")
    expect(anna.locator("textarea[name=body]")).to_have_value("")
    expect(anna.locator("[data-fresh]")).to_be_hidden()


def test_reader_pauses_what_arrives(someone):
    """Nothing changes on a page that is paused, through a reload too; afterwards nothing is missing."""
    anna, boris = someone(0), someone(1)
    boris.get_by_role("button", name="Приостановить обновления").click()
    expect(boris.locator("[data-state]")).to_have_text("Обновления приостановлены.")
    boris.reload()
    third = someone(1)
    expect(boris.get_by_role("button", name="Обновлять")).to_be_visible()

    write(anna, "Первый")
    expect(third.locator("[data-fresh]")).to_have_text("Показать 1 новый комментарий")
    write(anna, "Второй")

    # Who does not pause has it by now; so would who does.
    expect(third.locator("[data-fresh]")).to_have_text("Показать 2 новых комментария")
    expect(boris.locator("[data-fresh]")).to_be_hidden()
    boris.get_by_role("button", name="Обновлять").click()
    expect(boris.locator("[data-state]")).to_have_text("Обновления снова приходят.")
    expect(boris.locator("[data-fresh]")).to_have_text("Показать 2 новых комментария")
    write(anna, "Третий")
    expect(boris.locator("[data-fresh]")).to_have_text("Показать 3 новых комментария")


def test_answer_stands_beneath_its_comment(someone):
    anna = someone(0)
    write(anna, "Первый")
    expect(anna.locator(".comment")).to_have_count(1)
    write(anna, "Второй")
    expect(anna.locator(".comment")).to_have_count(2)

    anna.locator(".comment-answer").first.click()
    expect(anna.locator("[data-answering]")).to_be_visible()
    write(anna, "Ответ первому")

    expect(anna.locator(".comment-body")).to_have_text(["Первый", "Ответ первому", "Второй"])
    expect(anna.locator("[data-answering]")).to_be_hidden()


def test_who_is_not_signed_in_reads_along(someone):
    anna, stranger = someone(0), someone(None)
    expect(stranger.locator("textarea")).to_have_count(0)

    write(anna, "Слово для всех")
    stranger.locator("[data-fresh]").click()

    expect(stranger.locator(".comment-body")).to_have_text(["Слово для всех"])
    stranger.get_by_role("link", name="Написать комментарий").click()
    expect(stranger.get_by_label("Ваш комментарий")).to_be_visible()


def test_lost_connection_is_said_and_made_up_for(someone, own_embedded):
    anna, boris = someone(0), someone(1)
    process = own_embedded.processes["embedded"]
    write(anna, "До обрыва")
    expect(boris.locator("[data-fresh]")).to_be_visible()

    process.kill()
    expect(boris.locator("[data-state]")).to_contain_text("Связь прервалась")
    write(anna, "Во время обрыва")
    expect(anna.locator("[data-refused]")).to_contain_text("Не отправлено")
    expect(anna.locator("textarea[name=body]")).to_have_value("Во время обрыва")
    process.start().wait()
    expect(anna.locator("[data-state]")).to_have_text("", timeout=90_000)
    anna.locator(".comment-form .form__actions button").click()

    expect(boris.locator("[data-fresh]")).to_have_text("Показать 2 новых комментария", timeout=90_000)


def test_without_javascript(someone):
    anna = someone(0, java_script_enabled=False)

    write(anna, "Без скриптов")

    expect(anna.locator(".comment-body")).to_have_text("Без скриптов")
    assert "#comment-" in anna.url
