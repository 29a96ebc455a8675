from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crowd.campaigns.blocks.base import TEXT, TEXT_FEATURES, Rows

LONGEST_QUOTE = 600
MOST_QUESTIONS = 40
MOST_STEPS = 12


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("Заголовок")
        group = TEXT
        template = "campaigns/blocks/heading.html"
        preview_value = _("Как проходит проект")
        description = _("Делит страницу на части; по заголовкам её читают с экранным диктором.")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        args, kwargs = self._constructor_args
        return "wagtail.blocks.CharBlock", args, kwargs


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Текст")
        group = TEXT
        template = "campaigns/blocks/paragraph.html"
        description = _("Абзацы, списки и ссылки.")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        args, kwargs = self._constructor_args
        return "wagtail.blocks.RichTextBlock", args, kwargs

    def get_preview_value(self) -> Any:
        words = _("Идеи, которые поддержат жители и эксперты, получат официальный ответ. Отказ мы тоже объясним.")
        return self.normalize(f"<p>{words}</p>")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(
        label=_("слова"),
        max_length=LONGEST_QUOTE,
        help_text=_("Без кавычек: их поставит сайт. Два-три предложения читают охотнее, чем абзац."),
    )
    author = blocks.CharBlock(label=_("чьи слова"), required=False, max_length=120)
    role = blocks.CharBlock(
        label=_("кто это"), required=False, max_length=160, help_text=_("Должность, занятие или посёлок.")
    )

    class Meta:
        icon = "openquote"
        label = _("Цитата")
        group = TEXT
        template = "campaigns/blocks/quote.html"
        description = _("Живые слова человека: жителя, эксперта, ответственного лица.")
        preview_value = {
            "text": _("Пока открывается страница с картинками, чайник вскипает."),
            "author": _("Мария Петровна"),
            "role": _("пенсионерка, Берёзовский район"),
        }


class AccordionItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("вопрос"), max_length=160)
    text = blocks.RichTextBlock(label=_("ответ"), features=TEXT_FEATURES)


class AccordionBlock(Rows):
    class Meta:
        icon = "help"
        label = _("Вопросы и ответы")
        group = TEXT
        template = "campaigns/blocks/accordion.html"
        min_num = 1
        max_num = MOST_QUESTIONS
        description = _("Вопросы, ответы на которые раскрываются. У каждого вопроса своя ссылка.")

    def get_preview_value(self) -> Any:
        answer = f"<p>{_('Любой житель Югры. Читать можно без регистрации.')}</p>"
        rows = [
            {"title": _("Кто может участвовать?"), "text": answer},
            {"title": _("А если интернета нет?"), "text": answer},
        ]
        return self.normalize(rows)


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("шаг"), max_length=120, help_text=_("Начните с глагола: «Опишите, что мешает»."))
    text = blocks.TextBlock(label=_("пояснение"), required=False, max_length=400)


class StepsBlock(Rows):
    class Meta:
        icon = "list-ol"
        label = _("Шаги")
        group = TEXT
        template = "campaigns/blocks/steps.html"
        min_num = 2
        max_num = MOST_STEPS
        description = _("Что сделать и в каком порядке; номера сайт поставит сам.")
        preview_value = [
            {"title": _("Опишите, что мешает"), "text": _("Своими словами, на своём примере.")},
            {"title": _("Предложите, как исправить"), "text": ""},
            {"title": _("Позовите соседей"), "text": _("Голосовать можно и с телефона.")},
        ]
