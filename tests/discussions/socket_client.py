"""A socket to the application in this process."""

from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator

PATIENCE = 30


class SocketClient(ApplicationCommunicator):
    def __init__(self, application, address, headers):
        parts = urlsplit(address)
        scope = {
            "type": "websocket",
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": headers,
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def connect(self):
        """Say whether the socket was accepted."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE)
        return answer["type"] == "websocket.accept"

    async def send(self, frame):
        key = "bytes" if isinstance(frame, bytes) else "text"
        await self.send_input({"type": "websocket.receive", key: frame})

    async def receive(self):
        answer = await self.receive_output(PATIENCE)
        assert answer["type"] == "websocket.send", answer
        return answer["text"]

    async def code_of_closing(self):
        while (answer := await self.receive_output(PATIENCE))["type"] != "websocket.close":
            pass
        return answer["code"]

    async def disconnect(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE)
