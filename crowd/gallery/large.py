"""The components that are made of others: cards, forms, ways through the site."""

from crowd.gallery import examples
from crowd.gallery.examples import LONG, LONGEST, Examples
from crowd.gallery.parts import Entry, Group, State

CARDS = Group(
    "cards",
    "Карточки",
    [
        Entry(
            "card_idea",
            "Идея",
            [
                State("собирает голоса", lambda: {"idea": examples.idea(), "state": True}),
                State("с отрывком", lambda: {"idea": examples.idea(votes_for=1), "excerpt": examples.INTRO}),
                State("голоса скрыты", lambda: {"idea": examples.idea(), "votes_hidden": True}),
                State("ждёт проверки", lambda: {"idea": examples.idea(moderation="pending", published_at=None)}),
                State("отозвана", lambda: {"idea": examples.idea(progress="withdrawn", votes_for=5, comments=0)}),
                State("мало сведений", lambda: {"idea": examples.idea(municipality=None, sector=None, comments=None)}),
                State("длинные слова", lambda: {"idea": examples.idea(LONGEST, votes_for=123456), "excerpt": LONG}),
            ],
        ),
        Entry(
            "card_discussion",
            "Обсуждение",
            [
                State("идёт", lambda: {"page": examples.discussion()}),
                State("во всю ширину", lambda: {"page": examples.discussion(), "full": True}),
                State("без комментариев", lambda: {"page": examples.discussion(comments=0)}),
                State("один комментарий", lambda: {"page": examples.discussion(comments=1)}),
                State("длинные слова", lambda: {"page": examples.discussion(LONGEST)}),
            ],
        ),
        Entry("card_cycle", "Сбор идей", [State("идёт", lambda: {"page": examples.discussion("Идеи", comments=None)})]),
        Entry(
            "card_campaign",
            "Проект",
            [
                State("со сроками", lambda: {"page": examples.campaign()}),
                State("длинные слова", lambda: {"page": examples.campaign(LONGEST, LONG)}),
            ],
        ),
        Entry(
            "card_news",
            "Новость",
            [
                State("с вводными словами", lambda: {"page": examples.news()}),
                State("без них", lambda: {"page": examples.news(intro="")}),
                State("длинные слова", lambda: {"page": examples.news(LONGEST, LONG)}),
            ],
        ),
        Entry(
            "outcomes",
            "Что сделано",
            [
                State("одно", lambda: {"outcomes": examples.outcomes("Запись к врачу без звонка")}),
                State(
                    "два на главной",
                    lambda: {"outcomes": examples.outcomes("Запись к врачу", LONGEST), "with_campaign": True},
                ),
            ],
        ),
        Entry(
            "running",
            "Что идёт сейчас",
            [State("на странице отказа", lambda: {"platform": {"running": [examples.campaign()]}})],
        ),
        Entry(
            "campaign_now",
            "Проект на главной",
            [
                State("открыто и дальше", lambda: {"campaign": examples.running_campaign()}),
                State("только открыто", lambda: {"campaign": examples.running_campaign(following=False)}),
                State("ждёт этапа", lambda: {"campaign": examples.running_campaign(opened=False)}),
                State("готовим итоги", lambda: {"campaign": examples.running_campaign(opened=False, following=False)}),
            ],
        ),
    ],
)


def navigation(made: Examples) -> Group:
    return Group(
        "navigation",
        "Переходы",
        [
            Entry(
                "breadcrumbs",
                "Вы здесь",
                [
                    State("на странице", lambda: {"trail": examples.trail(), "page": examples.discussion()}),
                    State("длинные слова", lambda: {"trail": examples.trail(), "page": examples.discussion(LONGEST)}),
                ],
            ),
            Entry(
                "pagination",
                "Страницы",
                [
                    State("первая", {"page": made.pages.page(1)}),
                    State("в середине", {"page": made.pages.page(3)}),
                    State("последняя", {"page": made.pages.page(5)}),
                    State("по указателю", {"previous_url": "#navigation", "next_url": "#navigation"}),
                ],
            ),
            Entry(
                "tabs",
                "Вкладки без сценариев",
                [
                    State("одна", {"name": "one", "tabs": _tabs("Зачем")}),
                    State("три", {"name": "three", "tabs": _tabs("Зачем", "Как участвовать", "Что уже сделано")}),
                    State("длинные слова", {"name": "long", "tabs": _tabs("Зачем", LONG, LONGEST, "Итог", "Ответы")}),
                ],
            ),
        ],
    )


def _tabs(*titles: str) -> list[dict[str, str]]:
    return [{"title": title, "text": f"{title}. {examples.INTRO}"} for title in titles]


def forms(made: Examples) -> Group:
    empty, wrong = made.empty(), made.wrong(title="Я" * 60, email="не почта")
    return Group(
        "forms",
        "Формы",
        [
            Entry(
                "form",
                "Форма",
                [
                    State("пустая", {"form": made.empty(), "submit": "Предложить", "cancel": "#forms"}),
                    State("заполненная", {"form": made.filled()}),
                    State("с ошибками", {"form": made.wrong(title="Я" * 60, email="не почта"), "still": True}),
                ],
            ),
            Entry("form_errors", "Что исправить", [State("два поля", {"form": wrong, "still": True})]),
            Entry(
                "field",
                "Поле",
                [
                    State("строка с подсказкой", {"field": empty["title"]}),
                    State("длинный текст со счётом", {"field": empty["problem"]}),
                    State("ошибка", {"field": wrong["title"]}),
                    State("выбор", {"field": empty["sector"]}),
                    State("один из нескольких", {"field": empty["stance"]}),
                    State("несколько", {"field": empty["topics"]}),
                    State("согласие", {"field": empty["agreed"]}),
                    State("согласия нет", {"field": wrong["agreed"]}),
                    State("файл", {"field": empty["file"]}),
                ],
            ),
            Entry("field_need", "Необязательно", [State("можно не заполнять", {"field": empty["email"]})]),
            Entry("field_notes", "Подсказка", [State("под названием поля", {"field": made.empty()["file"]})]),
        ],
    )
