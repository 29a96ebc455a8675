"""How a text was changed, word by word, as people read it."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

# A word with what follows it up to the next one, so that a text is its words in a row.
WORDS = re.compile(r"\S+\s*|\s+")


class Piece(NamedTuple):
    """Some words that stay ("same"), came ("added") or went ("removed")."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return the pieces of both texts in reading order, what went before what came in its place.

    Words are compared and not signs: half of a word crossed out is hard to read, and harder to hear.
    """
    old, new = WORDS.findall(_plain(before)), WORDS.findall(_plain(after))
    matcher = SequenceMatcher(None, [one.strip() for one in old], [one.strip() for one in new], autojunk=False)
    pieces: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[k:m])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(new[k:m])))
    return pieces


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
