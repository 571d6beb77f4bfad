"""Every kind of message and event becomes its typed value; what is missing or malformed is refused by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import EnvelopeRefused
from bot.fields import Fields, read_fields
from bot.messages import (
    ClickEvent,
    Event,
    ImageMessage,
    Incoming,
    LinkMessage,
    LocationEvent,
    LocationMessage,
    OtherEvent,
    ScanEvent,
    ShortVideoMessage,
    SubscribeEvent,
    SubscriptionChoice,
    SubscriptionEvent,
    TemplateSentEvent,
    TextMessage,
    UnknownMessage,
    UnreadablePlace,
    UnsubscribeEvent,
    VideoMessage,
    ViewEvent,
    VoiceMessage,
)
from bot.parsing import parse
from tests.bot.wechat import xml

SENT = datetime(2014, 9, 3, 9, 47, 48, tzinfo=UTC)
COMMON = {"to_account": "gh_a", "openid": "o-b", "sent_at": SENT}
HEAD = {"ToUserName": "gh_a", "FromUserName": "o-b", "CreateTime": int(SENT.timestamp())}
MESSAGE = COMMON | {"message_id": 7}

CASES: list[tuple[dict[str, object], Incoming]] = [
    ({"MsgType": "text", "Content": " 你好 ", "MsgId": 7}, TextMessage(**MESSAGE, content=" 你好 ")),
    ({"MsgType": "text", "Content": "", "MsgId": 7}, TextMessage(**MESSAGE, content="")),
    (
        {"MsgType": "text", "Content": "人工", "MsgId": 7, "bizmsgmenuid": "3"},
        TextMessage(**MESSAGE, content="人工", menu_id="3"),
    ),
    (
        {"MsgType": "image", "PicUrl": "http://p", "MediaId": "m", "MsgId": 7},
        ImageMessage(**MESSAGE, media_id="m", picture_url="http://p"),
    ),
    (
        {"MsgType": "image", "PicUrl": "http://p", "MsgId": 7},
        ImageMessage(**MESSAGE, media_id="", picture_url="http://p"),
    ),
    (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "MsgId": 7},
        VoiceMessage(**MESSAGE, media_id="m", format="amr"),
    ),
    (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "", "MsgId": 7},
        VoiceMessage(**MESSAGE, media_id="m", format="amr", recognition=""),
    ),
    (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "年报。", "MsgId": 7},
        VoiceMessage(**MESSAGE, media_id="m", format="amr", recognition="年报。"),
    ),
    (
        {"MsgType": "video", "MediaId": "m", "ThumbMediaId": "t", "MsgId": 7},
        VideoMessage(**MESSAGE, media_id="m", thumbnail_media_id="t"),
    ),
    (
        {"MsgType": "shortvideo", "MediaId": "m", "ThumbMediaId": "t", "MsgId": 7},
        ShortVideoMessage(**MESSAGE, media_id="m", thumbnail_media_id="t"),
    ),
    (
        {"MsgType": "location", "Location_X": "34.2", "Location_Y": 117.2, "Scale": 20, "Label": "徐州", "MsgId": 7},
        LocationMessage(**MESSAGE, latitude=34.2, longitude=117.2, scale=20, label="徐州"),
    ),
    (
        {"MsgType": "link", "Title": "t", "Description": "d", "Url": "u", "MsgId": 7},
        LinkMessage(**MESSAGE, title="t", description="d", url="u"),
    ),
    ({"MsgType": "event", "Event": "subscribe"}, SubscribeEvent(**COMMON, event="subscribe")),
    (
        {"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_hall", "Ticket": "t"},
        SubscribeEvent(**COMMON, event="subscribe", key="qrscene_hall", scene="hall"),
    ),
    (
        {"MsgType": "event", "Event": "subscribe", "EventKey": "last_trade_no_1"},
        SubscribeEvent(**COMMON, event="subscribe", key="last_trade_no_1"),
    ),
    (
        {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""},
        UnsubscribeEvent(**COMMON, event="unsubscribe"),
    ),
    (
        {"MsgType": "event", "Event": "SCAN", "EventKey": "hall", "Ticket": "t"},
        ScanEvent(**COMMON, event="SCAN", key="hall", scene="hall"),
    ),
    ({"MsgType": "event", "Event": "CLICK", "EventKey": "k"}, ClickEvent(**COMMON, event="CLICK", key="k")),
    ({"MsgType": "event", "Event": "VIEW", "EventKey": "http://v"}, ViewEvent(**COMMON, event="VIEW", key="http://v")),
    (
        {"MsgType": "event", "Event": "LOCATION", "Latitude": 34.2, "Longitude": 117.2, "Precision": 65},
        LocationEvent(**COMMON, event="LOCATION", latitude=34.2, longitude=117.2, precision=65),
    ),
    (
        {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": 9, "Status": "failed:user block"},
        TemplateSentEvent(**COMMON, event="TEMPLATESENDJOBFINISH", sent_message_id="9", status="failed:user block"),
    ),
    ({"MsgType": "event", "Event": "kf_create_session"}, OtherEvent(**COMMON, event="kf_create_session")),
    ({"MsgType": "2030", "MsgId": 7}, UnknownMessage(**COMMON, type="2030", message_id=7)),
    ({"MsgType": "of-tomorrow"}, UnknownMessage(**COMMON, type="of-tomorrow")),
]


@pytest.mark.parametrize(("fields", "value"), CASES)
def test_each_kind_becomes_its_value_from_xml_and_from_json(fields: dict[str, object], value: Incoming) -> None:
    assert parse(xml(**HEAD, **fields)) == value
    assert parse(json.dumps(HEAD | fields).encode()) == value
    assert parse(json.dumps({k: str(v) for k, v in (HEAD | fields).items()}).encode()) == value


def test_subscription_choices_are_read_from_their_list_in_both_formats() -> None:
    head = "".join(f"<{k}>{v}</{k}>" for k, v in HEAD.items())
    rows = (
        "<List><TemplateId>T1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
        "<List><TemplateId>T2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>"
    )
    name = "subscribe_msg_popup_event"
    event = f"<MsgType>event</MsgType><Event>{name}</Event>"
    as_xml = f"<xml>{head}{event}<SubscribeMsgPopupEvent>{rows}</SubscribeMsgPopupEvent></xml>"
    listed = [
        {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": 0},
        {"TemplateId": "T2", "SubscribeStatusString": "reject"},
    ]
    as_json = HEAD | {"MsgType": "event", "Event": name, "List": listed}
    nested = HEAD | {"MsgType": "event", "Event": name, "SubscribeMsgPopupEvent": {"List": listed}}
    expected = (
        SubscriptionChoice(template_id="T1", status="accept"),
        SubscriptionChoice(template_id="T2", status="reject"),
    )

    for body in (as_xml.encode(), json.dumps(as_json).encode(), json.dumps(nested).encode()):
        read = parse(body)
        assert isinstance(read, SubscriptionEvent)
        assert read.choices == expected


def test_a_single_subscription_result_may_stand_without_its_brackets() -> None:
    row = {"TemplateId": "T", "MsgID": 5, "ErrorCode": 0, "ErrorStatus": "success"}
    read = parse(json.dumps(HEAD | {"MsgType": "event", "Event": "subscribe_msg_sent_event", "List": row}).encode())

    assert isinstance(read, SubscriptionEvent)
    assert read.choices == (SubscriptionChoice(template_id="T", status="success", message_id="5"),)


TEXT = HEAD | {"MsgType": "text", "Content": "x", "MsgId": 7}
LOCATION = HEAD | {"MsgType": "location", "Location_X": "34", "Location_Y": "117", "MsgId": 7}
REPORT = HEAD | {"MsgType": "event", "Event": "LOCATION", "Latitude": "34", "Longitude": "117"}


@pytest.mark.parametrize("name", ["ToUserName", "FromUserName"])
@pytest.mark.parametrize("value", [None, "", "  ", "o" * 129])
def test_a_body_that_does_not_tell_its_two_ends_is_refused(name: str, value: str | None) -> None:
    left = {k: v for k, v in TEXT.items() if k != name} | ({} if value is None else {name: value})

    for body in (xml(**left), json.dumps(left).encode()):
        with pytest.raises(EnvelopeRefused, match=name):
            parse(body)


def unread(fields: dict[str, object]) -> Incoming:
    """The same from XML and JSON."""
    read = parse(xml(**fields))
    assert parse(json.dumps(fields).encode()) == read
    return read


@pytest.mark.parametrize(
    ("fields", "name", "type_"),
    [(TEXT, "Content", "text"), (TEXT, "CreateTime", "text"), (TEXT, "MsgType", "unnamed")]
    + [(HEAD | {"MsgType": kind, "MediaId": "m", "MsgId": 7}, "MediaId", kind) for kind in ("image", "voice", "video")],
)
def test_a_message_with_a_field_missing_is_an_unknown_one(fields: dict[str, object], name: str, type_: str) -> None:
    read = unread({k: v for k, v in fields.items() if k != name})

    assert isinstance(read, UnknownMessage)
    assert read.type == type_


@pytest.mark.parametrize(
    ("name", "event"),
    [("Latitude", "LOCATION"), ("Longitude", "LOCATION"), ("CreateTime", "LOCATION"), ("Event", "unnamed")],
)
def test_an_event_with_a_field_missing_is_one_that_we_have_no_use_for(name: str, event: str) -> None:
    read = unread({k: v for k, v in REPORT.items() if k != name})

    assert isinstance(read, OtherEvent)
    assert read.event == event


@pytest.mark.parametrize(
    "change",
    [{"CreateTime": value} for value in ("", "soon", "-1", "1e9", "12.5", "９９", "9" * 12, "9" * 6000)]
    + [{"MsgId": value} for value in ("", "x", "-1", "9" * 21)]
    + [{"MsgType": " "}],
)
def test_a_message_with_a_malformed_field_is_an_unknown_one(change: dict[str, object]) -> None:
    assert isinstance(unread(TEXT | change), UnknownMessage)


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-inf", "181", "1e400"])
def test_a_place_that_is_not_on_earth_is_one_that_cannot_be_read(value: str) -> None:
    assert unread(LOCATION | {"Location_Y": value}) == UnreadablePlace(**MESSAGE)
    assert isinstance(unread(REPORT | {"Longitude": value}), OtherEvent)


@pytest.mark.parametrize("name", sorted(TEXT))
def test_a_tag_that_stands_twice_is_refused(name: str) -> None:
    body = xml(**TEXT)
    again = f"<{name}>1</{name}></xml>".encode()

    with pytest.raises(EnvelopeRefused, match=f"{name} stands twice"):
        parse(body.replace(b"</xml>", again))
    with pytest.raises(EnvelopeRefused, match=f"{name} stands twice"):
        parse(json.dumps(TEXT).encode()[:-1] + f',"{name}":"1"}}'.encode())


def test_a_doubled_tag_that_nobody_reads_does_no_harm() -> None:
    assert parse(xml(**TEXT).replace(b"</xml>", b"<New>1</New><New>2</New></xml>")) == parse(xml(**TEXT))


@pytest.mark.parametrize("body", [b"<Content><a>1</a></Content>", b"<Content>a<b/>c</Content>"])
def test_tags_inside_a_value_are_refused(body: bytes) -> None:
    with pytest.raises(EnvelopeRefused, match="Content"):
        parse(xml(**TEXT).replace(b"<Content><![CDATA[x]]></Content>", body))


def test_a_comment_inside_a_value_changes_nothing() -> None:
    body = xml(**TEXT).replace(b"<Content><![CDATA[x]]></Content>", b"<Content>a<!-- no -->b<?pi no?>c</Content>")
    read = parse(body)

    assert isinstance(read, TextMessage)
    assert read.content == "abc"


@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_control_character_in_a_text_is_dropped_and_the_text_answered(bad: str) -> None:
    for body in (xml(**(TEXT | {"Content": f"年{bad}报"})), json.dumps(TEXT | {"Content": f"年{bad}报"}).encode()):
        read = parse(body)
        assert isinstance(read, TextMessage)
        assert read.content == "年报"


@pytest.mark.parametrize("content", ["<!DOCTYPE xml>", "<!ENTITY x>", "&lol;", "</xml>", "]]", "{}", "a\nb", "😀🏻"])
def test_a_citizen_may_write_what_looks_like_markup(content: str) -> None:
    read = parse(xml(**(TEXT | {"Content": content})))

    assert isinstance(read, TextMessage)
    assert read.content == content


def test_half_a_character_in_json_is_refused() -> None:
    with pytest.raises(EnvelopeRefused, match="half a character"):
        parse(json.dumps(TEXT).replace('"x"', '"\\ud83d"').encode())


def test_ten_thousand_characters_are_read_whole() -> None:
    read = parse(xml(**(TEXT | {"Content": "编" * 10_000})))

    assert isinstance(read, TextMessage)
    assert len(read.content) == 10_000


def test_without_an_id_the_same_body_still_has_the_same_identity() -> None:
    without = {k: v for k, v in TEXT.items() if k != "MsgId"}

    assert parse(xml(**without)).identity == parse(xml(**without)).identity
    assert parse(xml(**without)).identity != parse(xml(**(without | {"Content": "y"}))).identity


def test_two_reports_of_one_second_have_two_identities() -> None:
    def report(number: int) -> Incoming:
        return parse(xml(**HEAD, MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=number, Status="success"))

    assert report(1).identity != report(2).identity
    assert report(1).identity == report(1).identity


NEVER_POSTED = ("reply_", "encrypted_")


def test_every_collected_payload_becomes_a_value(shared: Path) -> None:
    payloads = [p for p in sorted((shared / "wechat" / "payloads").iterdir()) if p.suffix in (".xml", ".json")]
    posted = [p for p in payloads if not p.name.startswith(NEVER_POSTED)]
    kinds: dict[str, type] = {p.name: type(parse(p.read_bytes())) for p in posted}

    assert len(kinds) > 100
    for name, kind in kinds.items():
        assert issubclass(kind, Event) == name.removeprefix("json_").startswith("event_"), name


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*TEXT, "List", "Event"]), inner),
    max_leaves=10,
)


@given(change=st.dictionaries(st.sampled_from([*TEXT, "List", "Event", "EventKey", "Latitude"]), json_values))
def test_any_json_is_read_or_refused(change: dict[str, Any]) -> None:
    try:
        parse(json.dumps(TEXT | change).encode())
    except EnvelopeRefused:
        return


PIECES = st.sampled_from(
    [
        "你好",
        " ",
        "\n",
        "\r\n",
        "]",
        "]]>",
        "<",
        ">",
        "&",
        "&amp;",
        "<![CDATA[",
        "]]",
        "</Content>",
        "<a/>",
        "\x0b",
        "\ufffe",
        "x",
    ]
)
NAMES = st.sampled_from(["Content", "MsgId", "Other", "other", "_x", "A-b", "9", "Content "])


def wrapped(name: str, value: str, quoted: bool) -> str:
    return f"<{name}><![CDATA[{value}]]></{name}>" if quoted else f"<{name}>{value}</{name}>"


@given(st.lists(st.tuples(NAMES, st.lists(PIECES, max_size=4).map("".join), st.booleans()), max_size=4), PIECES)
def test_a_body_is_read_the_same_whether_it_is_plainly_flat_or_not(
    fields: list[tuple[str, str, bool]], between: str
) -> None:
    inside = between.join(wrapped(*field) for field in fields)

    assert read_or_none(f"<xml>{inside}</xml>".encode()) == read_or_none(f"<xml>{inside}<!-- --></xml>".encode())


@given(st.binary(max_size=12), st.booleans(), st.booleans())
def test_bytes_that_are_no_text_are_refused_wherever_they_stand(value: bytes, quoted: bool, twice: bool) -> None:
    field = (b"<Other><![CDATA[%b]]></Other>" if quoted else b"<Other>%b</Other>") % value
    inside = b"<Other>1</Other>" * twice + field

    assert read_or_none(b"<xml>" + inside + b"</xml>") == read_or_none(b"<xml>" + inside + b"<!----></xml>")


def read_or_none(body: bytes) -> Fields | None:
    try:
        return read_fields(body)
    except EnvelopeRefused:
        return None
