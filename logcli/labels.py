"""From a parser's groups to lossless templates, and from templates to labelled records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli.columns import strings
from logcli.kernels import label as kernels
from logcli.records import Records
from logcli.shapes import LEVELS, ShapeTable
from logcli.templates import SLOT, STYLES, Slots, Template, align, from_slots, template_id
from logcli.tokens import VALUE, WEAK, Tokens, tokenize

if TYPE_CHECKING:
    from logcli.base import Bytes, Ints, Longs

# Number of the template that takes a body whole; given to records that fit nothing else.
WHOLE = 0


class Growing:
    """A numpy array with room to append."""

    def __init__(self, dtype: Any, shape: tuple[int, ...] = ()) -> None:
        self._data = np.zeros((64, *shape), dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def extend(self, values: Any) -> None:
        """Append values."""
        stop = self._size + len(values)
        if stop > len(self._data):
            bigger = np.zeros((2 * stop, *self._data.shape[1:]), self._data.dtype)
            bigger[: self._size] = self._data[: self._size]
            self._data = bigger
        self._data[self._size : stop] = values
        self._size = stop

    @property
    def array(self) -> npt.NDArray[Any]:
        """What was appended so far."""
        return self._data[: self._size]


@dataclass(slots=True)
class Labels:
    """Template number of each record, and parameter ranges: record i owns `offsets[i]:offsets[i + 1]`."""

    template: Ints
    offsets: Longs
    start: Ints
    end: Ints
    misfits: int


class Labeler:
    """Templates by number, and per shape the program that labels its records.

    A program says which tokens of a record are slots and what every byte between them must be.
    """

    def __init__(self) -> None:
        self.templates: list[Template] = []
        self.groups: list[int] = []
        self.formerly: dict[int, list[str]] = {}
        self.ids: list[str] = []
        self.unaligned = 0
        self._numbers: dict[str, int] = {}
        self._shape_template: list[int] = []
        self._shape_program = Growing(np.int32)
        self._tokens, self._limits = Growing(np.int32), Growing(np.int32)
        self._fallback, self._label = Growing(np.int32), Growing(np.int32)
        self._slot_from, self._literal_from = Growing(np.int64), Growing(np.int64)
        self._slots, self._literals = Growing(np.int32, (2,)), Growing(np.int64, (2,))
        self._pool = Growing(np.uint8)
        self._slot_from.extend([0])
        self.intern(Template(("", "")), -1)

    def __len__(self) -> int:
        """Shapes that have a program."""
        return len(self._shape_template)

    def template_of_shapes(self) -> Ints:
        """Template number of each shape."""
        return np.array(self._shape_template, np.int32)

    def intern(self, template: Template, group: int) -> int:
        """Number of a template, a new one if its text is new."""
        number = self._numbers.get(template.text)
        if number is None:
            number = len(self.templates)
            self._numbers[template.text] = number
            self.templates.append(template)
            self.groups.append(group)
            self.ids.append(template.id)
        return number

    def shown(self, style: str) -> tuple[list[str], list[str]]:
        """Texts and ids of all templates in a style of `templates.STYLES`, by number.

        A rendering can give several templates one text, and then they have one id.
        """
        if style == "lossless":
            return [template.text for template in self.templates], self.ids
        texts = [STYLES[style](template.text) for template in self.templates]
        return texts, [template_id(text) for text in texts]

    def learn(self, table: ShapeTable, groups: npt.NDArray[np.int64], texts: list[str]) -> None:
        """Make the programs of all shapes of the table that have none yet.

        groups : the parser's group of each of these shapes, -1 for none
        texts : template text of each group, in the parser's own style
        """
        first = len(self)
        bodies = table.bodies[first:]
        tokens = tokenize(bodies)
        varied = table.distinct(first).varied
        for i, group in enumerate(groups.tolist()):
            level = table.level[first + i]
            changes = varied[i] if varied and level == 0 else ()
            if level:
                self._add_coarse(bodies[i], LEVELS[level])
            else:
                self._add(tokens, i, group, texts[group] if group >= 0 else None, changes, table.raw)

    def _add(
        self, tokens: Tokens, i: int, group: int, text: str | None, changes: tuple[int, ...], raw: bool
    ) -> None:
        words = tokens.words(i)
        values = np.flatnonzero(tokens.kinds(i) >= WEAK).tolist()
        loose = _united([], values)
        slots = align(text, words) if text is not None else None
        if slots is None:
            self.unaligned += text is not None
            slots = [] if raw else [(k, k + 1) for k in values if tokens.kinds(i)[k] >= VALUE]
        if not raw:
            slots = _united(slots, [k for k, change in zip(values, changes, strict=False) if change])
        number = self.intern(from_slots(words, slots), group)
        fallback = -1
        if not raw and loose != slots and values:
            other = self.intern(from_slots(words, loose), group)
            fallback = self._program(words, loose, LEVELS[0], other, -1)
        program = self._program(words, slots, LEVELS[0], number, fallback)
        self._shape_template.append(number)
        self._shape_program.extend([program])

    def _add_coarse(self, body: str, limit: int) -> None:
        tokens = tokenize([body], limit)
        words = tokens.words(0)
        slots = _united([], np.flatnonzero(tokens.kinds(0) >= WEAK).tolist())
        number = self.intern(from_slots(words, slots), -1)
        self._shape_template.append(number)
        self._shape_program.extend([self._program(words, slots, limit, number, -1)])

    def _program(self, words: list[str], slots: Slots, limit: int, number: int, fallback: int) -> int:
        literals = [literal.encode() for literal in self._literals_of(words, slots)]
        self._literal_from.extend([len(self._literals)])
        stops = len(self._pool) + np.cumsum([len(part) for part in literals])
        starts = np.concatenate(([len(self._pool)], stops[:-1]))
        self._literals.extend(np.stack((starts, stops), axis=1))
        self._pool.extend(np.frombuffer(b"".join(literals), np.uint8))
        if slots:
            self._slots.extend(np.array(slots, np.int32))
        self._slot_from.extend([len(self._slots)])
        self._tokens.extend([len(words)])
        self._limits.extend([limit])
        self._fallback.extend([fallback])
        self._label.extend([number])
        return len(self._label) - 1

    @staticmethod
    def _literals_of(words: list[str], slots: Slots) -> tuple[str, ...]:
        return from_slots(words, slots).literals

    def label(self, records: Records, shape: Ints, numbers: Ints) -> Labels:
        """Template and parameters of each record.

        shape : the block's shape of each record (-1: left out); numbers : the table's number of each
        of the block's shapes. Linear in the bytes; pure.
        """
        start, end = records.body
        by_shape = self._shape_program.array[numbers] if len(numbers) else np.zeros(0, np.int32)
        program = np.where(shape >= 0, by_shape[shape.clip(0)] if len(by_shape) else -1, -1).astype(np.int32)
        chosen = program[program >= 0]
        most = self._most_slots()[chosen]
        room = int(most.sum()) + len(program) + 1
        out = np.empty(len(program), np.int32)
        offsets = np.empty(len(program) + 1, np.int64)
        values = np.empty((2, room), np.int32)
        n = kernels.label(
            records.text, start, end, program, self._tokens.array, self._limits.array,
            self._slot_from.array, np.ascontiguousarray(self._slots.array.T), self._literal_from.array,
            np.ascontiguousarray(self._literals.array.T), self._pool_array(), self._fallback.array,
            self._label.array, out, offsets, values,
        )  # fmt: skip
        misfits = int((out == -1).sum())
        out[out == -1] = WHOLE
        return Labels(out, offsets, values[0, :n].copy(), values[1, :n].copy(), misfits)

    def _most_slots(self) -> Longs:
        own = np.diff(self._slot_from.array)
        fallback = self._fallback.array
        other = np.where(fallback >= 0, own[fallback.clip(0)], 0)
        most: Longs = np.maximum(own, other)
        return most

    def _pool_array(self) -> Bytes:
        return self._pool.array if len(self._pool) else np.zeros(1, np.uint8)


def _united(slots: Slots, more: list[int]) -> Slots:
    """Slots with further single tokens; those that touch become one."""
    united: Slots = []
    for a, b in sorted([*slots, *((k, k + 1) for k in more)]):
        if united and a <= united[-1][1] and (b > a or united[-1][1] > united[-1][0]):
            united[-1] = (united[-1][0], max(b, united[-1][1]))
        else:
            united.append((a, b))
    return united


def masked(tokens: Tokens, i: int) -> str:
    """A body with its values as `<*>`: what a parser of bodies is shown when it runs on shapes."""
    kinds = tokens.kinds(i).tolist()
    return "".join(SLOT if k >= VALUE else w for w, k in zip(tokens.words(i), kinds, strict=True))


def to_arrow(records: Records, labels: Labels, texts: pa.Array, ids: pa.Array) -> dict[str, pa.Array]:
    """The columns that PARSED adds to RECORD; `texts` and `ids` are by template number."""
    numbers = labels.template.clip(0)  # those left out are masked
    if len(texts) > max(1000, len(numbers) // 4):
        used, inverse = np.unique(numbers, return_inverse=True)
        texts, ids = texts.take(pa.array(used)), ids.take(pa.array(used))
        numbers = inverse.astype(np.int32)
    indices = pa.array(numbers, mask=labels.template < 0)
    values = strings(records.text, labels.start, labels.end)
    return {
        "template_id": pa.DictionaryArray.from_arrays(indices, ids),
        "template": pa.DictionaryArray.from_arrays(indices, texts),
        "parameters": pa.ListArray.from_arrays(pa.array(labels.offsets.astype(np.int32)), values),
    }
