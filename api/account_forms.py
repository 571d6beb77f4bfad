"""What an account's facts must look like. Each check answers with one sentence or ``None`` and repeats no secret."""

from __future__ import annotations

import base64
import re

APP_ID = re.compile(r"wx[0-9a-z]{16}")
REGION = re.compile(r"[1-9][0-9]{5}")
TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")  # official: 3 to 32 letters or digits
AES_KEY = re.compile(r"[A-Za-z0-9]{43}")  # official: 43 letters or digits
APP_SECRET = re.compile(r"[0-9a-f]{32}")  # as the back office shows it once


def app_id_problem(value: str) -> str | None:
    if APP_ID.fullmatch(value):
        return None
    return "AppID 应为 wx 开头的 18 位小写字母和数字；请从后台“基本配置”完整复制"


def app_secret_problem(value: str) -> str | None:
    if APP_SECRET.fullmatch(value):
        return None
    return f"AppSecret 应为 32 位小写十六进制字符（现在是 {len(value)} 个字符）；请在后台“基本配置”重置后完整复制"


def token_problem(value: str) -> str | None:
    if TOKEN.fullmatch(value):
        return None
    return f"Token 应为 3 到 32 个字母或数字（现在是 {len(value)} 个字符）；请与后台“服务器配置”填写一致"


def aes_key_problem(value: str) -> str | None:
    if not AES_KEY.fullmatch(value):
        return f"EncodingAESKey 应为 43 个字母或数字（现在是 {len(value)} 个字符）；请从后台“服务器配置”完整复制"
    # 43 characters hold 258 bits: the last two are no part of the key and base64 wants them to be there all the same.
    assert len(base64.b64decode(value + "=")) == 32
    return None


def region_problem(value: str) -> str | None:
    if REGION.fullmatch(value):
        return None
    return "region 应为 6 位行政区划代码，例如 110101；请改正"
