"""Tasks against robots, solved as a browser does it."""

import base64
import hashlib
import json

from crowd.limits.proof import make_challenge


def payload_of(said):
    return base64.b64encode(json.dumps(said).encode()).decode()


def number_of(challenge):
    return next(
        number
        for number in range(challenge["maxnumber"] + 1)
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]
    )


def solved(challenge=None, *, least=0):
    """What a browser sends for the task; without one for a fresh one, whose number is not below `least`."""
    task = challenge or make_challenge()
    while (number := number_of(task)) < least:
        task = make_challenge()
    return payload_of(
        {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
    )
