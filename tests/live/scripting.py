"""Code run in a site's settings, each time in a process of its own that is fresh and starts at once.

`manage.py shell` takes seconds to import the product. Here a process imports it once, and forks for each piece of code
while it holds no connection and no thread: what a piece leaves behind ends with it, as in a shell of its own.
"""

import contextlib
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import traceback

from django.conf import settings

from tests.live.processes import STOP_SECONDS, wait_until


class Scripting:
    """`run(code)` returns what the code prints; raises `AssertionError` with its traceback where it fails."""

    def __init__(self, environment, folder):
        self.environment = dict(environment)
        # A path of a socket may have 107 bytes, which the folders of tests exceed.
        self.path = f"\0crowd-{os.getpid()}-{id(self)}"
        self.log = folder / "scripting.log"
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "tests.live.scripting", self.path[1:]],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._listens, "the process that runs code in the site")

    def _listens(self):
        if self.popen.poll() is not None:
            raise AssertionError(f"scripting ended with {self.popen.returncode}:\n{self.log.read_text()[-4000:]}")
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.path) == 0

    def run(self, code):
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(self.path)
            asking.sendall(code.encode())
            asking.shutdown(socket.SHUT_WR)
            answer = json.loads(read_all(asking) or '{"failed": "The process that ran it has died."}')
        if "failed" in answer:
            raise AssertionError(f"{code}\n{answer['failed'][-4000:]}")
        return answer["printed"]

    def stop(self):
        self.popen.terminate()
        self.popen.wait(STOP_SECONDS)


def read_all(connection):
    return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def execute(code):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "<script>", "exec"), {"__name__": "__main__"})
    except Exception:  # noqa: BLE001 - told to whoever asked
        return {"failed": traceback.format_exc()}
    return {"printed": printed.getvalue()}


def serve(path):
    import django

    django.setup()
    # What the codes ask for, imported once.
    import tests.factories.comments
    import tests.factories.ideas
    import tests.factories.pages
    import tests.factories.people  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                random.seed()
                with connection:
                    if code := read_all(connection):
                        connection.sendall(json.dumps(execute(code)).encode())
                return
            connection.close()


if __name__ == "__main__":
    serve("\0" + sys.argv[1])
