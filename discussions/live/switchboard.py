import asyncio

from discussions.live.hub import Hub
from discussions.live.readers import Reader
from discussions.live.sweep import Sweep


class Switchboard:
    """The hubs of this process, made for the first reader of a thread and ended with the last."""

    def __init__(self) -> None:
        self._hubs: dict[int, asyncio.Task[Hub]] = {}
        self._sweep = Sweep(self.hubs)

    def hubs(self) -> list[Hub]:
        """Return the hubs that have started, of this event loop."""
        loop = asyncio.get_running_loop()
        tasks = [task for task in self._hubs.values() if task.done() and task.get_loop() is loop]
        return [task.result() for task in tasks if not task.cancelled() and task.exception() is None]

    async def join(self, thread_id: int, reader: Reader) -> Hub | None:
        """Return the thread's hub, now with this reader, or None where not everybody may see the thread."""
        if self._sweep.sessions.has_ended(reader.session):
            reader.session = ""
        starting = self._hubs.get(thread_id)
        if starting is None or starting.get_loop() is not asyncio.get_running_loop():
            starting = self._hubs[thread_id] = asyncio.create_task(self._started(thread_id))
        try:
            hub = await asyncio.shield(starting)
            visible = await hub.check()
        except BaseException:
            self._forget_if_unused(thread_id, starting)
            raise
        if visible and self._hubs.get(thread_id) is starting:
            hub.greet(reader)
            self._sweep.start()
            return hub
        self._forget_if_unused(thread_id, starting)
        # Its last reader left while we looked: begin anew.
        return await self.join(thread_id, reader) if visible else None

    def leave(self, hub: Hub, reader: Reader) -> None:
        hub.leave(reader)
        starting = self._hubs.get(hub.thread_id)
        if starting is not None:
            self._forget_if_unused(hub.thread_id, starting)

    def close_all(self, code: int) -> None:
        """Ask every socket of this process to close."""
        for hub in self.hubs():
            hub.close_all(code)

    @staticmethod
    async def _started(thread_id: int) -> Hub:
        hub = Hub(thread_id)
        try:
            await hub.start()
        except BaseException:
            await hub.stop()
            raise
        return hub

    def _forget_if_unused(self, thread_id: int, starting: "asyncio.Task[Hub]") -> None:
        if self._hubs.get(thread_id) is not starting or not starting.done():
            return
        failed = starting.cancelled() or starting.exception() is not None
        if failed or not starting.result().readers:
            del self._hubs[thread_id]
            if not failed:
                ending = asyncio.ensure_future(starting.result().stop())
                _endings.add(ending)
                ending.add_done_callback(_endings.discard)
        if not self._hubs:
            self._sweep.stop()


# Tasks that end hubs, held until they are done.
_endings: set["asyncio.Future[None]"] = set()
switchboard = Switchboard()
