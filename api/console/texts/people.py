"""What the console calls its people, and what its pages about them say."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.institutions.places import place_of
from knowledge.staff.directory import Outcome, Standing
from knowledge.staff.models import StaffGrant
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
ABOUT_ROLE = {
    Role.EDITOR: "写条目和问法，处理没答上的问题",
    Role.REVIEWER: "审核别人的草稿、发布、撤下，也能写",
    Role.SECRECY: "发布前的保密审查，确认敏感角色",
    Role.HANDLER: "办理反馈，可看群众的联系方式",
    Role.REPORTS: "处理 12310 举报",
    Role.ADMIN: "管账号、角色和系统，看不到群众的联系方式",
    Role.AUDITOR: "查登录记录和审计日志，不改动任何内容",
}

PEOPLE, PERSON, GRANTS, SIGN_INS = "账号与角色", "账号", "待确认的角色", "登录记录"
ABOUT_PEOPLE = "每人一个账号，按职责授予角色。改动后本人须重新登录，并记入审计日志。"
STANDING = {
    Standing.ACTIVE: "在用",
    Standing.DISABLED: "已停用",
    Standing.LOCKED: "已锁定",
    Standing.WITHOUT_ROLE: "没有角色",
}
EVERYBODY = "全部"
EVERYWHERE, ALL_TOPICS = "不限地区", "不限主题"
ABOUT_PLACE = "地区填 6 位行政区划代码，包括其下级；主题只限知识库，反馈不分主题。管理员和审计员两项都不填。"
ABOUT_OWN = "这是您自己的账号：角色、停用和重置须由另一位管理员操作，密码在右上角“修改密码”里改。"
ABOUT_WAITING = "保密审查、审计员和 12310专员要由保密审查人员确认后才生效，他人授予、您来确认；自己的角色不能自己确认。"

MADE = "已新建账号 {name}，它还没有角色。一次性密码只显示这一次，请马上当面交给本人，首次登录须改密码："
RESET = "{name} 的一次性密码只显示这一次，请马上当面交给本人，登录后须改密码："
DISABLED = "已停用，本人已退出登录；角色保留，重新启用后照旧。"
ENABLED = "已重新启用，角色和密码照旧。"
UNLOCKED = "已解锁，现在可以登录。"
GRANTED = "已授予“{role}”，本人须重新登录。"
GRANTED_WAITING = "已授予“{role}”，由保密审查人员确认后才生效。"
TAKEN_BACK = "已收回角色，本人须重新登录。"
CONFIRMED = "已确认“{role}”，现在生效。"
ASK_RESET = "给 {name} 换一个一次性密码？原密码立即失效，本人会退出登录。"
ASK_DISABLE = "停用 {name}？本人会立即退出登录。"
ASK_TAKE_BACK = "收回 {name} 的“{role}”？"
ASK_CONFIRM = "确认 {name} 的“{role}”？确认后立即生效。"
NO_SUCH_ROLE = "请选择要授予的角色"
NO_SUCH_TOPIC = "没有这个主题；请从列表里选，不限时请留空"

OUTCOME = {
    Outcome.SIGNED_IN: "登录",
    Outcome.REFUSED: "密码不对或没有这个账号",
    Outcome.LOCKED: "账号锁定中",
    Outcome.DISABLED: "账号已停用",
    Outcome.SIGNED_OUT: "退出",
    Outcome.PASSWORD_CHANGED: "改了密码",
}
OUTCOME_COLOUR = {
    Outcome.SIGNED_IN: "green",
    Outcome.REFUSED: "red",
    Outcome.LOCKED: "red",
    Outcome.DISABLED: "red",
}


def role_names(grants: Iterable[Grant]) -> str:
    """Each role once, in the order of ``ROLE``."""
    held = {grant.role for grant in grants}
    return "、".join(name for role, name in ROLE.items() if role in held)


def grant_words(row: StaffGrant) -> str:
    """The role, and where it holds as far as it is limited: 办理（江苏省 320300）."""
    limits = [region_words(row.region) if row.region else "", row.topic or ""]
    limited = "，".join(limit for limit in limits if limit)
    return ROLE[Role(row.role)] + (f"（{limited}）" if limited else "")


def region_words(region: str) -> str:
    """Its code, after the place (or the province) where we know what it is called."""
    place = place_of(region)
    return f"{place} {region}" if place else region
