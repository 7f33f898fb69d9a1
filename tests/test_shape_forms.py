"""Forms of values, both ways; and the rules of the `shape` parser, each by a few bodies."""

from __future__ import annotations

import re

import numpy as np
import pytest

from logcli import registry
from logcli.base import Distinct
from logcli.packed import Counts, Texts
from logcli.parsers import _shape_forms as forms

BOTH = [(form, sample, True) for form in forms.FORMS for sample in form.are]
BOTH += [(form, sample, False) for form in forms.FORMS for sample in form.are_not]


@pytest.mark.parametrize(("form", "sample", "fits"), BOTH, ids=lambda value: str(value)[:40])
def test_forms_have_samples_both_ways(form: forms.Form, sample: str, fits: bool) -> None:
    text = sample.replace("<*>", forms.KNOWN)
    assert (re.fullmatch(form.pattern, text) is not None) is fits
    if fits:
        assert forms.is_value(sample)


def templates(*bodies: str) -> list[str]:
    """The template of each body."""
    from logcli import arrays
    from logcli.bench.answers import answer

    found = answer(arrays.texts(bodies), registry.create("parsers", "shape"))
    return list(found.table["lossless"].to_pylist())


CASES = {
    "a chunk where a value stands": (
        ["open 10.0.0.1:80 through proxy now", "open r1---sn-x.cdn.test through proxy now"],
        {"open <*> through proxy now"},
    ),
    "a record says what is a value": (
        ["login uid=root tty=NODEV host=gate user="] * 2,
        {"login uid=<*> tty=<*> host=<*> user=<*>"},
    ),
    "two pairs are no record": (["login uid=root tty=NODEV"] * 2, {"login uid=root tty=NODEV"}),
    "quoted values of a record": (
        ['done op="a b" path="/x" code="none"', 'done op="c d" path="/y" code="none"'],
        {'done op="<*>" path="<*>" code="<*>"'},
    ),
    "what is said is not a value": (
        ['level=info msg="shim gone" id=7 ns=moby', 'level=info msg="shim came" id=8 ns=moby'],
        {'level=info msg="shim gone" id=<*> ns=<*>', 'level=info msg="shim came" id=<*> ns=<*>'},
    ),
    "a body that is JSON": (
        ['{"event":"login","user":"bob","ok":true}'] * 2, {'{"event":"login","user":"<*>","ok":<*>}'},
    ),
    "JSON in a message": (['got {"event":"login","user":"bob"} from it'] * 2, {"got <*> from it"}),
    "a row that fits another in two slots at once": (
        ["job 7 of 12.5.1 was put to queue 3 at last", "job a-b of c.d was put to queue 4 at last"],
        {"job <*> of <*> was put to queue <*> at last"},
    ),
    "a quantity in several units": (
        ["sent 100 bytes to disk", "sent 2048 bytes (2.0 KB) to disk"], {"sent <*> to disk"},
    ),
    "two values are no quantity": (
        ["ack on 10.0.0.1 to 10.0.0.2 (10.0.0.3) done", "ack on 10.0.0.1 to 10.0.0.2 done"],
        {"ack on <*> to <*> (<*>) done", "ack on <*> to <*> done"},
    ),
    "words in quotes": (
        [f'could not load the "{text}" of it' for text in
         ("red apple", "blue sky", "old stone", "long road", "wet grass")],
        {'could not load the "<*>" of it'},
    ),
    "words behind a colon": (
        [f"could not read the file: {text}." for text in
         ("no such file", "permission denied", "is a directory", "too many links", "disk gone away")],
        {"could not read the file: <*>."},
    ),
    "messages behind a name are none": (
        [f"ciod: {text}." for text in
         ("no such file", "permission denied", "is a directory", "too many links", "disk gone away")],
        {f"ciod: {text}." for text in
         ("no such file", "permission denied", "is a directory", "too many links", "disk gone away")},
    ),
    "alternatives": (
        ["link of port seven is up", "link of port seven is down"], {"link of port seven is <*>"},
    ),
    "opposites that are two messages": (
        ["session of alice was opened", "session of alice was closed"],
        {"session of alice was opened", "session of alice was closed"},
    ),
    "words of a series": (["cannot resolve an14 an15 an16 now"], {"cannot resolve <*> <*> <*> now"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_rules(case: str) -> None:
    bodies, wanted = CASES[case]
    assert {*templates(*bodies)} == wanted


def distinct(bodies: list[str]) -> Distinct:
    n = len(bodies)
    return Distinct(Texts.of(bodies), np.ones(n, np.int64), np.arange(n), Counts.of([()] * n))


def test_what_was_learnt_matches_again() -> None:
    parser = registry.create("parsers", "shape")
    bodies = [f"open {host} through proxy {k}" for k, host in enumerate(("10.0.0.1:80", "a.b.test:443"))]
    bodies += ["done a=1 b=x c=z", "took 12 ms (3 KB)"]
    learnt = distinct(bodies)
    groups = parser.learn(learnt)
    assert parser.match(learnt).tolist() == groups.tolist()
    other = Distinct(
        Texts.of(["open r1---x.cdn.test:1 through proxy 9", "nothing known"]), [1, 1], Counts.of([(), ()])
    )
    assert parser.match(other).tolist() == [groups[0], -1]
