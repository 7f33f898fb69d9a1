"""Every input line accounted for, and what was assumed or lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from logcli.records import Counts


@dataclass(slots=True)
class Account:
    """What became of the input.

    lines = first + continuation + blank + header + unreadable; records = matched + unmatched;
    records = kept + filtered.

    header : lines that describe the log itself (W3C field lines)
    unreadable : lines that lost their end to the length limit and were left out of no record
    cut_lines, lost_bytes : lines shortened by the limit, and bytes removed by it
    overflow : records whose shape came after the cap, so that their template is coarse
    misfits : records that fitted no template but the one that takes a whole body
    damaged : inputs that lost data or were left out, with the reason
    notes : what was assumed
    """

    lines: int = 0
    first: int = 0
    continuation: int = 0
    blank: int = 0
    header: int = 0
    unreadable: int = 0
    records: int = 0
    matched: int = 0
    unmatched: int = 0
    kept: int = 0
    filtered: int = 0
    timeless: int = 0
    templates: int = 0
    cut_lines: int = 0
    lost_bytes: int = 0
    overflow: int = 0
    misfits: int = 0
    input_bytes: int = 0
    containers: int = 0
    formats: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, counts: Counts, records: int, unmatched: int) -> None:
        """Count one block."""
        self.lines += counts.lines
        self.first += counts.first
        self.continuation += counts.continuation
        self.blank += counts.blank
        self.header += counts.header
        self.unreadable += counts.unreadable
        self.records += records
        self.unmatched += unmatched
        self.matched += records - unmatched

    def keep(self, kept: int, dropped: int) -> None:
        """Count what a filter did."""
        self.kept += kept
        self.filtered += dropped

    def note(self, text: str) -> None:
        """Remember an assumption, once."""
        if text not in self.notes:
            self.notes.append(text)

    def line(self) -> str:
        """The sums in one line.

        >>> a = Account(); a.add(Counts(first=2, blank=1), 2, 0); a.keep(2, 0); a.line()
        'lines 3 = first 2 + blank 1; records 2 = matched 2'
        """
        lines = _sum(
            "lines",
            self.lines,
            first=self.first,
            continuation=self.continuation,
            blank=self.blank,
            header=self.header,
            unreadable=self.unreadable,
        )
        records = _sum("records", self.records, matched=self.matched, unmatched=self.unmatched)
        parts = [lines, records]
        if self.filtered:
            parts.append(f"kept {self.kept:,} + filtered {self.filtered:,}")
        if self.templates:
            parts.append(f"templates {self.templates:,}")
        return "; ".join(parts)

    def losses(self) -> list[str]:
        """Input that is missing from the answer, whatever could be read."""
        return [f"incomplete input: {text}" for text in self.damaged]

    def warnings(self) -> list[str]:
        """What else a careful reader must know, most serious first."""
        found = []
        if self.cut_lines:
            lines = "1 line was" if self.cut_lines == 1 else f"{self.cut_lines:,} lines were"
            found.append(f"{lines} cut at the limit, {self.lost_bytes:,} bytes left out (--max-line)")
        if self.overflow:
            found.append(f"{self.overflow:,} records have a coarse template: too many distinct shapes")
        if self.misfits:
            found.append(f"{self.misfits:,} records fitted no template")
        return found


def _sum(name: str, total: int, **parts: int) -> str:
    shown = [f"{key} {value:,}" for key, value in parts.items() if value]
    return f"{name} {total:,}" + (f" = {' + '.join(shown)}" if shown else "")
