"""What residents may attach: pictures, drawn anew so that nothing hides in them, and PDF, only ever downloaded."""

import io
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
PDF_START = b"%PDF-"
LONGEST_NAME = 100


@dataclass(frozen=True)
class CleanFile:
    """A file that may be stored: its content is ours for pictures, the sender's for PDF."""

    name: str
    content_type: str
    content: "ContentFile[bytes]"


def clean_upload(upload: UploadedFile) -> CleanFile:
    """Return the file as it may be stored; raise `ValidationError` in words that say what to do instead."""
    if (upload.size or 0) > settings.ATTACHMENT_MAX_BYTES:
        limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        raise ValidationError(
            _("Файл «%(name)s» больше %(limit)s. Уменьшите его или приложите другой.")
            % {"name": upload.name, "limit": limit}
        )
    upload.seek(0)
    data = upload.read()
    stem = get_valid_filename(PurePath(upload.name or "file").stem or "file")[:LONGEST_NAME]
    if data.startswith(PDF_START):
        return CleanFile(f"{stem}.pdf", "application/pdf", ContentFile(data))
    return _clean_picture(data, stem, upload.name or stem)


def _clean_picture(data: bytes, stem: str, shown_name: str) -> CleanFile:
    not_a_picture = ValidationError(
        _("Файл «%(name)s» не удалось открыть как картинку. Подойдут JPEG, PNG, WebP или PDF.") % {"name": shown_name}
    )
    try:
        # The list of formats is closed: the name and the sender's word for the type say nothing.
        picture = Image.open(io.BytesIO(data), formats=list(FORMATS))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise not_a_picture from error
    if picture.width * picture.height > settings.ATTACHMENT_MAX_PIXELS:
        raise ValidationError(
            _("Картинка «%(name)s» слишком большая: %(width)s × %(height)s точек. Уменьшите её.")
            % {"name": shown_name, "width": picture.width, "height": picture.height}
        )
    content_type, extension = FORMATS[picture.format or ""]
    out = io.BytesIO()
    try:
        turned = ImageOps.exif_transpose(picture)
        turned = turned.convert("RGB" if content_type == "image/jpeg" else _plain_mode(turned))
        # Only the pixels go over: no EXIF with the place it was taken at, no profile, no comment.
        turned.info.clear()
        turned.save(out, format=picture.format)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise not_a_picture from error
    return CleanFile(f"{stem}{extension}", content_type, ContentFile(out.getvalue()))


def _plain_mode(picture: Image.Image) -> str:
    return "RGBA" if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info else "RGB"
