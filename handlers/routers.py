"""The order in which topics are asked. Explicit, in one place: earlier means stronger."""

from __future__ import annotations

from bot.router import Router
from handlers import common, faq, feedback, institutions, privacy
from handlers.context import Context

ROUTERS: tuple[Router[Context], ...] = (
    common.router_first,  # events, and the words that always work
    privacy.router,
    faq.router_said,  # 都不是 after choices; taps under an answer, inside a form too
    faq.router_waiting,  # 有答案时告诉我
    feedback.router_progress,  # 进度, 我的反馈: they work inside a form too
    feedback.router_form,  # an open form takes what is left
    feedback.router,
    institutions.router_explicit,  # clear look-up phrasing, codes, places
    institutions.router_name,  # a bare name that is certain
    common.router_unclear,
    faq.router,
    common.router_last,
)
