"""Figures of studies. Each takes what a study found and returns a matplotlib figure; it computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import Head

if TYPE_CHECKING:
    from kejin_sim.study.folder import StudyOrder
    from kejin_sim.study.tolerance import ToleranceStudy

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#595959", "#E69F00", "#56B4E9")
LINES: Final = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (4, 1.2, 1, 1.2)))
MARKS: Final = ("o", "s", "^", "D", "v", "P", "X")


def drawing(name: str, make: Callable[[], Any]) -> Callable[[Path], None]:
    """A function that draws a figure into a folder, as SVG and PNG."""

    def draw(folder: Path) -> None:
        with style.styled():
            figure = make()
            for suffix in ("svg", "png"):
                style.save(figure, folder / f"{name}.{suffix}")

    return draw


def head_of(order: StudyOrder) -> Head:
    """What a figure says of its study."""
    from kejin_sim import __version__

    scenario = order.scenarios[0]
    baseline = scenario.baseline.title if scenario.baseline is not None else ""
    from kejin_sim.store.certificate import without_places

    origin = f"{without_places(order.words)}   kejin_sim {__version__}   {scenario.digest[:12]}"
    return Head(scenario.title, baseline, order.paths, order.seed, scenario.inputs().policy_years, origin)


def tolerance_figure(study: ToleranceStudy, order: StudyOrder) -> Any:
    """Breach probability against tolerance: a fund at its end on the left, all pooled on the right, a line a basis."""
    from kejin_sim.outcomes.tolerance import BASES
    from kejin_sim.study.tolerance import CELLS

    figure = style.canvas(17.5, 9.5)
    for number, cell in enumerate(("fund", "portfolio")):
        axes = figure.add_axes((0.075 + 0.49 * number, 0.27, 0.40, 0.50))
        axes.set_title(t(*CELLS[cell]))
        for i, (basis, label) in enumerate(BASES.items()):
            rows = [b for b in study.by_level if (b.basis, b.cell) == (basis, cell)]
            x = [100 * b.level for b in rows]
            axes.fill_between(x, [100 * b.probability.low for b in rows], [100 * b.probability.high for b in rows],
                              color=COLOURS[i], alpha=0.15, linewidth=0)  # fmt: skip
            axes.plot(x, [100 * b.probability.value for b in rows], color=COLOURS[i], linestyle=LINES[i], marker=MARKS[i],
                      markersize=3, linewidth=1.2, label=t(*label))  # fmt: skip
        axes.axvline(100 * study.own_level, color=style.FAINT, linewidth=0.8)
        axes.set(xlim=(0, 100), ylim=(0, 100))
        axes.set_xlabel(t("容亏率（%）", "tolerance (%)"))
        axes.set_ylabel(t("超容忍的概率（%）", "probability of a breach (%)") if number == 0 else "")
        if number == 1:
            axes.legend(frameon=False, fontsize=7.2)
    head = head_of(order)
    style.frame(figure, head, t("容亏率定在多高，超容忍有多大可能", "How likely a breach is at each tolerance"), [
        t("竖线为方案的容亏率；带状为95%区间（蒙特卡洛误差）。分类口径的三个容亏率按比例同变。",
          "Upright: the package's tolerance; bands: 95 % intervals (Monte Carlo). Tolerances by class move in proportion."),
        style.paths_note(head),
    ])  # fmt: skip
    return figure
