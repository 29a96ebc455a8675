from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock

from crowd.campaigns.blocks.base import MEDIA, PictureChooserBlock, Rows, sample_picture

MOST_PEOPLE = 24

# Where videos may lie, by the name that a reader knows.
VIDEO_SERVICES = {
    "Rutube": {"rutube.ru"},
    "VK Видео": {"vkvideo.ru", "vk.com", "vk.ru"},
    "YouTube": {"youtube.com", "youtu.be"},
}


def video_service(address: str) -> str:
    """Return the name of the service that an https address of a video belongs to; empty for any other address."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if parts.scheme != "https" or parts.port not in {None, 443} or not (parts.path.strip("/") or parts.query):
        return ""
    return next((name for name, hosts in VIDEO_SERVICES.items() if host in hosts), "")


class ImageBlock(blocks.StructBlock):
    """A picture that cannot be published without its words, unless it says nothing that the text does not say."""

    image = PictureChooserBlock(label=_("картинка"))
    alt_text = blocks.CharBlock(
        label=_("что на картинке"),
        required=False,
        max_length=250,
        help_text=_("Для тех, кто её не видит. «Очередь у окна МФЦ в Нягани», а не «фото» или «IMG_2043»."),
    )
    decorative = blocks.BooleanBlock(
        label=_("это только украшение"),
        required=False,
        help_text=_("Отметьте, если без картинки читатель ничего не потеряет: описание тогда не нужно."),
    )
    caption = blocks.CharBlock(label=_("подпись"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Картинка")
        group = MEDIA
        template = "campaigns/blocks/image.html"
        description = _("Фотография или рисунок с описанием для тех, кто не видит, и с подписью.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not cleaned["decorative"] and not cleaned["alt_text"].strip():
            wanted = _("Опишите, что на картинке, или отметьте, что это только украшение.")
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(wanted)})
        return cleaned

    def get_preview_value(self) -> Any:
        value = {
            "image": sample_picture(),
            "alt_text": _("Зимняя дорога к посёлку: сосны, снег, низкое солнце"),
            "decorative": False,
            "caption": _("Зимник открыт с декабря по апрель."),
        }
        return self.normalize(value)


class PersonBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("имя и фамилия"), max_length=120)
    role = blocks.CharBlock(label=_("должность или занятие"), required=False, max_length=160)
    organisation = blocks.CharBlock(label=_("организация"), required=False, max_length=160)
    portrait = PictureChooserBlock(
        label=_("портрет"), required=False, help_text=_("Без портрета покажем первые буквы имени.")
    )


class PeopleBlock(Rows):
    class Meta:
        icon = "group"
        label = _("Люди")
        group = MEDIA
        template = "campaigns/blocks/people.html"
        min_num = 1
        max_num = MOST_PEOPLE
        description = _("Команда, эксперты, ответственные лица.")
        preview_value = [
            {"name": _("Ирина Соловьёва"), "role": _("эксперт по доступности"), "organisation": _("Сургут")},
            {"name": _("Тимур Ахметов"), "role": _("врач"), "organisation": _("Окружная больница")},
        ]


class VideoValue(blocks.StructValue):
    @property
    def service(self) -> str:
        return video_service(self.get("url") or "")


class VideoBlock(blocks.StructBlock):
    """A video by link. The page loads nothing of the service: until the reader follows the link, all of it is ours."""

    title = blocks.CharBlock(label=_("о чём видео"), max_length=160)
    url = blocks.URLBlock(
        label=_("ссылка на видео"),
        help_text=_("Rutube, VK Видео или YouTube, начинается с https://. Сайт ничего у них не загружает."),
    )
    duration = blocks.CharBlock(
        label=_("сколько длится"), required=False, max_length=20, help_text=_("Например: 3 минуты")
    )
    poster = PictureChooserBlock(
        label=_("обложка"), required=False, help_text=_("Наша картинка. Кадр с видеосервиса сайт не загружает.")
    )
    summary = blocks.TextBlock(
        label=_("коротко словами"),
        required=False,
        max_length=600,
        help_text=_("Для тех, кто не видит, не слышит или смотрит с медленной связью: о чём говорят в видео."),
    )

    class Meta:
        icon = "media"
        label = _("Видео по ссылке")
        group = MEDIA
        template = "campaigns/blocks/video.html"
        value_class = VideoValue
        description = _("Карточка со ссылкой на видео. Видеосервис узнает о читателе, только если тот нажмёт.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned.service:
            known = ", ".join(VIDEO_SERVICES)
            refused = ValidationError(
                _("Нужна ссылка на само видео, с https://, на одном из сервисов: %(services)s."),
                params={"services": known},
            )
            raise StructBlockValidationError(block_errors={"url": refused})
        return cleaned

    def get_preview_value(self) -> Any:
        value = {
            "title": _("Как предложить идею с телефона"),
            "url": "https://rutube.ru/video/0/",
            "duration": _("3 минуты"),
            "poster": sample_picture(),
            "summary": _("Показываем по шагам: где кнопка, что написать, как позвать соседей."),
        }
        return self.normalize(value)


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("файл"))
    title = blocks.CharBlock(
        label=_("название"), required=False, max_length=160, help_text=_("Пусто — название из библиотеки.")
    )
    note = blocks.CharBlock(
        label=_("что внутри"), required=False, max_length=250, help_text=_("Одной строкой: зачем его открывать.")
    )

    class Meta:
        icon = "doc-full"
        label = _("Документ")
        group = MEDIA
        template = "campaigns/blocks/document.html"
        description = _("Файл для скачивания: сайт сам напишет, какого он вида и сколько весит.")

    def get_preview_value(self) -> Any:
        sample = get_document_model().objects.order_by("-pk").first()
        value = {
            "document": sample,
            "title": _("Положение о сборе идей"),
            "note": _("Кто участвует, как считают голоса, кто отвечает."),
        }
        return self.normalize(value)
