"""The main job from end to end, in three people's browsers: embedded, and in production's processes."""

import pytest
from playwright.sync_api import expect

from home.management.commands.load_demo import DEFAULT_PASSWORD
from tests.browser.chromium import Watch, own_window
from tests.browser.people import fresh, sign_in, sign_up, turn_on_second_factor, until_found

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WAYS = [
    pytest.param("embedded", id="embedded", marks=pytest.mark.embedded),
    pytest.param(
        "production",
        id="production",
        marks=[pytest.mark.postgresql, pytest.mark.redis, pytest.mark.elasticsearch],
    ),
]
CYCLE = "/cifrovye-servisy/idei/"
# Neither its title nor its text has these forms of its words.
SUPPORTED, INFLECTED = "Единый читательский билет для всех библиотек округа", "читательскими билетами"
BAD, BAD_INFLECTED = "Одно расписание спортзалов, катков и лыжных баз", "расписаниями катками"
OWN, OWN_INFLECTED = "Освещённая лыжня в каждом посёлке", "освещённых лыжней"
COMMENT, HALF_TYPED = "В Сургуте такой билет **уже выдают**", "А электронные книги по нему мож"

# Refused sockets say no more than that: the browser hides why.
SOCKET = """(path) => new Promise((resolve) => {
  const socket = new WebSocket(path.replace(/^/, location.origin.replace("http", "ws")));
  socket.onopen = () => { resolve("open"); socket.close(); };
  socket.onerror = () => resolve("refused");
})"""


@pytest.fixture(params=WAYS)
def site(request):
    return request.getfixturevalue(f"{request.param}_demo")


@pytest.fixture
def window(browser, site):
    """Opens a window for one more person; when all is done, none of them has seen an error."""
    watches = {}

    def opened():
        page = own_window(browser, site)
        watches[page] = Watch(page, site)
        return page

    opened.watches = watches
    yield opened
    seen = [line for watch in watches.values() for line in watch.seen]
    for page in watches:
        page.context.close()
    assert "\n".join(seen) == ""


def test_one_idea_all_the_way_through(site, window):
    resident, second, moderator = window(), window(), window()

    sign_up(resident, site, "Аля Вокуева", "alya@example.org")
    find_in_list(resident, INFLECTED, SUPPORTED)
    support(resident)

    sign_in(second, "resident2@example.org")
    second.goto(resident.url)
    stay_on(second)
    second.get_by_label("Ваш комментарий").fill(HALF_TYPED)
    comment(resident, COMMENT)
    read_what_arrived(second, "уже выдают")

    own = propose(resident, OWN)
    assert fresh(second, own)[0] == 404
    sign_in_as_moderator(moderator, demanded=bool(site.certificate))
    publish(moderator, OWN)
    until_found(second, f"/search/?q={OWN_INFLECTED}", OWN)
    assert OWN in fresh(second, f"{CYCLE}?q={OWN_INFLECTED}")[1]

    moderator.goto(second.url)
    hide_comment(moderator, "уже выдают")
    expect(second.get_by_text("уже выдают")).to_have_count(0)
    expect(second.get_by_label("Ваш комментарий")).to_have_value(HALF_TYPED)
    assert stayed(second)

    bad = open_from_list(second, BAD, BAD_INFLECTED)
    until_found(second, f"/search/?q={BAD_INFLECTED}", BAD)
    hide_idea(moderator, bad)
    assert_gone(second, bad)
    window.watches[second].expect("/ws/threads/")


def find_in_list(page, words, title):
    page.goto("/")
    page.get_by_role("link", name="Идеи для цифровых сервисов округа").first.click()
    page.get_by_role("searchbox", name="Слова").fill(words)
    page.get_by_role("button", name="Показать").click()
    expect(page.locator(".card__title")).to_have_text([title])
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def support(page):
    votes = int(page.locator("[data-votes-for]").inner_text())
    page.get_by_role("button", name="Поддержать").click()
    expect(page.get_by_text("Вы поддержали эту идею.")).to_be_visible()
    expect(page.locator("[data-votes-for]")).to_have_text(str(votes + 1))
    expect(page.get_by_role("button", name="Отозвать голос")).to_be_visible()
    # How long a comment may be is another number, which a vote leaves alone.
    expect(page.get_by_text("Не больше 5000 знаков")).to_be_visible()


def stay_on(page):
    """Mark the page, so that `stayed` can tell that it was never loaded anew."""
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")


def stayed(page):
    return page.evaluate("document.documentElement.dataset.stayed") == "yes"


def comment(page, text):
    page.get_by_label("Ваш комментарий").fill(text)
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_label("Ваш комментарий")).to_have_value("")


def read_what_arrived(page, word):
    expect(page.get_by_text(word)).to_have_count(0)
    page.get_by_role("button", name="Показать 1 новый комментарий").click()
    expect(page.locator(".comment strong", has_text=word)).to_be_visible()
    expect(page.get_by_label("Ваш комментарий")).to_have_value(HALF_TYPED)
    assert stayed(page)


def propose(page, title):
    """Propose an idea as a newcomer; return its address."""
    page.goto(CYCLE)
    page.get_by_role("link", name="Предложить идею").click()
    page.get_by_label("Название").fill(title)
    page.get_by_label("В чём проблема").fill("Зимой темнеет в четыре, и после работы на лыжи не встать.")
    page.get_by_label("Что вы предлагаете").fill("Гирлянда фонарей вдоль одного круга, на таймере до девяти вечера.")
    page.get_by_label("Метки").fill("спорт, лыжи")
    page.get_by_role("button", name="Отправить идею").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text("Её увидят все, как только посмотрит модератор.")).to_be_visible()
    expect(page.get_by_text("Идею пока видите только вы и модераторы.")).to_be_visible()
    page.wait_for_load_state()
    return page.url


def sign_in_as_moderator(page, *, demanded):
    """Into the admin: past the second factor, where the site demands one."""
    sign_in(page, "moderator@example.org")
    page.goto("/admin/moderation/")
    if demanded:
        expect(page.get_by_role("heading", level=1)).to_have_text("Подтвердите, что это вы")
        page.get_by_label("Пароль").fill(DEFAULT_PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Продолжить").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Включить вход с кодом")
        turn_on_second_factor(page)
        page.goto("/admin/moderation/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Модерация")


def publish(page, title):
    page.goto("/admin/moderation/")
    case = page.get_by_role("region", name=title)
    expect(case).to_contain_text("Аля Вокуева")
    case.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Решение принято")).to_be_visible()
    # Who leaves before all is loaded makes the browser complain.
    page.wait_for_load_state()
    expect(page.get_by_role("region", name=title)).to_have_count(0)


def hide(page):
    page.get_by_label("Причина").select_option(index=1)
    page.get_by_label("Пояснение для автора").fill("Такое уже предлагали.")
    page.get_by_role("button", name="Скрыть").click()
    expect(page.get_by_text("Решение принято")).to_be_visible()
    # Who leaves before all is loaded makes the browser complain.
    page.wait_for_load_state()


def hide_comment(page, word):
    page.locator(".comment", has_text=word).get_by_role("link", name="Модерировать").click()
    hide(page)


def open_from_list(page, title, words):
    page.goto(f"{CYCLE}?q={words}")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def hide_idea(page, address):
    page.goto(address)
    page.get_by_role("link", name="Модерировать идею").click()
    hide(page)


def assert_gone(page, address):
    """From search at once, whatever the index says; from list, page and socket; the open page says so."""
    for where in (f"/search/?q={BAD_INFLECTED}", f"{CYCLE}?q={BAD_INFLECTED}", CYCLE):
        status, words = fresh(page, where)
        assert (status, BAD in words) == (200, False), where
    assert fresh(page, address)[0] == 404
    expect(page.locator("[data-state]", has_text="Эта ветка больше не видна.")).to_be_visible()
    thread = page.locator("[data-thread]").get_attribute("data-thread")
    assert fresh(page, f"/threads/{thread}/comments/")[0] == 404
    assert page.evaluate(SOCKET, f"/ws/threads/{thread}/") == "refused"
