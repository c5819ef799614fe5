"""Keeps what Jinja has compiled, in a folder, for all processes of the runs of a playbook host.

Each task has a process of its own, which compiles each template that it needs, and forgets it. The code of a template depends on
its text, on the environment's class and syntax, and on whether Ansible wants backslashes doubled: that is the key here.
"""

from __future__ import annotations

import contextlib
import importlib
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache

_SYNTAX = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix",
    "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline",
)  # fmt: skip


def keep_in(folder: Path) -> bool:
    """Let all environments of this process, and of those that it starts, compile a template once.

    Returns:
        Whether they will; not where this ansible-core is unknown.
    """
    try:
        bits: Any = importlib.import_module("ansible._internal._templating._jinja_bits")
        context: Any = bits._TemplateCompileContext
    except (ImportError, AttributeError):
        return False
    kept, compiled = FileSystemBytecodeCache(str(folder)), Environment.compile

    def compile_once(self: Environment, source: Any, *args: Any, **kwargs: Any) -> str | CodeType:
        now = context.current(optional=True)
        if args or kwargs or now is None:
            return compiled(self, source, *args, **kwargs)
        syntax = [getattr(self, name) for name in _SYNTAX]
        key = repr((self.__class__, syntax, now.escape_backslashes, source.__class__, source))
        bucket = kept.get_bucket(self, key, None, key)
        if bucket.code is None:
            code = compiled(self, source)
            if not isinstance(code, CodeType):
                return code
            bucket.code = code
            # What another process has just removed or written is no harm.
            with contextlib.suppress(OSError):
                kept.set_bucket(bucket)
        return bucket.code

    Environment.compile = compile_once  # type: ignore[method-assign,assignment]
    return True
