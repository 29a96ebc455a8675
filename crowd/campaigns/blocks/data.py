from datetime import date

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crowd.campaigns.blocks.base import DATA, SOURCE, SOURCE_HELP, Rows

MOST_FIGURES = 8
MOST_BARS = 24
MOST_DATES = 24


class FigureBlock(blocks.StructBlock):
    value = blocks.CharBlock(label=_("число"), max_length=20, help_text=_("С единицей: «53 %», «166», «4,2 из 5»."))
    label = blocks.CharBlock(label=_("что оно значит"), max_length=120)
    source = blocks.CharBlock(label=SOURCE, required=False, max_length=160, help_text=SOURCE_HELP)
    source_url = blocks.URLBlock(label=_("ссылка на источник"), required=False)


class FiguresBlock(Rows):
    class Meta:
        icon = "decimal"
        label = _("Числа")
        group = DATA
        template = "campaigns/blocks/figures.html"
        min_num = 1
        max_num = MOST_FIGURES
        description = _("Несколько крупных чисел, каждое с пояснением и источником.")
        preview_value = [
            {"value": "166", "label": _("электронных услуг доступно жителям округа")},
            {
                "value": "53 %",
                "label": _("жителей завели учётную запись на Госуслугах"),
                "source": _("Отчёт за 2025 год"),
            },
        ]


class BarBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("что"), max_length=80)
    value = blocks.DecimalBlock(label=_("сколько"), min_value=0, max_digits=12, decimal_places=2)


class ChartBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("что показано"), max_length=160, help_text=_("Вывод, а не «Диаграмма 1»: «Чаще всего пишут о дорогах».")
    )
    unit = blocks.CharBlock(
        label=_("единица"), required=False, max_length=20, help_text=_("Одна на все строки: %, чел., идей.")
    )
    rows = blocks.ListBlock(BarBlock(), label=_("строки"), min_num=2, max_num=MOST_BARS)
    source = blocks.CharBlock(label=SOURCE, required=False, max_length=160, help_text=SOURCE_HELP)

    class Meta:
        icon = "table"
        label = _("Диаграмма")
        group = DATA
        template = "campaigns/blocks/chart.html"
        description = _("Столбики по строкам таблицы; сама таблица остаётся под ними для всех.")
        preview_value = {
            "title": _("О чём пишут чаще всего"),
            "unit": _("идей"),
            "rows": [
                {"label": _("Транспорт"), "value": 41},
                {"label": _("ЖКХ"), "value": 33},
                {"label": _("Здравоохранение"), "value": 18},
            ],
            "source": _("По идеям первого сбора"),
        }


class DateBlock(blocks.StructBlock):
    date = blocks.DateBlock(label=_("когда"))
    title = blocks.CharBlock(label=_("что"), max_length=160)
    text = blocks.TextBlock(label=_("подробнее"), required=False, max_length=400)


class TimelineBlock(Rows):
    class Meta:
        icon = "date"
        label = _("Лента дат")
        group = DATA
        template = "campaigns/blocks/timeline.html"
        min_num = 2
        max_num = MOST_DATES
        description = _("События по порядку: что уже было и что будет. Этапы сборов и обсуждений сайт показывает сам.")
        preview_value = [
            {"date": date(2026, 9, 1), "title": _("Открыли первый сбор идей"), "text": ""},
            {
                "date": date(2026, 11, 15),
                "title": _("Эксперты закончили оценку"),
                "text": _("Двенадцать идей, три эксперта."),
            },
        ]
