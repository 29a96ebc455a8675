"""What an editor composes pages from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crowd.campaigns.blocks.action import CallBlock, IdeasBlock
from crowd.campaigns.blocks.base import TEXT_FEATURES
from crowd.campaigns.blocks.data import BarBlock, ChartBlock, DateBlock, FigureBlock, FiguresBlock, TimelineBlock
from crowd.campaigns.blocks.media import DocumentBlock, ImageBlock, PeopleBlock, PersonBlock, VideoBlock
from crowd.campaigns.blocks.text import (
    AccordionBlock,
    AccordionItemBlock,
    HeadingBlock,
    ParagraphBlock,
    QuoteBlock,
    StepBlock,
    StepsBlock,
)

__all__ = ["TEXT_FEATURES", "BarBlock", "ContentBlocks", "ResultBlocks"]


class ContentBlocks(blocks.StreamBlock):
    """The body of any page."""

    heading = HeadingBlock(max_length=120)
    paragraph = ParagraphBlock(features=TEXT_FEATURES)
    quote = QuoteBlock()
    accordion = AccordionBlock(AccordionItemBlock())
    steps = StepsBlock(StepBlock())
    image = ImageBlock()
    video = VideoBlock()
    document = DocumentBlock()
    people = PeopleBlock(PersonBlock())
    figures = FiguresBlock(FigureBlock())
    chart = ChartBlock()
    timeline = TimelineBlock(DateBlock())
    call = CallBlock()
    ideas = IdeasBlock()

    class Meta:
        max_num = 60


class ResultBlocks(blocks.StreamBlock):
    """What a campaign came to: fewer kinds, since figures and documents say it best."""

    heading = HeadingBlock(max_length=120)
    paragraph = ParagraphBlock(features=TEXT_FEATURES)
    quote = QuoteBlock()
    image = ImageBlock()
    document = DocumentBlock()
    figures = FiguresBlock(FigureBlock())
    chart = ChartBlock()
    ideas = IdeasBlock()

    class Meta:
        label = _("Итоги")
        max_num = 30
