"""How a line of the log looks: for people on a terminal, as JSON in production."""

import logging
from typing import Any

import structlog


class Outage:
    """Says once that something is away and once that it is back, however often either is noticed."""

    def __init__(self, log: logging.Logger, away: str, back: str) -> None:
        self._log, self._away, self._back = log, away, back
        self.lasts = False

    def noticed(self, error: BaseException, **extra: Any) -> None:
        if not self.lasts:
            self.lasts = True
            self._log.warning(self._away, extra={"error": repr(error), **extra})

    def over(self) -> None:
        if self.lasts:
            self.lasts = False
            self._log.info(self._back)


# The channel layer of this process, by what it was last heard of.
live_outage = Outage(logging.getLogger("crowd.live"), "live.deaf", "live.hears")


class LiveOutage(logging.Filter):
    """Of what the channel layer says while Redis is away (a traceback a second) leaves our one line per outage."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        live_outage.noticed(error)
        return False


_shared: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _chain(renderer: structlog.types.Processor) -> list[structlog.types.Processor]:
    return [
        *_shared,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        renderer,
    ]


console_processors = [
    *_shared,
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.dev.ConsoleRenderer(colors=False),
]
json_processors = _chain(structlog.processors.JSONRenderer(ensure_ascii=False))
