"""The simulator's page in a real chromium: what a visitor of the demo does with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.links import menu_link
from bot.messages import ClickEvent, ImageMessage, Incoming, LocationMessage, TextMessage, VoiceMessage
from bot.replies import Article, News, Reply, Text
from tests.api.chromium import CHROMIUM, DESK, PHONE, QUIET
from tests.api.simulator_world import TEMPLATE, World, running, sample_account

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 chromium，浏览器测试已跳过"),
]
playwright = pytest.importorskip("playwright.sync_api")


def answer(message: Incoming) -> Reply:
    match message:
        case TextMessage(content="你好"):
            return Text(
                "您好，请选：\n" + menu_link("办登记", "怎样办登记", "1") + "\n<b>不是标签</b> https://example.org/"
            )
        case TextMessage(content="图文"):
            return News(
                Article("年度报告怎么报", "每年三月底之前", "https://example.org/", "https://example.org/a.png")
            )
        case TextMessage() as text:
            return Text(f"收到：{text.content}")
        case ImageMessage():
            return Text("收到图片")
        case LocationMessage() as place:
            return Text(f"附近：{place.label}")
        case VoiceMessage() as voice:
            return Text(f"听到：{voice.recognition}")
        case ClickEvent() as click:
            return Text(f"菜单：{click.key}")
        case _:
            return Text("欢迎")


@pytest.fixture
def world() -> Iterator[World]:
    with running(World(sample_account(), answer)) as world:
        yield world


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visit:
    """A page that notes every request to another host and everything that the browser complains of."""

    def __init__(self, browser: playwright.Browser, world: World, size: dict[str, int]) -> None:
        self.context = browser.new_context(viewport=size, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda r: None if r.url.startswith(world.base) else self.outside.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{world.base}/simulator")

    def say(self, words: str) -> None:
        self.page.get_by_label("输入消息").fill(words)
        self.page.get_by_role("button", name="发送", exact=True).click()

    def sees(self, words: str) -> None:
        playwright.expect(self.page.get_by_role("log").get_by_text(words).last).to_be_visible(timeout=8000)

    def end(self) -> None:
        self.context.close()
        assert self.outside == []
        assert self.complaints == []


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def visit(request: pytest.FixtureRequest, chromium: playwright.Browser, world: World) -> Iterator[Visit]:
    visit = Visit(chromium, world, request.param)
    yield visit
    visit.end()


def test_text_link_menu_picture_place_and_voice(visit: Visit, world: World) -> None:
    page = visit.page
    visit.say("你好")
    visit.sees("<b>不是标签</b>")
    page.get_by_role("log").get_by_role("link", name="办登记").click()
    visit.sees("收到：怎样办登记")
    assert [m.menu_id for m in world.received if isinstance(m, TextMessage)] == [None, "1"]
    page.get_by_role("button", name="切换到菜单").click()
    page.get_by_role("button", name="问一问").click()
    page.get_by_role("button", name="常见问题").click()
    visit.sees("菜单：ask")
    page.get_by_role("button", name="切换到输入").click()
    page.get_by_role("button", name="更多发送方式").click()
    page.get_by_role("button", name="示例图片").click()
    page.get_by_role("button", name="一份示例证书").click()
    visit.sees("收到图片")
    page.get_by_role("button", name="更多发送方式").click()
    page.get_by_role("button", name="位置").click()
    page.get_by_label("地点").select_option("自己填写")
    page.get_by_label("名称").fill("河边")
    page.get_by_label("纬度").fill("30.5")
    page.get_by_label("经度").fill("120.5")
    page.get_by_role("dialog").get_by_role("button", name="发送").click()
    visit.sees("附近：河边")
    page.get_by_role("button", name="更多发送方式").click()
    page.get_by_role("button", name="语音").click()
    page.get_by_label("识别出的文字（可留空）").fill("我要反馈")
    page.get_by_role("dialog").get_by_role("button", name="发送").click()
    visit.sees("听到：我要反馈")


def test_a_file_can_be_sent_and_a_wrong_one_is_refused_politely(visit: Visit, tmp_path: Path, world: World) -> None:
    from api.simulator.pictures import sample_picture

    picture, other = tmp_path / "a.png", tmp_path / "b.png"
    picture.write_bytes(sample_picture("street"))
    other.write_bytes(b"no picture")
    for file in (picture, other):
        visit.page.get_by_role("button", name="更多发送方式").click()
        visit.page.get_by_label("选择照片发送").set_input_files(file)
        if file is picture:
            visit.sees("收到图片")
    playwright.expect(visit.page.get_by_role("alert")).to_have_text("这不是图片，请选 JPG 或 PNG 文件")
    visit.complaints.clear()  # chromium itself notes the 422


def test_a_push_appears_by_itself_and_news_fetch_no_outside_picture(visit: Visit, world: World) -> None:
    visit.say("图文")
    visit.sees("年度报告怎么报")
    phone = next(iter(world.state.phones.values()))
    phone.subscriptions[TEMPLATE] = 1
    rows = [{"name": "thing1", "value": "已受理"}]
    world.state.show(phone, "account", "card", {"label": "订阅通知", "title": "办理进度", "rows": rows, "url": ""})
    visit.sees("已受理")


def test_the_raw_exchange_opens_on_demand(visit: Visit) -> None:
    visit.say("你好")
    visit.sees("您好，请选")
    if visit.page.get_by_role("button", name="打开原始报文").is_visible():
        visit.page.get_by_role("button", name="打开原始报文").click()
    visit.page.locator("#exchanges .exchange").first.click()
    playwright.expect(visit.page.get_by_text("解密后的回复")).to_be_visible()
    playwright.expect(visit.page.get_by_text("请求报文（密文）")).to_be_visible()


def test_who_does_not_follow_is_asked_to(visit: Visit) -> None:
    if visit.page.get_by_role("button", name="打开模拟设置").is_visible():
        visit.page.get_by_role("button", name="打开模拟设置").click()
    visit.page.get_by_role("button", name="阿岚").click()
    visit.page.locator("#follow-now").click()
    visit.sees("欢迎")
    playwright.expect(visit.page.get_by_label("输入消息")).to_be_visible()
