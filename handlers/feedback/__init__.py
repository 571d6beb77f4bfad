"""The feedback form (反馈) and what becomes of it.

``router_progress`` comes first: 进度, 我的反馈 and 补充 F… work inside a form too. ``router_form`` comes before the
topics: while a form is open it takes what is sent. ``router`` starts forms and offers pictures a use.
"""

from bot.router import Router
from handlers.context import Context
from handlers.feedback import adding, tracking
from handlers.feedback.form import router_form
from handlers.feedback.topic import router

router_progress: Router[Context] = Router("tracking", [*tracking.router.routes, *adding.router.routes])

__all__ = ["router", "router_form", "router_progress"]
