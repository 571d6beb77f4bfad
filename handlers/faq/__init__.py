"""Questions in plain words: the topic that takes whatever no other took."""

from handlers.faq.answers import DISCLOSURE_QUESTION, MAX_RELATED, answer_text
from handlers.faq.topic import answered_lately, router, router_said
from handlers.faq.waiting import router_waiting, shortened

__all__ = [
    "DISCLOSURE_QUESTION",
    "MAX_RELATED",
    "answer_text",
    "answered_lately",
    "router",
    "router_said",
    "router_waiting",
    "shortened",
]
