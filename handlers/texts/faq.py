"""Wording of answers from the knowledge base, of choices between them, and of what is not answered here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BASIS = "依据：{laws}"
NOT_VERIFIED = "以登记管理机关答复为准。"
RELATED = "您可能还想了解（点选或回复编号）："
ABOUT = "关于“{question}”："
RATE = "这条答复：{useful}　{useless}"
USEFUL_WORD, USELESS_WORD = "有用", "没用"
NEXT = "没有解决？请换个说法再问，或回复“人工”咨询、“反馈”留言。"

WHICH = "您想问的是哪一个？点选或回复编号："
NONE_OF_THESE = "都不是"
ASK_BACK_ONE = "您问的是“{term}”吗？点选或回复编号："
ASK_BACK = "您问的是{terms}？点选或回复编号："

UNKNOWN = (
    "抱歉，知识库里还没有这个问题的答案，我不想乱答。您的问题已记下（不含个人信息），工作人员会据此补充。\n"
    "您可以换个说法再问，也可以点下面的选项："
)
NOT_TOLD = (
    "关于“{question}”，知识库里还没有写到您问的这一点，我不想乱答。您的问题已记下（不含个人信息），工作人员会据此补充。\n"
    "您可以把问题写完整再问一次，也可以点下面的选项："
)
ASKED_ABOUT = "{question}（接着问：{about}）"
FURTHER = "您的问题已记下（不含个人信息）。请再看看是不是下面的，点选或回复编号："

SEVERAL = "您问了{count}个问题，逐一答复如下。"
HEADING = "【{number}】{question}"
WHICH_BELOW = "有几条可能相关，请在下面点选。"
UNKNOWN_AMONG = "抱歉，知识库里还没有答案，已记下（不含个人信息），工作人员会据此补充。"
LEFT = "其余问题请点选或回复编号，我接着答："

UNFILLED = "关于“{question}”，办理细节以本地公布的为准，本号暂未登记，请直接咨询登记管理机关："
PERSONAL = "温馨提示：对话中请不要发送身份证号、手机号、银行卡号等个人信息。"

SENSITIVE_A = "此类信息不便在网络渠道提供，请通过规定渠道与{phone}联系。"
SENSITIVE_A_NO_PHONE = "此类信息不便在网络渠道提供，请通过规定渠道与登记管理机关联系。"
SENSITIVE_B = (
    "这类信息本公众号不提供。需要政府信息的，可以依法提出公开申请，行政机关一般在收到之日起20个工作日内答复；"
    "也可以联系有关单位或编办咨询。"
)
SENSITIVE_NEXT = "其他问题请直接发送；回复“帮助”看看我能做什么。"

NOT_OURS = "“{matter}”的事一般由{office}办理，不在本号答复范围。{call}\n机构编制和事业单位登记的问题，请直接发送。"
CALL_OFFICE = "请拨打{hotline}咨询；拿不准归哪个部门，可拨打12345政务服务便民热线。"
CALL_CITY = "请拨打12345政务服务便民热线咨询。"

USELESS = "抱歉没有帮到您，已记下供工作人员改进。您可以换个说法再问，也可以点下面的选项："
NOT_AMONG = (
    "抱歉，没有列出您要的，您的问题已记下（不含个人信息）。\n"
    "请换个说法再问一次，写清是哪类单位、办什么事，也可以点下面的选项："
)
TOO_LITTLE = "抱歉，我没有明白您的意思。请把问题写完整一些，例如“变更登记要多久”，也可以点下面的选项："
ONLY_NUMBERS = (
    "为保护您的个人信息，请不要在对话中发送手机号、身份证号、银行卡号等号码。\n"
    "请用文字发送您的问题；要留下联系方式，请回复“反馈”，按提示填写。"
)
RATED_IN_FORM = "您的评价已记下，谢谢。"
RATED_BEFORE = "您的评价已经记下，谢谢。还有别的问题，请直接发送。"
USEFUL = "很高兴帮到您。还有别的问题，请直接发送。"

TELL_ME = "有答案时告诉我"
WILL_TELL = (
    "好的，“{question}”补上答案后会告诉您一次。\n"
    "为此记下您的微信标识和这个问题，最多保存{days}天；发送“删除我的信息”可随时删除。"
)
ANSWERED_NOW = "这个问题现在已经有答案了，请点选："
TELL_WHAT = "请先把问题发给我；如果还没有答案，再点“有答案时告诉我”。"
TELL_TOO_MANY = "这个问题没有记下：您在等答案的问题已经不少了，或者它不便在这里保存。您可以点下面的选项："
HAS_ANSWER = "您{month}月{day}日问的“{question}”，现在有答案了，点开看：{link}"

PERSON, FEEDBACK, DISCLOSURE = "人工咨询", "提交反馈", "怎么申请信息公开"

CHITCHAT = {
    "greeting": "您好！我是编事通，可以解答机构编制和事业单位登记的问题。请直接发送，例如“法人证书丢了怎么补”。",
    "thanks": "不客气。还有别的问题，请直接发送。",
    "farewell": "再见，欢迎随时再来咨询。",
    "who": "我是编事通，机构编制部门公众号的自动问答助手，不是真人。请直接发送您的问题；要找工作人员，请回复“人工”。",
    "praise": "谢谢您的鼓励！有机构编制或事业单位登记的问题，请直接发送。",
    "unhappy": "抱歉没有让您满意。请换个说法再问一次；要找工作人员请回复“人工”，要提意见请回复“反馈”。",
    "talk": "我只懂机构编制和事业单位登记的事，闲聊不太在行。请直接发送您的问题，或回复“帮助”看看我能做什么。",
}

CONTACTS = (
    ("电话", "bureau_phone"),
    ("办公时间", "office_hours"),
    ("地址", "bureau_address"),
    ("网站", "official_site"),
)
NO_CONTACT = "请到当地登记管理机关（编办）窗口咨询。"


def contact(bureau: Mapping[str, str]) -> str:
    """The official contact, as far as the bureau has told it."""
    lines = [f"{label}：{bureau[name]}" for label, name in CONTACTS if bureau.get(name)]
    return "\n".join(lines) or NO_CONTACT


def basis(laws: Sequence[tuple[str, str]]) -> str:
    """``laws``: name and article (empty where it is not to be shown). 《》 goes round the name, not the number."""
    return BASIS.format(laws="；".join(dict.fromkeys(_law(name, article) for name, article in laws)))


def sensitive_a(bureau: Mapping[str, str]) -> str:
    phone = bureau.get("bureau_phone")
    fixed = SENSITIVE_A.format(phone=phone) if phone else SENSITIVE_A_NO_PHONE
    return f"{fixed}\n{SENSITIVE_NEXT}"


def sensitive_b(bureau: Mapping[str, str]) -> str:
    where = bureau.get("disclosure_contact")
    line = f"\n信息公开联系方式：{where}" if where else f"\n{contact(bureau)}"
    return f"{SENSITIVE_B}{line}\n{SENSITIVE_NEXT}"


def ask_back(terms: Sequence[str]) -> str:
    """“甲”、“乙”还是“丙”."""
    if len(terms) == 1:
        return ASK_BACK_ONE.format(term=terms[0])
    *others, last = (f"“{term}”" for term in terms)
    return ASK_BACK.format(terms=f"{'、'.join(others)}还是{last}")


def elsewhere(matter: str, office: str, hotline: str) -> str:
    """``hotline``: empty where the office has no number of its own."""
    call = CALL_OFFICE.format(hotline=hotline) if hotline else CALL_CITY
    return NOT_OURS.format(matter=matter, office=office, call=call)


def unfilled(question: str, bureau: Mapping[str, str]) -> str:
    return f"{UNFILLED.format(question=question)}\n{contact(bureau)}"


def _law(name: str, article: str) -> str:
    title, bracket, rest = name.partition("（")
    titled = title if title.startswith("《") else f"《{title}》"
    return f"{titled}{bracket}{rest}{article}"
