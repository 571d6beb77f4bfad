"""Templates of the library, put in words that a strict content policy allows, without a copy of them."""

from __future__ import annotations

import hashlib
import re

from jinja2.ext import Extension

CORE = "@core/"  # the library's own templates under their other name
NONCE = 'nonce="{{ request.state.nonce }}"'
_TAG = re.compile(r"<(script|style)(?=[\s>])")
STYLE = re.compile(r'(?<=\s)style="([^"{}]*)"')  # with Jinja inside it is left alone: no field of ours has one

# (template, what it says): what it says here. Handlers in attributes run under no nonce; the rest is English, or
# wrong for who does not see the page. Each must be found in the installed release, or a test fails.
INSTEAD = {
    ("_pagination.html", 'onchange="window.location = this.value"'): "data-go-to-value",
    ("_pagination.html", "{{ _('Previous page') }}"): "上一页",
    ("_pagination.html", "{{ _('Next page') }}"): "下一页",
    ("list.html", 'onclick="applyColumnVisibility()"'): 'data-calls="applyColumnVisibility"',
    ("list.html", '<div class="table-responsive">'): (
        '<div class="table-responsive" tabindex="0" role="region" aria-label="{{ view.menu_label }}">'
    ),
    ("list.html", '<th scope="col" class="w-1"></th>'): (
        '<th scope="col" class="w-1"><span class="visually-hidden">{{ _("Actions") }}</span></th>'
    ),
    ("row-actions.html", '<div class="dropdown" id="actions-dropdown">'): '<div class="dropdown">',
    ("layout.html", 'aria-label="Toggle navigation"'): 'aria-label="展开或收起菜单"',
    ("layout.html", 'aria-label="Open user menu"'): 'aria-label="我的账号"',
    ("layout.html", 'aria-label="close"'): 'role="button" href="#" aria-label="关闭"',
    ("layout.html", '<h1 class="navbar-brand navbar-brand-autodark">'): (
        '<div class="navbar-brand navbar-brand-autodark">'
    ),
    ("layout.html", "</h1>"): "</div>",
    ("layout.html", '<div class="page-wrapper">'): '<div class="page-wrapper" role="main" id="main" tabindex="-1">',
    ("detail.html", 'aria-label="Search in table"'): 'aria-label="在表中查找"',
    ("detail.html", 'data-label="Attribute"'): 'data-label="项目"',
    ("detail.html", 'data-label="Value"'): 'data-label="内容"',
}


def style_name(style: str) -> str:
    """What an element is marked with instead of carrying ``style``."""
    return hashlib.sha256(style.encode()).hexdigest()[:8]


class Nonces(Extension):
    """Scripts and styles get the request's nonce, style attributes a mark for the generated sheet."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """A template that is imported without context has no request: scripts must stay out of such macros."""
        template = (name or "").removeprefix(CORE)
        for (where, said), instead in INSTEAD.items():
            if where == template:
                source = source.replace(said, instead)
        source = _TAG.sub(rf"<\1 {NONCE}", source)
        return STYLE.sub(lambda found: f'data-s="{style_name(found[1])}"', source)
