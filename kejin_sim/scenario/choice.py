"""``only`` and ``without``: which measures a scenario plays, said in a line instead of a switch and a budget for each.

``only: [credit]`` switches every other measure off and takes its appropriations away; ``without: [credit]`` does so with the
measures it names. Both become ordinary entries between what the file extends and what it writes itself, so a measure that joins
the program later is off wherever the others are.
"""

from __future__ import annotations

from kejin_sim.errors import Problem, nearest
from kejin_sim.measures import MEASURES, line_rows
from kejin_sim.scenario.tree import Entry, Node, mapping_node, merge
from kejin_sim.units import shown

CHOICES = ("only", "without")


def settle(root: Node) -> tuple[Node, list[Problem]]:
    """The tree without the two keys: what they amount to lies under the entries that stand beside them."""
    if not root.mapping.keys() & set(CHOICES):
        return root, []
    chosen, problems = _choice(root)
    rest = mapping_node(root.mark, {key: entry for key, entry in root.mapping.items() if key not in CHOICES})
    return (rest if chosen is None else merge(chosen, rest)), problems


def _choice(root: Node) -> tuple[Node | None, list[Problem]]:
    """What the two keys amount to; None when they contradict one another."""
    given = [key for key in CHOICES if key in root.mapping]
    entry = root.mapping[given[0]]
    if len(given) == 2:
        other = root.mapping["without"]
        return None, [
            other.key.problem(
                "without",
                "only 与 without 只能写一个。",
                "a file has either only or without.",
                "only 写明实施哪几条，without 写明去掉哪几条。",
                "only names the measures that are played, without those that are not.",
            )
        ]
    key, node = given[0], entry.node
    named, problems = _named(key, node)
    off = [m for m in MEASURES if (m in named) == (key == "without")]
    problems += _contradictions(key, root, off)
    nothing = Node("0元", node.mark)
    switched = {m: _mapping(node, {"enabled": Node(False, node.mark)}) for m in off}
    lines = {row["key"]: _mapping(node, {"amount": nothing}) for row in line_rows() if row["measure"] in off}
    return _mapping(node, {"measures": _mapping(node, switched), "budget": _mapping(node, lines)}), problems


def _mapping(at: Node, nodes: dict[str, Node]) -> Node:
    return mapping_node(at.mark, {key: Entry(at.mark, node) for key, node in nodes.items()})


def _named(key: str, node: Node) -> tuple[list[str], list[Problem]]:
    """The measures that a list names."""
    if not isinstance(node.value, list):
        return [], [
            node.mark.problem(
                key,
                f"{key} 应为措施的列表。",
                f"{key} takes a list of measures.",
                f"例如 {key}: [credit, insurance]；可选：{'、'.join(MEASURES)}。",
                f"for example {key}: [credit, insurance]; there are {', '.join(MEASURES)}.",
            )
        ]
    names: list[str] = []
    problems: list[Problem] = []
    for item in node.value:
        if isinstance(item.value, str) and item.value in MEASURES:
            names.append(item.value)
            continue
        close = nearest(str(item.value), MEASURES)
        problems.append(
            item.mark.problem(
                key,
                f"没有名为 {shown(item.value)} 的措施。",
                f"there is no measure named {shown(item.value)}.",
                (f"是否想写 {close[0]}？" if close else "") + f"可选：{'、'.join(MEASURES)}。",
                (f"did you mean {close[0]}? " if close else "") + f"There are {', '.join(MEASURES)}.",
            )
        )
    return names, problems


def _contradictions(key: str, root: Node, off: list[str]) -> list[Problem]:
    """A measure that the same file takes out and switches on."""
    measures = root.mapping.get("measures")
    found = []
    for measure in off:
        section = measures.node.mapping.get(measure) if measures else None
        switch = section.node.mapping.get("enabled") if section else None
        if switch is not None and switch.node.value is not False:
            found.append(
                switch.node.mark.problem(
                    f"measures.{measure}.enabled",
                    f"{key} 已把 {measure} 排除在外，这里又写成实施。",
                    f"{key} leaves {measure} out, and here it is switched on.",
                    f"把 {measure} {'加进' if key == 'only' else '移出'} {key}，或去掉这一行。",
                    f"{'add it to' if key == 'only' else 'take it out of'} {key}, or leave this line out.",
                )
            )
    return found
