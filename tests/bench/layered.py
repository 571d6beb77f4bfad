"""The product with a stopwatch at each layer: ``python -m tests.bench.layered serve …`` is ``bianshitong serve``.

Processor time of the thread, not wall time; a layer that awaits is only timed while it runs. At SIGUSR1 the sums so
far go to the file that ``BENCH_LAYERS`` names: layer → seconds. Layers may lie within one another.
"""

from __future__ import annotations

import functools
import os
import signal
import time
import types
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import orjson

from api.answering import Answerer
from api.cli import main
from api.recording import BatchRecorder
from bot.envelope import Envelope
from bot.gateway import Gateway
from bot.redis_inbox import RedisInbox
from bot.work import Workers
from knowledge.faq.service import FaqService
from knowledge.institutions.service import InstitutionService

spent: dict[str, float] = {}


def _add(layer: str, began: float) -> None:
    spent[layer] = spent.get(layer, 0.0) + time.thread_time() - began


def _timed(layer: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def stopwatch(*arguments: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*arguments, **named)
        finally:
            _add(layer, began)

    return stopwatch


def _timed_steps(layer: str, function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    @types.coroutine
    def steps(coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        step, given = coroutine.send, None
        while True:
            began = time.thread_time()
            try:
                awaited = step(given)
            except StopIteration as end:
                return end.value
            finally:
                _add(layer, began)
            try:
                step, given = coroutine.send, (yield awaited)
            except BaseException as error:  # noqa: BLE001 - cancelled: the layer must hear of it
                step, given = coroutine.throw, error

    @functools.wraps(function)
    async def stopwatch(*arguments: Any, **named: Any) -> Any:
        return await steps(function(*arguments, **named))

    return stopwatch


LAYERS: tuple[tuple[str, type, str], ...] = (
    ("open", Envelope, "open"),
    ("seal", Envelope, "seal"),
    ("claim", RedisInbox, "claim"),
    ("finish", RedisInbox, "finish"),
    ("gateway", Gateway, "receive"),
    ("work", Workers, "_run"),
    ("answer", Answerer, "__call__"),
    ("decide", FaqService, "decide"),
    ("related", FaqService, "related"),
    ("look up", InstitutionService, "look_up"),
    ("record", BatchRecorder, "_save"),
)


def _dump(*_: object) -> None:
    """Asked for by SIGUSR1. Put in place whole, so that who reads never reads half."""
    place = Path(os.environ["BENCH_LAYERS"])
    beside = place.with_suffix(".new")
    beside.write_bytes(orjson.dumps(spent))
    beside.replace(place)


def _watch() -> None:
    for layer, owner, name in LAYERS:
        function = getattr(owner, name)
        awaits = owner in (RedisInbox, Gateway, Workers)
        setattr(owner, name, (_timed_steps if awaits else _timed)(layer, function))
    signal.signal(signal.SIGUSR1, _dump)


if __name__ == "__main__":
    _watch()
    main()
