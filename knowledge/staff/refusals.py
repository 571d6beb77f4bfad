"""Why an account or a grant cannot be made or changed as asked."""

from __future__ import annotations

from enum import StrEnum

from knowledge.errors import KnowledgeError


class Refusal(StrEnum):
    """The reason as a code, for whoever must tell the cases apart."""

    BAD_NAME = "bad_name"
    NAME_TAKEN = "name_taken"
    NO_SUCH_PERSON = "no_such_person"
    NO_SUCH_GRANT = "no_such_grant"
    BAD_PLACE = "bad_place"
    CONFLICT = "conflict"
    OWN_ACCOUNT = "own_account"
    OWN_GRANT = "own_grant"
    LAST_ADMIN = "last_admin"
    NOT_CONFIRMER = "not_confirmer"
    NOTHING_TO_CONFIRM = "nothing_to_confirm"


SENTENCES = {
    Refusal.BAD_NAME: "用户名应为 2 到 32 个字母、数字、汉字或 . _ -，显示名不超过 30 个字；请改正后再保存",
    Refusal.NAME_TAKEN: "已有同名的账号；请换一个用户名",
    Refusal.NO_SUCH_PERSON: "没有这个账号，可能已被他人改动；请刷新后重试",
    Refusal.NO_SUCH_GRANT: "没有这项角色，可能已被收回；请刷新后重试",
    Refusal.BAD_PLACE: "地区应为 6 位行政区划代码，主题不超过 64 个字；不限时请留空",
    Refusal.OWN_ACCOUNT: "不能停用、启用、解锁或重置自己的账号；请由另一位管理员操作",
    Refusal.OWN_GRANT: "不能授予、确认或收回自己的角色；请由另一位管理员操作",
    Refusal.LAST_ADMIN: "这是最后一位管理员，停用或收回后将无人能管理账号；请先指定另一位",
    Refusal.NOT_CONFIRMER: "只有保密审查人员可以确认角色",
    Refusal.NOTHING_TO_CONFIRM: "这项角色不需要确认或已经确认；请刷新后查看",
}


class PeopleRefused(KnowledgeError):
    """``reason``: which case it is; the message is the sentence for the person."""

    def __init__(self, reason: Refusal, sentence: str | None = None) -> None:
        super().__init__(sentence or SENTENCES[reason])
        self.reason = reason
