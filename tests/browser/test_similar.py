"""Ideas that speak of the same: shown while one types, without touching what is typed; asked about without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser import looks
from tests.browser.chromium import own_window
from tests.browser.people import sign_in, until_found

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# A cycle of its own: what is sent here is nobody else's, and what is near is known.
CYCLE = """
from crowd.campaigns.models import CampaignPage, Sector
from ideas.documents import touch_ideas
from ideas.models import Idea
from tests.factories.ideas import idea
from tests.factories.pages import cycle as cycle_page
cycle = cycle_page(CampaignPage.objects.get(slug="cifrovye-servisy"), title="Похожие", slug="pohozhie")
author = people.person(display_name="Автор Ближних")
for title in ("Флагштоки у дебаркадера", "Прокат байдарок у причала", "Карусель возле кинотеатра"):
    idea(cycle, author=author, title=title, problem=f"{title}: давно обещали.", tags=["река"],
         sector=Sector.objects.get(slug="transport"))
touch_ideas(Idea.objects.filter(cycle=cycle))
print(json.dumps({"form": f"/ideas/new/?cycle={cycle.pk}", "list": cycle.url}))
"""
NEAR, OTHER = "Флагштоки у дебаркадера", "Прокат байдарок у причала"
# The idea sent by a test is near to this one alone: the tests run in any order.
FOR_SENT = "Карусель возле кинотеатра"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def form(browser, embedded_demo):
    places = embedded_demo.run(CYCLE)
    page = own_window(browser, embedded_demo)
    until_found(page, f"{places['list']}?q=флагшток", NEAR)
    page.context.close()
    return places["form"]


# A resident for each test: the server keeps what one has begun to write, and the next form opens with it.
@pytest.fixture
def window(browser, embedded_demo):
    opened = []

    def of(person, **options):
        page = own_window(browser, embedded_demo, **options)
        opened.append(page)
        sign_in(page, person)
        return page

    yield of
    for page in opened:
        page.context.close()


def title(page):
    return page.get_by_label("Название")


def problem(page):
    return page.get_by_label("В чём проблема")


def near(page):
    return page.get_by_role("list", name="Похожие идеи")


def caret(page, field):
    return field.evaluate("(one) => [one.value, one.selectionStart, one.selectionEnd, one === document.activeElement]")


def top(field):
    return round(field.evaluate("(one) => one.getBoundingClientRect().top"))


def is_similar(request):
    return "/search/similar/" in request.url


def test_similar_ideas_appear_while_one_types_and_nothing_typed_moves(window, form):
    page = window("resident12@example.org", viewport=PHONE)
    page.goto(form)
    problem(page).press_sequentially("Флагштоки дебаркадера стоят без флагов")
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowRight")
    before = caret(page, problem(page)), top(problem(page)), page.evaluate("scrollY")

    expect(near(page)).to_contain_text(NEAR)

    assert (caret(page, problem(page)), top(problem(page)), page.evaluate("scrollY")) == before
    assert before[0][1:] == [1, 1, True]
    expect(page.locator(".similar").get_by_role("status")).to_have_text("Нашлась 1 похожая идея.")
    support = near(page).get_by_role("link", name="Поддержать эту")
    assert (support.get_attribute("target"), support.get_attribute("href")[-5:]) == ("_blank", "#vote")


def test_field_beneath_stays_where_it_is_when_an_answer_comes_late(window, form):
    page = window("resident18@example.org", viewport=PHONE)
    page.goto(form)
    held = []
    page.route("**/search/similar/**", lambda route: held.append(route))  # noqa: PLW0108
    problem(page).fill("")
    title(page).fill(NEAR)
    with page.expect_request(is_similar):
        page.get_by_label("Что вы предлагаете").click()
    before = top(page.get_by_label("Что вы предлагаете"))

    held[-1].continue_()

    expect(near(page)).to_contain_text(NEAR)
    # A window scrolls by whole pixels of the screen, and what appeared above may be higher by a part of one.
    assert abs(top(page.get_by_label("Что вы предлагаете")) - before) <= 1


def test_older_request_is_cancelled_and_its_answer_never_shown(window, form):
    page = window("resident13@example.org")
    page.goto(form)
    held, cancelled = [], []
    page.on("requestfailed", lambda request: is_similar(request) and cancelled.append(request.url))

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/search/similar/**", hold_the_first)
    with page.expect_request(is_similar) as first:
        title(page).fill(NEAR)
    title(page).fill(OTHER)

    expect(near(page)).to_contain_text(OTHER)
    expect(near(page)).not_to_contain_text(NEAR)
    assert cancelled == [first.value.url]


def test_one_word_asks_nothing_and_a_failure_is_silent(window, form):
    page = window("resident19@example.org")
    page.goto(form)
    problem(page).fill("")
    asked = []
    page.on("request", lambda request: is_similar(request) and asked.append(request.url))
    page.route("**/search/similar/**", lambda route: route.abort())
    title(page).fill("Флагштоки")
    with page.expect_request(is_similar):
        title(page).fill(NEAR)

    assert len(asked) == 1
    expect(near(page).get_by_role("listitem")).to_have_count(0)
    expect(title(page)).to_have_value(NEAR)


def test_tag_and_sector_are_filled_in_by_a_press_alone(window, form):
    page = window("resident14@example.org")
    page.goto(form)
    title(page).fill(NEAR)
    tags, sector = page.get_by_label("Метки"), page.get_by_label("Отрасль")
    tags.fill("флаг")
    expect(page.get_by_role("button", name="Добавить метку: река")).to_be_visible()
    assert (tags.input_value(), sector.input_value()) == ("флаг", "")

    page.get_by_role("button", name="Добавить метку: река").click()
    page.get_by_role("button", name="Выбрать отрасль: Транспорт и логистика").click()

    expect(tags).to_have_value("флаг, река")
    expect(sector.locator("option:checked")).to_have_text("Транспорт и логистика")
    expect(page.locator("[data-offered] button")).to_have_count(0)
    expect(sector).to_be_focused()


def test_form_with_similar_ideas_and_the_step_look_right(window, form):
    page = window("resident15@example.org", viewport=DESK)
    page.goto(form)
    title(page).fill(NEAR)
    problem(page).fill("Давно обещали.")
    expect(near(page)).to_contain_text(NEAR)
    shown = looks.faults_of_media(page) + looks.faults_of_widths(page, 320, 640, 1280) + page.evaluate(looks.SMALL)

    # Sent before the page could have shown them: the server asks, and what was typed is there.
    page.locator("[name=similar_seen]").evaluate("(one) => (one.value = '')")
    page.get_by_role("button", name="Отправить идею").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Похоже, такая идея уже есть")
    step = looks.faults_of_media(page) + looks.faults_of_widths(page, 320, 640, 1280) + page.evaluate(looks.SMALL)

    assert (shown, step) == ([], [])


def test_who_was_shown_them_while_typing_is_not_asked_again(window, form):
    page = window("resident16@example.org")
    page.goto(form)
    title(page).fill(FOR_SENT)
    problem(page).fill("Каруселью возле кинотеатра никто не занимается.")
    expect(near(page)).to_contain_text(FOR_SENT)

    page.get_by_role("button", name="Отправить идею").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(FOR_SENT)
    page.goto(form)
    expect(title(page)).to_have_value("")


def test_step_without_javascript_keeps_text_and_file(window, form):
    page = window("resident17@example.org", java_script_enabled=False, viewport=PHONE)
    page.goto(form)
    title(page).fill(FOR_SENT)
    problem(page).fill("Давно обещали.\n\nИ «флаги» тоже.")
    page.get_by_label("Файлы").set_input_files(
        {"name": "план.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 plan"}
    )
    page.get_by_role("button", name="Отправить идею").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Похоже, такая идея уже есть")
    page.get_by_role("link", name="Вернуться к тексту").click()
    expect(problem(page)).to_have_value("Давно обещали.\n\nИ «флаги» тоже.")
    expect(page.get_by_text("план.pdf")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Всё равно отправить мою").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(FOR_SENT)
    expect(page.get_by_role("main")).to_contain_text("И «флаги» тоже.")
    expect(page.get_by_role("main")).to_contain_text("план.pdf")
