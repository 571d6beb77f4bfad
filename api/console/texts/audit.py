"""What the pages of the audit log call acts, things and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from api.console.texts import desk, dictionary, entries, institutions, keys, people, publishing

LOG = "审计日志"
ABOUT = "谁在什么时候做了什么。每条都带着上一条的摘要，数据库拒绝改动和删除；核对会重算全部摘要。"
VERIFY = "现在核对"
ASK_VERIFY = "逐条核对（最近 20 万条）？记录很多时要等一会儿；核对本身也会记一条。全部核对用命令 audit verify。"
IN_ORDER = "从第 {since} 条起核对了 {count} 条，没有改动、插入或缺失。"
BROKEN = (
    "第 {position} 条对不上：它或它前面的记录被改动、插入或删除过。此前 {count} 条无误。"
    "请保留数据库备份，并与每天日志里的 audit_head 对照。"
)
NEVER_VERIFIED = "还没有在这里核对过。"
AGREES, AGREES_NOT = "与内容相符", "与内容不符，这一条被改动过"
UNREADABLE = "（读不出来，内容被改动过）"

KIND = MappingProxyType(
    {
        "entry": "条目",
        "draft": "草稿",
        "batch": "一批草稿",
        "law": "依据",
        "golden": "金标准",
        "publication": "发布",
        "missed": "没答上的问题",
        "import": "导入",
        "export": "导出",
        "institution": "单位",
        "word": "词语",
        "sentence": "话术",
        "menu": "菜单",
        "ticket": "反馈",
        "staff": "账号",
        "grant": "角色",
        "key": "接口密钥",
        "audit": "审计日志",
    }
)
# By the kind of thing, in the order of ``KIND``; the choices of the list's form.
ACTION = MappingProxyType(
    {
        "entry.published": "发布条目",
        "entry.archived": "停用条目",
        "entry.pulled": "立即撤下条目",
        "entry.put_back": "恢复撤下的条目",
        "draft.begun": "开始写草稿",
        "draft.saved": "保存草稿",
        "draft.submitted": "提交审核",
        "draft.approved": "审核通过",
        "draft.returned": "审核退回",
        "draft.cleared": "保密审查通过",
        "draft.refused": "保密审查退回",
        "draft.withdrawn": "撤回草稿",
        "draft.dropped": "作废草稿",
        "draft.batch": "批量建草稿",
        "law.repealed": "登记废止",
        "law.repeal_undone": "撤销废止登记",
        "golden.added": "加入金标准",
        "golden.changed": "修改金标准",
        "golden.dropped": "移出金标准",
        "publication.requested": "提请发布",
        "publication.replay_asked": "要求重新比对",
        "publication.replayed": "比对完成",
        "publication.overridden": "放行被拦下的发布",
        "publication.planned": "安排定时发布",
        "publication.cancelled": "取消发布",
        "publication.published": "完成发布",
        "missed.planned": "着手补没答上的问题",
        "missed.ignored": "忽略没答上的问题",
        "missed.reopened": "重新打开没答上的问题",
        "missed.merged": "合并没答上的问题",
        "import.uploaded": "上传导入文件",
        "import.apply_asked": "要求写入导入",
        "import.applied": "写入导入",
        "import.not_applied": "没有写入导入",
        "import.dropped": "作废导入",
        "export.made": "导出",
        "institution.added": "新建单位",
        "institution.changed": "修改单位",
        "institution.checked": "核对单位",
        "institution.lineage_added": "登记沿革",
        "institution.lineage_dropped": "删去沿革",
        "word.added": "加入词典",
        "word.changed": "修改词典",
        "word.removed": "从词典删去",
        "sentence.changed": "修改话术",
        "sentence.reset": "恢复原来的话术",
        "menu.changed": "修改菜单",
        "menu.push_begun": "推送菜单",
        "ticket.opened": "打开反馈",
        "ticket.answered": "答复反馈",
        "ticket.sent_again": "再次转发反馈",
        "contact.opened": "看群众的联系方式",
        "attachment.opened": "看群众的附件",
        "staff.added": "新建账号",
        "staff.disabled": "停用账号",
        "staff.enabled": "启用账号",
        "staff.unlocked": "解锁账号",
        "staff.reset": "重置密码",
        "grant.given": "授予角色",
        "grant.confirmed": "确认角色",
        "grant.taken_back": "收回角色",
        "key.added": "发放接口密钥",
        "key.revoked": "停用接口密钥",
        "audit.verified": "核对审计日志",
    }
)
COLUMN = MappingProxyType(
    {
        **institutions.COLUMN,
        **entries.COLUMN,
        "id": "编号",
        "name": "名称",
        "display_name": "显示名",
        "active": "在用",
        "staff_id": "账号编号",
        "role": "角色",
        "topic": "主题",
        "confirmed": "已生效",
        "entry": "条目",
        "entries": "条目",
        "entry_ids": "条目",
        "drafts": "草稿份数",
        "draft": "草稿",
        "change": "改法",
        "state": "进度",
        "version": "版本",
        "repeal": "废止登记",
        "law": "法规",
        "article": "条款",
        "on": "废止日期",
        "document": "文号",
        "pulled": "撤下条数",
        "put_back": "恢复条数",
        "base": "知识库版本",
        "changed": "有变的答复",
        "regressions": "金标准答错",
        "planned_at": "计划时间",
        "expected": "应当",
        "note": "备注",
        "reference": "反馈编号",
        "attachment": "附件编号",
        "kind": "种类",
        "format": "格式",
        "rows": "行数",
        "size": "字节",
        "sha256": "文件摘要",
        "added": "新增",
        "batch": "草稿批次",
        "digest": "内容摘要",
        "term_kind": "哪一类词",
        "word": "词",
        "others": "其他说法",
        "text": "文字",
        "button": "菜单",
        "from": "从",
        "to": "到",
        "scopes": "用途",
        "regions": "地区",
        "per_minute": "每分钟次数",
        "expires_at": "到期",
        "since": "从第几条起",
        "count": "条数",
        "position": "核对到第几条",
        "broken_at": "对不上的一条",
    }
)
YES, NO, NOTHING = "是", "否", "—"
# Words that stand for themselves in one column only; what is not among them is shown as it is.
_VALUE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "role": {role.value: name for role, name in people.ROLE.items()},
        "state": {**publishing.STAGE, **entries.STATE},
        "status": {**{status.value: name for status, name in desk.STATUS.items()}, **entries.ENTRY_STATUS},
        "change": entries.CHANGE,
        "audience": entries.AUDIENCE,
        "expected": publishing.EXPECTED,
        "scopes": keys.SCOPES,
        "term_kind": dictionary.TERM_KIND,
    }
)


def action_words(action: str) -> str:
    return ACTION.get(action, action)


def kind_words(kind: str) -> str:
    return KIND.get(kind, kind)


def column_words(column: str) -> str:
    return COLUMN.get(column, column)


def value_words(column: str, value: str) -> str:
    return _VALUE.get(column, {}).get(value, value)


# Acts on a thing whose name begins with a part of it.
_PARTS = MappingProxyType({"contact": "ticket", "attachment": "ticket"})


def kind_of(action: str) -> str:
    """Of the thing that it is done to."""
    begins = action.partition(".")[0]
    return _PARTS.get(begins, begins)


def choices() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The acts that can be looked for, under the kind of thing they are done to."""
    for kind, label in KIND.items():
        if found := [(action, said) for action, said in ACTION.items() if kind_of(action) == kind]:
            yield label, found
