"""Money by party as a Sankey diagram: out through the vehicles on the left half, back on the right half."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.lang import t
from kejin_sim.ledger import PARTY_LABELS, Party
from kejin_sim.report import style
from kejin_sim.report.accounts import Flow, Flows

#: How far from the treasury a party stands; money runs to higher ranks on its way out and to lower ones on its way back.
_RANK: Final[Mapping[Party, int]] = {
    Party.GUIDANCE_FUND: 1, Party.RISK_POOL: 1, Party.NATIONAL_GUARANTEE_FUND: 1, Party.RE_GUARANTOR: 1,
    Party.ANGEL_SUBFUND: 2, Party.CHAIN_FUND: 2, Party.AIC_FUND: 2, Party.GUARANTEE_COMPANY: 2, Party.INSURANCE_POOL: 2,
    Party.BANK: 2, Party.INSURER: 2, Party.JOINT_FUND: 2, Party.ABS_GUARANTOR: 1, Party.IP_ABS: 2,
    Party.ENTERPRISE: 3, Party.OUTSIDE: 3, Party.UNIVERSITY: 3, Party.SERVICE_PROVIDER: 3,
}  # fmt: skip
_INVESTOR: Final = 0  # treasuries and everybody else who puts money in
_COLUMNS: Final = 7  # ranks 0 to 3 on the way out, 2 to 0 on the way back
_GAP: Final = 0.052  # between parties of an outer column, as a share of the height: a line of text
_INNER_GAP: Final = 0.088  # of an inner column, whose labels stand above their bars in two lines
_WIDTH: Final = 17.5  # of the figure, in centimetres
_SIDE: Final = 2.9  # room for the labels of an outer column, in centimetres
_BETWEEN: Final = (_WIDTH - 2 * _SIDE) / 1.04 / (_COLUMNS - 1) - 0.1  # columns, in centimetres, less a blank
_INNER_LABEL: Final = 6.6  # points
_THICK: Final = 0.022  # of a party's bar, as a share of the width

Node = tuple[int, Party]


@dataclass(frozen=True)
class _Place:
    top: float
    height: float


def _ends(flow: Flow) -> tuple[Node, Node]:
    """Columns in which a flow starts and ends."""
    first, last = _RANK.get(flow.payer, _INVESTOR), _RANK.get(flow.payee, _INVESTOR)
    if first < last:
        return (first, flow.payer), (last, flow.payee)
    back = _COLUMNS - 1
    if first == last:  # between equals: a sale on the way back
        return (back - first - 1, flow.payer), (back - last, flow.payee)
    return (back - first, flow.payer), (back - last, flow.payee)


def _places(flows: Iterable[Flow]) -> tuple[dict[Node, _Place], float]:
    """Where each party's bar stands, from the top 1 down, and the height of one yuan."""
    given: dict[Node, float] = {}
    taken: dict[Node, float] = {}
    for flow in flows:
        start, end = _ends(flow)
        given[start] = given.get(start, 0.0) + flow.amount
        taken[end] = taken.get(end, 0.0) + flow.amount
    sizes = {node: max(given.get(node, 0.0), taken.get(node, 0.0)) for node in {*given, *taken}}
    columns: dict[int, list[Node]] = {}
    order = list(Party)
    for node in sorted(sizes, key=lambda node: (node[0], order.index(node[1]))):
        columns.setdefault(node[0], []).append(node)
    gaps = {column: _GAP if column in (0, _COLUMNS - 1) else _INNER_GAP for column in columns}
    scale = min((1.0 - gaps[c] * (len(nodes) - 1)) / sum(sizes[n] for n in nodes) for c, nodes in columns.items())
    places = {}
    for column, nodes in columns.items():
        used = sum(sizes[node] for node in nodes) * scale + gaps[column] * (len(nodes) - 1)
        top = 0.5 + used / 2
        for node in nodes:
            places[node] = _Place(top, sizes[node] * scale)
            top -= sizes[node] * scale + gaps[column]
    return places, scale


def sankey_figure(data: Flows) -> Any:
    """Draw it. Widths are proportional to money."""
    figure, box = style.fitted(_WIDTH, style.tall(9.5, 8.0), head=2.4, foot=3.3, left=_SIDE, right=_SIDE)
    axes = figure.add_axes(box)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.06, 1.06))
    axes.axis("off")
    places, scale = _places(data.flows)
    factor, unit = style.money(max(flow.amount for flow in data.flows))
    # At each bar ribbons lie in the order of the bars that they lead to, so that few of them cross.
    starts, ends = _offsets(data.flows, places, scale)
    for number, flow in enumerate(data.flows):
        start, end = _ends(flow)
        _ribbon(axes, (start[0], starts[number]), (end[0], ends[number]), flow.amount * scale)
    for (column, party), place in places.items():
        _bar(axes, column, party, place, f"{style.number(place.height / scale / factor, 2)}")
    out, back = t("投出 →", "out →"), t("→ 收回", "→ back")
    for x, text in ((0.0, out), (1.0, back)):
        axes.annotate(text, (x, 1.05), fontsize=8.4, ha="left" if x == 0 else "right", va="bottom", color=style.INK)
    share = style.percent(data.left_out)
    style.frame(
        figure, data.head, t("钱从哪里来、到哪里去", "Where the money comes from and goes"),
        [
            t(f"方案下政策资金在各方之间的流动，全期合计、不折现，宽度与金额成比例；数字为金额（{unit}）。左半为投出，右半为收回。",
              f"Money of the package by party, whole time, undiscounted; widths and numbers are amounts ({unit})."),
            t(f"企业日常收支和没有政策资金的融资不画；过小的流动不画，合计占 {share}。实心为投出，浅色为收回。",
              f"A firm's own costs and rounds without public money are not drawn, nor small flows ({share} of the sum)."),
            t(f"{style.paths_note(data.head)}；各路径均值。", f"{style.paths_note(data.head)}; means over paths."),
        ],
    )  # fmt: skip
    return figure


def _x(column: int) -> float:
    return column / (_COLUMNS - 1)


def _offsets(
    flows: Sequence[Flow], places: Mapping[Node, _Place], scale: float
) -> tuple[dict[int, float], dict[int, float]]:
    """Upper edge of every ribbon where it starts and where it ends."""
    edges: list[dict[int, float]] = []
    for side in (0, 1):
        used: dict[Node, float] = {}
        found: dict[int, float] = {}
        far = [places[_ends(flow)[1 - side]].top for flow in flows]
        for number in sorted(range(len(flows)), key=lambda i: -far[i]):
            node = _ends(flows[number])[side]
            found[number] = places[node].top - used.get(node, 0.0)
            used[node] = used.get(node, 0.0) + flows[number].amount * scale
        edges.append(found)
    return edges[0], edges[1]


def _ribbon(axes: Any, start: tuple[int, float], end: tuple[int, float], width: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (first, y0), (last, y1) = start, end
    x0, x1 = _x(first) + _THICK / 2, _x(last) - _THICK / 2
    middle = (x0 + x1) / 2
    corners = [
        (x0, y0), (middle, y0), (middle, y1), (x1, y1), (x1, y1 - width), (middle, y1 - width), (middle, y0 - width),
        (x0, y0 - width), (x0, y0),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    back = first >= _COLUMNS // 2
    axes.add_patch(
        PathPatch(Path(corners, codes), facecolor=style.PACKAGE_LIGHT if back else style.PACKAGE_MIDDLE, alpha=0.62,
                  edgecolor="white", linewidth=0.4)
    )  # fmt: skip


def _bar(axes: Any, column: int, party: Party, place: _Place, amount: str) -> None:
    from matplotlib.patches import Rectangle

    x = _x(column)
    axes.add_patch(Rectangle((x - _THICK / 2, place.top - place.height), _THICK, place.height, color=style.INK))
    side, align = (-1, "right") if column == 0 else (1, "left") if column == _COLUMNS - 1 else (0, "center")
    name = t(*PARTY_LABELS[party])
    text = f"{name} {amount}"
    if side:
        axes.annotate(text, (x + side * (_THICK / 2 + 0.01), place.top - place.height / 2), ha=align, va="center",
                      fontsize=7.4, annotation_clip=False)  # fmt: skip
    else:
        axes.annotate(_two_lines(name, amount), (x, place.top + 0.004), ha=align, va="bottom", fontsize=_INNER_LABEL,
                      linespacing=1.05, annotation_clip=False)  # fmt: skip


def _two_lines(name: str, amount: str) -> str:
    """A label no wider than its column where words allow: the name above the amount, else the name broken too."""
    whole = f"{name}\n{amount}"
    words = [*name.split(), amount]
    if len(words) < 3 or style.widest([name], _INNER_LABEL) <= _BETWEEN:
        return whole
    broken = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return "\n".join(min(broken, key=lambda lines: style.widest(lines, _INNER_LABEL)))
