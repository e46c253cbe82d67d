"""The method: what is simulated, in which order, by which conventions."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.report.document import Block, Heading, Items, Paragraph, Ref, Table
from kejin_sim.report.subject import Subject
from kejin_sim.timeline import ORDER


def method(subject: Subject) -> list[Block]:
    """Conventions and the order of a quarter."""
    burn_in = int(subject.number("time.burn_in_years"))
    treasury, social = subject.need("fiscal_net_cost"), subject.need("public_net_cost")
    conventions = (
        t(
            "时间：按季度推进，财政年度即公历年。政策期结束后不再有新企业，观察期更长，让早期投入看到结果。",
            "Time: quarters; the fiscal year is the calendar year. No firms are founded after the policy; the horizon is "
            "longer, so that what was bought early is seen to its end.",
        ),
        t(
            f"开账之前先按基准运行 {burn_in} 年，使企业、基金、未实缴的认缴额在开账时已经存在；预热期的收支不计入。",
            f"Before the books open the world runs {burn_in} years under the baseline, so that firms, funds and undrawn "
            f"commitments are there; what is paid before the opening is not counted.",
        ),
        t(
            "随机数：每一种决定（失败、融资、退出……）有自己的随机数流，由种子、路径、企业和季度唯一确定。"
            "方案与基准用同一组随机数，关掉一项措施不改变两边共同的抽样。",
            "Random numbers: every kind of decision (failure, round, exit …) has its own stream, fixed by seed, path, firm "
            "and quarter. Package and twin share them; switching a measure off moves no draw that both worlds make.",
        ),
        t(
            "记账：每一笔钱都有付款方、收款方和规则编号，逐季与独立记录的余额核对。",
            "Ledger: every payment names payer, payee and rule, and is checked each quarter against balances kept "
            "independently.",
        ),
        t(
            f"两个口径：{treasury.metric.label}只看市财政；{social.metric.label}把市区两级财政、引导基金、市属国企等合并，内部往来抵消。",
            f"Two perimeters: “{treasury.metric.label}” is the city treasury alone; “{social.metric.label}” consolidates "
            f"treasury, districts, guidance fund and municipal firms.",
        ),
        t(
            "误差：均值的区间用 t 分布；某事发生的概率用 Wilson 区间，单只基金超容忍的概率也用，但同一路径上的各次检验不算独立；"
            "其他均值之比用 delta 法；分位数用次序统计量，最差5%的均值用尾部路径的 t 分布，落在尾部的不足10条路径时不给区间；"
            "比例的区间不超出 0–100%；没有定义的路径不参加该指标。",
            "Errors: Student's t for means; Wilson's interval for the probability of an event, also for that of a single fund "
            "over, where tests of one path do not count as independent; the delta method for other ratios of means; order "
            "statistics for quantiles, and Student's t of the paths in the tail for the mean of the worst 5 %, both only where "
            "ten paths lie in the tail; no interval of a share leaves 0–100 %; a path on which an outcome is undefined is left "
            "out of it.",
        ),
    )
    order = Table(
        "tab-order", t("一个季度的顺序", "The order of a quarter"), (t("步", "Step"), t("做什么", "What happens")),
        tuple((str(step.number), step.label) for step in ORDER), "rl", (0.0, 1.0),
    )  # fmt: skip
    lead = (
        t("每个季度按", "Every quarter follows "), Ref("tab-order"),
        t("的次序进行；没有建成或没有启用的措施，其步骤为空。", "; steps of measures that are not built or not on are empty."),
    )  # fmt: skip
    return [
        Heading(t("方法", "Method")), Heading(t("约定", "Conventions"), 2), Items(conventions),
        Heading(t("一个季度的顺序", "The order of a quarter"), 2), Paragraph(lead), order,
    ]  # fmt: skip
