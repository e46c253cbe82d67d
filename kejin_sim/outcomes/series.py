"""What the quarterly series of ``recording.SERIES`` are, in words."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes import credit, grants, rooms
from kejin_sim.outcomes.metric import Unit

SERIES_LABELS: Final[dict[str, tuple[str, str, Unit]]] = {
    "live": ("存续企业", "live enterprises", "count"),
    "jobs": ("就业", "jobs", "count"),
    "jobs_national": ("就业（全国口径）", "jobs, national", "count"),
    "tax": ("市级税收", "city tax", "CNY"),
    "research": ("研发投入", "research spending", "CNY"),
    "arrivals": ("新办企业", "enterprises founded", "count"),
    "failures": ("失败企业", "failures", "count"),
    "listings": ("上市企业", "listings", "count"),
    "acquisitions": ("被并购企业", "acquisitions", "count"),
    "private_rounds": ("私人融资轮次", "private rounds", "count"),
    "seed_deals": ("种子直投项目", "seed direct deals", "count"),
    "subfund_deals": ("子基金项目", "sub-fund deals", "count"),
    "follow_ons": ("初创跟投项目", "follow-ons", "count"),
    "subfund_calls": ("子基金实缴", "sub-fund calls", "CNY"),
    "subfund_distributions": ("子基金分配", "sub-fund distributions", "CNY"),
    "government_calls": ("引导基金对子基金实缴", "guidance fund: calls paid to sub-funds", "CNY"),
    "government_distributions": ("引导基金自子基金收回", "guidance fund: received from sub-funds", "CNY"),
    "social_calls": ("社会出资人实缴", "social investors: calls paid", "CNY"),
    "social_distributions": ("社会出资人收回", "social investors: received", "CNY"),
    "social_buyouts": ("社会出资人提前购买价款", "social investors: buy-outs paid", "CNY"),
    "coinvestor_paid": ("跟投方投入", "co-investors: paid", "CNY"),
    "coinvestor_received": ("跟投方收回", "co-investors: received", "CNY"),
    "coinvestor_reward": ("跟投奖励：跟投方", "reward: co-investors", "CNY"),
    "private_reward": ("跟投奖励：同轮私人投资", "reward: private money in the round", "CNY"),
    "seed_paid": ("种子直投投入", "seed direct: paid", "CNY"),
    "seed_received": ("种子直投收回", "seed direct: received", "CNY"),
    "follow_paid": ("初创跟投投入", "follow-on: paid", "CNY"),
    "follow_received": ("初创跟投收回", "follow-on: received", "CNY"),
    "private_same_round": ("同轮社会资金", "private money in the same round", "CNY"),
    "private_later": ("后续轮次社会资金", "private money in later rounds", "CNY"),
    "public_deals": ("公共资金参与的投资额", "money of public deals", "CNY"),
    "chain_calls": ("链主基金实缴", "chain-leader fund calls", "CNY"),
    "chain_distributions": ("链主基金分配", "chain-leader fund distributions", "CNY"),
    "guidance_cash": ("引导基金现金", "cash of the guidance fund", "CNY"),
    "reserve": ("风险准备金", "risk reserve", "CNY"),
    "encumbered": ("已承诺未拨付预算", "encumbered appropriation", "CNY"),
    "undrawn_commitments": ("未实缴认缴额", "undrawn commitments", "CNY"),
    "fund_commitments": ("新设基金认缴额", "commitments to funds formed", "CNY"),
    "reported_nav": ("子基金账面净值", "reported NAV of sub-funds", "CNY"),
    "open_cost": ("子基金在投成本", "cost of deals that sub-funds hold", "CNY"),
    "tech_firms": ("类高新技术企业", "HNTE-like firms", "count"),
    "sales": ("企业营业收入", "revenue of enterprises", "CNY"),
    "public_hard_tech": ("公共资金投向硬科技", "public deals in hard technology", "CNY"),
    **credit.SERIES,
    **grants.SERIES,
    **rooms.SERIES,
}
