"""``python -m tests.e2e.pictures``: the console's pages with something on them, photographed for ``docs/console``.

It runs the demo as ``make run`` does, lets citizens ask and staff work, and writes a picture a page, which a person
looks at before it is committed.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from tests.api.chromium import CHROMIUM, DESK, PHONE, QUIET
from tests.api.console.visit import Visit
from tests.e2e.console_story import ANSWER, QUESTION, approved, published, written
from tests.e2e.phone import Phone
from tests.e2e.product import ROOT, RunningProduct
from tests.e2e.staff import Staff, playwright

FOLDER = ROOT / "docs" / "console"
COLOURS = 64  # a page of text needs no more, and the file is a third as large
LONGEST = 1500  # pixels; further down a page only repeats itself

# Name of the picture, who is photographed, the page, and whether on a phone.
PAGES = (
    ("home", "reviewer", "", False),
    ("home-phone", "editor", "", True),
    ("entries", "editor", "entries/list", False),
    ("entry", "editor", "entry?id=NB01", False),
    ("drafts", "reviewer", "drafts", False),
    ("publishing", "reviewer", "publishing", False),
    ("golden", "editor", "golden", False),
    ("bench", "editor", "trial", False),
    ("laws", "reviewer", "laws", False),
    ("missed", "editor", "missed", False),
    ("missed-phone", "editor", "missed", True),
    ("numbers", "editor", "numbers", False),
    ("numbers-phone", "editor", "numbers", True),
    ("imports", "editor", "imports", False),
    ("institutions", "admin", "institutions/list", False),
    ("quality", "admin", "institutions/quality", False),
    ("desk", "handler", "feedback/list", False),
    ("dictionary", "editor", "dictionary", False),
    ("sentences", "admin", "sentences", False),
    ("menu", "admin", "menus", False),
    ("people", "admin", "people", False),
    ("keys", "admin", "keys", False),
    ("sign-ins", "auditor", "sign-ins", False),
    ("audit", "auditor", "audit", False),
)
MISSED = "红戳子裂了"  # and who asked it wants to know
ASKED = (
    "年报什么时候报", "法人证书丢了怎么办", MISSED, "圆戳子掉色", "设立登记要什么材料",
    "变更登记多久办结", "单位食堂对外开放吗", "示例县第一中学", "网站标识怎么申请",
)  # fmt: skip


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bianshitong-pictures-") as folder, playwright.sync_playwright() as driver:
        product = RunningProduct(Path(folder))
        product.start()
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        staff = Staff(product, browser)
        try:
            worked(staff)
            for name, person, page, on_phone in PAGES:
                photographed(staff.at_desk(person), name, page, on_phone=on_phone)
            staff.go_home()
        finally:
            browser.close()
            product.stop()
    return 0


def worked(staff: Staff) -> None:
    """A morning at the office."""
    phone = Phone(staff.product.url)
    for question in (*ASKED, QUESTION):
        phone.says(question)
        if question == MISSED:
            phone.says("有答案时告诉我")
    for words in ("反馈", "建议", "希望窗口周六上午也开放办理", "没有了", "跳过", "确认"):
        phone.says(words)
    staff.hire("colleague", role="reviewer")
    written(staff.at_desk("editor"), QUESTION, ANSWER)
    approved(staff, QUESTION, reviewer="reviewer")
    published(staff, reviewer="reviewer", shown=ANSWER)
    written(staff.at_desk("editor"), "单位食堂对外开放吗？", "不对外开放。咨询电话{{bureau_phone}}。")
    time.sleep(15)  # the worker groups what was missed every ten seconds


def photographed(visit: Visit, name: str, page: str, *, on_phone: bool) -> None:
    visit.page.set_viewport_size(PHONE if on_phone else DESK)
    visit.open(page)
    whole = visit.page.screenshot(full_page=True)
    with Image.open(io.BytesIO(whole)) as picture:
        shown = picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))
        shown.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(FOLDER / f"{name}.png", optimize=True)
    visit.page.set_viewport_size(DESK)
    sys.stdout.write(f"{name}: {(FOLDER / f'{name}.png').stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    sys.exit(main())
