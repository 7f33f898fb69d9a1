"""Errors a user can act on, and the exit codes of the command."""

from __future__ import annotations

OK = 0
FAILED = 1
USAGE = 2
GATE = 3
INTERRUPTED = 130
BROKEN_PIPE = 141


class LogcliError(Exception):
    """Something a user can understand and mend.

    Parameters
    ----------
    what : the failure in a few lower-case words, literals in backticks, no full stop
    why : the reason, when it is known
    where : file, line or option concerned
    hint : the next thing to try
    code : exit code of the process, `FAILED` unless the command line itself is at fault (`USAGE`)

    >>> print(LogcliError("no parser called `drian`", hint="did you mean `drain`?"))
    no parser called `drian`
    """

    def __init__(
        self, what: str, *, why: str = "", where: str = "", hint: str = "", code: int = FAILED
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.where = where
        self.hint = hint
        self.code = code

    def report(self) -> str:
        """The whole message as it goes to stderr, control characters made visible."""
        lines = [f"error: {self.what}"]
        if self.why:
            lines.append(f" reason: {self.why}")
        if self.where:
            lines.append(f"    --> {self.where}")
        if self.hint:
            lines += ["", f"hint: {self.hint}"]
        return "\n".join(visible(line) for line in lines)


class UsageError(LogcliError):
    """The command line, a configuration or a definition file is wrong (exit code 2)."""

    def __init__(self, what: str, *, why: str = "", where: str = "", hint: str = "") -> None:
        super().__init__(what, why=why, where=where, hint=hint, code=USAGE)


def visible(text: str) -> str:
    r"""Replace control characters, so that log bytes cannot drive the terminal.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\t" else _escape(c) for c in text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
