"""What an institution is, and where: by a look-up word, a question about it, its code, its bare name, or a place."""

from handlers.institutions.finding import confident_name
from handlers.institutions.naming import without_name
from handlers.institutions.showing import show
from handlers.institutions.topic import router_explicit, router_name

__all__ = ["confident_name", "router_explicit", "router_name", "show", "without_name"]
