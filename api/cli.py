"""The command line ``bianshitong``. Exit code 0: done, 1: it could not be done, 2: the call was wrong.

Every error is one sentence on stderr that says what to do; a traceback is never shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path

import typer

from api.commands import asking, audit, base, checking, evaluating, files, keys, serving, staff
from api.commands.chinese import Commands, wrong_call
from api.embedded_redis import EmbeddedRedisError
from api.settings import SettingsError
from bot.errors import BotError
from knowledge.errors import KnowledgeError

app = Commands(
    name="bianshitong",
    help="编事通：机构编制部门微信公众号的后台。",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
serving.add_to(app)
asking.add_to(app)
files.add_to(app)
base.add_to(app)
keys.add_to(app)
staff.add_to(app)
evaluating.add_to(app)
checking.add_to(app)
audit.add_to(app)


def main() -> None:
    """Entry point; maps every expected error to one sentence: exit code 2 for a wrong call, 1 for the rest."""
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        print(f"错误：{wrong_call(error)}", file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 2))
    except typer.Abort:
        sys.exit(130)
    except (SettingsError, EmbeddedRedisError, KnowledgeError, BotError) as error:
        print(f"错误：{error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"错误：无法读写 {error.filename or ''}：{error.strerror}；请检查路径和权限。", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 – the outermost edge
        kept = _keep_traceback()
        print(
            f"错误：出现了没有预料到的问题（{type(error).__name__}）；详情已写入 {kept}，请交给维护人员。",
            file=sys.stderr,
        )
        sys.exit(1)


def _keep_traceback() -> Path:
    """Where the traceback went. It may quote settings, so it stays on this machine and is the owner's alone."""
    handle, path = tempfile.mkstemp(prefix="bianshitong-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exc(file=file)
    return Path(path)


if __name__ == "__main__":
    main()
