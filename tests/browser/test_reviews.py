"""An expert reviews and the responsible body answers: with scripts and without, on a telephone, under WCAG 2.2 AA."""

import pytest
from playwright.sync_api import expect

from tests.browser import looks
from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE = {"width": 320, "height": 640}
# A cycle of its own for each test, named by a number because others read that every word is Russian, and a body that the demonstration may not have.
CHOSEN = """
from allauth.account.models import EmailAddress
from crowd.campaigns.models import CampaignPage
from crowd.people.models import CampaignRole, Person
from ideas.actions import keep_review
from ideas.reviewing import DEFAULT_CRITERIA
from tests.factories.ideas import idea
from tests.factories.pages import cycle as cycle_page
campaign = CampaignPage.objects.get(slug="cifrovye-servisy")
cycle = cycle_page(campaign, title="Отобранное {number}", slug="otobrannoe-{number}", opens=("review",))
author = people.person(display_name="Автор Отобранного", email="chosen-{number}@example.org")
chosen = idea(cycle, title="Ровные тротуары {number}", author=author, progress="shortlisted")
colleague = Person.objects.get(email="expert2@example.org")
keep_review(expert=colleague, idea_id=chosen.pk, scores=dict.fromkeys((row.key for row in DEFAULT_CRITERIA), 4),
            comment="Слова второго эксперта.", submit=True)
body = Person.objects.get(email="editor@example.org")
CampaignRole.objects.get_or_create(person=body, role="body", campaign=campaign)
for person in Person.objects.filter(email__in=["expert1@example.org", "expert2@example.org"]):
    CampaignRole.objects.get_or_create(person=person, role="expert", campaign=campaign)
print(json.dumps([chosen.pk, chosen.get_absolute_url()]))
"""


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def scripts(request):
    return request.param


@pytest.fixture
def page(browser, embedded_demo, scripts):
    """A telephone's window; a form that was refused is the one thing that may trouble its console."""
    page = own_window(browser, embedded_demo, java_script_enabled=scripts, viewport=PHONE)
    watch = Watch(page, embedded_demo)
    yield page
    page.context.close()
    assert "\n".join(line for line in watch.seen if "422" not in line) == ""


def chosen(embedded_demo, number):
    return embedded_demo.run(CHOSEN.replace("{number}", str(number)))


def score(page, criterion, word):
    page.get_by_role("group", name=criterion).get_by_label(word).check()


def test_an_expert_reviews_blind_and_then_reads_the_others(page, embedded_demo, scripts):
    _pk, url = chosen(embedded_demo, number := 1 + scripts)
    sign_in(page, "expert1@example.org")

    page.goto("/reviews/")
    page.get_by_role("link", name=f"Ровные тротуары {number}").click()
    expect(page.get_by_role("main")).not_to_contain_text("Слова второго эксперта.")
    score(page, "Польза", "отлично")
    page.get_by_label("Заключение").fill("Построить можно за лето.")
    page.get_by_role("button", name="Отправить оценку").click()
    # Three scores are missing; what was typed stays.
    expect(page.get_by_text("Выберите оценку от 1 до 5.").first).to_be_visible()
    expect(page.get_by_label("Заключение")).to_have_value("Построить можно за лето.")
    page.get_by_role("button", name="Сохранить черновик").click()
    expect(page.get_by_text("Черновик сохранён.")).to_be_visible()
    expect(page.get_by_role("group", name="Польза").get_by_label("отлично")).to_be_checked()
    for criterion in ("Осуществимость", "Стоимость", "Охват"):
        score(page, criterion, "средне")
    page.get_by_role("button", name="Отправить оценку").click()

    expect(page.get_by_text("Теперь вы видите, что сказали другие эксперты.")).to_be_visible()
    page.locator(".verdict", has_text="Слова второго эксперта.").locator("summary").click()
    expect(page.get_by_text("Слова второго эксперта.")).to_be_visible()
    page.goto(url)
    expect(page.locator("#reviews")).to_contain_text("2 эксперт")
    assert looks.faults_of_widths(page, 320, 1280) == []


def test_the_body_answers_and_everybody_reads_it(page, browser, embedded_demo, scripts):
    _pk, url = chosen(embedded_demo, 3 + scripts)
    sign_in(page, "editor@example.org")

    page.goto(url)
    page.get_by_role("link", name="Дать официальный ответ").click()
    page.get_by_label("принята").check()
    page.get_by_label("От чьего имени").fill("")
    page.get_by_label("Ответ жителям").fill("Сделаем к весне.")
    page.get_by_role("button", name="Опубликовать ответ").click()
    expect(page.get_by_label("Ответ жителям")).to_have_value("Сделаем к весне.")
    expect(page.get_by_label("От чьего имени")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("От чьего имени").fill("Департамент транспорта")
    page.get_by_role("button", name="Опубликовать ответ").click()

    expect(page.get_by_text("Ответ опубликован.")).to_be_visible()
    reader = own_window(browser, embedded_demo)
    reader.goto(url)
    expect(reader.get_by_role("region", name="Официальный ответ")).to_contain_text("Сделаем к весне.")
    reader.context.close()


@pytest.fixture(scope="module")
def everybody(browser, embedded_demo):
    """Windows of those whose pages these are."""
    windows = {}
    for login in ("expert1@example.org", "expert2@example.org", "editor@example.org"):
        windows[login] = own_window(browser, embedded_demo)
    pk, url = chosen(embedded_demo, 5)
    for login, window in windows.items():
        sign_in(window, login)
    yield windows, pk, url
    for window in windows.values():
        window.context.close()


PAGES = {
    "list of an expert": ("expert1", "/reviews/"),
    "form of a review": ("expert1", "/ideas/{pk}/review/"),
    "reviews": ("expert2", "/ideas/{pk}/review/"),
    "page of an idea": ("editor", "{url}"),
    "list of a body": ("editor", "/answers/"),
    "form of an answer": ("editor", "/ideas/{pk}/answer/"),
    "form of joining": ("editor", "/ideas/{pk}/merge/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(everybody, name):
    windows, pk, url = everybody
    login, address = PAGES[name]
    page = windows[f"{login}@example.org"]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address.format(pk=pk, url=url))
    page.wait_for_load_state("networkidle")

    faults = looks.faults_of_media(page)
    faults += [f"too small: {fault}" for fault in page.evaluate(looks.SMALL)]
    faults += looks.faults_of_widths(page, 320, 640, 1280)
    faults += looks.faults_of_spacing(page)

    assert "\n".join(faults) == ""


@pytest.mark.parametrize("address", ["/admin/shortlist/", "/admin/shortlist/{cycle}/?state=shortlisted"])
def test_page_of_the_editors_is_accessible(everybody, embedded_demo, address):
    windows, pk, _url = everybody
    page = windows["editor@example.org"]
    found = "from ideas.models import Idea; print(json.dumps(Idea.objects.get(pk={pk}).cycle_id))"
    cycle = embedded_demo.run(found.format(pk=pk))
    page.goto(address.format(cycle=cycle))
    page.wait_for_load_state("networkidle")
    looks.bring_axe(page)

    assert looks.broken_rules(page) == []
