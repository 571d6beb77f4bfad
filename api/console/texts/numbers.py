"""What the page of figures calls things."""

from __future__ import annotations

from knowledge.numbers.days import FIRST_DAY, LAST_DAY, LONGEST_DAYS, Unit

TITLE = "数据统计"
UNIT_DAY = "日期"
ANSWERING = "能答复的条目"
ABOUT = "一天从北京时间零点算起。今天的数字还会增加；提问记录在几秒内计入。"
ANSWER, CHOICES, NONE = "直接答复", "给出选项", "没有答案"
SENSITIVE, CHITCHAT, ELSEWHERE = "敏感", "闲聊", "其他部门的事"
APART = f"另计（{CHITCHAT}、{SENSITIVE}、{ELSEWHERE}）"
ASKED, HIT_RATE, USEFUL, USELESS = "提问", "命中率", "有用", "没用"
HIT_RATE_ABOUT = f"{ANSWER} ÷（{ANSWER}＋{CHOICES}＋{NONE}）"
BY_TOPIC_ONLY = "按类别看时，没有答案的提问归不到哪一类，不计在内，也不算命中率。"
NATION, UNSORTED, GONE = "全国（未设地区的公众号）", "（未分类）", "（已不在知识库的条目）"
ALL_REGIONS, ALL_TOPICS = "全部地区", "全部类别"
FASTER_THAN_MEASURED = "不到 1 毫秒"
MILLISECONDS, SECONDS, HOURS, WITHIN_AN_HOUR = "{0} 毫秒", "{0:.1f} 秒", "{0} 小时", "不到 1 小时"
UNIT = {Unit.DAY: UNIT_DAY, Unit.WEEK: "周（从周一起）", Unit.MONTH: "月份"}
EVERY = {Unit.DAY: "每天", Unit.WEEK: "每周", Unit.MONTH: "每月"}
QUESTIONS_CHART, RATE_CHART = "{every}的提问", "{every}的命中率"
PRESETS = {7: "近 7 天", 30: "近 30 天", 90: "近 90 天", 365: "近一年"}

DAY_UNREADABLE = "日期请按“年-月-日”填写，例如 2026-11-23。已按近 30 天显示。"
DAYS_REVERSED = "开始日期在结束日期之后，请对调。已按近 30 天显示。"
DAYS_TOO_MANY = f"一次最多看 {LONGEST_DAYS} 天，请缩短期间。已按近 30 天显示。"
DAYS_OUTSIDE = f"日期请填 {FIRST_DAY.year} 年到 {LAST_DAY.year} 年之间。已按近 30 天显示。"
REGION_WRONG = "地区请填 6 位行政区划代码，例如 110000。已按全部地区显示。"
TOPIC_WRONG = "没有这个类别，请重新选择。已按全部类别显示。"

ENTRY, QUESTION, REGION, TOPIC, TIMES, LAST_ASKED = "条目", "问题", "地区", "类别", "次数", "最近一次"
FIGURE, VALUE = "项目", "数值"
DAYS_BLOCK, REGIONS_BLOCK, TOPICS_BLOCK = "按天", "按地区", "按类别"
ANSWERED_BLOCK, MISSED_BLOCK, SUMMARY_BLOCK = "问得最多的条目", "最多的没有答案的提问", "汇总"
USED, PAST_REVIEW, EXPIRED = "近 {days} 天用到的条目", "过了复核日的条目", "已过有效期的条目"
HALF_WITHIN, MOST_WITHIN = "一半的答复用时不超过", "95% 的答复用时不超过"
FILED, FIRST_ANSWER = "收到的反馈", "反馈首次答复：一半不超过"
NOTHING_ASKED = "这段时间没有提问。"
NOTHING_MISSED = "这段时间没有答不上来的提问。"
TODAY = "截至今天的条目"
