"""Every kind of page with JavaScript off, and with scripts that never arrive: whole, quiet, and nothing that does nothing."""

import pytest

from tests.browser import looks
from tests.browser.addresses import PAGES, RESIDENT, SIGNED_IN, SOME, STATUS
from tests.browser.chromium import Watch, own_window
from tests.browser.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EVERY_PAGE = [*((name, "reader") for name in PAGES), *((name, "resident") for name in SIGNED_IN)]
# What only a script can make use of stays hidden until there is one.
FOR_SCRIPTS = "[data-fresh], [data-pause], [data-draft-note], [data-saved-note], [data-refused], [data-saved-pages]"
# A button that no form holds does nothing by itself.
IDLE = """
() => [...document.querySelectorAll("button, [role=button]")]
  .filter((one) => one.checkVisibility() && !(one.form && one.type === "submit"))
  .map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def some(embedded_demo):
    return embedded_demo.run(SOME)


@pytest.fixture(scope="module")
def without_scripts(browser, embedded_demo):
    """Windows by who looks, in which no script runs."""
    windows = {name: own_window(browser, embedded_demo, java_script_enabled=False) for name in ("reader", "resident")}
    sign_in(windows["resident"], RESIDENT)
    yield windows
    for page in windows.values():
        page.context.close()


@pytest.fixture(scope="module")
def scripts_lost(browser, embedded_demo):
    """Windows by who looks, in which scripts may run, but none arrives: what can look at a page still can."""
    windows = {name: own_window(browser, embedded_demo, service_workers="block") for name in ("reader", "resident")}
    for page in windows.values():
        page.context.route("**/*.js", lambda route: route.abort())
    sign_in(windows["resident"], RESIDENT)
    yield windows
    for page in windows.values():
        page.context.close()


@pytest.mark.parametrize(("name", "of"), EVERY_PAGE)
def test_page_is_whole_without_javascript(without_scripts, embedded_demo, some, name, of):
    page = without_scripts[of]
    watch = Watch(page, embedded_demo)

    answer = page.goto((PAGES if of == "reader" else SIGNED_IN)[name].format(**some))
    page.wait_for_load_state("networkidle")

    seen = [line for line in watch.stop() if not (name in STATUS and f"status of {STATUS[name]}" in line)]
    assert seen == []
    assert answer.status == STATUS.get(name, 200)
    assert page.get_by_role("main").get_by_role("heading", level=1).count() == 1
    assert page.locator(FOR_SCRIPTS).filter(visible=True).count() == 0
    assert page.evaluate(IDLE) == []
    assert looks.faults_of_widths(page, 320, 640, 1280) == []


@pytest.mark.parametrize(("name", "of"), EVERY_PAGE)
def test_page_is_accessible_where_scripts_are_lost(scripts_lost, some, name, of):
    page = scripts_lost[of]

    page.goto((PAGES if of == "reader" else SIGNED_IN)[name].format(**some))
    page.wait_for_load_state("networkidle")

    assert page.locator(FOR_SCRIPTS).filter(visible=True).count() == 0
    assert looks.faults_of_media(page) == []
