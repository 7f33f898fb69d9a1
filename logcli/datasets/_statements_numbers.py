"""Values that are numbers: counts, sizes, durations and times, in the writings that programs use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from logcli.datasets._statements_dice import Dice, Kind, one_of

# The logs are of these days.
_START, _DAYS = 1_772_409_600, 4
# Numbers that count things up or name them: of a young system, of an old one.
_IDS = ((100, 9_999), (10_000, 99_999), (100_000, 4_999_999))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _ends(words: Sequence[str], low: int, high: int) -> tuple[int, int]:
    """The range in a slot's brackets, such as `1..20`."""
    if not words:
        return low, high
    first, _, last = words[0].partition("..")
    return int(first), int(last)


def _int(dice: Dice, words: Sequence[str]) -> str:
    if words:
        return str(dice.between(*_ends(words, 0, 0)))
    return str(int(dice.around(dice.pick((2, 12, 90, 700, 6_000)))))


def _big(dice: Dice, _: Sequence[str]) -> str:
    return str(dice.between(1, 9)) + "".join(str(dice.below(10)) for _ in range(dice.between(6, 11)))


def _float(dice: Dice, words: Sequence[str]) -> str:
    digits = int(words[0]) if words else 2
    whole = int(dice.around(dice.pick((1, 9, 60))))
    return f"{whole}.{dice.below(10**digits):0{digits}d}"


def _padded(dice: Dice, words: Sequence[str]) -> str:
    width = int(words[0]) if words else 6
    return f"{dice.below(10**width):0{width}d}"


def _grouped(dice: Dice, _: Sequence[str]) -> str:
    return f"{int(dice.around(dice.pick((300, 40_000, 2_000_000)))):,}"


def _hex(dice: Dice, words: Sequence[str]) -> str:
    return dice.hexes(int(words[0]) if words else 8)


def _address(dice: Dice, _: Sequence[str]) -> str:
    return f"0x{dice.pick(('7f', '55', '60'))}{dice.hexes(10)}"


# --- durations -------------------------------------------------------------------------------------


def _go_duration(dice: Dice, _: Sequence[str]) -> str:
    form = dice.below(6)
    if form == 0:
        return f"{dice.between(1, 999)}.{dice.between(1, 999)}µs"
    if form == 1:
        return f"{dice.between(1, 59)}s"
    if form == 2:
        return f"{dice.between(1, 9)}m{dice.between(0, 59)}s"
    unit = dice.pick(("ms", "ms", "s"))
    return f"{int(dice.around(12))}.{dice.between(1, 999_999)}{unit}"


def _clock(dice: Dice, _: Sequence[str]) -> str:
    return f"{dice.below(24):02d}:{dice.below(60):02d}:{dice.below(60):02d}"


def _words_duration(dice: Dice, _: Sequence[str]) -> str:
    unit, most = dice.pick((("second", 59), ("minute", 59), ("hour", 23), ("day", 30)))
    count = dice.between(1, most)
    first = f"{count} {unit}{'s' if count != 1 else ''}"
    if unit in ("second", "day") or dice.chance(0.5):
        return first
    rest = dice.between(2, 59)
    return f"{first} {rest} {'minutes' if unit == 'hour' else 'seconds'}"


def _spaced_duration(dice: Dice, _: Sequence[str]) -> str:
    if dice.chance(0.2):
        return f"{dice.between(1, 12):02d}:{dice.below(60):02d} min"
    if dice.chance(0.3):
        return f"{int(dice.around(120))} ms"
    return f"{int(dice.around(4))}.{dice.below(1000):03d} s"


def _iso_duration(dice: Dice, _: Sequence[str]) -> str:
    return dice.pick((f"PT{dice.between(1, 59)}S", f"PT{dice.between(1, 59)}M{dice.between(1, 59)}S",
                      f"PT{dice.between(1, 23)}H", f"P{dice.between(1, 30)}D"))  # fmt: skip


def _short_duration(dice: Dice, _: Sequence[str]) -> str:
    return f"{int(dice.around(20)) + 1}{dice.pick(('ms', 'ms', 's', 'm', 'h', 'd'))}"


def _parts_duration(dice: Dice, _: Sequence[str]) -> str:
    seconds = f"{dice.below(60)}s"
    if dice.chance(0.5):
        return seconds
    minutes = f"{dice.between(1, 59)}m {seconds}"
    return f"{dice.between(1, 5)}h {minutes}" if dice.chance(0.15) else minutes


# --- sizes and rates -------------------------------------------------------------------------------


def _sized(units: Sequence[str], between: str, after: str = "") -> Callable[[Dice, Sequence[str]], str]:
    def make(dice: Dice, _: Sequence[str]) -> str:
        unit = dice.pick(units)
        if dice.chance(0.3):
            return f"{dice.between(1, 999)}{between}{unit}{after}"
        return f"{dice.between(1, 999)}.{dice.between(1, 99)}{between}{unit}{after}"

    return make


def _whole_size(units: Sequence[str]) -> Callable[[Dice, Sequence[str]], str]:
    return lambda dice, _: f"{int(dice.around(90)) + 1}{dice.pick(units)}"


_NUMBER = r"\d+(?:\.\d+)?"

# --- moments ---------------------------------------------------------------------------------------


def _moment(dice: Dice) -> datetime:
    return datetime.fromtimestamp(_START + dice.below(_DAYS * 86_400), UTC)


def _seconds(dice: Dice, _: Sequence[str]) -> str:
    return str(_START + dice.below(_DAYS * 86_400))


def _written(form: str) -> Callable[[Dice, Sequence[str]], str]:
    """A moment by a form, which may use the names of days and months in English and a fraction."""

    def make(dice: Dice, _: Sequence[str]) -> str:
        at = _moment(dice)
        named = {"month": _MONTHS[at.month - 1], "day": _WEEKDAYS[at.weekday()]}
        return form.format(at=at, ms=dice.below(10**3), us=dice.below(10**6), ns=dice.below(10**9), **named)

    return make


def _at(form: str, pattern: str) -> Kind:
    return Kind(_written(form), pattern, 0, 0.0)


_DATE, _TIME = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d:\d\d"
_MONTH, _SLASHED = "[A-Z][a-z]{2}", r"\d\d/[A-Z][a-z]{2}/\d{4}(?::\d\d){3}"

_TIMES: dict[str, Kind] = {
    "time_iso": _at("{at:%Y-%m-%dT%H:%M:%S}.{ms:03d}Z", rf"{_DATE}T{_TIME}\.\d{{3}}Z"),
    "time_rfc": _at("{at:%Y-%m-%dT%H:%M:%S}Z", rf"{_DATE}T{_TIME}Z"),
    "time_nano": _at("{at:%Y-%m-%dT%H:%M:%S}.{ns:09d}Z", rf"{_DATE}T{_TIME}\.\d{{9}}Z"),
    "time_zone": _at("{at:%Y-%m-%dT%H:%M:%S}.{us:06d}+00:00", rf"{_DATE}T{_TIME}\.\d{{6}}\+00:00"),
    "time_space": _at("{at:%Y-%m-%d %H:%M:%S}", rf"{_DATE} {_TIME}"),
    "time_utc": _at("{at:%Y-%m-%d %H:%M:%S} UTC", rf"{_DATE} {_TIME} UTC"),
    "time_comma": _at("{at:%Y-%m-%d %H:%M:%S},{ms:03d}", rf"{_DATE} {_TIME},\d{{3}}"),
    "time_clf": _at("{at:%d}/{month}/{at:%Y:%H:%M:%S} +0000", _SLASHED + r" \+0000"),
    "time_proxy": _at("{at:%d}/{month}/{at:%Y:%H:%M:%S}.{ms:03d}", _SLASHED + r"\.\d{3}"),
    "time_bsd": _at("{month} {at.day:2d} {at:%H:%M:%S}", rf"{_MONTH} [ \d]\d {_TIME}"),
    "time_c": _at(
        "{day} {month} {at.day:2d} {at:%H:%M:%S %Y}", rf"{_MONTH} {_MONTH} [ \d]\d {_TIME} \d{{4}}"
    ),
    "time_http": _at(
        "{day}, {at:%d} {month} {at:%Y %H:%M:%S} GMT", rf"{_MONTH}, \d\d {_MONTH} \d{{4}} {_TIME} GMT"
    ),
    "time_slash": _at("{at:%m/%d/%Y %H:%M:%S}", rf"\d\d/\d\d/\d{{4}} {_TIME}"),
    "time": _at("{at:%H:%M:%S}", _TIME),
    "date": Kind(_written("{at:%Y-%m-%d}"), _DATE, 0, 0.2),
    "epoch": Kind(_seconds, r"\d{10}", 0, 0.0),
    "epoch_ms": Kind(lambda dice, words: f"{_seconds(dice, words)}{dice.below(1000):03d}", r"\d{13}", 0, 0.0),
    "epoch_dot": Kind(
        lambda dice, words: f"{_seconds(dice, words)}.{dice.below(1000):03d}", r"\d{10}\.\d{3}", 0, 0.0
    ),
}

KINDS: dict[str, Kind] = {
    "int": Kind(_int, r"-?\d+"),
    "id": Kind(lambda dice, _: str(dice.between(*dice.pick(_IDS))), r"\d{3,7}", 0, 0.0),
    "small": Kind(lambda dice, _: str(dice.often(range(10))), r"\d", 0, 0.12),
    "big": Kind(_big, r"\d{7,12}"),
    "negative": Kind(lambda dice, _: f"-{dice.often((1, 2, 5, 11, 13, 22, 32, 104, 110, 111))}", r"-\d+"),
    "float": Kind(_float, r"\d+\.\d+"),
    "ratio": Kind(lambda dice, _: f"0.{dice.below(10_000):04d}", r"0\.\d{4}"),
    "padded": Kind(_padded, r"\d+"),
    "grouped": Kind(_grouped, r"\d{1,3}(?:,\d{3})*"),
    "percent": Kind(lambda dice, _: str(dice.below(101)), r"\d{1,3}"),
    "percent1": Kind(lambda dice, _: f"{dice.below(100)}.{dice.below(10)}", r"\d{1,2}\.\d"),
    "percented": Kind(lambda dice, _: f"{dice.below(101)}%", r"\d{1,3}%"),
    "money": Kind(lambda dice, _: f"{int(dice.around(38))}.{dice.below(100):02d}", r"\d+\.\d\d"),
    "port": Kind(lambda dice, _: str(dice.between(1_024, 65_535)), r"\d{2,5}", 30, 0.1),
    "pid": Kind(lambda dice, _: str(dice.between(300, 99_999)), r"\d{3,5}"),
    "uid": Kind(lambda dice, _: dice.often(("0", "1000", "1001", "33", "999", "107")), r"\d+", 0, 0.2),
    "status": one_of("200", "404", "503", "302", "500", "502", "401", "304", "201", "429", steady=0.05),
    "hex": Kind(_hex, r"[0-9a-f]+", 0, 0.0),
    "HEX": Kind(lambda dice, words: _hex(dice, words).upper(), r"[0-9A-F]+", 0, 0.0),
    "xhex": Kind(lambda dice, words: f"0x{_hex(dice, words)}", r"0x[0-9a-f]+", 0, 0.05),
    "address": Kind(_address, r"0x[0-9a-f]{12}", 0, 0.0),
    "bool": one_of("true", "false", steady=0.15),
    "Bool": one_of("True", "False", steady=0.15),
    "duration_go": Kind(_go_duration, r"(?:\d+m)?\d+(?:\.\d+)?(?:µs|ms|s)", 0, 0.02),
    "duration_short": Kind(_short_duration, r"\d+(?:ms|[smhd])", 0, 0.1),
    "duration_parts": Kind(_parts_duration, r"(?:\d+h )?(?:\d+m )?\d+s", 0, 0.02),
    "duration_clock": Kind(_clock, r"\d\d:\d\d:\d\d", 0, 0.0),
    "duration_words": Kind(_words_duration, r"\d+ (?:second|minute|hour|day)s?(?: \d+ (?:second|minute)s)?"),
    "duration_spaced": Kind(_spaced_duration, r"\d\d:\d\d min|\d+ ms|\d+\.\d{3} s", 0, 0.0),
    "duration_iso": Kind(_iso_duration, r"P(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?|\d+D)", 0, 0.1),
    "size": Kind(_sized(("B", "KB", "MB", "MB", "GB"), ""), _NUMBER + r"[KMG]?B"),
    "size_iec": Kind(_sized(("KiB", "MiB", "MiB", "GiB"), " "), _NUMBER + r" [KMG]iB"),
    "size_tight": Kind(_sized(("Ki", "Mi", "Gi"), ""), _NUMBER + r"[KMG]i"),
    "size_short": Kind(_whole_size(("K", "M", "M", "G")), r"\d+[KMG]", 0, 0.1),
    "rate": Kind(_sized(("KB", "MB", "MB"), "", "/s"), _NUMBER + r"[KM]B/s"),
    "rate_iec": Kind(_sized(("KiB", "MiB", "GiB"), "", "/s"), _NUMBER + r"[KMG]iB/s"),
    "bits": Kind(_sized(("Kbits", "Mbits", "Gbits"), " ", "/sec"), _NUMBER + r" [KMG]bits/sec"),
    **_TIMES,
}
