"""What the dictionary says."""

from __future__ import annotations

TERM_KIND = {"synonym": "同义词", "related": "相关词", "word": "专用词"}
TERM_ABOUT = {
    "synonym": "意思完全相同、可以互换的说法。群众用哪个词问，都找同样的条目。",
    "related": "有关系但不能互换的说法。群众这样问时，系统只会反问“您问的是……还是……”，不会直接回答。",
    "word": "要当作一个整体来认的词，例如本地的系统名、简称。不填同义词。",
}
TERM_WORD_LABEL = {"synonym": "规范说法", "related": "群众的说法", "word": "词语"}
TERM_OTHERS_LABEL = {"synonym": "同义的说法", "related": "可能指的词"}
TERM_LIVE = "保存后 5 秒内生效，不用重启。词语会统一成简体、半角、小写。"
TERM_SAVED = "已保存“{word}”，5 秒内生效。"
TERM_REMOVED = "已删除“{word}”，5 秒内生效。"
NOTE_TOO_LONG = "说明最多 {limit} 字，请精简。"
TERM_GONE = "这一条已经被别人删除了。"
REFUSED_TERM = {
    "empty": "请填写词语（只有标点或表情不算）。",
    "one_sign": "“{word}”只有一个字，容易误配；请填两个字以上的词。",
    "too_long": "“{word}”太长；每个词最多 {longest} 个字。",
    "too_many": "一条里最多填 {most} 个词，请分成几条。",
    "twice": "“{word}”填了两次，请删去一个。",
    "itself": "“{word}”不能是它自己的{kind}，请把它从后一栏删去。",
    "two_groups": "“{word}”已经在另一条同义词里；请先搜索到那一条，在那里修改。",
    "taken": "“{word}”已经有一条了；请搜索到那一条，在那里修改。",
}
NO_OTHERS = {
    "synonym": "请给“{word}”填至少一个同义的说法。",
    "related": "请填“{word}”可能指的词，至少一个。",
}
