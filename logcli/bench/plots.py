"""The pictures of the papers, as SVG: needs matplotlib."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from logcli.errors import LogcliError

Row = Mapping[str, Any]
_METRICS = {"ga": "GA", "fga": "FGA", "pa": "PA", "fta": "FTA"}
_GREY = "#555555"
_LONGEST = 40  # characters of a name
_LINES = ("-", "--", ":")
# Where the name of a point may stand: offset in points and alignment, the best place first.
_PLACES = [
    *(((x, y), ha, "bottom") for x, ha in ((4, "left"), (-4, "right")) for y in (2, -11)),
    *(((0, y), "center", "bottom") for y in (6, -17)),
    *(((x, y), ha, "bottom") for y in (12, -21, 22, -31) for x, ha in ((8, "left"), (-8, "right"))),
]


def _figure(width: float, height: float, panels: int = 1) -> tuple[Any, Sequence[Any]]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        hint = "pip install 'logcli-analytics[bench]'"
        raise LogcliError("the pictures need the package `matplotlib`", hint=hint) from error
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, panels))
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.grid(True, axis="y", color="#dddddd", linewidth=0.6)
        one.set_axisbelow(True)
    return figure, list(axes)


def _svg(figure: Any) -> str:
    """The picture without what changes from time to time: the same rows give the same bytes."""
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "logcli", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def boxes(rows: Sequence[Row]) -> str:
    """Accuracy of each parser over the datasets, a box each: narrow is robust."""
    parsers = _best_first(rows, "ga")
    figure, axes = _figure(11, 0.8 + 0.24 * len(parsers), len(_METRICS))
    for one, (metric, title) in zip(axes, _METRICS.items(), strict=True):
        values = [[row[metric] or 0.0 for row in rows if row["parser"] == parser] for parser in parsers]
        one.boxplot(values, orientation="horizontal", widths=0.6, medianprops={"color": "black"})
        one.set_yticks(range(1, len(parsers) + 1), map(_name, parsers) if one is axes[0] else [])
        one.invert_yaxis()
        one.set_xlim(-0.02, 1.02)
        one.set_xticks([0, 0.5, 1])
        one.grid(True, axis="x", color="#dddddd", linewidth=0.6)
        one.set_title(title, fontsize=10)
    return _svg(figure)


def parts(rows: Sequence[Row], names: Sequence[str], metric: str) -> str:
    """A metric on parts of the truth, a group of bars for each parser."""
    parsers = _best_first([row for row in rows if row["part"] in names], metric)
    figure, (one,) = _figure(11, 2.8 + 0.07 * max(len(_name(parser)) for parser in parsers))
    width = 0.8 / max(len(names), 1)
    for number, name in enumerate(names):
        some = [row for row in rows if row["part"] == name]
        means = [_mean(some, parser, metric) for parser in parsers]
        shade = str(0.25 + 0.5 * number / max(len(names) - 1, 1))
        one.bar(np.arange(len(parsers)) + number * width, means, width, label=name, color=shade)
    one.set_xticks(np.arange(len(parsers)) + 0.4 - width / 2, map(_name, parsers), rotation=45, ha="right")
    one.set_ylim(0, 1)
    one.set_ylabel(_METRICS[metric])
    one.legend(frameon=False, ncols=len(names), fontsize=8, loc="lower right", bbox_to_anchor=(1, 1))
    return _svg(figure)


def volume(rows: Sequence[Row], metric: str) -> str:
    """A metric against the number of lines; for seconds both axes are logarithmic and a slope is fitted.

    Parsers of which there is one number of lines only are left out.
    """
    timed = metric == "parse_seconds"
    names = _best_first(rows, "ga")
    curves = {name: _curve([row for row in rows if row["parser"] == name], metric) for name in names}
    curves = {name: points for name, points in curves.items() if len(points) > 1}
    figure, (one,) = _figure(8, max(4.2, 0.3 + 0.17 * len(curves)))  # as high as the names beside it
    for number, (name, points) in enumerate(curves.items()):
        x, y = np.array(points).T
        label = _name(name) + (f" (slope {slope(x, y):.2f})" if timed else "")
        line = _LINES[number // 10 % len(_LINES)]  # there are ten colours
        one.plot(x, y, marker="o", markersize=3, linewidth=1, linestyle=line, label=label)
    one.set_xscale("log")
    one.set_yscale("log" if timed else "linear")
    one.set_xlabel("lines")
    one.set_ylabel("seconds" if timed else _METRICS.get(metric, metric))
    if curves:
        one.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _svg(figure)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Exponent of the power of `x` that `y` grows with: the slope of their logarithms.

    >>> round(slope([1, 10, 100], [2, 20, 200]), 3)
    1.0
    """
    return float(np.polyfit(np.log(np.asarray(x, float)), np.log(np.maximum(y, 1e-9)), 1)[0])


def front(rows: Sequence[Row], metric: str = "ga") -> str:
    """Accuracy against speed, the mean of each parser; those that no other beats in both are joined."""
    figure, (one,) = _figure(8, 4.2)
    points = {
        parser: (_mean(rows, parser, "lines_per_second"), _mean(rows, parser, metric))
        for parser in _best_first(rows, metric)
    }
    points = {parser: point for parser, point in points.items() if point[0]}
    best = sorted(pareto(list(points.values())))
    one.plot(*np.array(best).T, color=_GREY, linewidth=0.8, linestyle="--") if best else None
    for point in points.values():
        one.plot(*point, "o", color="black", markersize=4)
    one.margins(0.12)
    one.set_xscale("log")
    one.set_xlabel("lines per second")
    one.set_ylabel(_METRICS[metric])
    _named(figure, one, points)
    return _svg(figure)


def _named(figure: Any, one: Any, points: Mapping[str, tuple[float, float]]) -> None:
    """Write the names beside the points, where they hide no other name and no point if possible."""
    from matplotlib.transforms import Bbox

    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    spots = [one.transData.transform(point) for point in points.values()]
    taken = [Bbox([spot - 3, spot + 3]) for spot in spots]
    for name, point in points.items():
        found: list[tuple[int, int, Any, Any]] = []
        for offset, ha, va in _PLACES:
            note = one.annotate(_name(name), point, textcoords="offset points", xytext=offset, ha=ha, va=va,
                                fontsize=8)  # fmt: skip
            box = note.get_window_extent()
            hidden = sum(box.overlaps(other) for other in taken)
            found.append((hidden, len(found), box, note))
            if not hidden:
                break
        best = min(found)[1]
        for _, number, box, note in found:
            taken.append(box) if number == best else note.remove()


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points that no other one beats in one way and equals in the other.

    >>> pareto([(1, 1), (2, 2), (3, 1), (1, 3)])
    [(2, 2), (3, 1), (1, 3)]
    """

    def beaten(a: tuple[float, float]) -> bool:
        return any(b[0] >= a[0] and b[1] >= a[1] and b != a for b in points)

    return [point for point in points if not beaten(point)]


def _curve(rows: Sequence[Row], metric: str) -> list[tuple[float, float]]:
    """Mean of a metric by number of lines."""
    by_lines: dict[int, list[float]] = {}
    for row in rows:
        if row[metric] is not None and row["lines"]:
            by_lines.setdefault(row["lines"], []).append(row[metric])
    return [(lines, float(np.mean(values))) for lines, values in sorted(by_lines.items())]


def _name(parser: str) -> str:
    """A parser's name for a picture: not too long, and nothing that matplotlib takes for more than text."""
    text = parser if len(parser) <= _LONGEST else f"{parser[: _LONGEST - 1]}…"
    text = text.replace("$", "\\$")
    return f" {text}" if text.startswith("_") else text


def _best_first(rows: Sequence[Row], metric: str) -> list[str]:
    names = list(dict.fromkeys(row["parser"] for row in rows))
    return sorted(names, key=lambda name: (-_mean(rows, name, metric), name))


def _mean(rows: Sequence[Row], parser: str, metric: str) -> float:
    """Mean over a parser's rows; runs that did not finish count as 0."""
    values = [row[metric] or 0.0 for row in rows if row["parser"] == parser]
    return float(np.mean(values)) if values else 0.0
