"""What the pages of the entries call things."""

from __future__ import annotations

ENTRY_STATUS = {"published": "已发布", "draft": "草稿", "retired": "已停用"}
