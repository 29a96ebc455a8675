"""Path converters whose values fit the database: an id of 30 digits is an unknown address, not an error of ours."""

from django.urls import register_converter

LONGEST_ID = 18


def id_of(text: str) -> int:
    """Return the id that was typed; 0, which nobody has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0


class IdConverter:
    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class WordsConverter:
    """A slug in any script."""

    regex = r"[\w-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def register() -> None:
    register_converter(IdConverter, "id")
    register_converter(WordsConverter, "words")
