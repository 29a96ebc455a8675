"""The components that say one thing: buttons, messages, numbers, faces."""

from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.templatetags.static import static

from crowd.errors import AlreadyDecided, Invalid, LimitReached, NotAllowed, PhaseClosed
from crowd.gallery import examples
from crowd.gallery.examples import LONG, LONGEST
from crowd.gallery.parts import Entry, Group, State
from crowd.templatetags.charts import bar_chart, share_chart
from home.models import Participation


def _button(**context: Any) -> dict[str, Any]:
    return {"label": "Предложить идею", "type": "button"} | context


NOTED = [
    SimpleNamespace(label="Сургут", value=4.2, note="34 оценки"),
    SimpleNamespace(label=LONG, value=3.9, note="8 оценок"),
]

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
            [State("ссылка на страницу", {"url": "#buttons"})],
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
                State("слишком часто", {"error": LimitReached(retry_after=40)}),
                State("закрыто", {"error": PhaseClosed()}),
                State("неверно", {"error": Invalid()}),
                State("уже решено", {"error": AlreadyDecided()}),
                State("нельзя", {"error": NotAllowed()}),
            ],
        ),
        Entry(
            "kept",
            "Что вы написали",
            [
                State(
                    "короткое и длинное",
                    {"typed": [("title", "Тёплые остановки"), ("problem", f"{examples.INTRO} {LONGEST}")]},
                ),
            ],
        ),
        Entry("draft_note", "Черновик восстановлен", [State("появляется со сценарием", {})]),
        Entry("proof", "Работа против роботов", [State("говорит, когда отправляют", {"for": "post"})]),
        Entry("trap", "Поле для роботов", [State("не видно никому", {"seen_at": "sign_up:подпись"})]),
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
            "participation",
            "Сколько участвует",
            [
                State("много", {"counted": Participation(people=12345, ideas=1021, comments=31, votes=298004)}),
                State("по одному", {"counted": Participation(people=1, ideas=1, comments=1, votes=1)}),
                State("никого", {"counted": Participation()}),
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
                State("с пояснением", partial(bar_chart, NOTED, "По местам", "средняя из 5", of=5)),
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
        Entry(
            "version",
            "Редакция текста",
            [
                State("действует", {"number": 2, "since": date(2026, 10, 1)}),
                State("заменена", {"number": 1, "since": date(2026, 1, 9), "until": date(2026, 10, 1)}),
                State("без номера", {"since": date(2026, 10, 1)}),
            ],
        ),
    ],
)


def _dates(*names: str) -> dict[str, Any]:
    page = examples.campaign()
    return {name: getattr(page, name) for name in names}


def _picture() -> dict[str, Any]:
    return {"src": static("icons/site.svg"), "alt": "Знак площадки", "width": 96, "height": 96}


PEOPLE = Group(
    "people",
    "Люди и картинки",
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
            "picture",
            "Картинка",
            [
                State("с описанием", _picture),
                State("картинки выключены", {"alt": "Зимник у Берёзова: шлагбаум и знак"}),
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
