"""Many readers at once who keep their connections, as a link in the news brings them."""

import http.client
import threading
import time
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

READERS = 16


@dataclass(frozen=True)
class Answer:
    began: float
    body: str


def read(url, requests, headers=None, when=None, after=0):
    """Ask `requests` times for the page, `READERS` at once; call `when()` once after so many answers; return them all."""
    parts, numbers, answers, failed = urlsplit(url), count(), [], []
    due = threading.Event()

    def reader():
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        try:
            while next(numbers) < requests:
                began = time.monotonic()
                connection.request("GET", f"{parts.path}?{parts.query}", headers=headers or {})
                answer = connection.getresponse()
                answers.append(Answer(began, answer.read().decode()))
                if answer.status != 200:
                    failed.append(answer.status)
                    break
                if len(answers) >= after:
                    due.set()
        except (OSError, http.client.HTTPException) as error:
            failed.append(repr(error))
            due.set()
        finally:
            connection.close()

    readers = [threading.Thread(target=reader) for _ in range(READERS)]
    for thread in readers:
        thread.start()
    if when:
        due.wait()
        when()
    for thread in readers:
        thread.join()
    assert failed == []
    return answers
