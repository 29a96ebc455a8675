from ideas.differences import Piece, differences


def test_words_are_compared_and_not_signs():
    assert differences("Автобус ходит редко", "Автобус ходит часто") == [
        Piece("same", "Автобус ходит "),
        Piece("removed", "редко"),
        Piece("added", "часто"),
    ]


def test_same_text_is_one_piece_whatever_its_ends_of_lines():
    assert differences("Раз\r\nдва", "Раз\nдва") == [Piece("same", "Раз\nдва")]


def test_what_came_and_what_went_alone():
    assert differences("", "Новое") == [Piece("added", "Новое")]
    assert differences("Старое", "") == [Piece("removed", "Старое")]
    assert differences("", "") == []


def test_new_text_can_be_put_together_from_the_pieces():
    old, new = "Один два три.\n\nЧетыре  пять", "Ноль один два.\n\nЧетыре пять шесть"

    pieces = differences(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_longest_texts_are_compared_in_reasonable_work():
    old = " ".join(f"слово{n % 50}" for n in range(800))[:5000]

    assert differences(old, f"начало {old}")[0] == Piece("added", "начало ")
