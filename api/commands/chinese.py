"""The command line in Chinese: help, and one sentence for a call that is wrong. Typer's own words are English."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

OPTIONS, ARGUMENTS, COMMANDS = "选项", "参数", "命令"
HELP = "显示这份说明。"
_KINDS = {"integer": "整数", "float": "数字", "boolean": " true 或 false"}
_HAN = re.compile("[一-鿿]")
_QUOTED = re.compile(r"'([^']*)'|\(([^)]*)\)\s*$")

rich_utils.OPTIONS_PANEL_TITLE = OPTIONS
rich_utils.ARGUMENTS_PANEL_TITLE = ARGUMENTS
rich_utils.COMMANDS_PANEL_TITLE = COMMANDS
rich_utils.REQUIRED_LONG_STRING = "[必填]"
rich_utils.DEFAULT_STRING = "[默认：{}]"


class _Command(TyperCommand):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **{**given, "options_metavar": f"[{OPTIONS}]"})

    def get_usage(self, ctx: Any) -> str:
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _helped(super().get_help_option(ctx))


class _Group(TyperGroup):
    def __init__(self, *args: Any, **given: Any) -> None:
        metavars = {"options_metavar": f"[{OPTIONS}]", "subcommand_metavar": f"{COMMANDS} [{ARGUMENTS}]..."}
        super().__init__(*args, **{**given, **metavars})

    def get_usage(self, ctx: Any) -> str:
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _helped(super().get_help_option(ctx))


class Commands(typer.Typer):
    """A Typer whose help is Chinese, and that of every command added to it."""

    def __init__(self, **given: Any) -> None:
        super().__init__(cls=_Group, no_args_is_help=True, **given)

    def command(self, name: str | None = None, **given: Any) -> Callable[[Any], Any]:
        return super().command(name, cls=_Command, **given)


def wrong_call(error: typer.TyperException) -> str:
    """What is wrong with a call, as a sentence that says what to do."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "bianshitong"
    return f"{_what(error, context)}；用法见 {path} --help。"


def _what(error: Any, context: Any) -> str:
    message, parameter = str(error.message or ""), getattr(error, "param", None)
    match type(error).__name__:  # the classes of these errors are private to Typer
        case "NoArgsIsHelpError":
            return "没有写要运行的命令"
        case "MissingParameter":
            return f"缺少{_called(parameter)}"
        case "NoSuchOption":
            close = f"，是不是想写 {'、'.join(error.possibilities)}" if error.possibilities else ""
            return f"没有选项 {error.option_name}{close}"
        case "BadOptionUsage":
            wanted = "后面要写一个值" if "requires" in message else "不带值"
            return f"选项 {error.option_name} {wanted}"
        case "BadParameter":
            return message if _HAN.search(message) else f"{_called(parameter)}的值不对{_expected(message)}"
    return _wrong_words(message, context)


def _wrong_words(message: str, context: Any) -> str:
    found = _QUOTED.search(message)
    said = (found[1] or found[2] or "") if found else ""
    if message.startswith("No such command"):
        return f"没有命令 {said}，可用的有：{'、'.join(context.command.commands)}"
    if "extra argument" in message:
        return f"多写了 {said}（问题里有空格时请用引号括起来）"
    return message if _HAN.search(message) else "命令写得不完整"


def _called(parameter: Any) -> str:
    if parameter is None:
        return "一项"
    what = f"（{parameter.help}）" if getattr(parameter, "help", None) else ""
    if parameter.param_type_name == "argument":
        return f"{ARGUMENTS} {str(parameter.name).upper()}{what}"
    return f"{OPTIONS} {max(parameter.opts, key=len)}{what}"


def _expected(message: str) -> str:
    if "one of" in message:
        choices = re.findall("'([^']*)'", message.partition("one of")[2])
        return f"，应为 {'、'.join(choices)} 之一"
    return next((f"，应为{kind}" for english, kind in _KINDS.items() if english in message), "")


def _usage(english: str) -> str:
    return english.replace("Usage: ", "用法：", 1)


def _helped(option: Any) -> Any:
    if option is not None:
        option.help = HELP
    return option
