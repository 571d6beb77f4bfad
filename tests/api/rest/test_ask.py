"""One question asked by another program: answered as a citizen's would be, and recorded as one."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session, sessionmaker

from api.recording import BatchRecorder
from api.rest.parts import RestParts
from api.rest.texts import PROBLEMS
from handlers.texts import faq as texts
from knowledge.keys.keys import KeyScope
from tests.api.rest.conftest import rest_client
from tests.api.rest.program import Program, problem
from tests.handlers.build import KeptRecords

SECRET = "紫金公安局有多少空编"


def test_a_known_question_is_answered_with_the_local_facts(program: Program, records: KeptRecords) -> None:
    program.given(KeyScope.ASK)
    told = program.asks("借书卡丢了怎么补办", region="320305")
    assert told["decision"] == "answer"
    assert told["answer"]["id"] == "K1"
    assert (
        told["answer"]["text"]
        == told["text"]
        == "请带身份证到前台补办，电话0516-1234。\n\n依据：《图书管理办法》第三条"
    )
    assert told["answer"]["basis"] == [{"law": "图书管理办法", "article": "第三条"}]
    assert told["base_version"] == "1"
    [record] = records.records
    assert (record.account, record.region, record.decision, record.entry_id) == (
        "api:业务系统",
        "320305",
        "answer",
        "K1",
    )
    assert record.text == "借书卡丢了怎么补办"


def test_the_more_local_answer_comes_first(program: Program) -> None:
    program.given(KeyScope.ASK)
    assert program.asks("图书室几点开门？")["answer"]["text"].startswith("早上九点")
    assert program.asks("图书室几点开门？", region="320300")["answer"]["text"].startswith("市里早上八点")


def test_where_the_facts_are_missing_the_office_is_named_instead(program: Program) -> None:
    program.given(KeyScope.ASK)
    told = program.asks("借书卡丢了怎么补办")
    assert "{{" not in told["text"]
    assert "未登记" in told["text"]


def test_a_vague_question_offers_choices_that_are_answered_when_asked(program: Program) -> None:
    program.given(KeyScope.ASK)
    told = program.asks("借书卡怎么办")
    assert (told["decision"], told["answer"]) == ("choices", None)
    assert {choice["id"] for choice in told["choices"]} == {"K1", "K2"}
    assert program.asks(told["choices"][0]["question"])["answer"]["id"] == told["choices"][0]["id"]


def test_an_unknown_question_is_said_to_be_unknown_and_recorded(program: Program, records: KeptRecords) -> None:
    program.given(KeyScope.ASK)
    told = program.asks("月亮上有没有兔子打电话13800138000")
    assert (told["decision"], told["answer"], told["choices"]) == ("none", None, [])
    assert "还没有" in told["text"]
    [record] = records.records
    assert record.decision == "none"
    assert "13800138000" not in record.text


@pytest.mark.parametrize(
    ("question", "decision", "words"),
    [
        ("你好", "chitchat", "编事通"),
        ("13800138000", "none", "号码"),
        ("？", "none", "完整"),
        ("社保卡怎么补办", "elsewhere", "一般由"),
    ],
)
def test_what_is_no_question_of_ours_gets_its_own_words(
    program: Program, records: KeptRecords, question: str, decision: str, words: str
) -> None:
    program.given(KeyScope.ASK)
    told = program.asks(question)
    assert (told["decision"], told["answer"]) == (decision, None)
    assert words in told["text"]
    assert [record.text for record in records.records] == {"chitchat": [""], "elsewhere": [question]}.get(decision, [])


def test_nothing_of_a_sensitive_question_is_kept(
    parts: RestParts,
    sessions: sessionmaker[Session],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorder = BatchRecorder(sessions, clock=parts.clock)
    recorder.start()
    caplog.set_level(logging.DEBUG)
    with rest_client(parts, recorder=recorder) as program:
        program.given(KeyScope.ASK)
        told = program.asks(SECRET)
    recorder.stop()

    assert (told["decision"], told["answer"], told["choices"]) == ("sensitive", None, [])
    assert told["text"] in (texts.SENSITIVE_A_NO_PHONE, texts.SENSITIVE_B)
    with sessions() as session:
        assert session.execute(text("SELECT decision, text FROM questions")).all() == [("sensitive", "")]
        everything = [
            str(row)
            for table in inspect(session.connection()).get_table_names()
            for row in session.execute(text(f'SELECT * FROM "{table}"'))
        ]
    assert not [row for row in everything if "紫金" in row]
    assert "紫金" not in caplog.text + "".join(capsys.readouterr()) + str(told)


def test_a_key_of_one_region_asks_for_that_region(program: Program) -> None:
    program.given(KeyScope.ASK, regions=["320300"])
    told = program.asks("图书室几点开门？")
    assert (told["region"], told["answer"]["id"]) == ("320300", "K3/城?")
    assert problem(program.post("ask", {"question": "图书室几点开门？", "region": "440300"})) == (403, "other-region")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.question"),
        ({"question": " \n"}, "body.question"),
        ({"question": "问" * 1001}, "body.question"),
        ({"question": "换\0行"}, "body.question"),
        ({"question": ["问"]}, "body.question"),
        ({"question": "问", "region": "32"}, "body.region"),
        ({"question": "问", "talk": "13800138000"}, "body.talk"),
        ([], "body"),
        ("问", "body"),
    ],
)
def test_a_wrong_body_is_refused_by_its_place(program: Program, body: object, where: str) -> None:
    program.given(KeyScope.ASK)
    refused = program.post("ask", body)
    assert problem(refused) == (422, "invalid")
    assert [fault["where"] for fault in refused.json()["errors"]] == [where]
    assert "13800138000" not in refused.text


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"question": "\\ud800"}', b"\xff\xfe", b'{"question": NaN}', b"[" * 9999]
)
def test_bytes_that_are_no_question_are_refused(program: Program, content: bytes) -> None:
    program.given(KeyScope.ASK)
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"}
    assert problem(program.client.post("/api/v1/ask", content=content, headers=headers)) == (422, "invalid")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_beyond_the_limit_is_not_read(program: Program, declared: bool) -> None:
    program.given(KeyScope.ASK)
    content = b'{"question": "' + b"x" * 200_000 + b'"}'
    sent = content if declared else iter([content])
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"}
    assert problem(program.client.post("/api/v1/ask", content=sent, headers=headers)) == (413, "too-large")


def test_an_unknown_address_and_method_are_problems_as_well(program: Program) -> None:
    program.given()
    assert problem(program.get("nothing")) == (404, "not-found")
    refused = program.get("ask")
    assert problem(refused) == (405, "no-method")
    assert refused.headers["allow"] == "POST"
    assert refused.json()["title"] == PROBLEMS["no-method"].title
