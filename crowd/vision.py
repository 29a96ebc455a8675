"""The version for the visually impaired: what of it a reader chose, kept in a cookie; no account, no JavaScript."""

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
