"""The access token: one fetch for everybody, forgotten only by comparison, and never a loop."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import redis

from bot.client.errors import ApiError, Misconfigured, RateLimited, Transient
from bot.client.tokens import TokenHolder
from tests.bot.client.outgoing import account
from tests.secret_watch import told_by
from tests.wechat_server import (
    APP_ID,
    APP_SECRET,
    Errcode,
    HalfBody,
    HangUp,
    Json,
    Slow,
    Status,
    WeChatServer,
)

PATH = "/cgi-bin/stable_token"


def test_the_secret_travels_in_the_body_and_normal_mode_is_asked_for(holder: TokenHolder, wechat: WeChatServer) -> None:
    assert holder.current() == wechat.token
    (call,) = wechat.calls
    assert call.method == "POST"
    assert call.query == {}
    assert call.json == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": APP_SECRET,
        "force_refresh": False,
    }


def test_a_token_of_512_characters_is_kept_and_asked_for_once(holder: TokenHolder, wechat: WeChatServer) -> None:
    assert [len(holder.current()) for _ in range(5)] == [512] * 5
    assert wechat.fetches == 1


def test_twenty_threads_without_a_token_make_one_fetch(holder: TokenHolder, wechat: WeChatServer) -> None:
    wechat.script(PATH, Slow(0.3))
    start = threading.Barrier(20)

    def ask(_: int) -> str:
        start.wait()
        return holder.current()

    with ThreadPoolExecutor(20) as pool:
        tokens = set(pool.map(ask, range(20)))
    assert tokens == {wechat.token}
    assert wechat.fetches == 1


def ask_from_another_process(url: str, redis_url: str, ready: Path, results: multiprocessing.Queue[str]) -> None:
    """Ten threads of one process, started together with those of the other."""
    with httpx.Client() as http, redis.Redis.from_url(redis_url) as client:
        holder = TokenHolder(account(), api_url=url, http=http, client=client)
        ready.touch()
        while len(list(ready.parent.glob("ready-*"))) < 2:
            threading.Event().wait(0.01)
        with ThreadPoolExecutor(10) as pool:
            for token in pool.map(lambda _: holder.current(), range(10)):
                results.put(token)


def test_two_processes_of_ten_threads_make_one_fetch(wechat: WeChatServer, redis_url: str, tmp_path: Path) -> None:
    wechat.script(PATH, Slow(0.3))
    spawn = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = spawn.Queue()
    processes = [
        spawn.Process(target=ask_from_another_process, args=(wechat.url, redis_url, tmp_path / f"ready-{n}", results))
        for n in range(2)
    ]
    for process in processes:
        process.start()
    tokens = [results.get(timeout=30) for _ in range(20)]
    for process in processes:
        process.join(10)
    assert set(tokens) == {wechat.token}
    assert wechat.fetches == 1


def test_a_refused_token_is_forgotten_only_while_it_is_the_one_held(holder: TokenHolder, wechat: WeChatServer) -> None:
    old = holder.current()
    wechat.revoke()
    holder.expire(old)
    new = holder.current()
    assert new == wechat.token != old
    holder.expire(old)  # somebody who is late with the same refusal
    assert holder.current() == new
    assert wechat.fetches == 2


def test_twenty_threads_with_a_refused_token_make_one_fetch(holder: TokenHolder, wechat: WeChatServer) -> None:
    old = holder.current()
    wechat.revoke()

    def refused(_: int) -> str:
        holder.expire(old)
        return holder.current()

    with ThreadPoolExecutor(20) as pool:
        tokens = set(pool.map(refused, range(20)))
    assert tokens == {wechat.token}
    assert wechat.fetches == 2


def test_a_refusal_that_comes_late_leaves_another_processs_newer_token(
    wechat: WeChatServer, http: httpx.Client, redis_url: str
) -> None:
    with redis.Redis.from_url(redis_url) as first, redis.Redis.from_url(redis_url) as second:
        one, other = (TokenHolder(account(), api_url=wechat.url, http=http, client=c) for c in (first, second))
        old = one.current()
        assert other.current() == old
        wechat.revoke()
        one.expire(old)
        new = one.current()
        other.expire(old)
        assert other.current() == new
    assert wechat.fetches == 2


def test_a_token_with_little_life_left_is_still_used(
    wechat: WeChatServer, holder: TokenHolder, client: redis.Redis
) -> None:
    wechat.lifetime = 20
    assert holder.current() == wechat.token
    assert holder.current() == wechat.token
    assert wechat.fetches == 1


def test_a_token_sealed_with_the_old_secret_is_fetched_anew(
    wechat: WeChatServer, http: httpx.Client, client: redis.Redis
) -> None:
    TokenHolder(account(), api_url=wechat.url, http=http, client=client).current()
    wechat.app_secret = "another-" + APP_SECRET
    after_reset = TokenHolder(account(secret="another-" + APP_SECRET), api_url=wechat.url, http=http, client=client)
    assert after_reset.current() == wechat.token
    assert wechat.fetches == 2


def test_rubbish_in_redis_is_fetched_over(holder: TokenHolder, wechat: WeChatServer, client: redis.Redis) -> None:
    client.set(f"bst:token:{APP_ID}", b"rubbish")
    assert holder.current() == wechat.token


@pytest.mark.parametrize("failure", [Errcode(-1), Status(502), HalfBody(), HangUp(), Json([]), Json({"errcode": "x"})])
def test_a_fetch_is_tried_twice_more_and_then_succeeds(
    holder: TokenHolder, wechat: WeChatServer, failure: Errcode | Status | HalfBody | HangUp | Json
) -> None:
    wechat.script(PATH, failure, failure)
    assert holder.current() == wechat.token
    assert wechat.fetches == 3


def test_a_fetch_that_fails_three_times_gives_up_and_the_next_call_tries_anew(
    holder: TokenHolder, wechat: WeChatServer
) -> None:
    wechat.script(PATH, Status(500), Status(500), Status(500))
    with pytest.raises(Transient) as caught:
        holder.current()
    assert APP_SECRET not in told_by(caught.value)
    assert wechat.fetches == 3
    assert holder.current() == wechat.token


def test_who_waited_for_a_fetch_that_failed_shares_the_failure(holder: TokenHolder, wechat: WeChatServer) -> None:
    wechat.script(PATH, Slow(0.3), *[Errcode(40125)] * 20)
    wechat.app_secret = "changed"
    start = threading.Barrier(10)

    def ask(_: int) -> ApiError | None:
        start.wait()
        try:
            holder.current()
        except ApiError as error:
            return error
        return None

    with ThreadPoolExecutor(10) as pool:
        errors = list(pool.map(ask, range(10)))
    assert {(type(error), error.code) for error in errors if error} == {(Misconfigured, 40125)}
    assert len({str(error) for error in errors}) == 1
    assert wechat.fetches == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (40001, Misconfigured),
        (40013, Misconfigured),
        (40125, Misconfigured),
        (40164, Misconfigured),
        (45009, RateLimited),
    ],
)
def test_what_a_person_must_mend_is_not_tried_again(
    holder: TokenHolder, wechat: WeChatServer, code: int, kind: type[ApiError]
) -> None:
    wechat.script(PATH, Errcode(code))
    with pytest.raises(kind) as caught:
        holder.current()
    assert caught.value.code == code
    assert wechat.fetches == 1


def test_the_address_that_wechat_saw_is_told_when_it_is_not_in_the_white_list(
    holder: TokenHolder, wechat: WeChatServer
) -> None:
    wechat.script(PATH, Errcode(40164, "invalid ip 203.0.113.5 ipv6 ::ffff:203.0.113.5, not in whitelist hint: [x]"))
    with pytest.raises(Misconfigured) as caught:
        holder.current()
    assert caught.value.address == "203.0.113.5"


def test_without_a_secret_nothing_is_asked(wechat: WeChatServer, http: httpx.Client) -> None:
    holder = TokenHolder(account(secret=None), api_url=wechat.url, http=http)
    with pytest.raises(Misconfigured, match="AppSecret"):
        holder.current()
    assert wechat.calls == []


def test_a_server_that_cannot_be_reached_is_a_transient_error_without_an_address(http: httpx.Client) -> None:
    holder = TokenHolder(account(), api_url="http://127.0.0.1:9", http=http)
    with pytest.raises(Transient) as caught:
        holder.current()
    assert "127.0.0.1" not in told_by(caught.value)


def test_without_redis_the_process_holds_its_own_token(wechat: WeChatServer, http: httpx.Client) -> None:
    holder = TokenHolder(account(), api_url=wechat.url, http=http)
    old = holder.current()
    assert holder.current() == old
    wechat.revoke()
    holder.expire(old)
    assert holder.current() == wechat.token
    assert wechat.fetches == 2
