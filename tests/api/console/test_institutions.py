"""The register in the console: found, mended, followed through its names, and judged by what it lacks."""

from __future__ import annotations

import csv
import html
import io
import re
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from api.console.texts import institutions as texts
from knowledge.audit.models import AuditEvent
from knowledge.institutions.editing import mark_of
from knowledge.institutions.files import mark_changed
from knowledge.institutions.models import Institution
from knowledge.institutions.names import name_key
from knowledge.institutions.quality import PROBLEMS, is_wrong
from knowledge.institutions.service import InstitutionService
from knowledge.staff.rights import Role
from tests.api.console.statements import statements
from tests.api.console.visitor import Visitor
from tests.knowledge.institutions.register import BAD_CODE, GOOD_CODE, put

SCRIPT = "<script>alert(1)</script>"
UNIT = "示例县卫健局, “直属” AND 1=1"
MANY = 100_000


@pytest.fixture
def ids(sessions: sessionmaker[Session], now: datetime) -> dict[str, str]:
    """By name. The second has other names, the third is another city's, the last the nation's."""
    old = now - timedelta(days=400)
    with sessions.begin() as session:
        return {
            name: put(session, name, now=now, **values)
            for name, values in (
                ("示例县水利站", {"sponsor": "示例县水利局", "address": "示例路1号"}),
                ("示例县人民医院", {"aliases": ["县医院"], "former_names": ["示例县卫生院"], "credit_code": GOOD_CODE,
                                    "sponsor": UNIT, "updated_at": old}),
                ("白石县水利站", {"region": "320305", "credit_code": BAD_CODE}),
                ("国家水利院", {"region": None}),
            )
        }  # fmt: skip


@pytest.fixture
def register(ids: dict[str, str], sessions: sessionmaker[Session], tmp_path: Path) -> InstitutionService:
    with sessions() as session:
        return InstitutionService.load(session, index_dir=tmp_path / "institutions")


def listed(page: str) -> list[str]:
    return re.findall(r'/console/institution\?id=[^"]*">([^<]*)</a>', page)


def row(sessions: sessionmaker[Session], row_id: str) -> Institution:
    with sessions() as session:
        found = session.get(Institution, row_id)
        assert found is not None
        return found


def audited(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        query = select(AuditEvent.action).where(AuditEvent.kind == "institution").order_by(AuditEvent.position)
        return list(session.scalars(query))


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("水利", ["国家水利院", "白石县水利站", "示例县水利站"]),
        ("县医院", ["示例县人民医院"]),
        ("示例县卫生院", ["示例县人民医院"]),
        (GOOD_CODE.lower(), ["示例县人民医院"]),
        ("示例縣 水利站", ["示例县水利站"]),
        ("示例路1号", ["示例县水利站"]),
        ("没有这个", []),
        ("%", []),
        (SCRIPT, []),
    ],
)
def test_an_institution_is_found_by_any_name_or_number(browser: Visitor, sought: str, found: list[str]) -> None:
    browser.enter(Role.EDITOR)
    assert sorted(listed(browser.get(f"/console/institutions/list?q={quote(sought)}"))) == sorted(found)


def test_who_keeps_one_city_sees_that_city_and_the_nation(browser: Visitor, ids: dict[str, str]) -> None:
    browser.enter(Role.EDITOR, region="320300")
    assert set(listed(browser.get("/console/institutions/list"))) == {"白石县水利站", "国家水利院"}
    assert listed(browser.get(f"/console/institutions/list?q={quote('县医院')}")) == []
    assert browser.client.get(f"/console/institution?id={ids['示例县水利站']}").status_code == 404
    assert "示例县卫健局" not in browser.get("/console/institutions/quality")


def test_a_wrong_code_is_saved_warned_about_and_kept_with_who_did_it(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    row_id = ids["示例县水利站"]
    browser.enter(Role.ADMIN)
    form = browser.get(f"/console/institution?id={row_id}&edit=1")
    shown = re.findall(r'name="shown" value="(\w+)"', form)[0]
    _, page = browser.post(
        "/console/institution", id=row_id, shown=shown, credit_code=BAD_CODE[:8] + "5" + BAD_CODE[9:]
    )
    assert "第 18 位校验码是 E，按规则应为" in page
    assert "已保存：统一社会信用代码" in page
    assert "校验码（第 18 位）不对" in page
    assert row(sessions, row_id).code_problem == "check_digit"
    assert audited(sessions) == ["institution.changed"]


def test_wrong_fields_are_told_beside_them_and_what_was_typed_stays(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    row_id = ids["示例县水利站"]
    browser.enter(Role.ADMIN)
    shown = mark_of(row(sessions, row_id))
    sent = {"name": "示例县水利中心", "region": "江苏", "certificate_valid_until": "明年", "address": SCRIPT}
    status, page = browser.post("/console/institution", id=row_id, shown=shown, **sent)
    assert status == 422
    assert "有 2 处填得不对" in page
    assert "区划代码应为 6 位数字" in page
    assert 'value="示例县水利中心"' in page
    assert SCRIPT not in page
    assert row(sessions, row_id).name == "示例县水利站"
    assert audited(sessions) == []


def test_the_second_of_two_sees_both_texts_and_saves_over(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    row_id = ids["示例县水利站"]
    shown = mark_of(row(sessions, row_id))
    browser.enter(Role.ADMIN, name="first")
    browser.post("/console/institution", id=row_id, shown=shown, address="先改的路", phone="5550123")
    browser.enter(Role.ADMIN, name="second")
    status, page = browser.post("/console/institution", id=row_id, shown=shown, address="后改的路", phone="5550123")
    assert status == 409
    assert "对方存的：先改的路" in page
    assert 'value="后改的路"' in page
    again = re.findall(r'name="shown" value="(\w+)"', page)[0]
    _, page = browser.post("/console/institution", id=row_id, shown=again, address="后改的路", phone="5550123")
    assert "已保存：住所" in page
    assert (row(sessions, row_id).address, row(sessions, row_id).phone) == ("后改的路", "5550123")


def test_what_nobody_changed_can_still_be_called_checked(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session], now: datetime
) -> None:
    row_id = ids["示例县人民医院"]
    browser.enter(Role.ADMIN)
    shown = mark_of(row(sessions, row_id))
    assert "没有改动" in browser.post("/console/institution", id=row_id, shown=shown, aliases="县医院")[1]
    assert audited(sessions) == []
    assert "核对过" in browser.post("/console/institution", id=row_id, shown=shown, then="checked")[1]
    assert row(sessions, row_id).updated_at == now
    assert audited(sessions) == ["institution.checked"]


def test_a_new_one_is_entered_by_hand_and_leads_to_its_page(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.ADMIN)
    assert "/console/institution/new" in browser.get("/console/institutions/list")
    sent = {"name": "示例县测绘站", "region": "320305", "kind": "公益一类", "sponsor": UNIT, "address": SCRIPT}
    status, page = browser.post("/console/institution/new", **sent)
    assert (status, texts.ADDED in page, "<h1" in page and "示例县测绘站" in page) == (200, True, True)
    assert SCRIPT not in page
    assert audited(sessions) == ["institution.added"]


def test_one_that_is_there_already_is_told_with_a_link_and_what_was_typed_stays(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    browser.enter(Role.ADMIN)
    there, coded = ids["示例县水利站"], ids["示例县人民医院"]
    for sent, said, other in (
        ({"name": "示例县水利站", "region": "990101"}, "已有这个地区的同名单位", there),
        ({"name": "示例县新医院", "credit_code": GOOD_CODE}, "这个代码已经是“示例县人民医院”的", coded),
    ):
        status, page = browser.post("/console/institution/new", address="示例路3号", **sent)
        assert status == 422
        assert said in page
        assert f"/console/institution?id={other}" in page
        assert 'value="示例路3号"' in page
        assert texts.SURE not in page
    assert audited(sessions) == []


def test_a_code_against_the_rule_is_saved_only_by_who_says_that_it_is_right(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    wrong = BAD_CODE[:8] + "5" + BAD_CODE[9:]
    browser.enter(Role.ADMIN)
    status, page = browser.post("/console/institution/new", name="示例县测绘站", credit_code=wrong)
    assert (status, texts.DOUBTED in page, texts.SURE in page) == (422, True, True)
    assert audited(sessions) == []
    status, page = browser.post("/console/institution/new", name="示例县测绘站", credit_code=wrong, then="sure")
    assert status == 200
    assert "校验码（第 18 位）不对" in page
    assert audited(sessions) == ["institution.added"]


def test_who_may_not_write_the_register_is_offered_no_new_one(browser: Visitor, ids: dict[str, str]) -> None:
    browser.enter(Role.EDITOR)
    assert texts.NEW not in browser.get("/console/institutions/list")
    assert browser.client.get("/console/institution/new").status_code == 403


def test_a_new_name_with_its_document_is_entered_shown_and_taken_back(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    row_id = ids["示例县水利站"]
    browser.enter(Role.ADMIN)
    event = {"told": "renamed_to", "others": "示例县水利中心", "document": "示编〔2026〕5号"}
    status, page = browser.post("/console/institution/lineage", id=row_id, happened_on="去年", **event)
    assert status == 422
    assert texts.NO_DAY in page
    assert "示例县水利中心</textarea>" in page
    status, page = browser.post("/console/institution/lineage", id=row_id, happened_on="2026-05-01", **event)
    assert status == 200
    assert "由“示例县水利站”更名为“示例县水利中心”" in page
    assert row(sessions, row_id).former_names == ["示例县水利站"]
    [drop] = re.findall(r'href="[^"]*(/console/institution/lineage/[^"]+/drop)\?', page)
    asked = browser.get(f"{drop}?id={row_id}")
    assert "“示例县水利站”更名为“示例县水利中心”" in asked
    assert "改回：</span>示例县水利站" in asked
    assert row(sessions, row_id).name == "示例县水利中心"
    status, page = browser.post(drop, id=row_id, seen="")
    assert (status, texts.DROP_SEEN_OTHERWISE in page) == (409, True)
    [seen] = re.findall(r'name="seen" value="(\w+)"', asked)
    assert texts.EVENT_DROPPED in browser.post(drop, id=row_id, seen=seen)[1]
    assert (row(sessions, row_id).name, row(sessions, row_id).former_names) == ("示例县水利站", [])
    assert texts.EVENT_GONE in browser.post(drop, id=row_id, seen=seen)[1]
    assert texts.EVENT_GONE in browser.get(f"{drop}?id={row_id}")
    entered, taken = ["institution.lineage_added"], ["institution.lineage_dropped"]
    assert audited(sessions) == [*entered, "institution.changed", *taken, "institution.changed"]


def test_a_merger_leads_from_each_page_to_the_other(
    browser: Visitor, ids: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    whole, part = ids["示例县人民医院"], ids["示例县水利站"]
    browser.enter(Role.ADMIN)
    event = {
        "told": "merged_from",
        "others": "示例县水利站\n示例县妇幼站",
        "happened_on": "2026-05-01",
        "document": "文",
    }
    page = browser.post("/console/institution/lineage", id=whole, **event)[1]
    assert part in page
    assert "示例县妇幼站" in page
    page = browser.get(f"/console/institution?id={part}")
    assert "2026年5月1日并入示例县人民医院" in page
    assert f"id={whole}" in page


def test_who_may_only_read_is_offered_nothing_to_change(browser: Visitor, ids: dict[str, str]) -> None:
    for role in (Role.EDITOR, Role.HANDLER, Role.AUDITOR):
        browser.enter(role)
        page = browser.get(f"/console/institution?id={ids['示例县人民医院']}&edit=1")
        assert "县医院" in page
        assert "修改资料" not in page
        assert "登记沿革" not in page


def test_every_number_of_the_quality_page_leads_to_exactly_those_rows(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    browser.enter(Role.ADMIN)
    page = browser.get("/console/institutions/quality")
    links = re.findall(r'href="([^"]*/institutions/list\?[^"]*(?:lacks|unit)=[^"]*)">([\d,]+)</a>', page)
    assert len(links) > 20
    for address, count in links:
        assert len(listed(browser.get(html.unescape(address)))) == int(count), address
    with sessions() as session:
        for problem in PROBLEMS:
            counted = session.scalar(select(func.count()).select_from(Institution).where(is_wrong(problem, now)))
            assert len(listed(browser.get(f"/console/institutions/list?lacks={problem}"))) == counted
    assert texts.NARROWED.format(what="") not in browser.get("/console/institutions/list?lacks=nonsense")


def test_the_quality_page_as_a_file_opens_in_a_spreadsheet(
    browser: Visitor, sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions.begin() as session:
        put(session, "示例县测绘站", now=now, sponsor="=1+1")
    browser.enter(Role.EDITOR)
    answer = browser.client.get("/console/institutions/quality.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == [texts.UNIT, texts.ROWS]
    assert {each[0] for each in rows[1:]} == {"示例县水利局", UNIT, texts.NO_UNIT, "'=1+1"}


def test_a_list_is_narrowed_to_a_time(browser: Visitor, now: datetime) -> None:
    browser.enter(Role.EDITOR)
    since, until = (f"{moment:%Y-%m-%dT%H:%M}" for moment in (now - timedelta(days=500), now - timedelta(days=300)))
    page = browser.get(f"/console/institutions/list?filter=updated_at__between={since}..{until}")
    assert listed(page) == ["示例县人民医院"]


def test_a_hundred_thousand_institutions_are_listed_and_searched_quickly_with_few_statements(
    browser: Visitor, sessions: sessionmaker[Session], engine: Engine, now: datetime
) -> None:
    many = [
        {"id": str(uuid.uuid4()), "name": name, "name_key": name_key(name), "aliases": [], "former_names": [],
         "region": "990101", "sponsor": f"第{number % 300}局", "updated_at": now, "source": "file"}
        for number in range(MANY) if (name := f"示例县第{number}站")
    ]  # fmt: skip
    with sessions.begin() as session:
        session.execute(insert(Institution), many)
        mark_changed(session, now=now)
    browser.enter(Role.EDITOR)
    browser.get("/console/institutions/list")
    for path in ("list", "list?page=3900", f"list?q={quote('第777')}", "list?lacks=address&unit=%E7%AC%AC7%E5%B1%80"):
        with statements(engine) as seen:
            started = time.process_time()
            page = browser.get(f"/console/institutions/{path}")
            took = time.process_time() - started
        assert listed(page), path
        assert len(seen) <= 8, seen
        assert took < 1, (path, took)
