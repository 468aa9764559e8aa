"""The log: one JSON line per event, with the request's id and no personal data.

JSON escapes line ends and control characters, so nobody can forge a line by what he
types (check 9). The query string and the body of a request never reach the log.
"""

from __future__ import annotations

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*(?:\n(?![A-Z]+:|\S).*)*", re.MULTILINE)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
        without_values,
    ]


def without_values(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Cut PostgreSQL's DETAIL from traces: it quotes the row, so people's data."""
    if isinstance(trace := event.get("exception"), str):
        event["exception"] = DETAIL.sub(r"\1 (left out)", trace)
    return event


def configuration(level: str) -> dict[str, Any]:
    """The `logging` configuration: everything as JSON to the standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "json"}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level},
            # django_structlog writes a line for each request already.
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "WARNING"},
            # A forged Host is answered with 400 and has its line already.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "procrastinate": {"level": "WARNING"},
            "procrastinate.worker": {"level": level},
        },
    }


def configure(configuration: dict[str, Any]) -> None:
    """Set up `logging` and structlog."""
    logging.config.dictConfig(configuration)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
