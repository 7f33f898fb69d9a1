r"""Types of values by their form, as data. Patterns are those of RE2: no look-around, ASCII `\w` and `\d`."""

from __future__ import annotations

from typing import NamedTuple


class ValueType(NamedTuple):
    """A type of value, with samples that are tested both ways.

    pattern : of the whole value; but : of what it would fit and still is another thing
    are, are_not : values that are of this type, and that are not
    """

    name: str
    pattern: str
    are: tuple[str, ...]
    are_not: tuple[str, ...]
    but: str = ""


_NUMBER = r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IP4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_H16 = r"[\dA-Fa-f]{1,4}"
_IP6 = (
    rf"(?:(?:{_H16}:){{7}}{_H16}|(?:{_H16}(?::{_H16}){{0,6}})?::"
    rf"(?:(?:{_H16}:){{0,6}}(?:{_H16}|{_IP4}))?)(?:%\w+)?"
)
# Java writes an address as `name/address`, and leaves the name empty.
_NAMED = r"(?:[\w.-]*/)?"
_LABEL = r"[A-Za-z\d](?:[\w-]*[A-Za-z\d])?"
_DAY = r"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4})"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[A-Z]{3,4}|[-+]\d\d:?\d\d))"
_CLOCK = rf"\d{{1,2}}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?{_ZONE}?"
_SPAN = (
    r"(?:ns|nsecs?|us|usecs?|µs|μs|ms|msecs?|millis(?:econds)?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?"
    r"|h|hrs?|hours?|d|days?)"
)
# Endings by which a name without a slash is a file's.
_ENDING = (
    r"(?:c|cc|cpp|h|hpp|rs|go|py|rb|java|kt|js|ts|sh|pl|php|log|txt|json|ya?ml|toml|xml|conf|cfg|ini|csv|tsv"
    r"|parquet|html?|css|png|jpe?g|gif|svg|pdf|so|dll|exe|jar|war|zip|tar|gz|tgz|zst|bz2|xz|pid|sock|lock|tmp"
    r"|bak|db|sql|service|socket|timer|mount|plist|dat|bin|img|pem|crt|key|deb|rpm|out|err)"
)
_DOMAIN = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|name|io|dev|app|cloud|local|localdomain|lan|internal|intranet"
    r"|corp|home|test|example|invalid|localhost|cluster|svc|arpa|[a-z]{2})"
)
_PACKAGE = r"(?:java|javax|org|com|net|edu|io|sun|scala|akka|kotlin|android|androidx)\..*"

# In the order in which they are tried.
TYPES = (
    ValueType(
        "boolean",
        r"(?i:true|false|yes|no|on|off)",
        ("true", "False", "no", "ON"),
        ("0", "maybe", "truely"),
    ),
    ValueType(
        "number",
        r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)",
        ("0", "-17", "+3", "007", "1,234,567"),
        ("1.5", "12,34", "0x1f", "17ms", ""),
    ),
    ValueType(
        "float",
        rf"{_NUMBER}(?:[eE][-+]?\d+)?|[-+]?\.\d+",
        ("1.5", "-0.25", "1,234.5", "1e-9", ".5", "17"),
        ("1.2.3", "1.5s", "e5", "1."),
    ),
    ValueType(
        "percent", rf"{_NUMBER} ?%", ("93%", "12.5 %", "-3%"), ("93", "%", "93%x"),
    ),
    ValueType(
        "duration",
        rf"{_NUMBER} ?{_SPAN}(?:,? ?\d+(?:\.\d+)? ?{_SPAN})*|P(?:\d+D)?T?(?:\d+[HMS]|\d+\.\d+S)+",
        ("5ms", "1.5 s", "3 seconds", "1h2m3.5s", "2 days, 3 hours", "PT1H30M", "250µs"),
        ("5", "ms", "5 apples", "5MB"),
    ),
    ValueType(
        "size",
        rf"{_NUMBER} ?(?:[kKMGTPE]i?[bB]?|B|[bB]ytes?)(?:/s|ps)?(?: \([^()]*\))?",
        ("5KB", "1.5 GiB", "100 bytes", "2048 bytes (2.0 KB)", "64k", "12MB/s"),
        ("5", "KB", "5 s", "5 bites"),
    ),
    ValueType(
        "uuid",
        r"\{?[\dA-Fa-f]{8}(?:-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}\}?",
        ("123e4567-e89b-12d3-a456-426614174000", "{123E4567-E89B-12D3-A456-426614174000}"),
        ("123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456"),
    ),
    ValueType(
        "mac",
        r"[\dA-Fa-f]{2}(?:(?::[\dA-Fa-f]{2}){5,13}|(?:-[\dA-Fa-f]{2}){5,7})|(?:[\dA-Fa-f]{4}\.){2}[\dA-Fa-f]{4}",
        ("00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "001b.4411.3ab7"),
        ("00:1b:44", "10:00:00", "00:1b:44:11:3a:zz"),
    ),
    ValueType(
        "time",
        rf"{_DAY}(?:[T ]{_CLOCK})?|{_CLOCK}|\d{{8}}T\d{{6}}Z?|{_WEEKDAY}?{_MONTH} +\d{{1,2}}(?: {_CLOCK})?"
        rf"(?: \d{{4}})?|{_WEEKDAY}?\d{{1,2}}[- /]{_MONTH}[- /]\d{{4}}(?:[: ]{_CLOCK})?",
        (
            *("2024-01-01", "10:00:00.123", "2024-01-01T10:00:00.123456+02:00", "2024-01-01 10:00:00,123"),
            *("Mar  2 00:04:39", "Thu, 01 Jan 2026 10:00:00 GMT", "02/Mar/2026:10:00:00 +0000", "9:30 PM"),
            *("20260302T101010Z", "Thu Jan 01 10:00:00 2026", "31.12.2025"),
        ),
        ("1700000000", "10:0", "2024-01", "yesterday", "00:1b:44:11"),
    ),
    ValueType(
        "ip",
        rf"{_NAMED}(?:{_IP4}|\[?{_IP6}\]?)(?:/\d{{1,3}})?",
        ("10.0.0.1", "192.168.1.0/24", "/10.251.42.84", "::1", "fe80::1%eth0", "2001:db8::8a2e:370:7334"),
        ("10.0.0", "256.0.0.1", "10.0.0.1:80", "10:00:00", "a::z"),
    ),
    ValueType(
        "url",
        r"(?:[A-Za-z]+:)?[A-Za-z][A-Za-z\d+.-]*://\S+",
        ("http://x/y", "s3://bucket/key", "jdbc:mysql://db:3306/shop"),
        ("http:", "//x/y", "a b://c"),
    ),
    ValueType(
        "host:port",
        rf"{_NAMED}(?:{_IP4}|\[{_IP6}\]|{_LABEL}(?:\.{_LABEL})*):\d{{2,5}}",
        ("10.0.0.1:80", "web-1:8080", "db.internal.test:5432", "[::1]:443", "/10.251.42.84:57069"),
        ("mice.c:1772", "10:30", "10:00:00", "web-1", "web-1:x"),
        but=rf".*\.{_ENDING}:\d+|[\d:]+",
    ),
    ValueType(
        "e-mail",
        r"<?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+>?",
        ("jo.doe@mail.example.com", "<ann+x@example.org>"),
        ("ann@host", "@example.com", "ann example.com"),
    ),
    ValueType(
        "version",
        r"[vV]?\d+(?:\.\d+){2,}(?:[-+.~_a-z]\S*)?|[vV]\d+(?:\.\d+)*(?:[-+~]\S*)?"
        r"|[A-Za-z][\w-]*[/_]v?\d+(?:\.\d+)+[\w.+~-]*",
        ("1.2.3", "v2", "5.15.0-91-generic", "v1.0.0-rc1", "HTTP/1.1", "nginx/1.18.0", "OpenSSH_8.9p1"),
        ("1.2", "version", "vx", "/1.2.3"),
    ),
    ValueType(
        "path",
        rf"(?:~?|\.{{1,2}})/\S*|[\w.@+-]*[A-Za-z][\w.@+-]*(?:/[\w.@+-]+){{2,}}/?|[\w@+-][\w.@+-]*/"
        rf"(?:[\w.@+-]*\.[A-Za-z]\w*)?|[\w.@+-]*[A-Za-z][\w.@+-]*\.{_ENDING}(?::\d+)*"
        r"|[A-Za-z]:\\[^\n]*|\\\\?[\w.$-]+(?:\\[\w.$-]+)+\\?",
        (
            *("/a/b", "/", "~/x", "./run.sh", "../a/b", "usr/lib/x", "pool/", "lib/a.so", "sshd.conf"),
            *("mice.c:1772", r"C:\Program Files\x", r"\\server\share\x", "/srv/a?b=1"),
        ),
        ("read/write", "N/A", "12/34", "example.com", "a b/c", "HTTP/1.1"),
    ),
    ValueType(
        "host",
        rf"(?:{_LABEL}\.)+(?:{_DOMAIN}|(?i:com|org|net|local))\.?|localhost|ip-\d+(?:-\d+){{3}}",
        ("example.com", "web-1.eu.example.org", "db.cluster.local", "WEB.CORP.LOCAL", "localhost", "a.test"),
        ("java.io.IOException", "org.apache.hadoop.io", "web-1", "10.0.0.1", "example."),
        but=_PACKAGE,
    ),
    ValueType(
        "hex",
        r"(?:0x|(?i:sha\d+|md5):)?(?:[\da-f]{4,}|[\dA-F]{4,})|0x[\dA-Fa-f]+|[\dA-Fa-f]{2}(?::[\dA-Fa-f]{2}){14,}",
        ("0xdeadbeef", "0x1F", "9f86d081884c7d65", "DEADBEEF", "sha256:9f86d081", "12ab"),
        ("face", "ADDED", "ED25519", "0x", "9f8", "12abXY"),
        but=r"[A-Fa-f]{1,7}|[A-F]{1,3}\d+",
    ),
    ValueType(
        "quoted text",
        r"""(?s:"[^"]*"|'[^']*'|`[^`]*`)""",
        ('"a b"', "'x'", '""', "`ls -l`"),
        ('a "b"', "it's", '"a" and "b"'),
    ),
    ValueType(
        "identifier",
        r"[^\s\"'`]*\d[^\s\"'`]*|\w+(?:[._:/#@$-]+\w+)+|_\w+|\w+_|[a-z]+[A-Z]\w*",
        ("blk_-1608999687919862906", "SO-17", "charge.refunded", "onCreate", "u17", "std::move", "max_size"),
        ("started", "two words 7", "", '"x1"'),
    ),
)  # fmt: skip
