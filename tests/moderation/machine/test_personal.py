"""What is taken for personal data, and what stands in appeals and must not be."""

import pytest

from crowd.moderation.machine.personal import holds_personal_data, masked, personal_data

PHONES = (
    "+7 912 345-67-89",
    "+79123456789",
    "89123456789",
    "8 (912) 345 67 89",
    "8-912-345-67-89",
    "8 (3467) 36-00-12",
    "8 (34675) 2-11-22",
    "+7(495)123-45-67",
    "8.912.345.67.89",
    "8\u00a0912\u00a0345\u00a067\u00a089",
    "8\u200b912\u200b345\u200b67\u200b89",
    "912-345-67-89",
    "(912) 345 67-89",
)


@pytest.mark.parametrize("phone", PHONES)
def test_phone_is_found_in_whatever_form_and_masked_whole(phone):
    assert masked(f"Звоните вечером {phone}, спросить Анну") == (
        "Звоните вечером [телефон скрыт до проверки], спросить Анну"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Мой тел. 2-11-22", "Мой тел. [телефон скрыт до проверки]"),
        ("телефон: 36-00-12, Пётр", "телефон: [телефон скрыт до проверки], Пётр"),
        ("Пишите в ватсап 9123456789", "Пишите в ватсап [телефон скрыт до проверки]"),
        ("позвоните по номеру 360012", "позвоните по номеру [телефон скрыт до проверки]"),
    ],
)
def test_short_number_counts_behind_a_word_that_says_what_it_is(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("пишите на ivan.petrov+dom@mail.ru.", "email"),
        ("почта ivan@почта.рф", "email"),
        ("паспорт 6704 123456", "passport"),
        ("паспорт серия 67 04 № 123456", "passport"),
        ("серия 6704 номер 123456", "passport"),
        ("её данные: 67 04 123456", "passport"),
        ("СНИЛС 112-233-445 95", "snils"),
        ("номер 112-233-445 95", "snils"),
        ("мой СНИЛС: 11223344595", "snils"),
        ("переведите на 4111 1111 1111 1111", "card"),
        ("карта 2200-0000-0000-0004", "card"),
        ("карта 4111111111111111", "card"),
    ],
)
def test_other_personal_data_is_found(text, code):
    assert [one.code for one in personal_data(text)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "г. Сургут, ул. Мира, 10",
        "628400, г. Сургут, ул. Мира, д. 10, корп. 2, кв. 118",
        "дома 7 38 40 42 44 46 и 48",
        "дома 8, 40, 42, 44, 46, 48, 50 стоят без света",
        "с 2017 по 2026 год, 12.11.2026 в 10:30",
        "28.11.2026 14:30, потом 29.11.2026 09:00",
        "ст. 161 ЖК РФ, 59-ФЗ от 02.05.2006, п. 4.3",
        "Постановление № 354 от 06.05.2011",
        "ГОСТ Р 50597-2017",
        "стоит 8 300 000 рублей, или 7 500 000 000",
        "маршруты 8 и 45, автобус № 112",
        "звоните 112",
        "Телефон горячей линии 8 800 100-70-10, звонок бесплатный",
        "8-800-200-04-11",
        "Звоните с 10-00 до 19-00",
        "телефон не отвечает с 2019 года",
        "лицевой счёт 100123456789",
        "ИНН 8601001234, ОГРН 1028600512345",
        "обращение № 9123456789 от 1 ноября",
        "кадастровый номер 86:12:0101001:123",
        "УИН 18810086201126000011",
        "координаты 61.0042 69.0019",
        "карта 4111 1111 1111 1112",
        "СНИЛС у неё 112-233-445 96",
        "группа @surgut в сети, счёт 2:1",
        "передано 100 200 300 400 500 600 шт.",
        "паспорт дома и паспорт безопасности 2026 года",
        "в серии 12 12 серий",
    ],
)
def test_what_looks_like_it_is_let_be(text):
    assert personal_data(text) == ()
    assert masked(text) == text


def test_several_are_masked_each_where_it_stands():
    text = "8 912 345-67-89 или anna@mail.ru, карта 4111 1111 1111 1111"

    assert (
        masked(text)
        == "[телефон скрыт до проверки] или [почта скрыта до проверки], карта [номер карты скрыт до проверки]"
    )
    assert holds_personal_data("Дом 7", text)
    assert not holds_personal_data("Дом 7", "")


def test_residents_appeals_are_hardly_ever_taken_for_it(appeals):
    hit = [one for one in appeals if holds_personal_data(one["title"], one["text"])]

    assert len(appeals) == 497
    assert len(hit) <= 2
