"""How a line of the log looks: for people on a terminal, as JSON in production."""

from typing import Any

import structlog

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
