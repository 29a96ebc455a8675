"""Tasks that cost a browser a second and a robot its profit: the protocol of ALTCHA (https://altcha.org/docs), SHA-256.

The server names the SHA-256 of a salt and a number below `maxnumber`, signed; the browser tries numbers until it meets
the hash, and sends all of it back as base64 of JSON. Nothing is kept of a task that was given; of one that was solved,
its hash until it expires, so that it counts once (`spend_proof`).
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.utils.crypto import salted_hmac

ALGORITHM = "SHA-256"
# How long a task may be worked on: a slow telephone needs seconds, somebody who is called away a few minutes.
VALID_SECONDS = 600
LONGEST_PAYLOAD = 1000
# What ends the salt keeps digits from moving between the end of its time and the number behind it.
SALT = re.compile(r"[0-9a-f]{24}\?expires=([0-9]{10})&")


class Challenge(TypedDict):
    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str


@dataclass(frozen=True)
class Solution:
    challenge: str
    # Seconds since 1970.
    expires: int


def make_challenge() -> Challenge:
    salt = f"{secrets.token_hex(12)}?expires={int(time.time()) + VALID_SECONDS}&"
    most: int = settings.PROOF_MAX_NUMBER
    hashed = _hash(salt, secrets.randbelow(most + 1))
    return {
        "algorithm": ALGORITHM,
        "challenge": hashed,
        "maxnumber": most,
        "salt": salt,
        "signature": _signature(hashed),
    }


def solution_in(payload: str) -> Solution | None:
    """Return what the payload solves; None where it is no payload, not ours, not solved or too late."""
    said = _read(payload)
    salt, number, hashed = said.get("salt"), said.get("number"), said.get("challenge")
    signature = said.get("signature")
    if said.get("algorithm") != ALGORITHM or type(number) is not int or number < 0:
        return None
    if not (isinstance(salt, str) and isinstance(hashed, str) and isinstance(signature, str)):
        return None
    in_time = SALT.fullmatch(salt)
    if in_time is None or int(in_time[1]) <= time.time():
        return None
    right = hmac.compare_digest(_hash(salt, number).encode(), hashed.encode())
    ours = hmac.compare_digest(_signature(hashed).encode(), signature.encode())
    return Solution(hashed, int(in_time[1])) if right and ours else None


def _read(payload: str) -> dict[str, Any]:
    if len(payload) > LONGEST_PAYLOAD:
        return {}
    try:
        said = json.loads(base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _hash(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _signature(hashed: str) -> str:
    return salted_hmac("crowd.limits.proof", hashed, algorithm="sha256").hexdigest()
