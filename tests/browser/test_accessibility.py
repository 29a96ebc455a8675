"""Every kind of page under WCAG 2.2 AA: in every medium, in the version for the visually impaired, by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from home.management.commands.load_demo import DEFAULT_PASSWORD
from tests.browser import looks
from tests.browser.addresses import CAMPAIGN, PAGES, PAGES_OF_TROUBLE, RESIDENT, SIGNED_IN, SOME, STATUS
from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
# As far from the usual look as it goes.
SPECIAL = "huge.white-on-black.wide.off"


@pytest.fixture(scope="module")
def some(embedded_demo):
    return embedded_demo.run(SOME)


def window(browser, site, *, vision="", person=""):
    page = own_window(browser, site)
    if vision:
        page.context.add_cookies([{"name": "vision", "value": vision, "url": site.url}])
    if person:
        sign_in(page, person, DEFAULT_PASSWORD)
    return page


@pytest.fixture(scope="module")
def reader(browser, embedded_demo):
    page = window(browser, embedded_demo)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def resident(browser, embedded_demo):
    page = window(browser, embedded_demo, person=RESIDENT)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def special_reader(browser, embedded_demo):
    page = window(browser, embedded_demo, vision=SPECIAL)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def special_resident(browser, embedded_demo):
    page = window(browser, embedded_demo, vision=SPECIAL, person=RESIDENT)
    yield page
    page.context.close()


def opened(page, address, name):
    """Open a page at a desk's width; return what is wrong with the answer."""
    page.set_viewport_size(DESK)
    answer = page.goto(address)
    page.wait_for_load_state("networkidle")
    wanted = STATUS.get(name, 200)
    return [] if answer.status == wanted else [f"status {answer.status}, not {wanted}"]


def faults_of(page, site, address, name):
    """All that is wrong with a page in its usual look, in words."""
    watch = Watch(page, site)
    faults = opened(page, address, name)
    faults += looks.faults_of_media(page)
    faults += [f"too small: {fault}" for fault in page.evaluate(looks.SMALL)]
    faults += [f"moves: {fault}" for fault in page.evaluate(looks.MOVES)]
    faults += looks.faults_of_widths(page, 320, 640, 1280)
    faults += [f"too small on a phone: {fault}" for fault in small_on_a_phone(page)]
    faults += looks.faults_of_spacing(page)
    refused = [line for line in watch.stop() if not (name in STATUS and f"status of {STATUS[name]}" in line)]
    return faults + refused


def small_on_a_phone(page):
    page.set_viewport_size(PHONE)
    return page.evaluate(looks.SMALL)


def faults_of_special(page, site, address, name):
    """All that is wrong with a page in the version for the visually impaired, in words."""
    watch = Watch(page, site)
    faults = opened(page, address, name)
    if page.locator("img").count():
        faults.append("pictures are off, and there are some")
    faults += looks.faults_of_schemes(page)
    faults += looks.faults_of_widths(page, 320, 1280)
    faults += [f"cut off: {fault}" for fault in page.evaluate(looks.CLIPPED)]
    faults += [line for line in watch.stop() if "third party" in line]
    return faults


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_to_a_reader(reader, embedded_demo, some, name):
    assert "\n".join(faults_of(reader, embedded_demo, PAGES[name].format(**some), name)) == ""


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_is_accessible_to_a_resident(resident, embedded_demo, some, name):
    assert "\n".join(faults_of(resident, embedded_demo, SIGNED_IN[name].format(**some), name)) == ""


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole_in_the_version_for_the_visually_impaired(special_reader, embedded_demo, some, name):
    assert "\n".join(faults_of_special(special_reader, embedded_demo, PAGES[name].format(**some), name)) == ""


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_of_a_resident_is_whole_in_the_version_for_the_visually_impaired(
    special_resident, embedded_demo, some, name
):
    assert "\n".join(faults_of_special(special_resident, embedded_demo, SIGNED_IN[name].format(**some), name)) == ""


TROUBLE = ["forbidden", "lost", "broken", "database-away", "maintenance", "stale-form"]


@pytest.fixture(scope="module")
def trouble(embedded_demo):
    """The pages of trouble as the site writes them, without the trouble."""
    return embedded_demo.run(PAGES_OF_TROUBLE)


@pytest.mark.parametrize("name", TROUBLE)
def test_page_of_trouble_is_accessible(browser, embedded_demo, trouble, name):
    # The helper for reading offline would fetch the address itself, past the route.
    page = own_window(browser, embedded_demo, service_workers="block")
    page.route("**/trouble/", lambda route: route.fulfill(body=trouble[name], content_type="text/html; charset=utf-8"))

    faults = [fault for fault in faults_of(page, embedded_demo, "/trouble/", name="") if "by Playwright" not in fault]

    assert "\n".join(faults) == ""
    page.context.close()


def tab_to(page, name, *, presses=80):
    """Press Tab until what is named so has the focus; say what was not to be seen on the way."""
    faults = []
    for _press in range(presses):
        page.keyboard.press("Tab")
        focus = page.evaluate(looks.FOCUS)
        if focus["fault"]:
            faults.append(focus["fault"])
        if focus["name"].startswith(name):
            return faults
    raise AssertionError(f"«{name}» was not reached: {faults}")


@pytest.mark.parametrize("vision", ["", SPECIAL], ids=["usual", "special"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_keyboard_leads_from_home_to_the_form_of_an_idea(browser, embedded_demo, viewport, vision):
    page = window(browser, embedded_demo, vision=vision, person=RESIDENT)
    page.set_viewport_size(viewport)
    page.goto("/")

    page.keyboard.press("Tab")
    first = page.evaluate(looks.FOCUS)
    page.keyboard.press("Enter")
    after_skip = page.evaluate("document.activeElement.id")
    faults = tab_to(page, "Открыть проект")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{CAMPAIGN}")
    faults += tab_to(page, "Идеи для цифровых сервисов")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{CAMPAIGN}idei/")
    faults += tab_to(page, "Предложить идею")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ideas/new/**")
    faults += tab_to(page, "title")
    page.keyboard.type("Тёплые остановки")
    faults += tab_to(page, "problem")

    assert (first["name"], after_skip) == ("К содержанию", "main")
    assert "\n".join(faults) == ""
    expect(page.get_by_label("Название")).to_have_value("Тёплые остановки")
    page.context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["campaign", "discussion", "idea"])
def test_focus_is_never_hidden(resident, some, name, viewport):
    """WCAG 2.4.11, where something sticks to the window's edge: there and back again."""
    resident.goto((PAGES | SIGNED_IN)[name].format(**some))
    resident.set_viewport_size(viewport)
    faults, stops = [], 0

    for key in ("Tab", "Shift+Tab"):
        for _press in range(60):
            resident.keyboard.press(key)
            if not resident.evaluate("document.hasFocus() && document.activeElement !== document.body"):
                break
            fault = resident.evaluate(looks.FOCUS)["fault"]
            stops += 1
            faults += [fault] if fault else []

    assert stops > 20
    assert "\n".join(faults) == ""


def test_errors_of_a_form_are_announced_and_named(resident, some):
    resident.set_viewport_size(DESK)
    resident.goto(SIGNED_IN["idea-form"].format(**some))
    resident.get_by_label("Название").fill("Да")
    resident.get_by_role("main").get_by_role("button", name="Отправить").click()

    alert = resident.get_by_role("alert")
    expect(alert).to_contain_text("Не отправлено")
    expect(alert).to_be_focused()
    title = resident.get_by_label("Название")
    expect(title).to_have_attribute("aria-invalid", "true")
    assert "id_title_error" in title.get_attribute("aria-describedby")
    alert.get_by_role("link", name="Название").click()
    expect(title).to_be_focused()
    expect(title).to_have_value("Да")
    looks.bring_axe(resident)
    assert looks.broken_rules(resident) == []


def test_signing_in_asks_for_nothing_to_be_remembered_or_solved(reader):
    """WCAG 3.3.8: a keeper of passwords may fill the fields, and what is copied may be pasted."""
    reader.goto("/accounts/login/")
    login, password = reader.get_by_label("Электронная почта"), reader.get_by_label("Пароль")

    for field, text in ((login, "resident3@example.org"), (password, DEFAULT_PASSWORD)):
        field.focus()
        reader.evaluate(
            """(text) => {
                 const pasted = new ClipboardEvent("paste", {clipboardData: new DataTransfer(), bubbles: true, cancelable: true});
                 pasted.clipboardData.setData("text", text);
                 if (document.activeElement.dispatchEvent(pasted)) document.execCommand("insertText", false, text);
               }""",
            text,
        )

    assert (login.input_value(), password.input_value()) == ("resident3@example.org", DEFAULT_PASSWORD)
    assert login.get_attribute("autocomplete") in {"email", "username"}
    assert password.get_attribute("autocomplete") == "current-password"
    assert reader.locator("main input:visible").count() <= 3


def test_help_stands_in_the_same_place_on_every_page(reader, some):
    """WCAG 3.2.6."""
    footers = {}
    for name, address in PAGES.items():
        reader.goto(address.format(**some))
        footers.setdefault(tuple(reader.locator("footer a").all_inner_texts()), []).append(name)

    assert len(footers) == 1, footers
    assert any("Вопросы" in words or "Помощь" in words for words in next(iter(footers)))


def test_version_for_the_visually_impaired_is_chosen_and_left_again(browser, embedded_demo):
    page = own_window(browser, embedded_demo, java_script_enabled=False)
    page.goto(CAMPAIGN)
    page.get_by_role("banner").get_by_role("link", name="Версия для слабовидящих").click()
    page.get_by_label("Белым по чёрному").check()
    page.get_by_label("Очень крупный, в два раза").check()
    page.get_by_label("Не показывать, оставить описания").check()
    page.get_by_role("button", name="Включить").click()
    page.wait_for_url(f"**{CAMPAIGN}")

    chosen = page.locator("html").evaluate(
        "(html) => ({...html.dataset, ground: getComputedStyle(html).backgroundColor})"
    )
    page.get_by_role("link", name="Обычная версия").click()
    page.get_by_role("button", name="Обычная версия").click()
    page.wait_for_url(f"**{CAMPAIGN}#usual")

    assert chosen == {
        "size": "huge", "contrast": "white-on-black", "spacing": "normal", "images": "off", "ground": "rgb(0, 0, 0)"
    }  # fmt: skip
    assert page.locator("html").evaluate("(html) => Object.keys(html.dataset)") == []
    page.context.close()
