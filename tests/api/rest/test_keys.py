"""Keys at the door: what opens, what does not, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from api.rest.limits import Limiter
from api.rest.parts import RestParts
from knowledge.keys.keys import KeyRefused, KeyScope, add_key, all_keys, open_key, revoke_key
from tests.api.rest.program import BY, Clock, Program, problem

ROUTES = {
    KeyScope.KNOWLEDGE: ("knowledge", {}),
    KeyScope.INSTITUTIONS: ("institutions", {"q": "云泽一中"}),
    KeyScope.STATISTICS: ("statistics", {"by": "region"}),
}


def test_without_a_key_nothing_is_told(program: Program) -> None:
    for path, query in ROUTES.values():
        answer = program.get(path, **query)
        assert problem(answer) == (401, "no-key")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert problem(program.post("ask", {"question": "图书室几点开门"})) == (401, "no-key")


@pytest.mark.parametrize("header", ["Bearer", "Bearer bst_", "Basic YTpi", "Bearer bst_0123456789ab_" + "0" * 48])
def test_what_is_no_key_is_refused(program: Program, header: str) -> None:
    answer = program.client.get("/api/v1/knowledge", headers={"Authorization": header})
    assert problem(answer) == (401, "no-key")


def test_a_key_with_one_sign_changed_is_refused(program: Program) -> None:
    program.given()
    program.token = program.token[:-1] + ("0" if program.token[-1] != "0" else "1")
    assert problem(program.get("knowledge")) == (401, "no-key")


@pytest.mark.parametrize("scope", list(KeyScope))
def test_a_key_opens_only_what_it_was_made_for(program: Program, scope: KeyScope) -> None:
    program.given(scope)
    for opened, (path, query) in ROUTES.items():
        answer = program.get(path, **query)
        assert answer.status_code == 200 if opened == scope else problem(answer) == (403, "not-allowed")
    asked = program.post("ask", {"question": "图书室几点开门"})
    assert asked.status_code == 200 if scope == KeyScope.ASK else problem(asked) == (403, "not-allowed")


def test_a_revoked_key_is_refused_at_the_next_request(program: Program, sessions: sessionmaker[Session]) -> None:
    key_id = program.given()
    assert program.get("knowledge").status_code == 200

    with sessions.begin() as session:
        assert revoke_key(session, key_id=key_id, by=BY, now=program.clock.now)
        assert not revoke_key(session, key_id=key_id, by=BY, now=program.clock.now)

    assert problem(program.get("knowledge")) == (401, "no-key")


def test_a_key_ends_when_it_was_to_end(program: Program, clock: Clock) -> None:
    program.given(expires_at=clock.now + timedelta(days=1))
    assert program.get("knowledge").status_code == 200
    clock.passes(days=1)
    assert problem(program.get("knowledge")) == (401, "no-key")


def test_a_request_reads_the_key_once_and_notes_its_use_now_and_then(
    program: Program, parts: RestParts, sessions: sessionmaker[Session], clock: Clock
) -> None:
    program.given()
    statements: list[str] = []
    event.listen(parts.sessions.kw["bind"], "before_cursor_execute", lambda *said: statements.append(said[2]))

    for _ in range(3):
        program.asks("图书室几点开门")

    assert len([said for said in statements if said.startswith("SELECT")]) == 3
    assert len([said for said in statements if said.startswith("UPDATE")]) == 1
    clock.passes(minutes=6)
    program.asks("图书室几点开门")
    with sessions() as session:
        assert [key.used_at for key in all_keys(session)] == [clock.now]


def test_the_secret_stands_in_no_table(program: Program, sessions: sessionmaker[Session]) -> None:
    program.given()
    secret = program.token.rsplit("_", 1)[1]
    with sessions() as session:
        [row] = all_keys(session)
        assert secret not in str(vars(row))
        assert open_key(session, program.token, now=program.clock.now) is not None


def test_beyond_its_limit_a_key_is_told_how_long_to_wait(program: Program, clock: Clock) -> None:
    program.given(per_minute=2)
    clock.passes(seconds=15)
    left = [program.get("knowledge").headers["ratelimit-remaining"] for _ in range(2)]
    refused = program.get("knowledge")

    assert left == ["1", "0"]
    assert problem(refused) == (429, "too-many")
    assert refused.headers["retry-after"] == "45"
    clock.passes(seconds=45)
    assert program.get("knowledge").status_code == 200


def test_the_limit_holds_for_all_processes_together(shared_redis: redis.Redis, clock: Clock) -> None:
    one, other = Limiter(shared_redis), Limiter(shared_redis)
    assert one.take("k", per_minute=1, now=clock.now).allowed
    assert not other.take("k", per_minute=1, now=clock.now).allowed
    assert other.take("another", per_minute=1, now=clock.now).allowed


def test_what_is_counted_in_redis_is_forgotten(shared_redis: redis.Redis, clock: Clock) -> None:
    Limiter(shared_redis).take("k", per_minute=1, now=clock.now)
    assert [0 < shared_redis.ttl(name) <= 120 for name in shared_redis.keys("bst:rest:*")] == [True]


def test_without_redis_each_process_counts_for_itself_and_tries_again_later(redis_url: str, clock: Clock) -> None:
    nowhere = redis.Redis(unix_socket_path="/nonexistent/redis.sock")
    limiter = Limiter(nowhere)

    taken = [limiter.take("k", per_minute=2, now=clock.now).allowed for _ in range(3)]

    assert taken == [True, True, False]
    clock.passes(minutes=1)
    assert limiter.take("k", per_minute=2, now=clock.now).allowed
    nowhere.close()


def test_without_redis_requests_are_answered(app_without_redis: Program) -> None:
    app_without_redis.given(per_minute=1)
    assert app_without_redis.get("knowledge").status_code == 200
    assert problem(app_without_redis.get("knowledge")) == (429, "too-many")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"name": " "}, "名称"),
        ({"name": "名" * 61}, "60"),
        ({"name": "换\n行"}, "名称"),
        ({"scopes": ()}, "用途"),
        ({"regions": ("32",)}, "行政区划"),
        ({"regions": tuple(f"{n:06}" for n in range(51))}, "50"),
        ({"per_minute": 0}, "每分钟"),
        ({"per_minute": 6001}, "6000"),
        ({"expires_at": -1}, "到期"),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_with_a_sentence(
    session: Session, clock: Clock, wrong: dict[str, object], word: str
) -> None:
    if "expires_at" in wrong:
        wrong = {"expires_at": clock.now}
    asked = {"name": "系统", "scopes": (KeyScope.ASK,)} | wrong
    with pytest.raises(KeyRefused, match=word):
        add_key(session, by=BY, now=clock.now, **asked)  # type: ignore[arg-type]


def test_two_open_keys_cannot_have_one_name(session: Session, clock: Clock) -> None:
    row, _ = add_key(session, name="系统", scopes=(KeyScope.ASK,), by=BY, now=clock.now)
    with pytest.raises(KeyRefused, match="系统"):
        add_key(session, name="系统 ", scopes=(KeyScope.ASK,), by=BY, now=clock.now)
    revoke_key(session, key_id=row.id, by=BY, now=clock.now)
    add_key(session, name="系统", scopes=(KeyScope.ASK,), by=BY, now=clock.now)
