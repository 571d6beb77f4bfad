"""``/api/v1/institutions``: what the register makes public, and nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from api.rest.fields import SEEN_AND_SOMETHING, HomeRegion, Naming, needs
from api.rest.keys import require_region
from api.rest.parts import parts_of
from api.rest.problems import Refused
from api.rest.texts import NO_INSTITUTION, NO_INSTITUTION_WRONG_DIGIT, PROBLEMS
from knowledge.institutions.cards import CARD_FIELDS, InstitutionCard
from knowledge.institutions.codes import examined
from knowledge.keys.keys import Key, KeyScope

MOST = 20
LOOKED_THROUGH = 100  # of a key that is limited to regions, so that theirs are found behind others of the name

router = APIRouter(prefix="/institutions", tags=["单位"])
Name = Annotated[str, StringConstraints(pattern=SEEN_AND_SOMETHING, max_length=200)]
CreditCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]


class Institution(BaseModel):
    """一个单位对外公开的登记信息；名录里没有的字段为 null。"""

    id: str = Field(description="本系统内的编号")
    name: str = Field(description="名称", examples=["云泽县第一中学"])
    updated_at: datetime = Field(description="最后更改的时间")
    aliases: list[str] = Field(description="简称、别名")
    former_names: list[str] = Field(description="曾用名")
    credit_code: str | None = Field(description="统一社会信用代码")
    certificate_number: str | None = Field(description="原事业单位法人证书号")
    region: str | None = Field(description="6位行政区划代码")
    kind: str | None = Field(description="类别")
    address: str | None = Field(description="住所")
    legal_representative: str | None = Field(description="法定代表人")
    purpose: str | None = Field(description="宗旨和业务范围")
    sponsor: str | None = Field(description="举办单位")
    funding_source: str | None = Field(description="经费来源")
    initial_fund: str | None = Field(description="开办资金")
    registration_authority: str | None = Field(description="登记管理机关")
    certificate_valid_until: date | None = Field(description="证书有效期截止日期")
    annual_report_year: int | None = Field(description="最近一次年度报告的年度")
    status: str | None = Field(description="状态")
    phone: str | None = Field(description="单位公开的电话")
    latitude: float | None = Field(description="纬度（GCJ-02）")
    longitude: float | None = Field(description="经度（GCJ-02）")


class InstitutionsFound(BaseModel):
    found: Literal["one", "several", "none"] = Field(
        description="`one` 就是第一个；`several` 请让人选；`none` 没有足够像的"
    )
    items: list[Institution] = Field(description="最像的在前")


@router.get("", summary="按名称查找", response_model=InstitutionsFound, **needs(KeyScope.INSTITUTIONS))
def find_institutions(
    request: Request,
    key: Naming,
    q: Annotated[Name, Query(description="名称、简称、曾用名、代码或地址，可以有错字", examples=["云泽一中"])],
    region: HomeRegion = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="最多要几个")] = 5,
) -> InstitutionsFound:
    """与公众号“查单位”同一套查找。限定地区的密钥只得到这些地区的单位。"""
    require_region(key, region)
    wanted = LOOKED_THROUGH if key.regions else limit
    lookup = parts_of(request).services.institutions.look_up(q, region=region, limit=wanted)
    cards = [hit.institution for hit in lookup.hits if _inside(key, hit.institution)]
    first_meant = lookup.kind == "one" and bool(cards) and cards[0] == lookup.hits[0].institution
    kind: Literal["one", "several", "none"] = "one" if first_meant else "several" if cards else "none"
    return InstitutionsFound(found=kind, items=[_shown(card) for card in cards[:limit]])


@router.get(
    "/{credit_code}", summary="按代码取一个", response_model=Institution, **needs(KeyScope.INSTITUTIONS, "not-found")
)
def get_institution(
    request: Request,
    key: Naming,
    credit_code: Annotated[CreditCode, Path(description="18位统一社会信用代码", examples=["12320300MB0X00015P"])],
) -> Institution:
    """按统一社会信用代码取一个单位；查不到时说明最后一位校验码对不对。"""
    hits = parts_of(request).services.institutions.look_up(credit_code, region=None, limit=1).hits
    if hits and hits[0].exact and hits[0].institution.credit_code == credit_code and _inside(key, hits[0].institution):
        return _shown(hits[0].institution)
    expected = examined(credit_code).expected
    raise Refused(
        PROBLEMS["not-found"], NO_INSTITUTION_WRONG_DIGIT.format(expected=expected) if expected else NO_INSTITUTION
    )


def _inside(key: Key, card: InstitutionCard) -> bool:
    return key.place.allows(region=card.region, topic=None, writing=False)


def _shown(card: InstitutionCard) -> Institution:
    return Institution.model_validate({name: getattr(card, name) for name in CARD_FIELDS})
