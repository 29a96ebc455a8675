"""How an editor writes the choices of a question: rows that Wagtail numbers once, and that keep the number for ever."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

LONGEST_CHOICE = 200


class ChoiceBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("вариант"), max_length=LONGEST_CHOICE)
    text_en = blocks.CharBlock(label=_("вариант по-английски"), max_length=LONGEST_CHOICE, required=False)

    class Meta:
        icon = "list-ul"
        label = _("Вариант")


class ChoicesBlock(blocks.StreamBlock):
    choice = ChoiceBlock()

    class Meta:
        required = False
