"""Contracts of every parser that exists, and what each is known for."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import registry
from logcli.base import Distinct
from logcli.labels import Labeler
from logcli.records import Records
from logcli.shapes import ShapeTable, distinct
from tests.making import records_of

PARSERS = registry.names("parsers")

BODIES = [
    "connected to 10.0.0.1:80 in 3 ms",
    "connected to 10.0.0.2:81 in 14 ms",
    "  leading and  double  blanks 7 ",
    "user alice logged in",
    "user bob logged in",
    "",
    "disk /dev/sda1 is 93% full",
    "literal <*> in a line",
    "caf\u00e9 \u4e2d\u6587 42",
]


def learnt(name: str, bodies: list[str]) -> tuple[object, Labeler, ShapeTable, Records, object]:
    """A parser after the whole path from bodies to labels."""
    parser = registry.create("parsers", name)
    records = records_of(bodies)
    raw = parser.grain == "body"
    table = ShapeTable(raw=raw)
    block = distinct(records, raw=raw)
    numbers = table.admit(block, records)
    groups = parser.learn(table.distinct())
    labeler = Labeler()
    labeler.learn(table, groups, parser.templates())
    labels = labeler.label(records, block.shape, numbers)
    return parser, labeler, table, records, labels


def filled(labeler: Labeler, records: Records, labels) -> list[str]:
    text = records.text.tobytes()
    found = []
    for i in range(len(records)):
        a, b = labels.offsets[i], labels.offsets[i + 1]
        values = [text[s:e].decode() for s, e in zip(labels.start[a:b], labels.end[a:b], strict=True)]
        found.append(labeler.templates[labels.template[i]].fill(values))
    return found


@pytest.mark.parametrize("name", PARSERS)
def test_template_and_parameters_give_back_the_body(name):
    _, labeler, _, records, labels = learnt(name, BODIES)
    assert filled(labeler, records, labels) == BODIES
    assert labels.misfits == 0


# What bodies are made of, separated by two blanks here.
_PIECES = r"""user  alice  bob  10.0.0.1:80  17  eth0  x=  <*>  (  )  ,  :  /var/log/x  é  -5  a-b  http://h/p
Jan 12  1.5  KB  [  ]  \  "  enabled"""
TOKENS = st.sampled_from([*re.split(r"  |\n", _PIECES), " ", "  ", "\t"])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_lossless_for_any_text(data):
    name = data.draw(st.sampled_from(PARSERS))
    line = st.one_of(
        st.lists(TOKENS, max_size=12).map("".join),
        st.text(st.characters(exclude_characters="\n\r\x1b", exclude_categories=["Cs"]), max_size=40),
    )
    bodies = data.draw(st.lists(line, min_size=1, max_size=12))
    _, labeler, _, records, labels = learnt(name, bodies)
    assert filled(labeler, records, labels) == bodies
    assert labels.misfits == 0


@pytest.mark.parametrize("name", PARSERS)
def test_every_body_has_a_group_with_a_template(name):
    parser, _, table, _, _ = learnt(name, BODIES)
    templates = parser.templates()
    groups = parser.match(table.distinct())
    assert len(groups) == len(table)
    assert groups.max() < len(templates)
    assert (groups >= 0).all(), "what was learnt from must match"


@pytest.mark.parametrize("name", PARSERS)
def test_match_changes_nothing(name):
    parser, *_ = learnt(name, BODIES)
    before = json.dumps(parser.save())
    other = Distinct(
        ["something never seen 99", "user carol logged in"], np.ones(2, np.int64), np.arange(2), [(), ()]
    )
    first, second = parser.match(other), parser.match(other)
    assert first.tolist() == second.tolist()
    assert json.dumps(parser.save()) == before


@pytest.mark.parametrize("name", PARSERS)
def test_same_input_same_output(name):
    one, two = learnt(name, BODIES), learnt(name, BODIES)
    assert one[0].templates() == two[0].templates()
    assert list(one[1].ids) == list(two[1].ids)


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "bodies", [[], [""], ["x"], ["\x00\x01\x7f"]], ids=["none", "empty", "one", "control"]
)
def test_survives_little_input(name, bodies):
    _, labeler, _, records, labels = learnt(name, bodies)
    assert filled(labeler, records, labels) == bodies


@pytest.mark.parametrize("name", PARSERS)
def test_saved_state_is_json_and_comes_back(name):
    parser, _, table, _, _ = learnt(name, BODIES)
    other = registry.create("parsers", name)
    other.load(json.loads(json.dumps(parser.save())))
    assert other.templates() == parser.templates()
    assert other.match(table.distinct()).tolist() == parser.match(table.distinct()).tolist()


@pytest.mark.parametrize("name", [n for n in PARSERS if n in ("drain", "drain3", "shape")])
def test_a_state_of_another_kind_is_refused(name):
    with pytest.raises(Exception, match=r"no .* of parser"):
        registry.create("parsers", name).load({"other": 1})


def test_shape_finds_slots_without_digits():
    bodies = [
        f"session opened for user {u} by root" for u in ["alice", "bob", "carol", "dave", "erin", "frank"]
    ]
    parser, *_ = learnt("shape", bodies)
    assert parser.templates() == ["session opened for user <*> by root"]


def test_shape_keeps_different_messages_apart():
    bodies = ["cache started", "cache stopped", "queue started"]
    parser, *_ = learnt("shape", bodies)
    assert sorted(parser.templates()) == sorted(bodies)


def test_drain_is_the_drain_of_the_paper():
    bodies = ["send block 1 to node a", "send block 2 to node b", "receive block 3 from node c"]
    parser, *_ = learnt("drain", bodies)
    assert parser.templates() == ["send block <*> to node <*>", "receive block 3 from node c"]
