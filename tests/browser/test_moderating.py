"""Moderating by the keyboard alone, what its author makes of it, and the pages of both under WCAG 2.2 AA."""

from http import HTTPStatus

import pytest
from playwright.sync_api import expect

from crowd.moderation import waiting
from tests.browser import looks
from tests.browser.chromium import Watch, own_window
from tests.browser.people import fresh
from tests.live.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHOWN_AT_ONCE = waiting.PAGES[0]

# Seventeen comments that wait and three that are public and flagged, in a campaign of their own; who writes and who
# moderates are signed in.
CASES = """
from discussions.actions import post_comment
from discussions.models import Comment
from tests.factories import comments
from tests.factories.flags import flag
campaign = pages.campaign("{name}")
page = pages.discussion(campaign, title="Разговор {name}")
thread = comments.thread(page)
# The server asks anew which campaigns there are once it has heard that a page was published.
page.save_revision().publish()
author, flagger = people.person(display_name="Пихта {name}"), people.person()
first, second = [people.with_role("moderator", campaign, display_name=name) for name in ("Клюква", "Брусника")]
signed = [sign_in(person) for person in (author, flagger, first, second)]
said = [post_comment(author=author, thread=thread, body=f"Слова номер {{number}}.") for number in range(1, {count} + 1)]
for comment in said[:3]:
    flag(comment, flagger)
Comment.objects.filter(pk__in=[comment.pk for comment in said[3:]]).update(moderation="pending")
print(json.dumps({{"author": signed[0], "first": signed[2], "second": signed[3], "said": [one.pk for one in said],
    "page": page.url, "kind": "comment"}}))
"""
DECIDED = """
from crowd.moderation.models import Decision
rows = Decision.objects.filter(kind="comment", subject_id__in={ids}).order_by("subject_id", "pk")
print(json.dumps([[row.subject_id, row.outcome, row.reason.slug if row.reason else ""] for row in rows]))
"""
# What the pages show that axe looks at.
SHOWN = """
from ideas.models import Idea
from tests.factories import cases, comments, decisions
from tests.factories.flags import flag
from tests.factories.ideas import idea
campaign = pages.campaign("Разные")
cycle = pages.cycle(campaign)
cycle.save_revision().publish()
author = people.person()
moderator = people.with_role("moderator", campaign, display_name="Голубика")
moderator.roles.create(role="editor", campaign=campaign)
signed = [sign_in(person) for person in (author, moderator)]
first = idea(cycle, title="Фонари у школы", problem="У школы темно вечером.")
waiting = idea(cycle, author=author, moderation=Idea.Moderation.PENDING, problem="У школы темно вечером.")
said = comments.comment(comments.thread(pages.discussion(campaign)), author=author)
flagger = people.person()
sign_in(flagger)
flag(said, flagger)
handed = idea(cycle, moderation=Idea.Moderation.PENDING)
cases.escalated(handed)
_hidden, decision = decisions.hidden_idea(cycle, author=author)
appeal = decisions.appeal(decision)
_other, stands = decisions.hidden_idea(cycle, author=author)
print(json.dumps({"author": signed[0], "moderator": signed[1], "waiting": waiting.pk, "said": said.pk, "first": first.pk,
    "appeal": appeal.pk, "decision": stands.pk}))
"""


def known(page, address):
    """Wait until the server has heard of the campaign."""
    wait_until(lambda: fresh(page, address)[0] == HTTPStatus.OK, address, seconds=15, pause=0.5)
    return page


def window_of(browser, site, key, **options):
    page = own_window(browser, site, **options)
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": site.url}])
    return page


@pytest.fixture(scope="module")
def shown(embedded_demo):
    return embedded_demo.run(SHOWN)


@pytest.fixture(scope="module")
def few(embedded_demo):
    return embedded_demo.run(CASES.format(name="немногих", count=5))


@pytest.fixture
def queue(browser, embedded_demo, few):
    page = window_of(browser, embedded_demo, few["first"])
    watch = Watch(page, embedded_demo)
    open_queue(page, 5)
    yield page
    seen = watch.stop()
    page.context.close()
    assert seen == []


def open_queue(page, count):
    page.goto("/admin/moderation/")
    expect(page.locator("[data-keys]")).to_be_visible()
    expect(entries(page)).to_have_count(count)


def entries(page):
    return page.locator("[data-entry]")


def focused(page):
    """The comment whose entry has the focus."""
    one = page.locator("[data-entry]:focus")
    expect(one).to_have_count(1)
    return int(one.get_attribute("data-entry").split(":")[1])


def choose(page, reason):
    """Choose the reason in the field that has the focus."""
    names = page.evaluate("[...document.activeElement.options].map((one) => one.text)")
    for _ in range(names.index(reason)):
        page.keyboard.press("ArrowDown")


def press_in_russian(page, code, letter):
    """Press a key while the layout is Russian: its place is the same, its letter another."""
    session = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": letter})


def test_twenty_cases_are_cleared_by_keyboard_and_one_is_appealed_and_reversed(browser, embedded_demo):
    made = embedded_demo.run(CASES.format(name="двадцати", count=20))
    said, against = made["said"], {made["said"][1]: "hide", made["said"][5]: "reject", made["said"][12]: "reject"}
    moderator, author, second = (window_of(browser, embedded_demo, made[who]) for who in ("first", "author", "second"))
    watches = [Watch(page, embedded_demo) for page in (moderator, author, second)]

    open_queue(moderator, SHOWN_AT_ONCE)
    moderator.keyboard.press("j")
    for number, pk in enumerate(said):
        expect(moderator.locator(f'[data-entry$=":{pk}"]:focus')).to_have_count(1)
        if pk in against:
            moderator.keyboard.press("h")
            choose(moderator, "Реклама")
            moderator.keyboard.press("Enter")
        else:
            moderator.keyboard.press("p")
        expect(entries(moderator)).to_have_count(min(SHOWN_AT_ONCE, 19 - number))
    expect(moderator.get_by_text("Сейчас ничего не ждёт решения.")).to_be_visible()

    rows = [[pk, against.get(pk, "keep" if place < 3 else "publish")] for place, pk in enumerate(said)]
    decided = embedded_demo.run(DECIDED.format(ids=said))
    assert decided == [[*row, "advertising" if row[0] in against else ""] for row in rows]
    hidden = "Слова номер 2."
    assert hidden not in fresh(second, made["page"])[1]

    read_and_appeal(author, hidden)
    uphold(second, hidden)

    assert hidden in fresh(moderator, made["page"])[1]
    assert embedded_demo.run(DECIDED.format(ids=[said[1]])) == [
        [said[1], "hide", "advertising"],
        [said[1], "publish", ""],
    ]
    author.reload()
    expect(author.get_by_role("main")).to_contain_text("Решение отменено")
    seen = [line for watch in watches for line in watch.stop()]
    for page in (moderator, author, second):
        page.context.close()
    assert seen == []


def read_and_appeal(page, words):
    page.goto("/me/decisions/")
    page.get_by_role("listitem").filter(has_text=words).get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text("Реклама. Текст рекламирует товар")
    page.get_by_label("Почему решение неверное").fill("Здесь нет никакой рекламы.")
    page.get_by_role("button", name="Отправить апелляцию").click()
    expect(page.get_by_role("main")).to_contain_text("Апелляция ждёт решения")


def uphold(page, words):
    page.goto("/admin/moderation/appeals/")
    page.get_by_role("main").get_by_role("link", name="Разговор двадцати").click()
    expect(page.get_by_role("main")).to_contain_text(words)
    page.get_by_label("Отменить решение и опубликовать запись").check()
    page.get_by_role("button", name="Ответить").click()
    page.wait_for_url("**/admin/moderation/appeals/")


def test_keys_move_through_the_entries_in_both_layouts(queue, few):
    queue.keyboard.press("j")
    places = [focused(queue)]
    for code, letter in (("KeyJ", "о"), ("KeyN", "т"), ("KeyK", "л")):
        press_in_russian(queue, code, letter)
        places.append(focused(queue))
    queue.keyboard.press("k")
    queue.keyboard.press("k")

    said = few["said"]
    assert places == [said[0], said[1], said[2], said[1]]
    # At the end there is nothing above.
    assert focused(queue) == said[0]


def test_what_a_key_has_begun_waits_for_a_reason_and_can_be_cancelled(queue, few):
    queue.keyboard.press("j")

    queue.keyboard.press("h")
    expect(queue.locator("select:focus")).to_have_count(1)
    queue.keyboard.press("Enter")
    expect(queue.locator("[data-said]").first).to_have_text("Сначала выберите причину: её прочтёт автор.")
    queue.keyboard.press("Escape")
    assert focused(queue) == few["said"][0]
    queue.keyboard.press("a")
    expect(queue.locator("[data-said]").first).to_have_text("С этой записью так решить нельзя.")
    queue.keyboard.press("e")
    expect(queue.locator("input[name=note]:focus")).to_have_count(1)
    queue.keyboard.type("jphd")
    queue.keyboard.press("Escape")

    assert focused(queue) == few["said"][0]
    expect(entries(queue)).to_have_count(5)


def test_a_key_does_nothing_to_what_has_not_the_focus(queue, few):
    queue.keyboard.press("p")

    assert focused(queue) == few["said"][0]
    expect(entries(queue)).to_have_count(5)


def test_keys_are_listed_and_can_be_turned_off(queue):
    queue.keyboard.press("?")
    expect(queue.get_by_role("dialog", name="Клавиши")).to_be_visible()
    queue.keyboard.press("p")
    queue.keyboard.press("Escape")
    expect(queue.get_by_role("dialog", name="Клавиши")).to_be_hidden()
    toggle = queue.get_by_role("button", name="Клавиши", exact=True)
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.focus()
    toggle.press("Enter")
    open_queue(queue, 5)
    toggle = queue.get_by_role("button", name="Клавиши", exact=True)

    expect(toggle).to_have_attribute("aria-pressed", "false")
    queue.keyboard.press("j")
    expect(queue.locator("[data-entry]:focus")).to_have_count(0)


def test_all_on_the_page_are_ticked_at_once(queue):
    ticked = queue.locator("input[name=case]:checked")
    expect(ticked).to_have_count(0)

    queue.get_by_role("button", name="Выбрать все на странице").press("Enter")
    expect(ticked).to_have_count(5)
    queue.get_by_role("group", name="С отмеченными записями").get_by_label("Причина").select_option(label="Реклама")
    queue.get_by_role("button", name="Скрыть отмеченные").press("Enter")

    expect(queue.get_by_role("button", name="Да, скрыть отмеченные")).to_be_visible()
    expect(queue.locator("input[name=case]:checked")).to_have_count(5)


def test_a_comment_is_called_a_repeat_by_keys_and_the_next_has_the_focus(browser, embedded_demo):
    made = embedded_demo.run(CASES.format(name="повторов", count=4))
    page = known(window_of(browser, embedded_demo, made["first"]), f"/admin/moderation/comment/{made['said'][1]}/")
    open_queue(page, 4)
    page.keyboard.press("j")
    page.keyboard.press("j")

    page.keyboard.press("d")
    expect(page.locator("button:focus")).to_have_text("Да, скрыть как повтор")
    page.keyboard.press("Enter")
    expect(entries(page)).to_have_count(3)
    at = focused(page)
    page.keyboard.press("e")
    page.keyboard.type("Не понимаю, шутка ли это.")
    page.keyboard.press("Enter")
    expect(entries(page)).to_have_count(2)

    assert (at, focused(page)) == (made["said"][2], made["said"][3])
    assert embedded_demo.run(DECIDED.format(ids=made["said"])) == [[made["said"][1], "hide", "duplicate"]]
    page.context.close()


def test_without_javascript_all_of_it_is_there_but_the_keys(browser, embedded_demo):
    made = embedded_demo.run(CASES.format(name="простых", count=4))
    page = window_of(browser, embedded_demo, made["first"], java_script_enabled=False)
    page.goto("/admin/moderation/")

    expect(page.locator("[data-keys]")).to_be_hidden()
    expect(page.locator("[data-choose-all]")).to_be_hidden()
    page.locator("input[name=case]").first.check()
    page.get_by_role("button", name="Опубликовать отмеченные").click()
    expect(entries(page)).to_have_count(3)
    entries(page).last.get_by_role("button", name="Опубликовать").click()
    expect(entries(page)).to_have_count(2)

    outcomes = embedded_demo.run(DECIDED.format(ids=made["said"]))
    assert outcomes == [[made["said"][0], "keep", ""], [made["said"][3], "publish", ""]]
    page.context.close()


PAGES = {
    "queue": ("moderator", "/admin/moderation/"),
    "handed on": ("moderator", "/admin/moderation/?escalated=1"),
    "case": ("moderator", "/admin/moderation/idea/{waiting}/"),
    "case of a comment": ("moderator", "/admin/moderation/comment/{said}/"),
    "repeat": ("moderator", "/admin/moderation/idea/{waiting}/duplicate/"),
    "repeat of one": ("moderator", "/admin/moderation/idea/{waiting}/duplicate/?into={first}"),
    "appeals": ("moderator", "/admin/moderation/appeals/"),
    "appeal": ("moderator", "/admin/moderation/appeals/{appeal}/"),
    "statement": ("author", "/me/decisions/{decision}/"),
    "register": ("author", "/moderation/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(browser, embedded_demo, shown, name):
    who, address = PAGES[name]
    page = window_of(browser, embedded_demo, shown[who])
    if who == "moderator":
        known(page, f"/admin/moderation/idea/{shown['waiting']}/")
    assert page.goto(address.format(**shown)).status == HTTPStatus.OK
    page.wait_for_load_state("networkidle")
    for folded in page.locator("main details").all():
        folded.evaluate("(one) => { one.open = true; }")
    looks.bring_axe(page)

    faults = looks.broken_rules(page) + looks.faults_of_widths(page, 320, 1280)
    page.context.close()
    assert faults == []
