"""What the pages of files in and out call things."""

from __future__ import annotations

from api.console.texts import entries

MENU = "导入导出"
ABOUT = (
    "上传后先逐行与现有内容核对，看清会新增、更改什么再决定；有错误的文件什么也不写入。"
    "知识库条目会成为草稿，另一个人审核、保密审查后才发布；单位名录确认后立即生效。"
    "文件里没有的列保持原样，空的格清空；没有写到的条目和单位不动。文件只保存一天。"
)
KIND = {"knowledge": "知识库条目", "institutions": "单位名录", "base": "整库"}
FORMAT = {"xlsx": "Excel", "csv": "CSV", "jsonl": "JSON lines"}
STAGE = {
    "checking": "正在核对",
    "checked": "已核对，还没有写入",
    "unreadable": "不能读取",
    "applying": "正在写入",
    "applied": "已写入",
    "dropped": "已作废",
}
STAGE_COLOUR = {
    "checking": "azure",
    "checked": "blue",
    "unreadable": "red",
    "applying": "azure",
    "applied": "green",
    "dropped": "secondary",
}
WHAT = {"error": "错误", "changed": "更改", "added": "新增", "warning": "提醒", "unchanged": "未变"}
WHAT_COLOUR = {"error": "red", "changed": "blue", "added": "green", "warning": "orange", "unchanged": "secondary"}
NOTHING_IN = {
    "error": "没有错误。",
    "changed": "没有要更改的。",
    "added": "没有要新增的。",
    "warning": "没有提醒。",
    "unchanged": "没有与现在相同的行。",
}
PART = {
    "": "",
    "entries.jsonl": "条目",
    "words.jsonl": "词典",
    "golden.jsonl": "金标准",
    "laws.jsonl": "废止登记",
    "institutions.jsonl": "单位",
}
CHECKING = "正在后台核对，已读 {rows} 行。可以离开这一页，过一会儿再来看。"
APPLYING = "正在后台写入，完成后这里会显示结果。"
HAS_ERRORS = "有 {count} 处错误，所以不能写入；请按下面的行号改正文件，重新上传。"
NOTHING_TO_DO = "与现有内容完全相同，没有要写入的。"
DROPPED = "这个文件已经作废或超过一天，内容已删除。"
BECAME_DRAFTS = "已成为一批草稿，等待提交、审核。"
SHOWN_ONLY = "共 {count} 行，这里列出前 {shown} 行。"
ABOUT_APPLY = {
    "knowledge": "写入后成为一批草稿，群众看到的答复不变；提交、审核、保密审查后才发布。",
    "institutions": "写入后立即生效：群众几秒后就能查到。",
    "base": "条目成为一批草稿，审核后才发布；词典、金标准和单位名录立即生效。",
}
APPLY = {"knowledge": "成为草稿", "institutions": "写入名录", "base": "写入"}
ASK_APPLY = "写入 {count} 处新增和更改？"
ASK_DROP = "作废这个文件？什么也不会写入。"

DONE = "已写入。"
DONE_DRAFTS = "已成为一批草稿，请提交审核。"
UNDER_WAY = "正在后台写入。"
MOVED = "核对之后，现有内容又变了；已重新核对，请再看一遍。"
ERRORS_NOW = "刚才出现了新的错误，什么也没有写入；请看下面的说明。"
NOT_DUE = "这个文件已经写入或作废，没有重复写入。"
SEEN_OTHERWISE = "页面上的核对结果已经过时，请看看现在的结果再决定。"
DROPPED_NOW = "已作废，什么也没有写入。"
UNKNOWN_KIND = "请选择导入的内容"
TOO_MANY_FOR_XLSX = "单位超过 {most} 个，Excel 放不下，请导出 CSV 或 JSON lines。"

COLUMN = entries.COLUMN | {
    "id": "编号",
    "version": "版本",
    "name": "单位名称",
    "aliases": "别名",
    "former_names": "曾用名",
    "credit_code": "统一社会信用代码",
    "certificate_number": "证书号",
    "kind": "单位类别",
    "address": "住所",
    "legal_representative": "法定代表人",
    "purpose": "宗旨和业务范围",
    "sponsor": "举办单位",
    "funding_source": "经费来源",
    "initial_fund": "开办资金",
    "registration_authority": "登记管理机关",
    "certificate_valid_until": "证书有效期",
    "annual_report_year": "年度报告",
    "phone": "电话",
    "latitude": "纬度",
    "longitude": "经度",
    "datum": "坐标系",
    "updated_at": "更新时间",
    "others": "对应词",
    "note": "备注",
    "expected": "希望怎样答",
    "entry_ids": "应答条目",
}
EXPLAINED = {
    "knowledge": {
        "id": "必填。编号，不含空格、逗号、分号或竖线；与现有条目相同就是更改它。",
        "question": "必填。群众最常用的问法，最多 300 字。",
        "paraphrases": "其他问法，一行一条（单元格内换行：Alt+Enter），最多 100 条。",
        "answer": "必填。答复，最多 5000 字；{{bureau_phone}} 这样的写法会换成各公众号自己的信息。",
        "category": "类别，最多 64 字。",
        "audience": "对象：institution（单位）、citizen（群众）、bureau（编办），不限则留空。",
        "basis": "依据，一行一条，写作“法规名称｜条款”。",
        "region": "6 位行政区划代码；全国通用写“国家”或留空。",
        "valid_from": "生效日，写作 2026-01-31；没有则留空。",
        "valid_until": "失效日（含当日）；没有则留空。",
        "verified": "内容是否已核实：是 / 否。",
        "article_confirmed": "条款是否已核对：是 / 否。",
        "status": "published（发布）、draft（草稿）或 retired（停用）。",
        "owner": "负责人。",
        "review_on": "下次复核的日期。",
        "version": "版本号，由系统维护，可以留空。",
    },
    "institutions": {
        "name": "必填。单位名称。",
        "aliases": "别名，几个之间用分号隔开。",
        "former_names": "曾用名，几个之间用分号隔开。",
        "credit_code": "18 位统一社会信用代码。这一列请设为“文本”，否则会丢失末几位。",
        "region": "6 位行政区划代码。",
        "certificate_valid_until": "证书有效期至，写作 2027-03-31。",
        "annual_report_year": "最近一次年度报告的年份，例如 2025。",
        "latitude": "纬度，十进制的度，例如 31.2304。",
        "longitude": "经度，十进制的度。",
        "datum": "坐标系：GCJ-02、WGS-84 或 BD-09，留空为 GCJ-02。",
        "updated_at": "更新时间，可以留空。",
    },
}
COLUMN_EXPLAINED = {
    kind: {column: told.get(column, f"{COLUMN.get(column, column)}。") for column in (*told, *COLUMN)}
    for kind, told in EXPLAINED.items()
}
