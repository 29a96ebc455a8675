"""A draft that the server keeps: found again on another device, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TYPED = "Автобус ломается, а ждать помощи в мороз негде."
# A cycle of its own: what is written here is no other test's draft.
CYCLE = """
from crowd.campaigns.models import CampaignPage
from tests.factories.pages import cycle as cycle_page
cycle = cycle_page(CampaignPage.objects.get(slug="cifrovye-servisy"), title="Черновики", slug="chernoviki")
print(json.dumps(cycle.pk))
"""


@pytest.fixture(scope="module")
def form(embedded_demo):
    return f"/ideas/new/?cycle={embedded_demo.run(CYCLE)}"


@pytest.fixture
def window(browser, embedded_demo):
    """Opens windows of different devices, each signed in as this resident."""
    opened = []

    def of(person, **options):
        page = own_window(browser, embedded_demo, **options)
        opened.append(page)
        sign_in(page, person)
        return page

    yield of
    for page in opened:
        page.context.close()


def problem(page):
    return page.get_by_label("В чём проблема")


def kept_note(page):
    return page.locator("[data-server-draft-note]")


def test_draft_is_found_on_another_device_and_becomes_the_idea(window, form):
    telephone, computer = (window("resident9@example.org") for _ in range(2))
    telephone.goto(form)
    problem(telephone).fill(TYPED)
    expect(kept_note(telephone)).to_contain_text("Черновик сохранён в ", timeout=20_000)

    computer.goto(form)

    expect(problem(computer)).to_have_value(TYPED)
    computer.get_by_label("Название").fill("Тёплая остановка у моста")
    computer.get_by_role("button", name="Отправить идею").click()
    expect(computer.get_by_role("heading", level=1)).to_have_text("Тёплая остановка у моста")
    computer.goto(form)
    expect(problem(computer)).to_have_value("")


def test_what_was_typed_after_the_last_save_is_there_after_a_crash(window, form):
    page = window("resident10@example.org")
    page.goto(form)
    problem(page).fill(TYPED)
    expect(kept_note(page)).to_contain_text("Черновик сохранён в ", timeout=20_000)
    page.context.route("**/drafts/", lambda route: route.abort())

    problem(page).fill(f"{TYPED} И ночью тоже.")
    expect(kept_note(page)).to_contain_text("Сейчас не получается сохранить черновик", timeout=20_000)
    page.reload()

    expect(problem(page)).to_have_value(f"{TYPED} И ночью тоже.")
    expect(page.locator("[data-draft-note]").get_by_role("status")).to_contain_text("Восстановлен черновик от ")


def test_draft_is_kept_offered_and_deleted_without_javascript(window, form):
    page = window("resident11@example.org", java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(form)
    problem(page).fill(TYPED)
    page.get_by_role("button", name="Сохранить черновик").click()

    expect(page.get_by_text("Черновик сохранён. Его видите только вы")).to_be_visible()
    page.goto("/me/")
    page.get_by_role("region", name="Ваши черновики").get_by_role("link", name="Без названия", exact=True).click()
    expect(problem(page)).to_have_value(TYPED)
    page.get_by_role("link", name="Удалить черновик").click()
    page.get_by_role("button", name="Удалить черновик").click()

    page.goto(form)
    expect(problem(page)).to_have_value("")
