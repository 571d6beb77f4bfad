"""What the console calls its people."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.staff.rights import Grant, Role

ROLE = {
    Role.EDITOR: "编辑",
    Role.REVIEWER: "审核",
    Role.SECRECY: "保密审查",
    Role.HANDLER: "办理",
    Role.REPORTS: "12310专员",
    Role.ADMIN: "管理员",
    Role.AUDITOR: "审计员",
}


def role_names(grants: Iterable[Grant]) -> str:
    """Each role once, in the order of ``ROLE``."""
    held = {grant.role for grant in grants}
    return "、".join(name for role, name in ROLE.items() if role in held)
