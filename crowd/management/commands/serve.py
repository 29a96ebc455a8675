import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

import uvicorn
from asgiref.sync import ThreadSensitiveContext
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from crowd.events.live import broadcaster
from crowd.events.worker import Worker, wake

GOING_AWAY = 1001
STOP_SECONDS = 10
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """Leaves signals to the command, which ends the worker and the sockets first and then exits with 0."""

    def __init__(self, config: uvicorn.Config, hello: str, command: BaseCommand) -> None:
        super().__init__(config)
        self.hello, self.command = hello, command

    async def serve(self, sockets: Any = None) -> None:
        await self._serve(sockets)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets=sockets)
        self.command.stdout.write(self.hello)
        self.command.stdout.flush()


class Command(BaseCommand):
    help = "Serves everything from one process: pages, sockets, static files and the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--hint", default="", help="what to say beside the address, such as whom to sign in as")

    def handle(self, **options: Any) -> None:
        host, port = options["host"], options["port"]
        shown = f"[{host}]" if ":" in host else host
        hello = _("Откройте http://%(host)s:%(port)s/") % {"host": shown, "port": port}
        hello = " ".join(filter(None, [f"{hello}", options["hint"], _("Остановить: Ctrl-C.")]))
        config = uvicorn.Config(
            "crowd.asgi:application",
            host=host,
            port=port,
            ws="crowd.sockets:Protocol",
            ws_max_size=65536,
            ws_per_message_deflate=False,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        try:
            asyncio.run(serve(Server(config, hello, self)))
        except SystemExit as error:
            if error.code:
                msg = _("Сервер не запустился: адрес %(host)s:%(port)s занят?") % {"host": shown, "port": port}
                raise CommandError(msg) from error
            raise


async def serve(server: Server) -> None:
    """Run the server and the worker in one loop until a signal; end both without breaking anything off."""
    loop, worker = asyncio.get_running_loop(), Worker()
    server.config.load()
    from discussions.live.switchboard import switchboard

    def stop() -> None:
        # The second time means: at once.
        server.force_exit = server.should_exit
        server.should_exit = True
        worker.stopping.set()
        wake()
        switchboard.close_all(GOING_AWAY)

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    # The in-memory layer reaches no other loop.
    broadcaster.use_loop(loop)
    working = asyncio.create_task(work(worker))
    try:
        await server.serve()
    finally:
        worker.stopping.set()
        await working
        broadcaster.use_loop(None)


async def work(worker: Worker) -> None:
    # A thread of its own, so that neither sockets nor a page wait behind what the worker does.
    async with ThreadSensitiveContext():
        await worker.serve()
