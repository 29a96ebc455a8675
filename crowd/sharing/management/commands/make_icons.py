"""Draws the icons that browsers and phones want as PNG from `static/icons/site.svg`; their files are committed."""

from typing import Any

import resvg_py
from django.core.management.base import BaseCommand

from crowd.settings.env import BASE_DIR

# Name, side, and how much of it the sign takes: a phone may cut a maskable icon to a circle of four fifths.
ICONS = (
    ("apple-touch-icon", 180, 0.95),
    ("site-192", 192, 1.0),
    ("site-512", 512, 1.0),
    ("maskable-192", 192, 0.8),
    ("maskable-512", 512, 0.8),
)
RIVER = "#0b4a56"


def drawn(sign: str, side: int, share: float) -> bytes:
    inner = sign.replace("<svg ", f'<svg x="{side * (1 - share) / 2}" y="{side * (1 - share) / 2}" '
                         f'width="{side * share}" height="{side * share}" ', 1)  # fmt: skip
    ground = f'<rect width="{side}" height="{side}" fill="{RIVER}"/>' if share < 1 else ""
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}">{ground}{inner}</svg>'
    png: bytes = resvg_py.svg_to_bytes(svg_string=whole, skip_system_fonts=True)
    return png


class Command(BaseCommand):
    help = "Draws static/icons/*.png from static/icons/site.svg."

    def handle(self, **_options: Any) -> None:
        folder = BASE_DIR / "static" / "icons"
        sign = (folder / "site.svg").read_text(encoding="utf-8")
        for name, side, share in ICONS:
            (folder / f"{name}.png").write_bytes(drawn(sign, side, share))
            self.stdout.write(f"{name}.png")
