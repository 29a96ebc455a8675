"""The version for the visually impaired: what of it a reader chose, kept in a cookie; no account, no JavaScript."""

import re
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

COOKIE = "vision"
# Each choice with its values; the first is the site's usual look.
CHOICES: dict[str, tuple[str, ...]] = {
    "size": ("normal", "large", "huge"),
    "contrast": ("normal", "black-on-white", "white-on-black", "blue-on-sky"),
    "spacing": ("normal", "wide"),
    "images": ("on", "off"),
}

# The formats that a <picture> offers: without its <img> they are of no use.
FORMATS = re.compile(r"<picture\b[^>]*>|</picture>|<source\b[^>]*\bsrcset=[^>]*>", re.IGNORECASE)
PICTURE = re.compile(r"<img\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
WORDS = re.compile(r"(?<![\w-])alt=(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


@dataclass(frozen=True)
class Vision:
    size: str = "normal"
    contrast: str = "normal"
    spacing: str = "normal"
    images: str = "on"

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Return what the reader's cookie says; what it does not say, or says wrongly, is as usual."""
        return cls.parse(request.COOKIES.get(COOKIE, ""))

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a key as `key` writes it: the values in the order of CHOICES, joined by dots."""
        values = key.split(".")
        if len(values) != len(CHOICES):
            return cls()
        said = zip(CHOICES, values, strict=True)
        return cls(**{name: value for name, value in said if value in CHOICES[name]})

    @property
    def key(self) -> str:
        return f"{self.size}.{self.contrast}.{self.spacing}.{self.images}"

    @property
    def is_on(self) -> bool:
        return self != type(self)()


def words_for_pictures(html: str) -> str:
    """Put the alternative text of every picture in its place; what only adorns, and has no words, goes.

    A style sheet can hide a picture but not show its words, and the picture would be loaded all the same.
    """

    def words(picture: re.Match[str]) -> str:
        said = WORDS.search(picture[0])
        text = (said[1] or said[2] or "").strip() if said else ""
        return f'<span class="picture-words">{text}</span>' if text else ""

    return PICTURE.sub(words, FORMATS.sub("", html))
