import threading

import pytest

from search.lemmas import encode, index_terms, lemmas, query_groups, query_words, snippet, tokenize


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("детская площадка", "детских площадок"),
        ("дороги", "дорога"),
        ("ёлка", "елки"),
        ("детей", "ребёнок"),
        ("люди", "человек"),
        ("Остановка", "ОСТАНОВКИ"),
        ("ханты-мансийске", "Ханты-Мансийск"),
    ],
)
def test_query_in_another_form_asks_for_the_same(one, other):
    assert query_groups(one) == query_groups(other)


def test_lemmas_of_an_ambiguous_word_are_all_there():
    assert set(lemmas("стали")) == {"стать", "сталь"}


def test_lemmas_of_other_languages_and_numbers_pass_in_lower_case():
    assert [lemmas(word) for word in ("WiFi", "16", "2gis")] == [("wifi",), ("16",), ("2gis",)]


def test_tokenize_keeps_places_in_the_original():
    text = "Ёлка — во дворе, Wi-Fi!"

    words = [(token.word, text[token.start : token.end]) for token in tokenize(text)]

    assert words == [("елка", "Ёлка"), ("во", "во"), ("дворе", "дворе"), ("wi-fi", "Wi-Fi")]


def test_tokenize_ignores_stress_and_reads_decomposed_letters():
    assert [token.word for token in tokenize("за\u0301мок и\u0306од")] == ["замок", "йод"]


def test_hyphenated_word_is_indexed_whole_and_in_parts():
    assert index_terms("онлайн-запись").split() == [
        encode(word) for word in ("онлайн-запись", "онлайн", "запись", "онлайнзапись")
    ]


def test_encode_is_letters_only_and_tells_words_apart():
    words = ["мой", "мои", "й", "и", "ш", "сх", "q", "ч", "qc", "c", "ц", "1", "xb", "١", "你好", "é", "e", "е", "э"]

    codes = [encode(word) for word in words]

    assert all(code.isascii() and code.isalpha() and code.islower() for code in codes)
    assert len(set(codes)) == len(words)


def test_query_without_stop_words_where_others_are_left():
    assert query_words("где и как во дворе") == ["дворе"]


def test_query_of_stop_words_only_asks_for_them():
    assert query_words("и на") == ["и", "на"]


@pytest.mark.parametrize("text", ["", "   ", "\x00", '"', "🙂🙂", "*?~()[]{}^!:\\/", "--- — …"])
def test_query_without_words_asks_for_nothing(text):
    assert query_groups(text) == []


def test_query_of_any_length_asks_for_few_words():
    assert len(query_groups(" ".join(f"слово{n}" for n in range(5000)))) == 16


def test_snippet_marks_other_forms_and_escapes():
    assert snippet("Стоит <b>ёлка</b> & снег", "елки") == "Стоит &lt;b&gt;<mark>ёлка</mark>&lt;/b&gt; &amp; снег"


def test_snippet_is_cut_around_the_first_hit():
    text = "Слово " * 200 + "ёлка " + "слово " * 200

    marked = snippet(text, "елка", length=60)

    assert marked == "… " + "Слово " * 3 + "<mark>ёлка</mark>" + " слово" * 6 + " …"


def test_snippet_without_hit_is_the_beginning():
    assert snippet("раз два три", "четыре", length=8) == "раз два …"


def test_lemmas_in_threads_are_the_same():
    lemmas.cache_clear()
    answers = []

    threads = [threading.Thread(target=lambda: answers.append(lemmas("дороги"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [("дорога", "дорогой")] * 8
