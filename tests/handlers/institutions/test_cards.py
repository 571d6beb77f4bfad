"""A card holds every public field, fits one message, and leads on."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replies import TEXT_LIMIT_BYTES, Text
from handlers.institutions import show
from knowledge.institutions.cards import InstitutionCard
from knowledge.institutions.hits import Hit
from knowledge.institutions.sample import CENTRE
from tests.conftest import NOON
from tests.handlers.build import make_context
from tests.handlers.institutions.talk import CARD_FIELDS, Talk


def test_a_card_is_remembered_and_leads_on(talk: Talk) -> None:
    answer = talk("示例县图书馆") or ""
    card = talk.context.services.institutions.get(talk.context.conversation.institution or "")
    assert card is not None
    assert card.name == "示例县图书馆"
    assert [choice.label for choice in talk.context.conversation.choices] == ["年度报告", "导航", "对它反馈"]
    assert talk.context.conversation.choices[2].content == "对它反馈"
    assert "msgmenucontent" in answer


def test_after_a_card_its_annual_report_and_its_map_are_one_tap_away(talk: Talk) -> None:
    talk("示例县图书馆")
    assert "2025年度" in (talk("1") or "")
    talk("示例县图书馆")
    link = re.search(r'href="(https://uri\.amap\.com/[^"]+)"', talk("2") or "")
    assert link is not None
    assert "示例县图书馆" in unquote(link[1])
    longitude, latitude = re.search(r"position=([\d.]+),([\d.]+)", link[1]).groups()  # type: ignore[union-attr]
    assert abs(float(latitude) - CENTRE[0]) < 0.1
    assert abs(float(longitude) - CENTRE[1]) < 0.1


def test_an_institution_without_a_place_offers_no_map_and_says_so(talk: Talk) -> None:
    answer = talk("北京大学") or ""
    missing = next(line for line in answer.splitlines() if line.startswith("未登记："))
    assert "住所" in missing
    assert answer.count("未登记") == 1
    assert answer.index("统一社会信用代码") < answer.index("数据更新于")
    assert "（本库只收录了名称）" in answer
    assert "电话" not in answer
    assert [choice.label for choice in talk.context.conversation.choices] == ["年度报告", "对它反馈"]
    assert "没有登记位置" in (talk("导航") or "")
    assert "未登记" in (talk("它的年度报告") or "")


FIELD_TEXT = st.text(st.sampled_from("示例县单位的很长文字，。A1<>&\n😀"), max_size=400)


@settings(suppress_health_check=list(HealthCheck), max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("示例县单位医院（）"), min_size=1, max_size=200),
    st.lists(FIELD_TEXT, min_size=9, max_size=9),
    st.booleans(),
)
def test_every_card_fits_one_message_with_what_can_be_tapped(name: str, fields: list[str], located: bool) -> None:
    names = ("purpose", "address", "legal_representative", "sponsor", "funding_source", "initial_fund",
             "registration_authority", "status", "phone")  # fmt: skip
    card = InstitutionCard(
        id="x", name=name, updated_at=NOON, former_names=(name[::-1] * 2,), credit_code="12100000400000624D",
        certificate_valid_until=date(2029, 12, 31), annual_report_year=2025,
        latitude=39.0 if located else None, longitude=90.0 if located else None,
        **dict(zip(names, fields, strict=True)),
    )  # fmt: skip
    context = make_context()
    reply = show(context, Hit(card, 1.0, "former_name", name[::-1] * 2), asked="is_public_institution")
    context.session.close()
    assert isinstance(reply, Text)
    assert len(reply.content.encode()) <= TEXT_LIMIT_BYTES
    assert context.conversation.rest == []
    assert all(field in reply.content for field in CARD_FIELDS)
