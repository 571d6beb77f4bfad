"""Demo mode (``BST_DEMO=1``): a simulator account with keys of its own, the reference platform, sample data.

Only on a loopback address: the simulator can send anything as a citizen.
"""

from __future__ import annotations

import base64
import ipaddress
import itertools
from dataclasses import dataclass, field

from api.settings import SettingsError
from bot.account import Account, AccountKind, Credentials, Mode
from knowledge.store.vault import Vault

SIMULATOR = "simulator"
SAMPLE_REGION = "990101"  # the invented county of the sample data
# Invented facts of an invented bureau; the numbers cannot be dialled.
SAMPLE_BUREAU = {
    "bureau_name": "示例县委编办（演示）",
    "bureau_phone": "0000-12345678",
    "bureau_address": "示例县政务中心 1 号楼 203 室",
    "office_hours": "工作日 9:00-12:00，14:00-17:30",
    "duty_phone": "0000-12345679",
    "official_site": "示例县机构编制网（演示）",
    "guide_link": "示例县政务中心二楼导办台（演示）",
    "registration_system": "事业单位在线登记系统",
    "website_mark_system": "网站标识管理系统",
    "promise_days": "10 个工作日",
    "smz_contact": "0000-12345680",
    "disclosure_contact": "0000-12345681",
    "credit_code_site": "统一社会信用代码查询网站",
    "hotline_consult_days": "5 个工作日",
    "hotline_complaint_days": "15 个工作日",
}


@dataclass(frozen=True, slots=True)
class DemoPlatform:
    """How the product and its reference platform reach each other, over HTTP like any other."""

    url: str
    token: str = field(repr=False)
    callback_url: str = ""
    callback_secret: str = field(default="", repr=False)


def require_loopback(host: str) -> None:
    """Raises ``SettingsError`` for an address that others could reach."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise SettingsError(
            f"BST_DEMO=1 只能在本机地址（127.0.0.1）上运行，不能用 {host}；请去掉 BST_DEMO 或改用 127.0.0.1"
        )


def simulator_account(vault: Vault) -> Account:
    """Keys from the installation's own secret, so that several processes agree and no other account shares them."""
    return Account(
        name=SIMULATOR,
        app_id="wx" + vault.key("simulator-app-id", 8).hex(),
        mode=Mode.SAFE,
        kind=AccountKind.SERVICE,
        verified=True,
        region=SAMPLE_REGION,
        template_ids={"办理进度": vault.key("simulator-template", 32).hex()[:43]},
        bureau=SAMPLE_BUREAU,
        credentials=Credentials(
            app_secret=vault.key("simulator-app-secret", 16).hex(),
            token=vault.key("simulator-token", 16).hex(),
            aes_key=_aes_key(vault),
        ),
    )


def _aes_key(vault: Vault) -> str:
    """43 letters and digits that are the Base64 of 32 bytes; about every fourth try has no other sign in it."""
    tries = (base64.b64encode(vault.key(f"simulator-aes-key-{n}")).decode()[:43] for n in itertools.count())
    return next(key for key in tries if key.isalnum())


def demo_platform(vault: Vault, *, base_url: str) -> DemoPlatform:
    """``base_url`` is where this very server listens."""
    return DemoPlatform(
        url=f"{base_url}/platform/v1",
        token=vault.key("demo-platform-token", 24).hex(),
        callback_url=f"{base_url}/callbacks/platform",
        callback_secret="whsec_" + base64.b64encode(vault.key("demo-platform-callbacks")).decode(),
    )
