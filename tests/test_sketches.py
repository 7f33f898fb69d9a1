"""Many shapes at once give what one shape after the other would; shapes beyond the cap lose nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import registry
from logcli.growing import Interned
from logcli.labels import Labeler
from logcli.packed import Counts, Texts
from logcli.shapes import ShapeTable, distinct
from logcli.sketches import SHAPE, sketch
from logcli.templates import SLOT, align, from_slots
from logcli.tokens import VALUE, tokenize
from tests.making import records_of

# Separated by two blanks here; then blanks, those beyond ASCII too.
_WORDS = (
    "a  ab  aa  user  10.0.0.1:80  17  eth0  x=  <*>  <  *  >  (  ,  :  \u00e9  \u2019  /var/log  Jan 12  KB"
)
PIECES = st.sampled_from([*_WORDS.split("  "), *" \t\x1c\u00a0\u3000", "  ", " ", " ", SLOT])
BODIES = st.lists(PIECES, max_size=9).map("".join)


@st.composite
def fitting(draw: st.DrawFn) -> tuple[str, str]:
    """A body, and a pattern made of it: pieces as slots, blanks collapsed now and then; or any other."""
    pieces = draw(st.lists(PIECES, max_size=9))
    pattern = "".join(SLOT if draw(st.integers(0, 2)) == 0 else piece for piece in pieces)
    if draw(st.booleans()):
        pattern = " ".join(pattern.split()).replace(f"{SLOT} {SLOT}", SLOT)
    return "".join(pieces), draw(st.one_of(st.just(pattern), BODIES))


@settings(max_examples=300, deadline=None)
@given(st.lists(fitting(), min_size=1, max_size=6))
def test_slots_are_those_of_align(pairs):
    bodies = Texts.of([body for body, _ in pairs])
    tokens = tokenize(bodies)
    patterns = Texts.of([pattern for _, pattern in pairs])
    none = Counts.of([()] * len(pairs))
    found = sketch(tokens, bodies, SHAPE, np.arange(len(pairs), dtype=np.int32), patterns, none)
    first = np.flatnonzero(np.diff(found.row, prepend=-1))
    for i, s in enumerate(first.tolist()):
        words, kinds = tokens.words(i), tokens.kinds(i).tolist()
        slots = align(pairs[i][1], words)
        if slots is None:
            slots = _joined([k for k, kind in enumerate(kinds) if kind >= VALUE])
        a, b = found.slot_from[s : s + 2]
        assert found.slots[:, a:b].T.tolist() == [list(slot) for slot in slots]
        a, b = found.text_from[s : s + 2]
        assert found.text[a:b].tobytes().decode() == from_slots(words, slots).text


def _joined(tokens: list[int]) -> list[tuple[int, int]]:
    """Single tokens as slots, neighbours as one."""
    slots: list[tuple[int, int]] = []
    for k in tokens:
        if slots and slots[-1][1] == k:
            slots[-1] = (slots[-1][0], k + 1)
        else:
            slots.append((k, k + 1))
    return slots


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.text(max_size=12), st.integers(0, 3000).map(str)), max_size=40), max_size=8
    )
)
def test_interned_strings_are_numbered_as_they_come(batches):
    interned, numbers = Interned(), {}
    for batch in batches:
        coded = [text.encode("utf-8", "replace") for text in batch]
        expected = [numbers.setdefault(text, len(numbers)) for text in coded]
        assert interned.add_texts(batch).tolist() == expected
    assert [interned[k] for k in range(len(interned))] == list(numbers)


def test_interned_strings_outgrow_their_table():
    interned = Interned()
    texts = [f"word {k % 3000}" for k in range(9000)]
    for first in range(0, len(texts), 700):
        assert interned.add_texts(texts[first : first + 700]).tolist() == [
            k % 3000 for k in range(first, min(first + 700, len(texts)))
        ]


@pytest.mark.parametrize("name", registry.names("parsers"))
@pytest.mark.parametrize("cap", [0, 1, 5])
def test_shapes_beyond_the_cap_lose_nothing(name, cap):
    """With weak values, of which a shape beyond the cap does not know whether they change."""
    words = ["alpha", "beta", "gamma", "delta"]
    bodies = [
        f"{a} eth{k} says {b} to port{k} of node7, 10.0.0.{k}" for k, a in enumerate(words) for b in words
    ]
    bodies += ["", "short", "a literal <*> stays"]
    parser = registry.create("parsers", name)
    raw = parser.grain == "body"
    table, labeler = ShapeTable(raw=raw, cap=cap), Labeler()
    records = records_of(bodies)
    block = distinct(records, raw=raw)
    numbers = table.admit(block, records)
    labeler.learn(table, parser.learn(table.distinct()), parser.templates())
    labels = labeler.label(records, block.shape, numbers)
    assert (table.levels() == 0).sum() == cap
    assert table.overflow == len(bodies) - table.column("counts")[:cap].sum()
    assert table.column("counts").sum() == len(bodies)
    assert labels.misfits == 0
    text = records.text.tobytes()
    for i, body in enumerate(bodies):
        a, b = labels.offsets[i : i + 2]
        values = [text[s:e].decode() for s, e in zip(labels.start[a:b], labels.end[a:b], strict=True)]
        assert labeler.templates[labels.template[i]].fill(values) == body
