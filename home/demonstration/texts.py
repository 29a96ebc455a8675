"""The texts of `home/demo/`, and how their blocks become what a StreamField takes."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

TEXTS = Path(__file__).parent.parent / "demo"

# What stands in the texts by its key.
REFERENCES = frozenset({"image", "poster", "document", "page", "cycle"})

Raw = Mapping[str, Any]
# A thing that a block refers to, by its kind and key in the texts: a page, a picture, a file, a day.
Find = Callable[[str, Any], Any]


def texts(name: str) -> Any:
    return json.loads((TEXTS / f"{name}.json").read_text(encoding="utf-8"))


def paragraphs(lines: Iterable[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))


def bullets(items: Iterable[str]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((item,) for item in items)))


def nothing(kind: str, key: Any) -> Any:  # noqa: ARG001 - a text that refers to nothing
    return None


def stream(blocks: Iterable[Raw], find: Find = nothing) -> list[tuple[str, Any]]:
    """Return the blocks of a text file as a StreamField takes them."""
    return [block_of(block, find) for block in blocks]


def block_of(block: Raw, find: Find = nothing) -> tuple[str, Any]:
    kind = block["kind"]
    if kind == "list":
        return "paragraph", str(bullets(block["items"]))
    value: Any
    match kind:
        case "paragraph":
            value = str(paragraphs([block["text"]]))
        case "heading":
            value = block["text"]
        case "accordion":
            value = [{"title": item["title"], "text": str(paragraphs([item["text"]]))} for item in block["items"]]
        case "timeline":
            value = [{**item, "date": find("day", item["date"])} for item in block["items"]]
        case "figures" | "steps" | "people":
            value = block["items"]
        case _:
            value = {name: find(name, said) if name in REFERENCES else said for name, said in block.items()}
            del value["kind"]
    return kind, value


def rich_text(blocks: Iterable[Raw]) -> str:
    """Return headings, paragraphs and lists as one text: documents are written so."""

    def html(block: Raw) -> SafeString:
        if block["kind"] == "heading":
            return format_html("<h2>{}</h2>", block["text"])
        return bullets(block["items"]) if block["kind"] == "list" else paragraphs([block["text"]])

    return "".join(html(block) for block in blocks)
