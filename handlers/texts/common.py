"""Wording of what belongs to no topic: welcome, help, a person, and everything that was not understood."""

from __future__ import annotations

from collections.abc import Mapping

MORE = "更多"
MORE_FOLLOWS = "\n\n（未完，回复“{more}”看余下内容）"
NOTHING_MORE = "没有更多内容了。您可以直接发送新的问题，或回复“帮助”看看我能做什么。"

WELCOME = (
    "您好，欢迎关注{bureau}！我是编事通，可以帮您：\n"
    "· 问一问：机构编制和事业单位登记怎么办\n"
    "· 查一查：单位的公开信息、统一社会信用代码\n"
    "· 说一说：提咨询、建议、投诉，查办理进度\n\n"
    "请直接发送您的问题，也可以点下面的例子试试："
)
THIS_ACCOUNT = "本号"
SCANNED = "您扫描的是“{scene}”的二维码。\n\n"
SCANNED_AGAIN = "欢迎回来。请直接发送您的问题，或点下面的选项："
LOOK_UP_INSTITUTION = "查看这个单位"

HELP = (
    "我是编事通，您可以这样使用：\n"
    "· 直接发送问题，例如“法人证书丢了怎么补”\n"
    "· 发送单位名称或18位代码，查单位公开信息\n"
    "· 发送位置，查附近的单位\n"
    "· 回复“反馈”提交咨询、建议、投诉\n"
    "· 回复“进度”加编号，查反馈办到哪一步\n"
    "· 回复“人工”找工作人员\n"
    "· 回复“隐私”看个人信息说明，“删除我的信息”可随时删除\n\n"
    "点选或回复编号："
)

POPULAR = "大家常问的问题，点选或回复编号："
ABOUT_REGISTRATION = "事业单位法人登记，您想了解哪一项？点选或回复编号："
ABOUT_ANNUAL_REPORT = "年度报告，您想了解哪一项？点选或回复编号："
ABOUT_CERTIFICATE = "事业单位法人证书，您想了解哪一项？点选或回复编号："
ASK_INSTITUTION = "请发送单位的名称（全称、简称、曾用名都可以），我来查它的公开信息。"
ASK_NEARBY = "请点输入框旁的“＋”，选“位置”发送您的位置，我来查附近的单位。"
ASK_CODE = "请发送18位统一社会信用代码查单位，或发送单位名称查代码。"
ASK_PROGRESS = "查反馈进度，请发送“进度”加编号，例如“进度 F20260101-001”；忘了编号可以点下面的“我的反馈”："

# Labels of what can be tapped.
MINE, FEEDBACK, PERSON, HELP_WORD, PRIVACY = "我的反馈", "提交反馈", "人工咨询", "使用帮助", "隐私说明"
POPULAR_WORD, INSTITUTION_WORD, TRANSFER_WORD = "常见问题", "查单位", "转接在线客服"
CASE_PROGRESS = "登记业务的办理进度"

TRANSFER_OPEN = "现在可以转接在线客服，请点下面的“转接在线客服”；也可以留言，我们会处理。"
TRANSFER_CLOSED = "现在不是办公时间，在线客服不在。您可以先留言，工作人员会处理。"
LEAVE_WORD = "也可以在这里留言，工作人员会处理。"

FORM_OPEN = "您还有一份反馈没有填完，回复“继续”接着填。"
TRANSFER_OPEN_IN_FORM = "现在可以转接在线客服，请点下面的“转接在线客服”。"
TRANSFER_CLOSED_IN_FORM = "现在不是办公时间，在线客服不在。"
CONTINUE_FORM = "继续填写反馈"

NONE_OF_THESE = (
    "抱歉，没有找到您要的。您可以：\n"
    "· 换个说法再问一次，写清是哪类单位、办什么事\n"
    "· 找工作人员咨询\n"
    "· 把问题作为反馈提交，由工作人员答复"
)
NOT_UNDERSTOOD = "抱歉，我没有明白您的意思。请换个说法再问一次，或点下面的选项："
PLEASE_TYPE = "抱歉，我没有听清这段语音。请用文字发送您的问题。"
NO_VIDEO = "抱歉，我还看不了视频。请用文字说明您的问题；要提交情况，请回复“反馈”。"
NO_LINK = "抱歉，我打不开链接。请用文字发送您的问题。"
NO_SUCH_KIND = "抱歉，我还看不了这类消息。请用文字发送您的问题。"
PLEASE_WORDS = "请用文字发送您的问题，例如“变更登记要多久”。回复“帮助”看看我能做什么。"
NO_SUCH_NUMBER = "没有第 {number} 项，请回复 1 到 {last} 之间的编号，或直接发送您的问题。"
NO_NUMBERS_NOW = "现在没有可选的编号。请直接发送您的问题，或回复“帮助”看看我能做什么。"
MENU_CHANGED = "菜单有更新，这一项已经换了。请点下面的选项，或直接发送您的问题："


def person(bureau: Mapping[str, str]) -> str:
    """Phone, hours and address, as far as the bureau has told them."""
    lines = [
        f"{label}：{bureau[name]}"
        for label, name in (("电话", "bureau_phone"), ("办公时间", "office_hours"), ("地址", "bureau_address"))
        if bureau.get(name)
    ]
    if bureau.get("bureau_phone"):
        return "工作人员可以为您解答：\n" + "\n".join(lines)
    return "\n".join(["请到登记管理机关窗口咨询。", *lines])
