"""How uvicorn speaks to a socket: as it does, but it does not wait for ever for a client that reads nothing."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Protocol(WebSocketsSansIOProtocol):
    def keepalive_timeout(self) -> None:
        """Close whom no ping reached; break off who takes nothing, since closing alone waits until all is taken."""
        super().keepalive_timeout()
        self._break_off_unless_less_is_left()

    def _break_off_unless_less_is_left(self, than: int | None = None) -> None:
        left = self.transport.get_write_buffer_size()
        if than is not None and left >= than > 0:
            self.transport.abort()
        elif left:
            # A slow line takes a little at a time.
            self.loop.call_later(self.ping_timeout or 20.0, self._break_off_unless_less_is_left, left)
