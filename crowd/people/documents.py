"""Residents' documents: never kept, only their keyed fingerprint, so that one document confirms one account."""

import hashlib
import hmac
import unicodedata

from django.conf import settings

SHORTEST_NUMBER = 6

# Letters that look the same in both alphabets are typed in either: «АВ 123» is one number however it was typed.
LOOKALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def normalized_number(number: str) -> str:
    """Return the letters and digits of a document's number, in one spelling."""
    kept = (character for character in unicodedata.normalize("NFKC", number).upper() if character.isalnum())
    return "".join(kept).translate(LOOKALIKES)


def document_hash(number: str) -> str:
    """Return the hex HMAC-SHA256 of the number under a key of its own, which says nothing without that key."""
    message = normalized_number(number).encode()
    return hmac.new(settings.DOCUMENT_HASH_KEY.encode(), message, hashlib.sha256).hexdigest()
