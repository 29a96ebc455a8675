from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model


def picture(title="Зимник", *, width=1600, height=900, drawn=False):
    """A picture of the library; `drawn` in all its sizes."""
    file = BytesIO()
    PillowImage.new("RGB", (width, height), "#0b4a56").save(file, "JPEG")
    image = get_image_model().objects.create(title=title, file=ContentFile(file.getvalue(), name="picture.jpg"))
    if drawn:
        from crowd.campaigns.pictures import draw

        draw(image)
    return image


def document(title="Положение", content=b"%PDF-1.4", name="polozhenie.pdf"):
    file = get_document_model()(title=title, file=ContentFile(content, name=name))
    file.file_size = len(content)
    file.save()
    return file
