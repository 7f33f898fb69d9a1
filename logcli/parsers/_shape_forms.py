"""Forms of values that are made of several tokens, from general knowledge; none knows a log.

A chunk is what stands between blanks, brackets, quotes, commas, semicolons, `=` and `|`. The scan kernel has
found the values in it already (`<*>`, here as a NUL); a form says that the whole chunk is one value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# A value that was found already, in the text of a chunk.
KNOWN = "\0"
_LABEL = r"[\w\0-]+"
# Names of source files: what follows their colon is a line, not a port.
_SOURCE = r"(?<!\.[ch])(?<!\.(?:cc|py|go|rs|js|ts|sh|pl|rb|cs|kt))(?<!\.(?:cpp|cxx|hpp|php))(?<!\.java)"


class Form(NamedTuple):
    """A form of value, with samples that are tested both ways.

    pattern : of the whole chunk
    are, are_not : texts that it fits and that it does not; `<*>` for a value found already
    """

    name: str
    pattern: str
    are: tuple[str, ...]
    are_not: tuple[str, ...]


FORMS = (
    Form(
        "begins and ends with a value",
        r"\0(?:(?!##)[\w./:@#\0-])*\0|#\0#(?:@#\0#)?",
        ("<*>/<*>", "<*>:<*>", "<*>-Nf-C:<*>", "#<*>#", "#<*>#@#<*>#"),
        ("a/<*>", "<*>-x", "<*>##<*>", "#<*>"),
    ),
    Form(
        "pairs of hexadecimal digits",
        r"(?:[\dA-Fa-f]{2}[:-])+\0",
        ("FF:<*>", "fe-<*>"),
        ("FFF:<*>", "or:<*>"),
    ),
    Form("share", r"\0%", ("<*>%",), ("<*>%x", "%")),
    Form(
        "host and port",
        rf"{_LABEL}(?:\.{_LABEL})+{_SOURCE}:(?:\0|\d+)",
        ("r1---sn-x.example.com:<*>", "db.internal.test:<*>"),
        ("mice.c:<*>", "wpad:<*>"),
    ),
    Form(
        "dotted name with a value",
        r"(?=[^\0]*\0)[\w\0-]+(?:\.[\w\0$-]+){2,}",
        ("<*>.ded.tie.cl", "ld-linux.so.<*>"),
        ("core.<*>", "java.io.IOException"),
    ),
    Form(
        "host name of words and a number",
        r"[a-z][a-z\d]*(?:-[a-z][a-z\d]*)+-\0[\w.\0-]*",
        ("msra-sa-<*>", "web-eu-<*>"),
        ("MININT-<*>", "task-<*>"),
    ),
    Form(
        "e-mail address",
        r"[\w.+\0-]+@[\w\0-]+(?:\.[\w\0-]+)+",
        ("jo.doe@mail.example.com", "<*>@<*>.example.org"),
        ("com.example.Foo@<*>", "user@host"),
    ),
    Form(
        "path",
        r"(?:\.{1,2}|~)/[\w.+\0/-]+|(?=[^\0]*\0)(?!\w*[A-Z]/\0)[\w.+\0-]+(?:/[\w.+\0-]+)+/?",
        ("./runtime_malloc", "../a/b", "<*>/pkts_out.rrd", "sda<*>/sub"),
        ("read/write", "and/or", "HTTP/<*>", "ImPS/<*>"),
    ),
    Form(
        "name in a file or module",
        r"(?=[^:]*[./])[\w./\0-]+(?:::[\w.\0-]+)+",
        ("tests/test_a.py::test_b", "core.db::pool"),
        ("std::move", "a:b"),
    ),
    Form(
        "path with backslashes",
        r"\\{0,2}[\w.$\0-]+(?:\\[\w.$\0-]+){2,}\\?|\\{1,2}[\w.$\0-]+(?:[\\.][\w.$\0-]+)+",
        (r"\_SB_.PCI0.<*>._PRT", r"HKLM\Software\Test"),
        (r"DOMAIN\user",),
    ),
)
_ANY = re.compile("|".join(f"(?:{form.pattern})" for form in FORMS))
_DEVICE = re.compile(
    r"(?:eth|wlan|en[ops]|enp\d+s|bond|docker|veth|virbr|br|tun|tap|ppp|wg|tty[A-Z]*|pts)\d+|[hs]d[a-z]\d*"
)
# Words of small classes: whatever says one of them could say the others.
_ENUMERATED = frozenset({
    "true", "false", "True", "False", "TRUE", "FALSE", "tcp", "udp", "icmp", "inbound", "outbound",
})  # fmt: skip
# Words of which two at one place are a slot.
ALTERNATIVES = (
    {"up", "down"}, {"on", "off"}, {"yes", "no"}, {"enabled", "disabled"}, {"half", "full"}, {"Half", "Full"},
    {"running", "stopped"}, {"active", "passive", "standby"},
)  # fmt: skip
# Nouns that say what kind of thing the next word names.
NOUNS = frozenset({
    "user", "host", "port", "id", "name", "file", "path", "directory", "address", "node", "device", "client",
    "server", "interface", "module", "service", "process", "driver", "package", "group", "account", "table",
    "database", "column", "index", "topic", "queue", "container", "pod", "job", "task", "thread", "class",
    "method", "key", "session", "volume", "image", "namespace", "cluster", "domain", "url", "command",
})  # fmt: skip
_NUMBERED = re.compile(r"([A-Za-z]+)\d+")


def is_value(chunk: str) -> bool:
    """Whether a chunk of several tokens is one value; `<*>` is a value found already.

    >>> is_value("<*>.ded.example.cl"), is_value("java.io.IOException")
    (True, False)
    """
    return _ANY.fullmatch(chunk.replace("<*>", KNOWN)) is not None


def spelled(words: Iterable[str]) -> list[str]:
    """Small words, and the same with a capital and in capitals.

    >>> spelled(["user"])
    ['user', 'User', 'USER']
    """
    return [form for word in words for form in (word, word.capitalize(), word.upper())]


def is_known(word: str) -> bool:
    """Whether a word is the usual name of a network interface, terminal or disk, or one of a small class.

    >>> is_known("eth0"), is_known("ttyS1"), is_known("true"), is_known("ipv4")
    (True, True, True, False)
    """
    return word in _ENUMERATED or _DEVICE.fullmatch(word) is not None


def series(word: str) -> str:
    """What words of one series begin with: `node` of `node17`; empty for others.

    >>> series("an14"), series("14"), series("node")
    ('an', '', '')
    """
    match = _NUMBERED.fullmatch(word)
    return match[1] if match else ""
