"""Structured logs on stderr, one JSON object a line. Nothing a citizen wrote and no secret may be handed to it."""

from __future__ import annotations

import logging
import sys

import structlog

# httpx logs every URL at INFO, and WeChat's token rides in the URL.
TALKATIVE = ("httpx", "httpcore", "uvicorn", "dbos", "jieba", "wechatpy", "alembic")


def configure_logging(*, level: int = logging.INFO) -> None:
    """Once a process, before anything logs."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns at every start that our desk shows no id column, which is meant.
    logging.getLogger("starlette_admin").setLevel(logging.ERROR)
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
