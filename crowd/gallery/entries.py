"""What the gallery shows: every template of templates/components/ in each state it can be in, grouped."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from crowd.errors import AlreadyDecided, Invalid, LimitReached, NotAllowed, PhaseClosed
from crowd.gallery import examples
from crowd.gallery.examples import LONG, LONGEST, Examples
from crowd.templatetags.charts import bar_chart, share_chart


class State(NamedTuple):
    """One state of a component: its name, and what its template is given."""

    name: str
    context: dict[str, Any] | Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    template: str
    title: str
    states: list[State] = field(default_factory=list)


class Group(NamedTuple):
    slug: str
    title: str
    entries: list[Entry]


def _button(**context: Any) -> dict[str, Any]:
    return {"label": "Предложить идею", "type": "button"} | context


BUTTONS = Group(
    "buttons",
    "Кнопки и ссылки",
    [
        Entry(
            "button",
            "Кнопка",
            [
                State("главная", _button(kind="primary")),
                State("обычная", _button(kind="plain")),
                State("тихая", _button(kind="quiet")),
                State("опасная", _button(kind="danger", label="Отозвать идею")),
                State("со значком", _button(kind="plain", icon_name="support", label="Поддержать")),
                State("ссылка", _button(kind="primary", href="#buttons", label="Открыть проект")),
                State("длинные слова", _button(kind="primary", label=LONG)),
                State("одно слово длиннее строки", _button(kind="plain", label=LONGEST)),
            ],
        ),
        Entry(
            "share",
            "Поделиться",
            [State("ссылка на страницу", {"url": "#buttons", "title": "Карта зимников"})],
        ),
        Entry(
            "more",
            "Показать ещё",
            [
                State("без числа", {"href": "#buttons"}),
                State("сколько осталось", {"href": "#buttons", "left": 37}),
                State("своими словами", {"href": "#buttons", "label": "Все новости проекта"}),
            ],
        ),
        Entry("way_home", "Куда дальше", [State("на странице отказа", {})]),
    ],
)

MESSAGES = Group(
    "messages",
    "Сообщения и метки",
    [
        Entry(
            "alert",
            "Сообщение",
            [
                State("к сведению", {"kind": "info", "text": "Голосование откроется 14 декабря."}),
                State("успех", {"kind": "success", "title": "Идея отправлена", "text": "Проверим её за день."}),
                State("внимание", {"kind": "warning", "text": "До конца сбора идей остался один день."}),
                State("ошибка", {"kind": "error", "title": "Не отправлено", "text": "Заполните название."}),
                State("длинные слова", {"kind": "info", "title": LONG, "text": LONGEST}),
            ],
        ),
        Entry(
            "badge",
            "Метка состояния",
            [
                State("идёт", {"label": "собирает голоса", "state": "open"}),
                State("хорошо", {"label": "принята", "state": "accepted"}),
                State("ждёт", {"label": "ждёт проверки", "state": "pending"}),
                State("плохо", {"label": "отклонена", "state": "rejected"}),
                State("просто", {"label": "отозвана автором", "state": "withdrawn"}),
                State("длинные слова", {"label": LONG, "kind": "active"}),
            ],
        ),
        Entry(
            "empty",
            "Пусто",
            [
                State("только слова", {"title": "Идей пока нет"}),
                State(
                    "с выходом",
                    {
                        "title": "Ничего не нашлось",
                        "text": "Попробуйте другие слова или уберите фильтры.",
                        "href": "#messages",
                        "label": "Убрать фильтры",
                    },
                ),
            ],
        ),
        Entry(
            "refusal_title",
            "Заголовок отказа",
            [
                State("слишком часто", {"error": LimitReached}),
                State("закрыто", {"error": PhaseClosed}),
                State("неверно", {"error": Invalid}),
                State("уже решено", {"error": AlreadyDecided}),
                State("нельзя", {"error": NotAllowed}),
            ],
        ),
        Entry("draft_note", "Черновик восстановлен", [State("появляется со сценарием", {})]),
    ],
)

FIGURES = Group(
    "figures",
    "Числа и ход дела",
    [
        Entry(
            "progress",
            "Голоса на пути к цели",
            [
                State("нет голосов", {"label": "Голоса в поддержку", "value": 0, "goal": 100}),
                State("в пути", {"label": "Голоса в поддержку", "value": 41, "goal": 100}),
                State("цель достигнута", {"label": "Голоса в поддержку", "value": 1240, "goal": 1000}),
                State("дробные числа", {"label": "Средняя оценка", "value": 4.5, "goal": 5}),
                State("длинные слова", {"label": LONG, "value": 7, "goal": 12}),
            ],
        ),
        Entry(
            "steps",
            "Шаги",
            [
                State("первый из трёх", {"steps": ["Идея", "Проверка", "Публикация"], "current": 1}),
                State("второй", {"steps": ["Идея", "Проверка", "Публикация"], "current": 2, "label": "Путь идеи"}),
                State("все пройдены", {"steps": ["Идея", "Проверка", "Публикация"], "current": 4}),
                State("один", {"steps": ["Идея"], "current": 1}),
                State("пять и длинные слова", {"steps": ["Идея", LONG, LONGEST, "Ответ", "Итог"], "current": 3}),
            ],
        ),
        Entry(
            "chart",
            "Диаграмма",
            [
                State("столбики", partial(bar_chart, [("Здоровье", 41), ("Транспорт", 23)], "Идеи", "штук")),
                State("из пяти", partial(bar_chart, [("2024", 4.22), ("2025", 4.53)], "Оценка услуг", "баллы", of=5)),
                State("один столбик", partial(bar_chart, [("Культура", 5)], "Идеи")),
                State("нули и длинные слова", partial(bar_chart, [(LONG, 0), (LONGEST, 12000)], "Обращения")),
                State("пусто", partial(bar_chart, [], "Идеи по отраслям")),
                State(
                    "доли",
                    partial(
                        share_chart,
                        [("За", 61), ("Против", 17), ("Вопрос", 12), ("Предложение", 9), ("Иное", 4), ("Ничего", 1)],
                        "Позиции в комментариях",
                        "комментарии",
                    ),
                ),
                State("одна доля", partial(share_chart, [("За", 5)], "Позиции")),
            ],
        ),
        Entry(
            "phases",
            "Этапы",
            [
                State(
                    "идёт второй из трёх",
                    lambda: {"steps": examples.steps(examples.past(), examples.running(), examples.coming())},
                ),
                State("сегодня между этапами", lambda: {"steps": examples.steps(examples.past(), examples.coming())}),
                State("все прошли", lambda: {"steps": examples.steps(examples.past())}),
                State(
                    "в строку",
                    lambda: {
                        "steps": examples.steps(examples.past(), examples.running(), examples.coming()),
                        "across": True,
                    },
                ),
                State(
                    "в карточке",
                    lambda: {
                        "steps": examples.steps(examples.past(), examples.running(), compact=True),
                        "compact": True,
                    },
                ),
                State("длинные слова", lambda: {"steps": examples.steps(examples.phase(LONG, -1, 5, submit=True))}),
                State("сроков нет", {"steps": []}),
            ],
        ),
        Entry(
            "dates",
            "Сроки",
            [
                State("с и до", lambda: _dates("opens_at", "closes_at")),
                State("только до", lambda: _dates("closes_at")),
                State("только с", lambda: _dates("opens_at")),
            ],
        ),
    ],
)


def _dates(*names: str) -> dict[str, Any]:
    page = examples.campaign()
    return {name: getattr(page, name) for name in names}


PEOPLE = Group(
    "people",
    "Люди",
    [
        Entry(
            "avatar",
            "Инициалы",
            [
                *[
                    State(name, {"name": name})
                    for name in (
                        "Мария Кузнецова", "Олег Т.", "Айгуль", "Павел Ким", "Нина Я.", "Ефим Ш.", "Зоя", "Ян Щ.",
                        "Пётр Великанов", "Лидия", "Гульнара Хан", "Эдуард", "Юлия Ц.", "Ольга", "Савва", "Иван Ю.",
                    )
                ],
                State("крупные", {"name": "Мария Кузнецова", "large": True}),
                State("имени нет", {"name": ""}),
            ],
        ),
        Entry(
            "person",
            "Человек проекта",
            [
                State("без портрета", {"name": "Мария Кузнецова", "role": "Эксперт", "organisation": "Югорский НИИ"}),
                State("только имя", {"name": "Олег Т."}),
                State("длинные слова", {"name": LONGEST, "role": LONG, "organisation": LONG}),
            ],
        ),
    ],
)  # fmt: skip

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
                    State("с ошибками", {"form": made.wrong(title="Я" * 60, email="не почта")}),
                ],
            ),
            Entry("form_errors", "Что исправить", [State("два поля", {"form": wrong})]),
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


def groups() -> list[Group]:
    """Return everything there is to show, with forms made anew for this page."""
    made = Examples()
    return [BUTTONS, MESSAGES, forms(made), navigation(made), FIGURES, PEOPLE, CARDS]
