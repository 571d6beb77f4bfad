"""Looks at every log record of a test: no token and no secret may be in any. Import ``no_secret_in_logs`` to use it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import pytest

from tests.wechat_server import APP_SECRET, TOKEN_PREFIX

SECRETS = (APP_SECRET, TOKEN_PREFIX, "access_token=", "openid-of-a-citizen")


class _Watch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()} {record.args} {record.exc_text or ''}")
        if record.exc_info:
            self.lines.append("".join(traceback.format_exception(*record.exc_info)))


@pytest.fixture(autouse=True)
def no_secret_in_logs() -> Iterator[list[str]]:
    """Every logger at DEBUG, httpx and httpcore included; yields the lines so far."""
    root, watch = logging.getLogger(), _Watch()
    level = root.level
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    yield watch.lines
    root.setLevel(level)
    root.removeHandler(watch)
    told = [(secret, line) for line in watch.lines for secret in SECRETS if secret in line]
    assert not told


def told_by(error: BaseException) -> str:
    """All that anybody could print of an error: message, arguments, and the whole chain of causes."""
    return f"{error} {error!r} {error.args} {error.__dict__} " + "".join(traceback.format_exception(error))
