"""The installation's secret: from the settings, or, in the demo only, made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from api.settings import Settings, SettingsError

FILE = "secret.key"


def secret_key(settings: Settings) -> str:
    """Raises ``SettingsError`` where there is none: outside the demo no secret has a default."""
    if settings.secret_key:
        return settings.secret_key
    if not settings.demo:
        raise SettingsError(
            "没有设置 BST_SECRET_KEY；请用 python -c 'import secrets; print(secrets.token_hex(32))' 生成一个并妥善保存"
        )
    return _kept_in(settings.data_dir / FILE)


def _kept_in(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii").strip()
        if not kept:
            raise SettingsError(f"{path} 是空的；请恢复备份，或删除整个数据目录后重新开始") from None
        return kept
    with os.fdopen(handle, "w", encoding="ascii") as file:
        made = secrets.token_hex(32)
        file.write(made)
    return made
