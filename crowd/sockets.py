"""How uvicorn speaks to a socket: as it does, but it does not wait for ever for a client that reads nothing."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Protocol(WebSocketsSansIOProtocol):
    def keepalive_timeout(self) -> None:
        """Break off who answers no ping and takes nothing that was sent; closing alone would wait until it does."""
        super().keepalive_timeout()
        if self.transport.get_write_buffer_size():
            self.transport.abort()
