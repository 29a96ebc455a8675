from typing import Any, NamedTuple

from django import template

from crowd.campaigns.pictures import FALLBACK, FORMATS, WIDTHS, spec

register = template.Library()

# How wide a picture stands on the page, for the browser to choose a file before it knows the layout.
SIZES = {
    "page": "(min-width: 77rem) 72rem, calc(100vw - 2rem)",
    "text": "(min-width: 46rem) 42rem, calc(100vw - 2rem)",
    "card": "(min-width: 52rem) 24rem, calc(100vw - 2rem)",
    "portrait": "6rem",
}


class Source(NamedTuple):
    type: str
    srcset: str


@register.inclusion_tag("components/picture.html")
def picture(image: Any, place: str = "text", alt: str = "", *, first: bool = False) -> dict[str, Any]:
    """Show a picture of the library in the sizes that are drawn; `place` is one of SIZES, an empty `alt` a decoration.

    `first` is for the one picture that stands at the top of the page. Where the picture is gone from the library, its
    words stand instead.
    """
    return {"alt": alt, "first": first, "sizes": SIZES[place]} | (_files(image) if image else {})


def _files(image: Any) -> dict[str, Any]:
    """Return the addresses of what is drawn of the image; nothing, as long as nothing is.

    The file that the editor uploaded is never shown: it may be large, and say where and by whom it was taken.
    """
    drawn = {rendition.filter_spec: rendition for rendition in image.renditions.all()}
    sources = [Source(f"image/{name}", srcset) for name in FORMATS if (srcset := _srcset(drawn, name))]
    shown = drawn.get(FALLBACK)
    if shown is None:
        return {}
    return {"sources": sources, "src": shown.file.url, "width": shown.width, "height": shown.height}


def _srcset(drawn: dict[str, Any], name: str) -> str:
    # An image smaller than a width is not made larger: two widths may be one.
    found = {rendition.width: rendition for width in WIDTHS if (rendition := drawn.get(spec(width, name)))}
    return ", ".join(f"{rendition.url} {width}w" for width, rendition in sorted(found.items()))
