from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("текст"))
    author = blocks.CharBlock(label=_("чьи слова"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Цитата")
        template = "campaigns/blocks/quote.html"


class FigureBlock(blocks.StructBlock):
    value = blocks.CharBlock(label=_("число"), max_length=20)
    label = blocks.CharBlock(label=_("что оно значит"), max_length=120)


class AccordionItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("вопрос"))
    text = blocks.RichTextBlock(label=_("ответ"), features=TEXT_FEATURES)


class ContentBlocks(blocks.StreamBlock):
    """What an editor composes a page from."""

    heading = blocks.CharBlock(label=_("Заголовок"), icon="title", template="campaigns/blocks/heading.html")
    paragraph = blocks.RichTextBlock(
        label=_("Текст"), icon="pilcrow", features=TEXT_FEATURES, template="campaigns/blocks/paragraph.html"
    )
    quote = QuoteBlock()
    figures = blocks.ListBlock(FigureBlock(), label=_("Числа"), icon="table", template="campaigns/blocks/figures.html")
    accordion = blocks.ListBlock(
        AccordionItemBlock(), label=_("Вопросы и ответы"), icon="help", template="campaigns/blocks/accordion.html"
    )
