"""Stands between a process and PostgreSQL and keeps the statements that go by."""

import socket
import struct
import threading
from urllib.parse import urlsplit, urlunsplit

from tests.live.processes import free_port

# A statement is either a simple query or the execution of a prepared one.
STATEMENTS = (b"Q", b"E")


class Relay:
    def __init__(self, database_url):
        parts = urlsplit(database_url)
        self.target = (parts.hostname, parts.port or 5432)
        self.port = free_port()
        netloc = f"{parts.username}:{parts.password}@127.0.0.1:{self.port}"
        # In the clear, or there is nothing to count.
        self.url = urlunsplit(parts._replace(netloc=netloc, query="sslmode=disable&gssencmode=disable"))
        self.statements = []
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=64)

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listening.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
            threading.Thread(target=_copy, args=(server, client), daemon=True).start()

    def _ask(self, client, server):
        """Pass on message by message: a letter and a length; the first one has no letter."""
        asked = client.makefile("rb")
        letter = b""
        try:
            while head := asked.read(4):
                (length,) = struct.unpack("!I", head)
                body = asked.read(length - 4)
                if letter in STATEMENTS:
                    self.statements.append(body.rstrip(b"\0").decode(errors="replace"))
                server.sendall(letter + head + body)
                letter = asked.read(1)
                if not letter:
                    break
        except OSError:
            pass
        finally:
            server.close()


def _copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        sink.close()
