"""Every component in every state, photographed and tried in each medium and each scheme of the special version."""

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import looks
from tests.browser.chromium import Watch, own_window
from tests.live.servers import start_embedded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ADDRESS = "/_components/"
WIDTHS = (320, 1280)
# A page in letters twice as large is sixty screens long, and other tests run beside.
PATIENCE = 120_000
# What an eye would still scroll through, and Pillow still takes for a picture.
TALLEST = 40_000
# Several states of one component stand on one page: their landmarks bear one name.
OFF = ("landmark-unique",)
SPECIAL = [f"{size}.{scheme}.{spacing}.{images}" for scheme, (size, spacing, images) in zip(
    looks.SCHEMES, (("large", "normal", "on"), ("huge", "wide", "off"), ("huge", "normal", "on")), strict=True
)]  # fmt: skip


@pytest.fixture(scope="module")
def developers_site(tmp_path_factory):
    """The installation of whoever draws the components."""
    with start_embedded(tmp_path_factory.mktemp("gallery"), DEBUG="1") as site:
        yield site


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Where the photographs are put; CROWD_PICTURES names a folder for who wants to look at them afterwards."""
    kept = os.environ.get("CROWD_PICTURES")
    if not kept:
        return tmp_path_factory.mktemp("gallery-pictures")
    Path(kept).mkdir(parents=True, exist_ok=True)
    return Path(kept)


def photograph(page, folder, name):
    """Take a picture of the page; say what is wrong with it where it shows nothing."""
    path = folder / f"{name}.png"
    tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": tall}
    page.screenshot(path=path, full_page=True, clip=clip, timeout=PATIENCE)
    with Image.open(path) as picture:
        width, height = picture.size
        sheet = picture.convert("L").resize((40, max(1, height // 32)))
    shades = [sheet.crop((0, top, 40, top + 10)).getextrema() for top in range(0, sheet.height - 10, 10)]
    blank = sum(1 for darkest, lightest in shades if lightest - darkest < 12)
    faults = [] if width in WIDTHS and height > 5000 else [f"{name}: a picture of {width}×{height}"]
    return faults + ([f"{name}: {blank} of {len(shades)} parts are blank"] if blank > len(shades) / 4 else [])


def opened(browser, site, width, vision=""):
    page = own_window(browser, site, viewport={"width": width, "height": 900})
    if vision:
        page.context.add_cookies([{"name": "vision", "value": vision, "url": site.url}])
    page.goto(ADDRESS)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_components_are_whole_in_every_medium(browser, developers_site, pictures, width):
    page = opened(browser, developers_site, width)
    watch = Watch(page, developers_site)

    faults = looks.faults_of_media(page, off=OFF)
    for name, media in looks.MEDIA.items():
        page.emulate_media(**media)
        faults += photograph(page, pictures, f"{width}-{name.replace(', ', '-').replace(' ', '-')}")
    page.emulate_media(**looks.MEDIA["light"])
    faults += [f"too small: {fault}" for fault in page.evaluate(looks.SMALL)]
    faults += looks.faults_of_widths(page, width) + looks.faults_of_spacing(page) + watch.stop()

    assert "\n".join(faults) == ""
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("vision", SPECIAL)
def test_components_are_whole_in_the_version_for_the_visually_impaired(
    browser, developers_site, pictures, vision, width
):
    page = opened(browser, developers_site, width, vision)

    faults = looks.faults_of_schemes(page, off=OFF)
    page.evaluate("(scheme) => { document.documentElement.dataset.contrast = scheme; }", vision.split(".")[1])
    faults += photograph(page, pictures, f"{width}-{vision}")
    faults += looks.faults_of_widths(page, width)
    faults += [f"cut off: {fault}" for fault in page.evaluate(looks.CLIPPED)]

    assert "\n".join(faults) == ""
    page.context.close()


@pytest.mark.parametrize("state", ["hover", "focus", "focus-visible", "active"])
def test_components_keep_their_contrast_under_the_hand(browser, developers_site, state):
    """The states that no markup shows are forced upon everything that can be pressed."""
    page = opened(browser, developers_site, 1280)
    looks.bring_axe(page)
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    query = {
        "nodeId": root,
        "selector": "main :is(a, button, input, select, textarea, summary, .card, .vision__choice)",
    }
    nodes = tools.send("DOM.querySelectorAll", query)["nodeIds"]
    for node in nodes:
        tools.send("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": [state]})

    faults = []
    for name in ("light", "dark", "more contrast", "more contrast, dark"):
        page.emulate_media(**looks.MEDIA[name])
        faults += [f"{name}: {fault}" for fault in looks.broken_rules(page, only=looks.OF_COLOUR)]

    assert len(nodes) > 100
    assert "\n".join(faults) == ""
    page.context.close()


def test_busy_button_stays_readable(browser, developers_site):
    page = opened(browser, developers_site, 1280)
    page.evaluate("document.querySelectorAll('main .button').forEach((one) => one.setAttribute('aria-busy', 'true'))")
    page.evaluate("document.querySelectorAll('main button').forEach((one) => one.setAttribute('aria-pressed', 'true'))")
    looks.bring_axe(page)

    faults = []
    for name in ("light", "dark", "more contrast"):
        page.emulate_media(**looks.MEDIA[name])
        faults += [f"{name}: {fault}" for fault in looks.broken_rules(page, only=looks.OF_COLOUR)]

    assert "\n".join(faults) == ""
    page.context.close()


def test_tabs_open_one_at_a_time_without_a_script(browser, developers_site):
    page = own_window(browser, developers_site, java_script_enabled=False)
    page.goto(ADDRESS)
    tabs = page.locator('[data-component="tabs"][data-state="три"] details')

    tabs.nth(2).locator("summary").focus()
    page.keyboard.press("Enter")

    assert [tabs.nth(index).get_attribute("open") is not None for index in range(3)] == [False, False, True]
    assert tabs.nth(2).locator(".tabs__text").is_visible()
    page.context.close()


def test_link_is_copied_and_it_is_said(browser, developers_site):
    page = opened(browser, developers_site, 1280)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    share = page.locator('[data-component="share"]').first

    share.get_by_role("link", name="Поделиться").click()

    share.get_by_role("status").filter(has_text="Ссылка скопирована").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{developers_site.url}{ADDRESS}#buttons"
    page.context.close()
