"""An Elasticsearch of a test's own, which it may stop and kill while others use the shared one."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

STARTED_WITHIN = 300


class OwnElasticsearch:
    """A second server from the installation of the shared one, with a port and data of its own."""

    def __init__(self):
        # Not below the folder of the tests, which the server's own user may not enter.
        self._folder = Path(tempfile.mkdtemp(prefix="crowd-elasticsearch-"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        self._service("start")

    def stop(self):
        self._service("stop")

    def kill(self):
        """As by a machine that loses its power."""
        pid = int((self._folder / "elasticsearch.record").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        self._service("stop")

    def remove(self):
        self._service("stop")
        shutil.rmtree(self._folder)

    def _service(self, what):
        subprocess.run(
            [settings.BASE_DIR / ".ci" / "services", what, "elasticsearch"],
            env=os.environ
            | {
                "CROWD_SERVICES_DIR": str(self._folder),
                "CROWD_ELASTICSEARCH_PORT": str(self.port),
                "CROWD_ELASTICSEARCH_HEAP": "512m",
            },
            check=True,
            timeout=STARTED_WITHIN,
            capture_output=True,
        )
