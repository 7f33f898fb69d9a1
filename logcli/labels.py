"""From a parser's groups to lossless templates, and from templates to labelled records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli import arrays
from logcli.columns import strings
from logcli.growing import Growing, Interned
from logcli.kernels import label as kernels
from logcli.packed import Counts, Rendered, Texts
from logcli.records import Records
from logcli.shapes import LEVELS, ShapeTable
from logcli.sketches import BODY, COARSE, SHAPE, Sketches, literals, sketch
from logcli.templates import SLOT, STYLES, Template, parse_template, template_id
from logcli.tokens import VALUE, Tokens, tokenize

if TYPE_CHECKING:
    from logcli.base import Bytes, Flags, Ints, Longs
    from logcli.moves import Variant

# Number of the template that takes a body whole; given to records that fit nothing else.
WHOLE = 0
# Shapes that are looked at together: bounds the memory for their tokens.
_TOGETHER = 1 << 14


@dataclass(slots=True)
class Labels:
    """Template number of each record, and parameter ranges: record i owns `offsets[i]:offsets[i + 1]`."""

    template: Ints
    offsets: Longs
    start: Ints
    end: Ints
    misfits: int


class Templates(Sequence[Template]):
    """Templates by number, made of their texts when asked for."""

    def __init__(self, texts: Interned) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, which: int) -> Template: ...
    @overload
    def __getitem__(self, which: slice) -> list[Template]: ...
    def __getitem__(self, which: int | slice) -> Template | list[Template]:
        numbers = range(len(self))[which]
        if isinstance(numbers, range):
            return [self[number] for number in numbers]
        return parse_template(self._texts[numbers].decode("utf-8", "replace"))

    def __iter__(self) -> Iterator[Template]:
        return map(parse_template, self._texts.texts())


class Ids(Sequence[str]):
    """Ids by template number: hashes of the texts, but for those that a model has fixed."""

    def __init__(self, texts: Interned) -> None:
        self._texts = texts
        self._fixed: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, which: int) -> str: ...
    @overload
    def __getitem__(self, which: slice) -> list[str]: ...
    def __getitem__(self, which: int | slice) -> str | list[str]:
        numbers = range(len(self))[which]
        if isinstance(numbers, range):
            return [self[number] for number in numbers]
        fixed = self._fixed.get(numbers)
        return fixed or template_id(self._texts[numbers].decode("utf-8", "replace"))

    def __setitem__(self, number: int, template_id: str) -> None:
        self._fixed[number] = template_id


class Labeler:
    """Templates by number, and per shape the program that labels its records.

    A program says which tokens of a record are slots and what every byte between them must be.
    templates, ids : by template number
    """

    def __init__(self) -> None:
        self._texts = Interned()
        self.templates = Templates(self._texts)
        self.ids = Ids(self._texts)
        self._literal_from = Growing(np.int64)
        self._literals = Growing(np.int64), Growing(np.int64)
        self._shape_template, self._shape_program = Growing(np.int32), Growing(np.int32)
        self._tokens, self._limits = Growing(np.int32), Growing(np.int32)
        self._fallback, self._label = Growing(np.int32), Growing(np.int32)
        self._slot_from = Growing(np.int64)
        self._slots = Growing(np.int32), Growing(np.int32)
        self._slot_from.extend([0])
        self.intern(SLOT)
        self._program = self._frozen()

    @property
    def program(self) -> _Program:
        """What labels; another one as soon as something was learnt, so a copy keeps what it had."""
        return self._program

    def __len__(self) -> int:
        """Shapes that have a program."""
        return len(self._shape_template)

    def template_of_shapes(self) -> Ints:
        """Template number of each shape."""
        return self._shape_template.array

    def intern(self, text: str) -> int:
        """Number of a template's lossless text, a new one if it is new."""
        packed = Texts.of([text])
        return int(self._intern(packed.data, packed.offsets.astype(np.int32))[0])

    def _intern(self, text: Bytes, offsets: Ints) -> Ints:
        """Numbers of template texts; text i is `text[offsets[i]:offsets[i + 1]]`."""
        known = len(self._texts)
        numbers = self._texts.add(text, offsets[:-1], offsets[1:])
        spans, at = literals(self._texts.pool, self._texts.offsets, known)
        self._literal_from.extend(at[:-1] + len(self._literals[0]))
        for side, ends in zip(self._literals, spans, strict=True):
            side.extend(ends)
        return numbers

    def shown(self, style: str) -> tuple[Sequence[str], Sequence[str]]:
        """Texts and ids of all templates in a style of `templates.STYLES`, by number.

        A rendering can give several templates one text, and then they have one id.
        """
        texts = Texts(self._texts.pool, self._texts.offsets)
        if style == "lossless":
            return texts, self.ids
        rendered = Rendered(texts, STYLES[style])
        return rendered, Rendered(rendered, template_id)

    def learn(
        self,
        table: ShapeTable,
        groups: npt.NDArray[np.int64],
        texts: Sequence[str],
        variants: Sequence[Variant] = (),
    ) -> None:
        """Make the programs of all shapes of the table that have none yet.

        groups : the parser's group of each of these shapes, -1 for none
        texts : template text of each group, in the parser's own style
        variants : records of these shapes that have a template of their own
        """
        first_shape = len(self)
        distinct = table.distinct(len(self))
        bodies, varied = Texts.of(distinct.bodies), Counts.of(distinct.varied)
        known, inverse = np.unique(groups, return_inverse=True)
        patterns = Texts.of([texts[group] if group >= 0 else "" for group in known.tolist()])
        levels = table.levels(len(self))
        pattern = np.asarray(inverse, np.int32)
        pattern[(groups < 0) | (levels > 0)] = -1
        for first, stop in _runs(levels):
            mode = COARSE if levels[first] else BODY if table.raw else SHAPE
            limit = LEVELS[levels[first]]
            some = bodies[first:stop]
            tokens = tokenize(some, limit)
            values = varied[first:stop] if len(varied) else Counts.of([()] * len(some))
            self._add(sketch(tokens, some, mode, pattern[first:stop], patterns, values), tokens, limit)
        self._vary(variants, first_shape, varied, texts)
        self._program = self._frozen()

    def _add(self, sketches: Sketches, tokens: Tokens, limit: int) -> None:
        """Add a program for each sketch; the second one of a shape is what the first falls back to."""
        row, n = sketches.row, len(sketches.row)
        first = np.ones(n, bool)
        first[1:] = row[1:] != row[:-1]
        program = np.arange(n, dtype=np.int32) + len(self._label)
        self._shape_program.extend(program[first])
        again = np.append(~first[1:], False)
        self._fallback.extend(np.where(again, program + 1, -1))
        self._shape_template.extend(self._add_programs(sketches, tokens, limit)[first])

    def _vary(self, variants: Sequence[Variant], first: int, varied: Counts, texts: Sequence[str]) -> None:
        """Put a program for each variant before those of its shape, in order.

        first : shape from which on those of the variants are counted, as `varied` is
        """
        if not variants:
            return
        bodies = Texts.of([variant.body for variant in variants])
        tokens = tokenize(bodies)
        flags = [
            tuple(0 if n in variant.fixed else change for n, change in enumerate(varied[variant.row]))
            for variant in variants
        ]
        patterns = Texts.of([texts[variant.group] for variant in variants])
        # BODY: one sketch each, as it must not fit whatever has the shape.
        which = np.arange(len(variants), dtype=np.int32)
        program = which + len(self._label)
        begin, fallback = self._shape_program.array, np.empty(len(variants), np.int32)
        for k in reversed(range(len(variants))):
            shape = first + variants[k].row
            fallback[k], begin[shape] = begin[shape], program[k]
        self._fallback.extend(fallback)
        self._add_programs(sketch(tokens, bodies, BODY, which, patterns, Counts.of(flags)), tokens, LEVELS[0])

    def _add_programs(self, sketches: Sketches, tokens: Tokens, limit: int) -> Ints:
        """Add a program for each sketch, but for what it falls back to; its template's number."""
        row, n = sketches.row, len(sketches.row)
        numbers = self._intern(sketches.text, sketches.text_from)
        self._tokens.extend(np.diff(tokens.offsets)[row])
        self._limits.extend(np.full(n, limit))
        self._label.extend(numbers)
        self._slot_from.extend(sketches.slot_from[1:] + len(self._slots[0]))
        for side, ends in zip(self._slots, sketches.slots, strict=True):
            side.extend(ends)
        return numbers

    def _frozen(self) -> _Program:
        """What the kernel wants, as it is now: records are labelled in other threads while more is learnt."""
        numbers, slot_from = self._label.array, self._slot_from.array
        fallback = self._fallback.array
        return _Program(
            (
                self._tokens.array, self._limits.array, slot_from, _stacked(self._slots),
                self._literal_from.array[numbers], _stacked(self._literals), self._texts.pool,
                fallback, numbers,
            ),
            self._shape_program.array,
            _most(np.diff(slot_from), fallback),
        )  # fmt: skip

    def label(self, records: Records, shape: Ints, numbers: Ints) -> Labels:
        """Template and parameters of each record.

        shape : the block's shape of each record (-1: left out); numbers : the table's number of each
        of the block's shapes. Linear in the bytes; pure.
        """
        start, end = records.body
        known = self._program
        by_shape = known.of_shapes[numbers] if len(numbers) else np.zeros(0, np.int32)
        program = np.where(shape >= 0, by_shape[shape.clip(0)] if len(by_shape) else -1, -1).astype(np.int32)
        room = int(known.most[program[program >= 0]].sum()) + len(program) + 1
        out = np.empty(len(program), np.int32)
        offsets = np.empty(len(program) + 1, np.int64)
        values = np.empty((2, room), np.int32)
        n = kernels.label(records.text, start, end, program, *known.arrays, out, offsets, values)
        misfits = int((out == -1).sum())
        out[out == -1] = WHOLE
        return Labels(out, offsets, values[0, :n].copy(), values[1, :n].copy(), misfits)


@dataclass(frozen=True, slots=True)
class _Program:
    """Programs of shapes as arrays; see `kernels.label`.

    of_shapes : program of each shape; most : parameters that a program can give
    """

    arrays: tuple[Any, ...]
    of_shapes: Ints
    most: Longs


def _most(own: Longs, fallback: Ints) -> Longs:
    """The most slots of each program and what it falls back to, one after the other."""
    most, before = own, own[:0]
    while not np.array_equal(most, before):
        before, most = most, np.maximum(own, np.where(fallback >= 0, most[fallback.clip(0)], 0))
    return most


def _stacked(columns: tuple[Growing, ...]) -> npt.NDArray[Any]:
    return np.stack([column.array for column in columns])


def _runs(levels: Flags) -> Iterator[tuple[int, int]]:
    """Neighbouring shapes of one level, not too many together."""
    changes = np.flatnonzero(np.diff(levels)) + 1
    for first, stop in pairwise([0, *changes.tolist(), len(levels)]):
        for at in range(first, stop, _TOGETHER):
            yield at, min(at + _TOGETHER, stop)


def masked(tokens: Tokens, i: int) -> str:
    """A body with its values as `<*>`: what a parser of bodies is shown when it runs on shapes."""
    kinds = tokens.kinds(i).tolist()
    return "".join(SLOT if k >= VALUE else w for w, k in zip(tokens.words(i), kinds, strict=True))


def to_arrow(records: Records, labels: Labels, texts: pa.Array, ids: pa.Array) -> dict[str, pa.Array]:
    """The columns that PARSED adds to RECORD; `texts` and `ids` are by template number."""
    numbers = labels.template.clip(0)  # those left out are masked
    if len(texts) > max(1000, len(numbers) // 4):
        used, inverse = np.unique(numbers, return_inverse=True)
        texts, ids = texts.take(arrays.numbers(used)), ids.take(arrays.numbers(used))
        numbers = inverse.astype(np.int32)
    indices = arrays.numbers(numbers, absent=labels.template < 0)
    values = strings(records.text, labels.start, labels.end)
    return {
        "template_id": pa.DictionaryArray.from_arrays(indices, ids),
        "template": pa.DictionaryArray.from_arrays(indices, texts),
        "parameters": pa.ListArray.from_arrays(arrays.numbers(labels.offsets.astype(np.int32)), values),
    }
