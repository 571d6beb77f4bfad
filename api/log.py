"""Structured logs on stderr, one JSON object a line. Nothing a citizen wrote and no secret may be handed to it."""

from __future__ import annotations

import logging
import sys

import orjson
import structlog

# httpx logs every URL at INFO, and WeChat's token rides in the URL.
TALKATIVE = ("httpx", "httpcore", "uvicorn", "dbos", "jieba", "wechatpy", "alembic")

STAMPED = (structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True))


def configure_logging(*, level: int = logging.INFO) -> None:
    """Once a process, before anything logs."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns at every start that our desk shows no id column, which is meant.
    logging.getLogger("starlette_admin").setLevel(logging.ERROR)
    logging.basicConfig(level=level, handlers=[_handler()], force=True)
    structlog.configure(
        processors=[*STAMPED, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),  # every answer has a line: half of the cost
    )


def _handler() -> logging.Handler:
    """What libraries log takes the same form as our own lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=STAMPED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    return handler
