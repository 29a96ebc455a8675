"""The editor's path: a campaign is written, rehearsed on a date, approved, read, and taken down again."""

import os
import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.chromium import own_window
from tests.browser.looks import faults_of_media
from tests.browser.people import fresh, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CAMPAIGN, ADDRESS = "Дворы Югры", "/dvory-yugry/"
DISCUSSION, CYCLE, NEWS = "Чего не хватает во дворе", "Идеи для дворов", "Первый двор выбран"
OUT_OF_ORDER = "Окончание должно быть позже начала."


@pytest.fixture
def window(browser, embedded_demo):
    """Opens a window for one more person."""
    pages = []

    def opened(**options):
        pages.append(own_window(browser, embedded_demo, **options))
        return pages[-1]

    yield opened
    for page in pages:
        page.context.close()


def test_a_campaign_from_its_first_line_until_it_is_taken_down(window):
    editor, approver, reader = window(), window(), window()

    sign_in(editor, "editor@example.org")
    begin_campaign(editor)
    add_discussion(editor)
    add_cycle(editor)
    add_news(editor)
    rehearse(editor)
    for title in (CAMPAIGN, DISCUSSION, CYCLE, NEWS):
        submit(editor, title)
    assert fresh(reader, ADDRESS)[0] == 404

    sign_in(approver, "approver@example.org")
    send_back(approver, NEWS)
    correct(editor, NEWS)
    for title in (CAMPAIGN, DISCUSSION, CYCLE, NEWS):
        approve(approver, title)
    read(reader)

    take_down(approver)
    for address in (ADDRESS, f"{ADDRESS}chego-ne-hvataet/", f"{ADDRESS}idei/", f"{ADDRESS}pervyj-dvor/"):
        assert fresh(reader, address)[0] == 404


EMPTY_LINK = """
from home.models import HomePage, StandardPage
empty = '<p>Подробности <a href="https://example.org/"></a> скоро.</p>'
page = StandardPage(title="Пустая ссылка", slug="pustaya-ssylka", body=[("paragraph", empty)])
print(json.dumps(HomePage.objects.get().add_child(instance=page).url))
"""
FORGET = """
from home.models import StandardPage
StandardPage.objects.get(slug="pustaya-ssylka").delete()
print(json.dumps(None))
"""


def test_the_checker_tells_the_editor_what_readers_would_miss(embedded_demo, window):
    editor, resident = window(), window()
    address = embedded_demo.run(EMPTY_LINK)
    try:
        sign_in(editor, "editor@example.org")
        sign_in(resident, "resident3@example.org")
        for page in (editor, resident):
            page.goto(address)
        expect(editor.locator("[data-content-checker-count]").first).to_have_text("1")
        editor.goto("/cifrovye-servisy/")
        expect(editor.locator("wagtail-userbar")).to_have_count(1)
        expect(resident.locator("wagtail-userbar")).to_have_count(0)
    finally:
        embedded_demo.run(FORGET)


def open_page(page, title, parent="Открытый регион"):
    """Find a page in the explorer and open it for editing."""
    page.goto("/admin/pages/")
    if title != CAMPAIGN:
        page.get_by_role("link", name=f"Обзор дочерних для '{CAMPAIGN}' страниц").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(CAMPAIGN)
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("#id_title")).to_have_value(title)


def new_page(page, kind, title, slug):
    """Choose the kind of page as an editor does; give it a title and an address."""
    if kind == "Проект":
        page.goto("/admin/pages/")
        page.get_by_role("link", name="Добавить дочернюю страницу").first.click()
    else:
        open_page(page, CAMPAIGN)
        page.goto(page.url.split("?")[0].replace("/edit/", "/add_subpage/"))
    page.get_by_role("link", name=kind, exact=True).click()
    page.locator("#id_title").fill(title)
    page.locator("#id_title").blur()
    page.get_by_role("tab", name="Продвижение").click()
    # The admin proposes one made of the title; whoever is faster would be overtaken.
    expect(page.locator("#id_slug")).to_have_value(re.compile("-"))
    page.locator("#id_slug").fill(slug)
    page.get_by_role("tab", name="Содержимое").click()


def put(page, field, moment):
    """Type a moment into its field and go on to the next, which closes the calendar that has opened meanwhile."""
    page.locator(f"#id_{field}").fill(moment)
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    page.keyboard.press("Tab")


def save(page):
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
    page.get_by_role("button", name="Сохранить черновик").click()


def saved(page):
    """The draft is saved: the page has an address in the admin."""
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    expect(page.locator(".messages .success")).to_be_visible()
    page.wait_for_load_state()


def error_at(page, field):
    return page.locator(f"#id_{field}").locator("xpath=ancestor::*[contains(@class,'w-field__wrapper')][1]")


def begin_campaign(page):
    """A slug that is the site's and dates in the wrong order are named beside their fields; then all is right."""
    new_page(page, "Проект", CAMPAIGN, "search")
    page.locator("#id_intro").fill("Решаем вместе, какими будут дворы.")
    put(page, "opens_at", "2030-11-10 09:00")
    put(page, "closes_at", "2030-11-01 09:00")
    save(page)
    expect(error_at(page, "closes_at")).to_contain_text(OUT_OF_ORDER)
    page.get_by_role("tab", name="Продвижение").click()
    expect(error_at(page, "slug")).to_contain_text("Этот адрес занят самим сайтом. Выберите другой.")
    page.locator("#id_slug").fill(ADDRESS.strip("/"))
    page.get_by_role("tab", name="Содержимое").click()
    put(page, "closes_at", "2030-12-20 18:00")
    save(page)
    saved(page)


def add_phase(page, number, name, opens_at, closes_at, *opened):
    page.get_by_role("button", name="Добавить этап").click()
    page.locator(f"#id_phases-{number}-name").fill(name)
    put(page, f"phases-{number}-opens_at", opens_at)
    put(page, f"phases-{number}-closes_at", closes_at)
    for activity in opened:
        page.locator(f"#id_phases-{number}-{activity}").check()


def add_discussion(page):
    """What a discussion never opens, and a phase that ends before it begins, are named beside their fields."""
    new_page(page, "Тематическое обсуждение", DISCUSSION, "chego-ne-hvataet")
    add_phase(page, 0, "Обсуждение", "2030-11-12 09:00", "2030-11-11 09:00", "comment", "vote")
    save(page)
    expect(error_at(page, "phases-0-closes_at")).to_contain_text(OUT_OF_ORDER)
    put(page, "phases-0-closes_at", "2030-12-10 18:00")
    save(page)
    expect(error_at(page, "phases-0-vote")).to_contain_text("В таком разделе этого не бывает.")
    page.locator("#id_phases-0-vote").uncheck()
    save(page)
    saved(page)


def add_cycle(page):
    """Two phases that open the same at once are named; one that reaches out of the campaign is let pass with a word."""
    new_page(page, "Сбор идей", CYCLE, "idei")
    add_phase(page, 0, "Приём", "2030-11-12 09:00", "2030-11-25 18:00", "submit", "comment")
    add_phase(page, 1, "Голосование", "2030-11-20 09:00", "2031-01-15 18:00", "vote", "comment")
    save(page)
    expect(error_at(page, "phases-1-opens_at")).to_contain_text("Пересекается с этапом «Приём»")
    page.locator("#id_phases-1-comment").uncheck()
    save(page)
    saved(page)
    expect(page.locator(".messages")).to_contain_text("Этап «Голосование» выходит за сроки проекта")


def picture():
    """A picture that was not uploaded before: of one that was, the admin would ask."""
    stream = BytesIO()
    Image.new("RGB", (1280, 720), tuple(os.urandom(3))).save(stream, "PNG")
    return {"name": "dvor.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def add_news(page):
    """A picture without words is not submitted: the field says what it wants."""
    new_page(page, "Новость", NEWS, "pervyj-dvor")
    put(page, "published_on", "2030-11-13")
    page.locator("#id_intro").fill("Начинаем с улицы Мира.")
    page.locator("[data-streamfield-stream-container] button").first.click()
    page.get_by_role("option", name="Картинка").click()
    block = page.locator("[data-contentpath='body']")
    block.get_by_role("button", name="Выберите изображение").click()
    page.get_by_role("tab", name="Загрузка").click()
    page.locator("#id_image-chooser-upload-file").set_input_files(picture())
    page.locator("#id_image-chooser-upload-title").fill("Двор на улице Мира")
    page.get_by_role("tabpanel", name="Загрузка").get_by_role("button").last.click()
    expect(block).to_contain_text("Двор на улице Мира")
    # As a draft it is kept as it is.
    save(page)
    saved(page)
    submit_from_form(page)
    expect(block).to_contain_text("Опишите, что на картинке, или отметьте, что это только украшение.")
    # The admin saves by itself meanwhile; who types at a human pace does not overtake it.
    expect(page.get_by_text("Сохранён", exact=True)).to_be_visible()
    block.get_by_label("что на картинке").fill("Пустой двор между пятиэтажками, видна песочница")
    save(page)
    saved(page)


def submit_from_form(page):
    page.get_by_role("button", name="Больше действий").click()
    page.get_by_role("button", name=re.compile("^Отправить")).click()


def submit(page, title):
    open_page(page, title)
    submit_from_form(page)
    saved_elsewhere(page, "отправлен")


def saved_elsewhere(page, word):
    expect(page.locator(".messages .success")).to_contain_text(word)
    page.wait_for_load_state()


def rehearse(page):
    """As it will be on 12 November: with drafts, by the click that the edit view offers; and accessible."""
    open_page(page, CAMPAIGN)
    page.get_by_role("button", name="Действия").first.click()
    page.get_by_role("link", name="Показать на дату").click()
    bar = page.get_by_role("complementary", name="Показ на дату")
    bar.get_by_label("Показать на дату и время").fill("2030-11-12T10:00")
    bar.get_by_role("button", name="Показать").click()
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text(CAMPAIGN)
    for title in (DISCUSSION, CYCLE, NEWS):
        expect(main).to_contain_text(title)
    main.get_by_role("link", name=CYCLE).first.click()
    expect(main.get_by_role("heading", level=1)).to_have_text(CYCLE)
    expect(bar.get_by_label("Показать на дату и время")).to_have_value("2030-11-12T10:00")
    expect(main.get_by_role("link", name="Предложить идею").first).to_be_visible()
    assert page.evaluate("() => document.scripts.length") == 0
    bar.get_by_text("Когда что открывается и закрывается").click()
    assert faults_of_media(page) == []
    bar.get_by_role("link", name="за минуту до").first.click()
    expect(bar.get_by_label("Показать на дату и время")).to_have_value("2030-11-12T08:59")
    expect(main.get_by_role("link", name="Предложить идею")).to_have_count(0)
    bar.get_by_role("link", name="Вернуться к правке").click()
    expect(page.locator("#id_title")).to_have_value(CYCLE)


def task(page, title):
    """What waits for the approver stands on the first page of the admin."""
    page.goto("/admin/")
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator("#id_title")).to_have_value(title)


def act(page, label):
    page.get_by_role("button", name="Больше действий").click()
    page.get_by_role("button", name=label, exact=True).click()


def send_back(page, title):
    task(page, title)
    act(page, "Вернуть на доработку")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Комментарий").fill("Назовите город.")
    dialog.get_by_role("button", name="Вернуть на доработку").click()
    saved_elsewhere(page, NEWS)


def correct(page, title):
    open_page(page, title)
    page.locator("#id_intro").fill("Начинаем с улицы Мира в Урае.")
    submit_from_form(page)
    saved_elsewhere(page, title)


def approve(page, title):
    task(page, title)
    page.get_by_role("button", name="Утвердить и Опубликовать", exact=True).click()
    saved_elsewhere(page, title)


def read(page):
    """What was approved is everybody's."""
    status, words = fresh(page, ADDRESS)
    assert status == 200
    for title in (CAMPAIGN, DISCUSSION, CYCLE, NEWS):
        assert title in words
    page.goto(f"{ADDRESS}pervyj-dvor/")
    expect(page.get_by_text("Начинаем с улицы Мира в Урае.")).to_be_visible()
    expect(page.get_by_alt_text("Пустой двор между пятиэтажками, видна песочница")).to_be_visible()


def take_down(page):
    page.goto("/admin/pages/")
    page.get_by_role("link", name=f"Обзор дочерних для '{CAMPAIGN}' страниц").click()
    page.get_by_role("button", name="Действия").first.click()
    page.get_by_role("link", name="Отменить публикацию").click()
    page.get_by_role("button", name="Да, отменить публикацию").click()
    saved_elsewhere(page, CAMPAIGN)
