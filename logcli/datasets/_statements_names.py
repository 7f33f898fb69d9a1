"""Values that name or identify: users, classes, containers, versions, digests, numbers of things."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from logcli.datasets import _statements_words as words_of
from logcli.datasets._statements_dice import Dice, Kind, one_of

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def noun(dice: Dice) -> str:
    """A word for a thing."""
    return dice.pick(words_of.NOUNS)


def _parts(dice: Dice) -> list[str]:
    first = dice.pick(words_of.VERBS if dice.chance(0.5) else words_of.TRAITS)
    return [first, noun(dice), *([noun(dice)] if dice.chance(0.35) else [])]


def camel(dice: Dice, _: Sequence[str] = ()) -> str:
    """A name such as `loadOrder`."""
    first, *rest = _parts(dice)
    return first + "".join(part.title() for part in rest)


def pascal(dice: Dice, _: Sequence[str] = ()) -> str:
    """A name such as `StaleOrderWorker`."""
    return "".join(part.title() for part in _parts(dice))


def snake(dice: Dice, _: Sequence[str] = ()) -> str:
    """A name such as `load_order`."""
    return "_".join(_parts(dice))


def kebab(dice: Dice, _: Sequence[str] = ()) -> str:
    """A name such as `stale-order`."""
    return "-".join(_parts(dice))


def _java_class(dice: Dice, _: Sequence[str]) -> str:
    root = dice.pick(("com.example.shop", "org.example.core", "io.acme"))
    inner = f"${dice.between(1, 9)}" if dice.chance(0.15) else ""
    return f"{root}.{noun(dice)}.{pascal(dice)}{inner}"


def _module(dice: Dice, _: Sequence[str]) -> str:
    return f"{noun(dice)}.{dice.pick(('tasks', 'views', 'models', 'sync', 'api'))}.{snake(dice)}"


def _thread(dice: Dice, _: Sequence[str]) -> str:
    form = dice.below(5)
    number = dice.between(1, 40)
    if form == 0:
        return f"pool-{dice.between(1, 9)}-thread-{number}"
    if form == 1:
        return f"http-nio-8080-exec-{number}"
    if form == 2:
        return f"{noun(dice)}-worker-{number}"
    return f"Thread-{number}" if form == 3 else f"{pascal(dice)}#{number}"


def _deployment(dice: Dice, _: Sequence[str] = ()) -> str:
    return f"{noun(dice)}-{dice.pick(('api', 'web', 'worker', 'db', 'job'))}"


def _pod(dice: Dice, _: Sequence[str]) -> str:
    if dice.chance(0.25):
        return f"{_deployment(dice)}-{dice.below(4)}"
    return f"{_deployment(dice)}-{dice.hexes(9)}-{dice.letters(5, _SAFE)}"


def _version(dice: Dice, _: Sequence[str] = ()) -> str:
    end = dice.pick(("", "", "", "-rc1", "+build.7", "-alpine", "b2"))
    return f"{dice.between(0, 21)}.{dice.below(30)}.{dice.below(20)}{end}"


def _kernel(dice: Dice, _: Sequence[str]) -> str:
    flavour = dice.pick(("generic", "cloud-amd64", "default"))
    return f"{dice.between(5, 6)}.{dice.below(16)}.0-{dice.between(10, 130)}-{flavour}"


def uuid(dice: Dice, _: Sequence[str] = ()) -> str:
    """A random UUID, version 4."""
    digits = dice.hexes(30)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:30]}"


def _hexes(digits: int, before: str = "") -> Kind:
    return Kind(lambda dice, _: before + dice.hexes(digits), f"{before}[0-9a-f]{{{digits}}}", 0, 0.0)


def _key(dice: Dice, _: Sequence[str]) -> str:
    thing, form = noun(dice), dice.below(4)
    if form == 0:
        return f"{thing}:{dice.between(1, 99_999)}"
    if form == 1:
        return f"{thing}:{dice.hexes(12)}:{noun(dice)}"
    return f"/registry/{thing}s/default/{kebab(dice)}" if form == 2 else f"cache:v2:{thing}"


def _of_number(form: str, low: int, high: int) -> Callable[[Dice, Sequence[str]], str]:
    return lambda dice, _: form.format(dice.between(low, high))


def _constraint(dice: Dice, _: Sequence[str] = ()) -> str:
    return f"{dice.often(('>=', '^', '==', '~', '~=', '<'))}{dice.between(0, 21)}.{dice.below(30)}"


def _coordinates(dice: Dice, _: Sequence[str]) -> str:
    return f"com.example.{noun(dice)}:{kebab(dice)}:jar:{dice.between(1, 9)}.{dice.below(20)}.{dice.below(9)}"


def _package_version(dice: Dice, _: Sequence[str]) -> str:
    return f"{dice.pick(words_of.PACKAGES)}{dice.pick('@-')}{_version(dice)}"


def _test(dice: Dice, _: Sequence[str]) -> str:
    case = f"[{dice.pick((noun(dice), str(dice.below(30)), 'utf-8-None'))}]" if dice.chance(0.3) else ""
    return f"tests/test_{noun(dice)}.py::test_{snake(dice)}{case}"


def _branch(dice: Dice, _: Sequence[str]) -> str:
    return dice.pick(("main", f"feature/{kebab(dice)}", f"release/{dice.between(1, 9)}.{dice.below(9)}",
                      f"fix-{dice.between(100, 9_999)}", "develop"))  # fmt: skip


def _wal(dice: Dice, _: Sequence[str]) -> str:
    return f"{dice.below(16):X}/{dice.between(16**6, 16**8 - 1):X}"


def _nodes(dice: Dice, _: Sequence[str]) -> str:
    first = dice.between(1, 400)
    if dice.chance(0.4):
        return f"cn{first:04d}"
    end = f"cn[{first:04d}-{first + dice.between(1, 30):04d}"
    return f"{end}]" if dice.chance(0.6) else f"{end},{first + 40:04d}]"


def _sid(dice: Dice, _: Sequence[str]) -> str:
    parts = [dice.between(10**8, 4 * 10**9) for _ in range(3)]
    return "S-1-5-21-" + "-".join(map(str, parts)) + f"-{dice.between(500, 2_000)}"


def _object(dice: Dice, _: Sequence[str]) -> str:
    return f"{pascal(dice)}@{dice.hexes(7)}"


def _symbol(dice: Dice, _: Sequence[str]) -> str:
    offset = dice.between(16, 900)
    return f"{dice.pick(words_of.SYMBOLS)}+0x{offset:x}/0x{offset + dice.between(8, 600):x}"


_DOTTED = r"\w+(?:\.[\w$]+)+"
_VERSION = r"\d+(?:\.\d+)+[\w.+-]*"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

KINDS: dict[str, Kind] = {
    "user": Kind(lambda dice, _: dice.pick(words_of.USERS), r"[\w.-]+", 7, 0.15),
    "group": Kind(
        lambda dice, _: f"{noun(dice)}-{dice.pick(('team', 'group', 'consumers'))}", r"[\w-]+", 5, 0.15
    ),
    "camel": Kind(camel, r"[a-z]+(?:[A-Z][a-z]+)+", 25, 0.08),
    "pascal": Kind(pascal, r"(?:[A-Z][a-z]+){2,}", 25, 0.08),
    "snake": Kind(snake, r"[a-z]+(?:_[a-z]+)+", 25, 0.08),
    "kebab": Kind(kebab, r"[a-z]+(?:-[a-z]+)+", 25, 0.08),
    "word": Kind(lambda dice, _: noun(dice), r"[a-z]+", 12, 0.1),
    "class": Kind(_java_class, _DOTTED, 25, 0.06),
    "module": Kind(_module, _DOTTED, 20, 0.08),
    "object": Kind(_object, r"[A-Za-z]+@[0-9a-f]{7}", 0, 0.0),
    "thread": Kind(_thread, r"[\w#-]+", 25),
    "service": Kind(lambda dice, _: dice.pick(words_of.SERVICES), r"[\w.@-]+", 14, 0.06),
    "unit": Kind(lambda dice, _: f"{dice.pick(words_of.SERVICES)}.service", r"[\w.@-]+\.service", 14, 0.04),
    "deployment": Kind(_deployment, r"[a-z]+-[a-z]+", 10, 0.08),
    "pod": Kind(_pod, r"[a-z]+-[a-z]+(?:-[0-9a-f]{9}-[a-z0-9]{5}|-\d)", 25, 0.04),
    "namespace": one_of("default", "kube-system", "shop", "monitoring", "team-a", "ci", steady=0.12),
    "version": Kind(_version, _VERSION, 6, 0.4),
    "kernel": Kind(_kernel, r"\d\.\d+\.0-\d+-[a-z0-9-]+", 3, 0.5),
    "uuid": Kind(uuid, _UUID, 0, 0.0),
    "guid": Kind(
        lambda dice, _: f"{{{uuid(dice).upper()}}}", rf"\{{{_UUID.replace('a-f', 'A-F')}\}}", 0, 0.02
    ),
    "md5": _hexes(32),
    "sha1": _hexes(40),
    "sha256": _hexes(64),
    "digest": _hexes(64, "sha256:"),
    "commit": _hexes(7),
    "short_id": _hexes(12),
    "trace_id": _hexes(32),
    "fingerprint": Kind(lambda dice, _: f"SHA256:{dice.letters(43, _BASE64)}", r"SHA256:[\w+/]{43}", 4, 0.1),
    "base64": Kind(lambda dice, _: f"{dice.letters(dice.between(10, 30), _BASE64)}==", r"[\w+/]+==", 0, 0.0),
    "mongo_id": _hexes(24),
    "queue_id": Kind(lambda dice, _: dice.hexes(10).upper(), r"[0-9A-F]{10}", 0, 0.0),
    "key": Kind(_key, r"[\w:/-]+", 40, 0.03),
    "table": Kind(lambda dice, _: dice.pick(words_of.TABLES), r"\w+", 8, 0.1),
    "column": Kind(lambda dice, _: dice.pick(words_of.COLUMNS), r"\w+", 7, 0.1),
    "topic": Kind(lambda dice, _: dice.pick(words_of.TOPICS), r"[\w.-]+", 7, 0.1),
    "partition": Kind(
        lambda dice, _: f"{dice.pick(words_of.TOPICS)}-{dice.below(24)}", r"[\w.-]+-\d+", 40, 0.03
    ),
    "package": Kind(lambda dice, _: dice.pick(words_of.PACKAGES), r"[\w@/-]+", 16, 0.04),
    "package_version": Kind(_package_version, r"[\w@/-]+[@-]" + _VERSION, 30, 0.04),
    "coordinates": Kind(_coordinates, r"[\w.]+:[\w-]+:jar:[\d.]+", 25, 0.04),
    "constraint": Kind(_constraint, r"[<>=~^]=?\d+\.\d+", 20, 0.06),
    "requirement": Kind(
        lambda dice, _: dice.pick(words_of.PACKAGES) + _constraint(dice),
        r"[\w@/-]+[<>=~^]=?\d+\.\d+",
        30,
        0.04,
    ),
    "test": Kind(_test, r"tests/test_\w+\.py::test_\w+(?:\[[\w-]+\])?", 60, 0.02),
    "branch": Kind(_branch, r"[\w./-]+", 8, 0.12),
    "wal": Kind(_wal, r"[0-9A-F]/[0-9A-F]{6,8}", 0, 0.02),
    "nodes": Kind(_nodes, r"cn(?:\d{4}|\[\d{4}-\d{4}(?:,\d{4})?\])", 20),
    "sid": Kind(_sid, r"S-1-5-21(?:-\d+){4}", 8, 0.08),
    "symbol": Kind(_symbol, r"\w+\+0x[0-9a-f]+/0x[0-9a-f]+", 20, 0.0),
    "kernel_module": Kind(lambda dice, _: dice.pick(words_of.MODULES), r"\w+", 9, 0.12),
    "order_id": Kind(_of_number("SO-{:07d}", 1, 9_999_999), r"SO-\d{7}", 0, 0.0),
    "ticket": Kind(_of_number("OPS-{}", 100, 9_999), r"OPS-\d+", 0, 0.03),
    "request_id": Kind(lambda dice, _: f"req_{dice.letters(14, _SAFE)}", r"req_[a-z0-9]{14}", 0, 0.0),
    "signal": one_of(*words_of.SIGNALS, steady=0.15),
    "status_word": one_of("OK", "FAILED", "PENDING", "RUNNING", "SKIPPED", "UNKNOWN", steady=0.1),
    "method": one_of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", steady=0.05),
}
