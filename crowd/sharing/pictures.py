"""The picture that a messenger shows beside a link: the title on the site's colours, drawn once and kept on disk."""

import hashlib
import re
import tempfile
import threading
import time
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import resvg_py
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from PIL import ImageFont

from crowd.errors import DomainError
from crowd.sharing.queries import Shared

WIDTH, HEIGHT = 1200, 630
# Counted up when the drawing changes, so that pictures get new addresses.
DESIGN = 1
FONT = Path(__file__).parent / "fonts" / "GolosText-SemiBold.ttf"
TITLE_WIDTH = 1056
TITLE_TOP, TITLE_HEIGHT = 160, 300
# The greatest size at which the title fits is taken; at the last it is cut.
SIZES = (84, 76, 68, 60, 52, 46)
LEADING = 1.18
LABEL_SIZE, CONTEXT_SIZE = 28, 30
ELLIPSIS = "…"
SHORT_WORD = re.compile(r"(?<![^\s\xa0])(\w{1,2}) ")
# Drawing takes some 80 ms of a core: one picture at a time, and nobody waits long for its turn.
PATIENCE_SECONDS = 3.0
KEPT_SECONDS = 30 * 24 * 3600

_drawing = threading.Lock()


class Busy(DomainError):
    status = 503
    code = "busy"
    detail = _("Сейчас слишком много запросов. Повторите через минуту.")
    retry_after = 60


def plain(text: str) -> str:
    """Return the text without what XML refuses and the font lacks: control characters, emoji, private signs."""
    kept = (sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    return " ".join("".join(sign for sign in kept if unicodedata.category(sign) != "So").split())


@lru_cache(maxsize=len(SIZES) + 2)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def _cut(text: str, size: int, width: float) -> str:
    """Return the text, shortened to what fits into the width."""
    if _font(size).getlength(text) <= width:
        return text
    return text[: _fits(text, size, width - _font(size).getlength(ELLIPSIS))].rstrip() + ELLIPSIS


def _fits(text: str, size: int, width: float) -> int:
    """Return how many signs of the text fit into the width."""
    return bisect(range(1, len(text) + 1), width, key=lambda end: _font(size).getlength(text[:end]))


def wrapped(text: str, size: int, width: float = TITLE_WIDTH) -> list[str]:
    """Return the text in lines that fit into the width; a word longer than a line is broken.

    «в», «и», «по» stay with the word that follows, as Russian print has it.
    """
    lines: list[str] = []
    line = ""
    for word in SHORT_WORD.sub("\\1\N{NO-BREAK SPACE}", text).split(" "):
        joined = f"{line} {word}".strip()
        if _font(size).getlength(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while _font(size).getlength(line) > width:
            fits = max(1, _fits(line, size, width))
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def fitted(title: str) -> tuple[int, list[str]]:
    """Return the greatest size at which the title fits, and its lines; the last of a too long one ends with «…»."""
    for size in SIZES:
        lines, most = wrapped(title, size), int(TITLE_HEIGHT // (size * LEADING))
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], _cut(" ".join(lines[most - 1 : most + 1]), size, TITLE_WIDTH)]


def svg(shared: Shared, site: str) -> str:
    # Nobody has so long a title but a writer of scripts.
    size, lines = fitted(plain(shared.title)[:260])
    label = plain(shared.label)
    placed = [{"text": line, "y": round(TITLE_TOP + size + n * size * LEADING)} for n, line in enumerate(lines)]
    context: dict[str, Any] = {
        "label": label,
        "label_width": round(_font(LABEL_SIZE).getlength(label)) + 48,
        "lines": placed,
        "size": size,
        "context": _cut(plain(shared.context), CONTEXT_SIZE, TITLE_WIDTH),
        "site": _cut(plain(site), CONTEXT_SIZE, TITLE_WIDTH - 60),
    }
    return render_to_string("sharing/picture.svg", context)


def digest(shared: Shared, site: str) -> str:
    """Return a short name of all that the picture shows: another picture has another address."""
    shown: Sequence[Any] = (DESIGN, shared.title, shared.label, shared.context, site)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def png(shared: Shared, site: str) -> bytes:
    drawn: bytes = resvg_py.svg_to_bytes(svg_string=svg(shared, site), skip_system_fonts=True, font_files=[str(FONT)])
    return drawn


def _folder() -> Path:
    return Path(settings.PRIVATE_MEDIA_ROOT) / "share"


def kept_picture(name: str) -> bytes | None:
    try:
        return (_folder() / name[:2] / f"{name}.png").read_bytes()
    except FileNotFoundError:
        return None


def draw_and_keep(shared: Shared, site: str) -> bytes:
    """Draw the picture and keep it; raise `Busy` where too many wait to be drawn."""
    name = digest(shared, site)
    if not _drawing.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        drawn = kept_picture(name) or png(shared, site)
    finally:
        _drawing.release()
    path = _folder() / name[:2] / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under its name only once it is whole: another process may be reading.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(drawn)
    Path(file.name).replace(path)
    return drawn


def forget_old_pictures() -> None:
    """Delete what was drawn a month ago; what is still asked for is drawn anew."""
    oldest = time.time() - KEPT_SECONDS
    for path in _folder().glob("*/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
