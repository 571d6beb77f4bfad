"""The feedback form (反馈) and what becomes of it.

``router_progress`` comes first: 进度 and 我的反馈 work inside a form too. ``router_form`` comes before the topics:
while a form is open it takes what is sent. ``router`` starts forms and offers pictures a use.
"""

from handlers.feedback.form import router_form
from handlers.feedback.topic import router
from handlers.feedback.tracking import router as router_progress

__all__ = ["router", "router_form", "router_progress"]
