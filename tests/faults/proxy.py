"""A way to a server that can be made worse: slow, silent, in drops, cut, closed."""

import socket
import threading
from contextlib import suppress

CHUNK = 65536


class Proxy:
    """Passes connections on to a server of this machine.

    `worsen("slow")` holds what the server says back for five seconds, "silent" for good, "drops" lets one byte through
    now and then, "cut" ends a connection when the server answers on it, "closed" takes none at all. `mend()` makes all
    well again.
    """

    SLOW_SECONDS = 5.0
    DROP_SECONDS = 0.1

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._how = ""
        self._changed = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._listen()

    def worsen(self, how: str) -> None:
        was_closed = self._how == "closed"
        self._how = how
        # Whoever waits in the way it was goes on in the way it is.
        self._changed.set()
        self._changed = threading.Event()
        if how == "closed":
            self._hang_up()
        elif was_closed:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
            self._listen()

    def mend(self) -> None:
        self.worsen("")

    def close(self) -> None:
        self.worsen("closed")

    def _hang_up(self) -> None:
        # Closing alone does not wake a thread that accepts.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in tuple(self._open):
            self._end(connection)

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection(self._server, timeout=60)
            except OSError:
                return
            self._open |= {client, server}
            for source, target, answers in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pass, args=(source, target), kwargs={"answers": answers}, daemon=True
                ).start()

    def _pass(self, source: socket.socket, target: socket.socket, *, answers: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                if not answers or not self._how:
                    target.sendall(chunk)
                elif self._how == "cut":
                    break
                elif self._how == "drops":
                    self._drip(chunk, target)
                else:
                    self._changed.wait(self.SLOW_SECONDS if self._how == "slow" else None)
                    target.sendall(chunk)
        self._end(source)
        self._end(target)

    def _drip(self, chunk: bytes, target: socket.socket) -> None:
        for place in range(len(chunk)):
            if self._how != "drops":
                target.sendall(chunk[place:])
                return
            target.sendall(chunk[place : place + 1])
            self._changed.wait(self.DROP_SECONDS)

    def _end(self, connection: socket.socket) -> None:
        self._open.discard(connection)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
