"""Tags as people type them, made one: «  Транспорт », «#транспорт» and «ТРАНСПОРТ» are the same tag."""

from collections.abc import Iterable

from taggit.utils import parse_tags

MOST_TAGS = 7
LONGEST_TAG = 40


def normal_tag(text: str) -> str:
    """Return the tag in small letters with single spaces; «ё» stays, the index looks past it by itself."""
    return " ".join(text.lower().replace("#", " ").split()).strip(" .,;:!?")


def normal_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags made normal, each once, in the order in which they came."""
    return list(dict.fromkeys(tag for text in tags if (tag := normal_tag(text))))


def split_tags(text: str) -> list[str]:
    """Return what was typed between commas as normal tags."""
    return normal_tags(parse_tags(text if "," in text else f"{text},"))
