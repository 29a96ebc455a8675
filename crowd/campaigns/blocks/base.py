"""What the blocks of editors' pages have in common."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]

# The shelves of the list from which an editor takes a block.
TEXT, MEDIA, DATA, ACTION = _("Текст"), _("Картинки, видео, файлы"), _("Цифры и сроки"), _("Действия")

SOURCE = _("источник")
SOURCE_HELP = _("Откуда число: отчёт, перепись, опрос и год. Например: «Отчёт Депинформ Югры за 2025 год».")


class Rows(blocks.ListBlock):
    """A list of rows of one kind. Its looks stand in `Meta`; migrations know it as a plain list."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        args, kwargs = self._constructor_args
        return "wagtail.blocks.ListBlock", args, kwargs


class PictureChooserBlock(ImageChooserBlock):
    """A picture of the library, read with the sizes in which it is drawn: two queries for all of a page."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        args, kwargs = self._constructor_args
        return "wagtail.images.blocks.ImageChooserBlock", args, kwargs

    def bulk_to_python(self, values: Any) -> list[Any]:
        wanted = [value for value in values if value is not None]
        found = get_image_model().objects.prefetch_related("renditions").in_bulk(wanted) if wanted else {}
        return [found.get(value) for value in values]


def sample_picture() -> Any:
    """Return a picture for a preview: the library's latest, if it has any."""
    return get_image_model().objects.order_by("-pk").first()
