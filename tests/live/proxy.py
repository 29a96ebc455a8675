"""The proxy in front, for tests: ends TLS, sends /ws/ to the live process and the rest to HTTP. Small, not fast."""

import asyncio
import itertools
import ssl
import subprocess
import threading

LONGEST_HEAD = 64 * 1024


def certificate(folder):
    """A certificate for 127.0.0.1, signed by itself; return the paths of chain and key."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(chain),
        ],
        check=True,
        capture_output=True,
    )
    return chain, key


class Proxy:
    """Listens on a port of its own in a thread of its own."""

    def __init__(self, port, http_ports, live_ports, folder):
        self.port = port
        self.chain, key = certificate(folder)
        self._http, self._live = itertools.cycle(http_ports), itertools.cycle(live_ports)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.chain, key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks = set()

    def start(self):
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls, limit=LONGEST_HEAD)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        return self

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self):
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        self._tasks.add(task := asyncio.current_task())
        upstream = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            request, *headers = head.rstrip(b"\r\n").split(b"\r\n")
            live = request.split(b" ")[1].startswith(b"/ws/")
            port = next(self._live if live else self._http)
            incoming, upstream = await asyncio.open_connection("127.0.0.1", port)
            upstream.write(b"\r\n".join([request, *self._headers(headers, live, writer)]) + b"\r\n\r\n")
            passing = [asyncio.ensure_future(passed) for passed in (_pass(reader, upstream), _pass(incoming, writer))]
            # A browser that has asked may be silent; the answer ends it. A socket is ended from either side.
            await (asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED) if live else passing[1])
            for one in passing:
                one.cancel()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._tasks.discard(task)
            for open_ in filter(None, (upstream, writer)):
                open_.close()

    def _headers(self, headers, live, writer):
        dropped = {b"x-forwarded-proto"} | (set() if live else {b"connection", b"keep-alive"})
        kept = [line for line in headers if line.split(b":")[0].strip().lower() not in dropped]
        address = writer.get_extra_info("peername")[0].encode()
        added = [b"X-Forwarded-Proto: https", b"X-Forwarded-For: " + address]
        return kept + added + ([] if live else [b"Connection: close"])


async def _pass(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
