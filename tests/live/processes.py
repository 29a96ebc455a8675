"""Real processes for tests: started from a command line, waited for, stopped, killed, started again."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

START_SECONDS = 180
STOP_SECONDS = 60


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_until(condition, what, seconds=START_SECONDS, pause=0.05):
    """Wait for a process outside of ours, which can only be asked again and again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(pause)
    raise AssertionError(f"{what}: not within {seconds} s")


def procfile():
    """The product's command lines by process, verbatim."""
    lines = (settings.BASE_DIR / "deploy" / "Procfile").read_text().splitlines()
    named = (line.split(": ", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name: shlex.split(command) for name, command in named}


def base_environment():
    """This process's environment without what would configure the product, with its own Python first."""
    kept = ("HOME", "LANG", "TMPDIR", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return environment | {"PATH": path, "PYTHONUNBUFFERED": "1"}


@dataclass
class Process:
    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int | None = None
    popen: subprocess.Popen | None = field(default=None, repr=False)

    def start(self):
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command, cwd=settings.BASE_DIR, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        return self

    def answers(self):
        if self.popen.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.popen.returncode}:\n{self.output()[-4000:]}")
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait(self):
        if self.port:
            wait_until(self.answers, self.name)
        return self

    def output(self):
        return self.log.read_text(errors="replace")

    def stop(self, number=signal.SIGTERM):
        """End it as an operator would; return its exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.popen.returncode

    def kill(self):
        """End it as a power cut would."""
        self.popen.kill()
        self.popen.wait()


def start_redis(folder):
    """A Redis of one's own, that may be stopped and started without harm to others."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Process(f"redis {port}", command, base_environment(), folder / f"redis-{port}.log", port).start().wait()
