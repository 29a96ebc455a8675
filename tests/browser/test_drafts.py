"""Drafts of forms in the browser: they come back to who wrote them, and to nobody else."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import own_window
from tests.browser.people import sign_in
from tests.live.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TYPED = "Автобус ломается, а ждать помощи в мороз негде."
# What the page keeps in the browser, once it has had time to; what is kept for reading without a line does not count.
KEPT = "Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter((key) => key.startsWith('draft:'))"
SOME = """
from ideas.models import Idea
idea = Idea.objects.get(title__startswith="Карта зимников")
print(json.dumps({"idea": idea.get_absolute_url(), "cycle": idea.cycle_id}))
"""


@pytest.fixture(scope="module")
def some(embedded_demo):
    return embedded_demo.run(SOME)


@pytest.fixture(scope="module")
def form(some):
    return "/ideas/new/?cycle={cycle}".format(**some)


@pytest.fixture
def page(browser, embedded_demo):
    """A window in which the server keeps nothing: what is looked at here is what the browser keeps by itself."""
    page = own_window(browser, embedded_demo)
    page.context.route("**/js/proposal*", lambda route: route.fulfill(content_type="text/javascript", body=""))
    yield page
    page.context.close()


def problem(page):
    return page.get_by_label("В чём проблема")


def note(page):
    return page.locator("[data-draft-note]")


def write(page, text=TYPED):
    """Type, and wait until the browser has kept it."""
    problem(page).fill(text)
    wait_until(
        lambda: text in page.evaluate(f"{KEPT}.map((key) => localStorage[key] ?? sessionStorage[key]).join()"),
        "a draft",
    )


def sign_out(page):
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Выйти").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Войти")).to_be_visible()
    page.wait_for_load_state()


def test_draft_survives_a_reload_and_is_announced(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)

    page.goto("/")
    page.goto(form)

    expect(problem(page)).to_have_value(TYPED)
    expect(note(page).get_by_role("status")).to_contain_text("Восстановлен черновик от ")


def test_cleared_draft_does_not_come_back(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)
    page.reload()

    note(page).get_by_role("button", name="Очистить").click()

    expect(problem(page)).to_have_value("")
    expect(note(page)).to_contain_text("Черновик убран")
    page.reload()
    expect(problem(page)).to_have_value("")
    expect(note(page)).to_be_hidden()
    assert page.evaluate(KEPT) == []


def test_sent_draft_is_gone(page, form):
    sign_in(page, "resident6@example.org")
    page.goto(form)
    # Words of this test alone: nothing similar is there, whatever other tests have sent before.
    write(page, "Читателям негде погреться между лекциями.")
    page.get_by_label("Название").fill("Самовар для читального зала")

    page.get_by_role("button", name="Отправить идею").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Самовар для читального зала")
    page.wait_for_load_state()
    assert page.evaluate(KEPT) == []


def test_refused_form_keeps_the_text_of_the_server(page, form):
    """What came back with errors is what was sent; it outlives a crash of the browser all the same."""
    sign_in(page, "resident6@example.org")
    page.goto(form)
    write(page, "Старый черновик, который уже переписан.")
    problem(page).fill(TYPED)
    page.get_by_label("Название").fill("Лёд")

    page.get_by_role("button", name="Отправить идею").click()

    expect(page.get_by_label("Название")).to_have_attribute("aria-invalid", "true")
    expect(problem(page)).to_have_value(TYPED)
    expect(note(page)).to_be_hidden()
    page.goto(form)
    expect(problem(page)).to_have_value(TYPED)
    expect(page.get_by_label("Название")).to_have_value("Лёд")


def test_secrets_and_hidden_fields_are_not_kept(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)

    kept = page.evaluate(f"{KEPT}.map((key) => localStorage[key]).join()")

    assert page.locator("form[data-draft] [name=csrfmiddlewaretoken]").input_value() not in kept
    assert "csrfmiddlewaretoken" not in kept
    assert "attachments" not in kept
    assert "resident5" not in kept


def test_signing_out_takes_drafts_along(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)

    sign_out(page)

    assert page.evaluate(KEPT) == []
    sign_in(page, "resident5@example.org")
    page.goto(form)
    expect(problem(page)).to_have_value("")


def test_tab_left_open_keeps_nothing_after_signing_out_elsewhere(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)
    other = page.context.new_page()
    sign_out(other)

    problem(page).fill("Написано уже после выхода.")
    # What was not kept while it was typed would be kept at leaving the page, for one that has no script of ours.
    page.goto("/sw.js")

    assert page.evaluate(KEPT) == []


def test_draft_of_another_person_is_wiped(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)
    session = page.context.cookies()
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, "resident6@example.org")
    other.goto(form)

    assert problem(other).input_value() == ""
    page.context.clear_cookies()
    page.context.add_cookies(session)
    page.goto(form)
    assert problem(page).input_value() == ""


def test_draft_older_than_a_day_is_gone(page, form):
    sign_in(page, "resident5@example.org")
    page.goto(form)
    write(page)
    yesterday = "{ const draft = JSON.parse(localStorage[key]); draft.at -= 86400001; localStorage[key] = JSON.stringify(draft) }"
    page.evaluate(f"() => {{ for (const key of {KEPT}) {yesterday} }}")

    page.goto(form)

    expect(problem(page)).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_operator_has_no_drafts(page, form):
    """The computer is the service centre's; drafts of who used it before go too."""
    page.goto(form)
    page.evaluate("() => { localStorage['draft:somebody:idea-new-1'] = '{}' }")
    sign_in(page, "operator@example.org")
    page.goto(form)
    problem(page).fill(TYPED)

    page.reload()

    expect(problem(page)).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_stranger_has_a_draft_in_the_open_tab_alone(page, form):
    page.goto(form)
    write(page)

    page.reload()

    expect(problem(page)).to_have_value(TYPED)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft'))") == []
    other = page.context.new_page()
    other.goto(form)
    expect(problem(other)).to_have_value("")


def test_comment_is_kept_and_let_go(page, some):
    sign_in(page, "resident7@example.org")
    page.goto(some["idea"])
    body = page.get_by_label("Ваш комментарий")
    body.fill("Датчик льда стоит дешевле вертолёта.")
    wait_until(lambda: page.evaluate(KEPT), "a draft")
    page.reload()
    expect(body).to_have_value("Датчик льда стоит дешевле вертолёта.")

    page.get_by_role("button", name="Отправить", exact=True).click()

    expect(page.locator(".comment", has_text="Датчик льда")).to_be_visible()
    wait_until(lambda: not page.evaluate(KEPT), "the draft to go")


@pytest.mark.parametrize(
    "broken",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })",
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
    ],
    ids=["forbidden", "full"],
)
def test_forms_work_without_storage(browser, embedded_demo, form, broken):
    page = own_window(browser, embedded_demo)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(broken)
    sign_in(page, "resident8@example.org")
    page.goto(form)

    page.get_by_label("Название").fill("Лёд")
    page.get_by_role("button", name="Отправить идею").click()

    expect(page.get_by_label("Название")).to_have_attribute("aria-invalid", "true")
    assert faults == []
    page.context.close()
