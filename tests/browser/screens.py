"""Pictures of the main screens for the README: `python -m tests.browser.screens` writes them to docs/screens/."""

import io
import os
import tempfile
from pathlib import Path

import django
from PIL import Image

from tests.browser import chromium

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screens"
MOST_BYTES = 150_000
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
CAMPAIGN = "/cifrovye-servisy/"
READABLE = "large.white-on-black.normal.on"
# name, address, window, colours, who looks
SCREENS = [
    ("home", "/", DESK, "light", ""),
    ("campaign", CAMPAIGN, DESK, "light", ""),
    ("ideas", f"{CAMPAIGN}idei/", DESK, "light", ""),
    ("idea", "{idea}", DESK, "light", "resident3"),
    ("idea-dark", "{idea}", DESK, "dark", "resident3"),
    ("discussion", f"{CAMPAIGN}kachestvo-i-udobstvo/", DESK, "light", "resident3"),
    ("search", "/search/?q=площадок", DESK, "light", ""),
    ("rehearsal", "/admin/rehearsal/{campaign}/", DESK, "light", "editor"),
    ("moderation", "/admin/moderation/", DESK, "light", "moderator"),
    ("home-phone", "/", PHONE, "light", ""),
    ("idea-phone", "{idea}", PHONE, "light", "resident3"),
    ("new-idea-phone", "/ideas/new/?cycle={cycle}", PHONE, "dark", "resident3"),
    ("vision-phone", "{idea}", PHONE, "light", ""),
]
SOME = """
from ideas.models import Idea
idea = Idea.objects.get(title__startswith="Вывоз мусора")
print(json.dumps({"idea": idea.get_absolute_url(), "cycle": idea.cycle_id, "campaign": idea.cycle.campaign_id}))
"""


def small(png):
    """The picture in as many colours as fit into what a README may weigh."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise ValueError(f"{out.tell()} bytes in {colours} colours are more than {MOST_BYTES}")


def take(browser, site):
    from tests.browser.people import sign_in

    some = site.run(SOME)
    for name, address, viewport, scheme, person in SCREENS:
        page = chromium.own_window(browser, site, viewport=viewport, color_scheme=scheme)
        if name.startswith("vision"):
            page.context.add_cookies([{"name": "vision", "value": READABLE, "url": site.url}])
        if person:
            sign_in(page, f"{person}@example.org")
        page.goto(address.format(**some), wait_until="networkidle")
        (FOLDER / f"{name}.png").write_bytes(small(page.screenshot()))
        page.context.close()


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.settings.test")
    django.setup()
    from tests.live.servers import start_embedded

    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, start_embedded(Path(folder)) as site:
        site.manage("load_demo", "-v0")
        with chromium.started() as browser:
            take(browser, site)


if __name__ == "__main__":
    main()
