"""The sizes and formats in which pictures are shown. They are drawn before a reader comes, never for one."""

import logging
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.core.files import File
from django.db.models import Count, Q, QuerySet
from wagtail.images import get_image_model
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import Filter, SourceImageIOError

from crowd.events import actions as events

logger = logging.getLogger(__name__)

WIDTHS = (320, 640, 1280)
# The first that a browser knows is taken; what knows neither gets one JPEG.
FORMATS = ("avif", "webp")
FALLBACK = "width-640|format-jpeg"
SPECS = (*(f"width-{width}|format-{name}" for name in FORMATS for width in WIDTHS), FALLBACK)
UNREADABLE = (SourceImageIOError, InvalidFilterSpecError, OSError, ValueError)


def spec(width: int, name: str) -> str:
    return f"width-{width}|format-{name}"


def undrawn() -> QuerySet[Any]:
    """Return the images of which a size or format is not drawn yet."""
    drawn = Count("renditions", filter=Q(renditions__filter_spec__in=SPECS))
    return get_image_model().objects.annotate(drawn=drawn).filter(drawn__lt=len(SPECS)).order_by("-pk")


def draw(image: Any) -> bool:
    """Draw the sizes and formats that the image does not have; say whether its file could be read.

    Wagtail's cache is passed by: it may remember what a restored database does not have.
    """
    has = set(image.renditions.values_list("filter_spec", flat=True))
    try:
        with image.open_file() as original:
            content = original.read()
        for wanted in SPECS:
            if wanted not in has:
                _draw_one(image, Filter(spec=wanted), content)
    except UNREADABLE as error:
        logger.warning("A picture of the library cannot be drawn", extra={"image": image.pk, "error": str(error)})
        return False
    return True


def _draw_one(image: Any, wanted: Any, content: bytes) -> None:
    source = File(BytesIO(content), name=image.file.name)
    # Wagtail itself would leave the drawn file open.
    with image.generate_rendition_file(wanted, source=source) as file:
        image.renditions.get_or_create(
            filter_spec=wanted.spec, focal_point_key=wanted.get_cache_key(image), defaults={"file": file}
        )


def draw_undrawn() -> None:
    """Draw what is new in the library, or has another file; whoever keeps pages that show it is told."""
    tell_drawn(image.pk for image in undrawn() if draw(image))


def tell_drawn(ids: Iterable[int]) -> None:
    events.record_many("image.drawn", subjects=[events.Subject("image", image_id) for image_id in ids])
