from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from crowd.campaigns.blocks.base import ACTION

MOST_IDEAS = 12


class CallBlock(blocks.StructBlock):
    """A call to act: words and one button, to a page of this site or an address elsewhere."""

    title = blocks.CharBlock(label=_("призыв"), max_length=120)
    text = blocks.TextBlock(label=_("пояснение"), required=False, max_length=300)
    label = blocks.CharBlock(
        label=_("надпись на кнопке"), max_length=40, help_text=_("Глагол: «Предложить идею», а не «Подробнее».")
    )
    page = blocks.PageChooserBlock(label=_("страница сайта"), required=False)
    address = blocks.URLBlock(
        label=_("или адрес другого сайта"), required=False, help_text=_("Заполните что-то одно: страницу или адрес.")
    )

    class Meta:
        icon = "pick"
        label = _("Призыв с кнопкой")
        group = ACTION
        template = "campaigns/blocks/call.html"
        description = _("Одна кнопка, ради которой читатель здесь: предложить идею, обсудить, записаться.")
        preview_value = {
            "title": _("Есть что предложить?"),
            "text": _("Сбор идей открыт. Хватит пяти минут и одного примера из жизни."),
            "label": _("Предложить идею"),
            "address": "https://example.org/",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and bool(cleaned["page"]) == bool(cleaned["address"]):
            wanted = ValidationError(_("Укажите, куда ведёт кнопка: страницу сайта или адрес, что-то одно."))
            raise StructBlockValidationError(block_errors={"page": wanted})
        return cleaned


class IdeasBlock(blocks.StructBlock):
    """A few ideas of a cycle. Ideas live a floor above: the template asks their app for them."""

    title = blocks.CharBlock(label=_("заголовок"), max_length=120, required=False)
    cycle = blocks.PageChooserBlock(label=_("сбор идей"), page_type="ideas.IdeaCyclePage")
    order = blocks.ChoiceBlock(
        label=_("какие"), choices=[("new", _("новые")), ("top", _("с наибольшим числом голосов"))], default="new"
    )
    count = blocks.IntegerBlock(label=_("сколько"), min_value=1, max_value=MOST_IDEAS, default=4)

    class Meta:
        icon = "list-ul"
        label = _("Идеи из сбора")
        group = ACTION
        template = "campaigns/blocks/ideas.html"
        description = _("Несколько идей выбранного сбора; список обновляется сам.")

    def get_preview_value(self) -> Any:
        sample = self.child_blocks["cycle"].model_class.objects.live().order_by("-pk").first()
        value = {"title": _("Что предлагают жители"), "cycle": sample, "order": "new", "count": 2}
        return self.normalize(value)
