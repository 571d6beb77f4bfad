"""What the pages of the register call things."""

from __future__ import annotations

from knowledge.institutions.codes import BAD_CHECK_DIGIT, BAD_FORM, BAD_SUBJECT_DIGIT
from knowledge.institutions.lineage import Kind, Told

LIST, QUALITY, NEW = "单位名录", "名录质量", "新建单位"
COLUMN = {
    "name": "单位名称",
    "aliases": "别名、简称",
    "former_names": "曾用名",
    "credit_code": "统一社会信用代码",
    "certificate_number": "证书号（事证第…号）",
    "region": "地区代码",
    "kind": "单位类别",
    "status": "状态",
    "address": "住所",
    "phone": "办公电话",
    "legal_representative": "法定代表人",
    "sponsor": "举办单位",
    "purpose": "宗旨和业务范围",
    "funding_source": "经费来源",
    "initial_fund": "开办资金",
    "registration_authority": "登记管理机关",
    "certificate_valid_until": "证书有效期至",
    "annual_report_year": "最近的年度报告（年）",
    "latitude": "纬度",
    "longitude": "经度",
    "datum": "坐标系",
}
HINT = {
    "aliases": "每行一个；群众用这些名字也能查到。",
    "former_names": "每行一个；有文件依据的更名，请在单位页面的“沿革”里登记。",
    "region": "6 位；全国性的留空",
    "phone": "会对群众公开，只填办公电话，不要填个人手机号。",
    "datum": "GCJ-02（高德、腾讯）、WGS-84 或 BD-09（百度）；留空按 GCJ-02",
}
CODE_PROBLEM = {
    BAD_FORM: "代码写法不对",
    BAD_CHECK_DIGIT: "校验码（第 18 位）不对",
    BAD_SUBJECT_DIGIT: "主体标识码（第 17 位）不对",
}
SOURCE = {"file": "文件导入", "console": "管理台填写", "platform": "平台同步"}
PROBLEM = {
    "credit_code": "无代码",
    "address": "无住所",
    "phone": "无电话",
    "legal_representative": "无法定代表人",
    "purpose": "无业务范围",
    "funding_source": "无经费来源",
    "registration_authority": "无登记机关",
    "certificate_valid_until": "无证书有效期",
    "status": "无状态",
    "stale": "一年没有更新",
    "bad_code": "代码有误",
}
NO_UNIT = "（没有填举办单位）"
UNIT, ROWS, ALL_UNITS = "举办单位", "单位数", "全部"
ABOUT_QUALITY = "按举办单位统计名录里空着的、过时的和代码有误的，问题多的在前。点数字看是哪些单位。"
CUT = "单位太多，只显示问题最多的 {shown} 个举办单位；下载 CSV 看全部。"
NARROWED = "只看：{what}"

TOLD = {
    Told.RENAMED_TO: "本单位更名为（名称随之改变）",
    Told.RENAMED_FROM: "本单位由此更名而来（补记以前的更名）",
    Told.MERGED_INTO: "本单位并入",
    Told.MERGED_FROM: "并入本单位的是",
    Told.SPLIT_INTO: "本单位分设出",
    Told.SPLIT_FROM: "本单位分设自",
    Told.DISSOLVED: "本单位撤销",
}
HAPPENED = {
    Told.RENAMED_FROM: "更名，原名",
    Told.MERGED_INTO: "并入",
    Told.MERGED_FROM: "并入本单位的是",
    Told.SPLIT_INTO: "分设出",
    Told.SPLIT_FROM: "分设自",
    Told.DISSOLVED: "撤销",
}
# An event by itself, whoever looks at it.
EVENT = {
    Kind.RENAMED: "“{before}”更名为“{after}”",
    Kind.MERGED: "“{before}”并入“{after}”",
    Kind.SPLIT: "“{before}”分设出“{after}”",
    Kind.DISSOLVED: "“{before}”撤销",
}
RENAMED = "由“{old}”更名为“{new}”"

ABOUT_NEW = (
    "先在名录里搜一搜，免得重复。以后导入的名录里有同一代码的，或没有代码而名称、地区相同的，会更新这个单位，"
    "不会变成两个；文件里没有的，也不会被删去。"
)
ADDED = "已新建，群众几秒后就能查到。"
DOUBTED = "还没有保存：标出的地方多半是填错了。改好后再存；确实没有错的，请点“核对过了，仍然新建”。"
SURE = "核对过了，仍然新建"
TO_OTHER = "打开“{name}”"

SAVED = "已保存{columns}，几秒内生效。"
NOTHING_CHANGED = "没有改动，没有保存。"
CHECKED = "已标为今天核对过，资料没有改动。"
CHANGED_MEANWHILE = "您打开之后，别人改过这个单位。您填的没有丢，也还没有保存：对照下面标出的地方，改好后再存一次。"
GONE = "（已不在名录里的单位）"
EVENT_ADDED = "已登记沿革；名称、曾用名和状态随之更新，几秒内生效。"
DROP = "删除一条沿革"
ABOUT_DROP = "登记错了才删除。随这条沿革改动过的，会像下面这样改回；之后又改过的不动。"
NOTHING_TURNED = "名称、曾用名和状态都不变。"
STATUS_UNKNOWN = (
    "“{name}”的状态写着“{status}”，不是在这里登记时写上的，原来是什么无从知道，不会改动；请删除后到资料里改正。"
)
DROP_SEEN_OTHERWISE = "您打开之后，有关的资料又变了；还没有删除，请看看现在会改回什么再决定。"
EVENT_DROPPED = "已删除这条沿革，名称、曾用名和状态已照所示改回，几秒内生效。"
EVENT_DROPPED_ALONE = "已删除这条沿革。名称、曾用名和状态没有改动，请核对资料。"
EVENT_GONE = "这条沿革已经被别人删除了。"
NO_DAY = "日期应写作 2026-01-31 的形式。"
NO_KIND = "请选择发生了什么。"
