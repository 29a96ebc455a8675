"""Everything that residents do, in a browser that runs no script at all."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_in, sign_up, until_found

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CYCLE, MANY = "/cifrovye-servisy/idei/", "/cifrovye-servisy/proby-pera/"
# More than fit on a page, in a cycle that nobody has opened yet: another process cannot drop a page kept by the server.
MANY_IDEAS = """
from crowd.campaigns.models import CampaignPage
from tests.factories.ideas import idea
from tests.factories.pages import cycle as cycle_page
cycle = cycle_page(CampaignPage.objects.get(slug="cifrovye-servisy"), title="Пробы пера", slug="proby-pera")
author = people.person(display_name="Автор Многих")
for number in range(25):
    idea(cycle, author=author, title=f"Проба пера {number}")
print(json.dumps(cycle.pk))
"""
# A thread of two pages, in a discussion that nobody has opened yet.
LONG_THREAD = """
from crowd.campaigns.models import CampaignPage
from tests.factories.comments import answers, comments, thread
from tests.factories.pages import discussion
page = discussion(CampaignPage.objects.get(slug="cifrovye-servisy"), title="Долгий разговор", slug="dolgij-razgovor")
author = people.person(display_name="Говорящий Много", email="much@example.org")
written = comments(thread(page), 25, author=author)
answers(written[24], 5, author=author)
print(json.dumps(page.url))
"""
TITLE = "Карта зимников и ледовых переправ с датой последней проверки"


@pytest.fixture
def page(browser, embedded_demo):
    """A telephone's window; a form that was refused is the one thing that may trouble its console."""
    page = own_window(browser, embedded_demo, java_script_enabled=False, viewport={"width": 320, "height": 640})
    watch = Watch(page, embedded_demo)
    yield page
    page.context.close()
    assert "\n".join(line for line in watch.seen if "422" not in line) == ""


def test_resident_takes_part_without_javascript(page, embedded_demo):
    sign_up(page, embedded_demo, "Пётр Без Скриптов", "noscript@example.org")

    # The worker has just been given the whole demonstration to index.
    until_found(page, f"{CYCLE}?q=ледовыми+переправами", TITLE)
    page.goto(CYCLE)
    page.get_by_role("searchbox", name="Слова").fill("ледовыми переправами")
    page.get_by_role("button", name="Показать").click()
    page.get_by_role("link", name=TITLE, exact=True).click()

    votes = int(page.locator("[data-votes-for]").inner_text())
    page.get_by_role("button", name="Поддержать").click()
    expect(page.locator("[data-votes-for]")).to_have_text(str(votes + 1))
    page.get_by_role("button", name="Отозвать голос").click()
    expect(page.locator("[data-votes-for]")).to_have_text(str(votes))

    page.get_by_label("Ваш комментарий").fill("Спасатели из района приедут быстрее.")
    page.get_by_role("button", name="Отправить").click()
    said = page.locator(".comment", has_text="Спасатели из района")
    expect(said).to_be_visible()
    assert page.url.endswith("#" + said.get_attribute("id"))
    said.get_by_role("link", name="Ответить").click()
    expect(page.get_by_text("В ответ: Пётр Без Скриптов")).to_be_visible()
    page.get_by_label("Ваш комментарий").fill("И стоит на каждой переправе.")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".comment--answer", has_text="на каждой переправе")).to_be_visible()

    page.goto(CYCLE)
    page.get_by_role("link", name="Предложить идею").click()
    page.get_by_label("Название").fill("Лёд")
    page.get_by_role("button", name="Отправить идею").click()
    # What was wrong stands beside its field, what was typed stays.
    expect(page.get_by_label("Название")).to_have_value("Лёд")
    expect(page.get_by_label("Название")).to_have_attribute("aria-invalid", "true")
    # Words of this test alone: nothing similar is there, whatever other tests have sent before.
    page.get_by_label("Название").fill("Скворечники на берёзах")
    page.get_by_label("В чём проблема").fill("Птицам негде гнездиться, и гусениц всё больше.")
    page.get_by_role("button", name="Отправить идею").click()
    expect(page.get_by_text("Её увидят все, как только посмотрит модератор.")).to_be_visible()

    page.get_by_role("banner").locator(".account summary").click()
    page.get_by_role("link", name="Личный кабинет").click()
    expect(page.get_by_role("main")).to_contain_text("Скворечники на берёзах")
    page.get_by_role("banner").locator(".account summary").click()
    page.get_by_role("button", name="Выйти").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Войти")).to_be_visible()


def test_text_is_kept_over_signing_in(page):
    # The list begins elsewhere for each; the search finds it.
    until_found(page, f"{CYCLE}?q=ледовыми+переправами", TITLE)
    page.goto(f"{CYCLE}?q=ледовыми+переправами")
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.get_by_role("link", name="Написать комментарий").click()
    page.get_by_label("Ваш комментарий").fill("Это я написал до входа.")
    page.get_by_role("button", name="Отправить").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Вход")
    page.get_by_label("Электронная почта").fill("resident9@example.org")
    page.get_by_label("Пароль").fill("ugra-vmeste-2026")
    page.get_by_role("main").get_by_role("button", name="Войти").click()

    expect(page.get_by_label("Ваш комментарий")).to_have_value("Это я написал до входа.")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".comment", has_text="Это я написал до входа.")).to_be_visible()


def test_support_is_given_after_signing_in(page):
    # The list begins elsewhere for each; the search finds it.
    until_found(page, f"{CYCLE}?q=ледовыми+переправами", TITLE)
    page.goto(f"{CYCLE}?q=ледовыми+переправами")
    page.get_by_role("link", name=TITLE, exact=True).click()
    page.get_by_role("link", name="Войти и поддержать").click()

    page.get_by_label("Электронная почта").fill("resident17@example.org")
    page.get_by_label("Пароль").fill("ugra-vmeste-2026")
    page.get_by_role("main").get_by_role("button", name="Войти").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert page.url.endswith("#vote")
    votes = int(page.locator("[data-votes-for]").inner_text())
    page.get_by_role("button", name="Поддержать").click()
    expect(page.locator("[data-votes-for]")).to_have_text(str(votes + 1))


def test_reader_finds_the_way_without_javascript(page, embedded_demo):
    """Menus open, lists are filtered, put in order and turned over, the other language shows the same page."""
    embedded_demo.run(MANY_IDEAS)
    page.goto("/")
    menu = page.get_by_role("banner").locator("details.menu--site")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Поиск").click()
    page.get_by_label("Что искать").fill("площадок")
    page.get_by_role("main").get_by_role("button", name="Найти").click()
    expect(page.get_by_role("main").get_by_role("listitem").first).to_be_visible()

    page.goto(MANY)
    titles = page.get_by_role("main").get_by_role("heading", level=3)
    first = titles.all_inner_texts()
    page.get_by_role("navigation", name="Страницы").get_by_role("link", name="Дальше").click()
    assert set(first) & set(titles.all_inner_texts()) == set()
    page.goto(MANY)
    page.get_by_label("Порядок").select_option(value="top")
    page.get_by_role("button", name="Показать").click()
    assert "order=top" in page.url

    page.goto(MANY)
    menu.locator("summary").click()
    menu.get_by_role("link", name="English").click()
    assert page.url.endswith(f"/en{MANY}")


def test_resident_changes_and_takes_back_without_javascript(page, embedded_demo):
    sign_in(page, "resident11@example.org")
    page.goto(CYCLE)
    page.get_by_role("link", name="Предложить идею").click()
    page.get_by_label("Название").fill("Печка в зале ожидания")
    page.get_by_label("В чём проблема").fill("Зимой в зале ожидания не теплее, чем снаружи.")
    page.get_by_role("button", name="Отправить идею").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Печка в зале ожидания")

    page.get_by_role("link", name="Изменить").click()
    page.get_by_label("Название").fill("Тёплый зал ожидания")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Тёплый зал ожидания")
    page.get_by_role("link", name="Отозвать").click()
    page.get_by_role("main").get_by_role("button", name="Отозвать").click()
    expect(page.get_by_text("Идея отозвана.")).to_be_visible()

    page.goto("/me/edit/")
    page.get_by_label("Имя на сайте").fill("Житель Без Скриптов")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("main")).to_contain_text("Житель Без Скриптов")


def test_search_without_javascript_keeps_what_was_asked(page):
    page.goto("/search/?q=площадок")

    expect(page.get_by_label("Что искать")).to_have_value("площадок")


def test_resident_reads_and_writes_a_thread_without_javascript(page, embedded_demo):
    """Pages, orders and folded answers; writing, answering, agreeing, changing, taking back."""
    url = embedded_demo.run(LONG_THREAD)
    sign_in(page, "resident12@example.org")
    page.goto(url)
    firsts = page.locator("[data-comments] > .comment")
    expect(firsts).to_have_count(20)
    page.get_by_role("link", name="Показать ещё").click()
    expect(firsts).to_have_count(5)
    page.get_by_role("navigation", name="Порядок комментариев").get_by_role("link", name="Сначала старые").click()
    expect(firsts.first).to_contain_text("Сообщение 1")
    page.goto(url)
    page.get_by_role("link", name="ещё 3 ответа").click()
    expect(page.locator("[data-answers] > .comment")).to_have_count(5)

    page.goto(url)
    page.get_by_label("Ваш комментарий").fill("Зимник открывают без предупреждения.")
    page.get_by_role("button", name="Отправить").click()
    said = page.locator(".comment", has_text="Зимник открывают")
    said.get_by_role("link", name="Изменить").click()
    page.get_by_label("Ваш комментарий").fill("Зимник закрывают без предупреждения.")
    page.get_by_role("button", name="Сохранить").click()
    changed = page.locator(".comment", has_text="Зимник закрывают")
    assert page.url.endswith("#" + changed.get_attribute("id"))
    changed.get_by_role("link", name="изменён").click()
    expect(page.get_by_role("main")).to_contain_text("Зимник открывают без предупреждения.")

    page.goto(url)
    others = page.locator(".comment", has_text="Сообщение 24")
    agree = others.get_by_role("button", name=re.compile("^Поддерживаю"))
    agree.click()
    assert page.url.endswith("#" + others.get_attribute("id"))
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(agree).to_have_text("Поддерживаю 1")
    agree.click()
    expect(agree).to_have_text("Поддерживаю 0")
    others.get_by_role("link", name="Ответить").click()
    page.get_by_label("Ваш комментарий").fill("И я того же мнения.")
    page.get_by_role("button", name="Отправить").click()
    answer = page.locator(".comment--answer", has_text="И я того же мнения.")
    assert page.url.endswith("#" + answer.get_attribute("id"))

    answer.get_by_role("link", name="Удалить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Удалить комментарий?")
    page.get_by_role("button", name="Удалить").click()
    expect(page.get_by_text("Комментарий удалён.")).to_be_visible()
    expect(page.get_by_text("И я того же мнения.")).to_have_count(0)
