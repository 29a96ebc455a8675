"""Pictures of the demonstration: northern landscapes drawn from a seed, the same each time, nobody's property."""

from collections.abc import Callable
from io import BytesIO
from math import sin, tau
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 720
# Drawn twice as large and made smaller: that is what smooths the edges.
SCALE = 2
W, H = WIDTH * SCALE, HEIGHT * SCALE
# How much of a hill has trees.
WOODED = 0.78

Colour = tuple[int, int, int]


def rgb(code: str) -> Colour:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Scene(NamedTuple):
    """What a landscape is made of: the sky from top to horizon, the colour that hills take from far to near, snow."""

    seed: int
    sky: tuple[str, ...]
    far: str
    near: str
    snow: str
    sun: tuple[float, float, str] | None = None
    aurora: bool = False
    tents: bool = False
    road: bool = False
    river: bool = False


SCENES = {
    "zimnik": Scene(
        3,
        ("#0b4a56", "#2c7480", "#8fb3ad", "#f4c583", "#f2a541"),
        "#5f8f97",
        "#0c3c46",
        "#e9f1f2",
        sun=(0.66, 0.56, "#fff0cf"),
        road=True,
    ),
    "stojbishche": Scene(
        17, ("#041d24", "#062f38", "#0b4a56", "#1c6b74"), "#134d58", "#05222a", "#a9c6cc", aurora=True, tents=True
    ),
    "ob": Scene(
        29,
        ("#1a5f6c", "#4f93a0", "#a9d0d3", "#dcebe8"),
        "#7fb0b5",
        "#14505c",
        "#f6f9f9",
        sun=(0.28, 0.42, "#fffdf2"),
        river=True,
    ),
    "taiga": Scene(
        41,
        ("#123f52", "#35637a", "#b98d8a", "#f2b25c", "#f7cf8f"),
        "#6f7f8d",
        "#12343f",
        "#e3e6ea",
        sun=(0.5, 0.6, "#ffe7b8"),
    ),
}


def draw_scene(name: str) -> bytes:
    """Return the landscape of this name as a JPEG."""
    scene = SCENES[name]
    rng = Random(scene.seed)  # noqa: S311 - a drawing
    image = _sky(scene)
    if scene.aurora:
        image = _with_aurora(image, rng)
        _stars(image, rng)
    if scene.sun:
        image = _with_sun(image, *scene.sun)
    _hills(image, scene, rng)
    _ground(image, scene, rng)
    output = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(output, "JPEG", quality=88, optimize=True)
    return output.getvalue()


def _sky(scene: Scene) -> Image.Image:
    stops = [rgb(code) for code in scene.sky]
    horizon = round(H * 0.66)
    column = Image.new("RGB", (1, H))
    for y in range(H):
        place = min(y / horizon, 1) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        column.putpixel((0, y), mix(stops[index], stops[index + 1], place - index))
    return column.resize((W, H))


def _with_sun(image: Image.Image, x: float, y: float, code: str) -> Image.Image:
    """Put a low sun and its glow into the sky."""
    small = Image.new("L", (W // 8, H // 8), 0)
    brush = ImageDraw.Draw(small)
    cx, cy = small.width * x, small.height * y
    for radius, light in ((46, 60), (30, 80), (20, 110)):
        brush.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=light)
    glow = small.filter(ImageFilter.GaussianBlur(14)).resize((W, H))
    lit = Image.composite(Image.new("RGB", (W, H), rgb(code)), image, glow)
    disc, size = ImageDraw.Draw(lit), H * 0.045
    disc.ellipse((W * x - size, H * y - size, W * x + size, H * y + size), fill=rgb(code))
    return lit


def _with_aurora(image: Image.Image, rng: Random) -> Image.Image:
    """Hang curtains of light into the sky: rays from a wavy edge upwards."""
    small = Image.new("L", (W // 4, H // 4), 0)
    brush = ImageDraw.Draw(small)
    for curtain in range(3):
        phase, swing = rng.random() * tau, small.height * (0.05 + 0.03 * curtain)
        base = small.height * (0.50 - 0.13 * curtain)
        for x in range(0, small.width, 2):
            place = x / small.width
            foot = base + swing * sin(place * tau * 1.3 + phase) + swing * 0.4 * sin(place * tau * 3.1 + phase * 2)
            ray = small.height * (0.16 + 0.10 * sin(place * tau * 2.2 + phase) + rng.random() * 0.05)
            light = round(
                (150 - 36 * curtain) * (0.55 + 0.45 * sin(place * tau * 0.9 + phase)) * (0.8 + rng.random() * 0.2)
            )
            for step in range(12):
                top = foot - ray * (step + 1) / 12
                brush.line(
                    (x, foot - ray * step / 12, x, top), fill=max(0, round(light * (1 - step / 12) ** 1.6)), width=2
                )
    veil = small.filter(ImageFilter.GaussianBlur(3)).resize((W, H), Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", (W, H), rgb("#7fe0c0")), image, veil)


def _stars(image: Image.Image, rng: Random) -> None:
    brush = ImageDraw.Draw(image)
    for _star in range(160):
        x, y = rng.random() * W, rng.random() ** 1.6 * H * 0.6
        radius = rng.choice((1, 1, 2, 3))
        brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=rgb("#cfe4e7"))


def _ridge(rng: Random, height: float, rough: float) -> Callable[[float], float]:
    """Return how high a line of hills stands at each place from 0 to 1."""
    waves = [(rough**index, 1.1 * 2.03**index, rng.random() * tau) for index in range(7)]
    total = sum(weight for weight, _frequency, _phase in waves)

    def at(place: float) -> float:
        return height * sum(weight * sin(place * tau * frequency + phase) for weight, frequency, phase in waves) / total

    return at


def _hills(image: Image.Image, scene: Scene, rng: Random) -> None:
    """Draw lines of hills from far and pale to near and dark, with woods on the nearer ones."""
    brush = ImageDraw.Draw(image)
    far, near = rgb(scene.far), rgb(scene.near)
    for index in range(4):
        part = index / 3
        base, ridge = H * (0.60 + 0.055 * index), _ridge(rng, H * (0.10 - 0.02 * index), 0.55)
        colour = mix(far, near, part**1.3)
        line = [(x, base + ridge(x / W)) for x in range(0, W + 8, 8)]
        brush.polygon([*line, (W, H), (0, H)], fill=colour)
        if index >= 1:
            size = H * (0.018 + 0.016 * index)
            for x in range(0, W, round(size * 0.55)):
                if rng.random() < WOODED:
                    tall = size * (0.7 + rng.random() * 0.8)
                    _spruce(brush, x + rng.random() * size * 0.4, base + ridge(x / W) + size * 0.25, tall, colour)


def _spruce(brush: ImageDraw.ImageDraw, x: float, foot: float, tall: float, colour: Colour) -> None:
    """Draw a spruce of the north: narrow, in tiers."""
    tiers = 5 if tall < H * 0.2 else 11
    wide, step = tall * 0.17, tall * 0.94 / tiers
    brush.rectangle((x - tall * 0.012, foot - step, x + tall * 0.012, foot + tall * 0.03), fill=colour)
    for tier in range(tiers):
        y, spread = foot - step * tier, wide * (1 - tier / tiers) ** 0.85
        droop = step * 0.16
        brush.polygon(
            [(x - spread, y + droop), (x, y - step * 1.7), (x + spread, y + droop), (x, y - droop)], fill=colour
        )


def _ground(image: Image.Image, scene: Scene, rng: Random) -> None:
    brush = ImageDraw.Draw(image)
    snow, shade = rgb(scene.snow), rgb(scene.far)
    for index in range(3):
        ridge = _ridge(rng, H * 0.022, 0.5)
        base = H * (0.80 + 0.06 * index)
        line = [(x, base + ridge(x / W)) for x in range(0, W + 8, 8)]
        brush.polygon([*line, (W, H), (0, H)], fill=mix(shade, snow, 0.62 + 0.19 * index))
    if scene.river:
        _river(brush, scene)
    if scene.road:
        _road(brush, scene)
    if scene.tents:
        for x, size in ((0.30, 0.17), (0.43, 0.13), (0.20, 0.11)):
            _tent(brush, W * x, H * (0.80 + size * 0.5), H * size)
    near = mix(rgb(scene.near), (0, 0, 0), 0.25)
    for place, tall in ((0.03, 0.50), (0.09, 0.34), (0.14, 0.22), (0.87, 0.27), (0.93, 0.56), (0.985, 0.40)):
        x = place + (rng.random() - 0.5) * 0.03
        _spruce(brush, W * x, H * (0.91 + tall * 0.12), H * tall * (0.85 + rng.random() * 0.3), near)


def _river(brush: ImageDraw.ImageDraw, scene: Scene) -> None:
    """Draw a river of open water that winds towards the reader."""
    left, right = [], []
    for step in range(41):
        part = step / 40
        middle = W * (0.52 + 0.16 * sin(part * tau * 0.85) * (1 - part * 0.3))
        wide, y = W * (0.012 + 0.24 * part**2.2), H * (0.795 + 0.205 * part)
        left.append((middle - wide, y))
        right.append((middle + wide, y))
    brush.polygon([*left, *reversed(right)], fill=mix(rgb(scene.sky[1]), rgb(scene.sky[2]), 0.4))
    brush.line(left, fill=rgb("#ffffff"), width=5)
    brush.line(right, fill=rgb("#ffffff"), width=5)


def _road(brush: ImageDraw.ImageDraw, scene: Scene) -> None:
    """Draw a winter road that leads to the low sun, with its marks on both sides."""
    colour = mix(rgb(scene.far), rgb(scene.snow), 0.35)
    left, right = [], []
    for step in range(41):
        part = step / 40
        middle, wide = W * (0.655 - 0.17 * part**1.5), W * (0.004 + 0.21 * part**2)
        y = H * (0.80 + 0.20 * part)
        left.append((middle - wide, y))
        right.append((middle + wide, y))
    brush.polygon([*left, *reversed(right)], fill=colour)
    for edge in (left, right):
        for x, y in edge[4:38:6]:
            tall = (y - H * 0.79) * 0.42
            brush.line((x, y, x, y - tall), fill=rgb(scene.near), width=max(3, round(tall * 0.05)))
            brush.line((x, y - tall, x, y - tall * 0.8), fill=rgb("#f2a541"), width=max(3, round(tall * 0.06)))


def _tent(brush: ImageDraw.ImageDraw, x: float, foot: float, size: float) -> None:
    """Draw a chum: poles, skins, a lit entrance."""
    dark, pole = rgb("#0c2a31"), rgb("#05171c")
    top = foot - size
    for lean in (-0.10, -0.04, 0.03, 0.09):
        brush.line((x + size * lean, top - size * 0.13, x - size * lean * 0.4, top + size * 0.1), fill=pole, width=5)
    brush.polygon([(x, top), (x - size * 0.52, foot), (x + size * 0.52, foot)], fill=dark)
    brush.polygon([(x, top), (x + size * 0.14, foot), (x + size * 0.52, foot)], fill=mix(dark, (0, 0, 0), 0.3))
    glow = rgb("#f2a541")
    brush.polygon([(x - size * 0.1, foot - size * 0.42), (x - size * 0.24, foot), (x + size * 0.02, foot)], fill=glow)
