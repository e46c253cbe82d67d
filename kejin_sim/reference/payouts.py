"""Money that leaves a firm for its holders: sale, dividend, redemption; and the write-off when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.recording import S_COINV_RECEIVED, T_HORIZON_VALUE, T_REALISED_VALUE
from kejin_sim.world import exits
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.stakes import Stake

EXIT_CODES = (w.EXIT_SUBFUND, w.EXIT_GUIDANCE, w.EXIT_CO_INVESTOR, w.EXIT_SOCIAL, w.EXIT_SOE)
HORIZON_CODES = (
    w.HORIZON_SUBFUND, w.HORIZON_GUIDANCE, w.HORIZON_CO_INVESTOR, w.HORIZON_SOCIAL, w.HORIZON_SOE,
)  # fmt: skip


def coinvestor_receives(firm: Enterprise, amount: float) -> None:
    """Money from a co-invested seed deal reaches its co-investors."""
    firm.coinvestor.received += amount
    if firm.seed.since >= firm.city.clock.opening:
        firm.city.notes.series[S_COINV_RECEIVED] += amount


def sell_all(firm: Enterprise, price: float, at_horizon: bool = False) -> None:
    """W6 (at the horizon Z1). The whole firm is sold at ``price`` (CNY); every holder is paid its share,
    holdings end.

    The order of holders is the written one: statistics add up alike in both engines.
    """
    city = firm.city
    guidance, post = city.guidance, city.ledger.post
    to_subfund, to_guidance, to_coinvestor, to_private, to_soe = HORIZON_CODES if at_horizon else EXIT_CODES
    public = 0.0
    if firm.fund is not None:
        amount = firm.angel.share * price
        post(to_subfund, amount, firm=firm.account, fund=firm.fund.account)
        firm.fund.receive(firm, amount)
        firm.fund.end_deal(firm)
        public += amount
    if firm.seed.open:
        amount = firm.seed.share * price
        post(to_guidance, amount, firm=firm.account)
        guidance.receive_seed(firm, amount)
        guidance.end_seed(firm, exited=True)
        public += amount
    if firm.follow_on.open:
        amount = firm.follow_on.share * price
        post(to_guidance, amount, firm=firm.account)
        guidance.receive_follow_on(firm, amount)
        guidance.end_follow_on(firm)
        public += amount
    if firm.coinvestor.open:
        amount = firm.coinvestor.share * price
        post(to_coinvestor, amount, firm=firm.account)
        coinvestor_receives(firm, amount)
        firm.coinvestor.close()
    if firm.private > 0.0:
        post(to_private, firm.private * price, firm=firm.account)
        firm.private = 0.0
    if firm.soe > 0.0:
        amount = firm.soe * price
        post(to_soe, amount, firm=firm.account)
        firm.soe = 0.0
        public += amount
    if firm.grant is not None and firm.grant_share > 0.0:
        firm.grant.proceeds += firm.grant_share * price
        public += firm.grant_share * price
        firm.grant_share = 0.0
    firm.founders = 1.0
    city.notes.stats[T_HORIZON_VALUE if at_horizon else T_REALISED_VALUE] += public


def write_off(firm: Enterprise) -> None:
    """W3. A firm fails: its holders get nothing more, what cash is left goes to its creditors."""
    if firm.fund is not None:
        firm.fund.end_deal(firm)
    firm.city.guidance.end_seed(firm, exited=False)
    firm.follow_on.close()
    firm.coinvestor.close()
    firm.private = 0.0
    firm.soe = 0.0
    firm.grant_share = 0.0
    firm.founders = 1.0
    if firm.cash:
        firm.city.ledger.post(w.WIND_UP, firm.cash, firm=firm.account)
        firm.cash = 0.0


def pay_dividend(firm: Enterprise, amount: float) -> None:
    """W5. A dividend of ``amount`` (CNY) to all holders by share; founders get what is left."""
    city = firm.city
    post, stats = city.ledger.post, city.notes.stats
    firm.cash -= amount
    firm.tell("dividend", amount=amount, kept=firm.kept)
    left = amount
    if firm.fund is not None:
        part = firm.angel.share * amount
        left -= part
        post(w.DIVIDEND_SUBFUND, part, firm=firm.account, fund=firm.fund.account)
        firm.fund.receive(firm, part)
        stats[T_REALISED_VALUE] += part
    if firm.seed.open:
        part = firm.seed.share * amount
        left -= part
        post(w.DIVIDEND_GUIDANCE, part, firm=firm.account)
        city.guidance.receive_seed(firm, part)
        stats[T_REALISED_VALUE] += part
    if firm.follow_on.open:
        part = firm.follow_on.share * amount
        left -= part
        post(w.DIVIDEND_GUIDANCE, part, firm=firm.account)
        city.guidance.receive_follow_on(firm, part)
        stats[T_REALISED_VALUE] += part
    if firm.coinvestor.open:
        part = firm.coinvestor.share * amount
        left -= part
        post(w.DIVIDEND_CO_INVESTOR, part, firm=firm.account)
        coinvestor_receives(firm, part)
    if firm.private > 0.0:
        part = firm.private * amount
        left -= part
        post(w.DIVIDEND_SOCIAL, part, firm=firm.account)
    if firm.soe > 0.0:
        part = firm.soe * amount
        left -= part
        post(w.DIVIDEND_SOE, part, firm=firm.account)
        stats[T_REALISED_VALUE] += part
    if firm.grant is not None and firm.grant_share > 0.0:
        part = firm.grant_share * amount
        left -= part
        firm.grant.proceeds += part
        stats[T_REALISED_VALUE] += part
    post(w.DIVIDEND_OUTSIDE, left, firm=firm.account)


def _claim(firm: Enterprise, stake: Stake, since: int) -> float:
    """A holder's redemption claim, 0 when its share of the firm is worth more."""
    years = 0.25 * (firm.city.clock.k - since)
    claim = exits.redemption_claim(
        stake.cost, firm.city.settings.world.exits_redemption_coupon, years, stake.received
    )
    return claim if claim > stake.share * firm.value else 0.0


def offer_redemption(firm: Enterprise) -> None:
    """W7. On the contract's day losing holders of the programme may make the founders buy them out.

    What founders really pay is a share of the claim; the holding goes back to them.
    """
    city = firm.city
    world = city.settings.world
    u_demand, u_collection, _, _ = city.draw(rng.EXIT_REDEMPTION, firm.profile.entity)
    if u_demand >= world.exits_redemption_exercise:
        return
    subfund = _claim(firm, firm.angel, firm.angel.since) if firm.fund is not None else 0.0
    seed = _claim(firm, firm.seed, firm.seed.since) if firm.seed.open else 0.0
    # The co-investors' right is their own: it stays when the guidance fund has sold its holding.
    coinvestor = _claim(firm, firm.coinvestor, firm.coinvestor.since) if firm.coinvestor.open else 0.0
    follow_on = _claim(firm, firm.follow_on, firm.follow_on.since) if firm.follow_on.open else 0.0
    share = exits.collected_share(u_collection, world.exits_redemption_full, world.exits_redemption_partial)
    _redeem(firm, share, subfund, seed, follow_on, coinvestor)


def _redeem(
    firm: Enterprise, share: float, subfund: float, seed: float, follow_on: float, coinvestor: float
) -> None:
    """Pay ``share`` of each claim (CNY) that is not zero, and close that holding."""
    city = firm.city
    guidance, post, stats = city.guidance, city.ledger.post, city.notes.stats
    if subfund > 0.0 and firm.fund is not None:
        amount = share * subfund
        post(w.REDEEM_SUBFUND, amount, firm=firm.account, fund=firm.fund.account)
        firm.founders += firm.angel.share
        firm.fund.receive(firm, amount)
        firm.fund.end_deal(firm)
        stats[T_REALISED_VALUE] += amount
    if seed > 0.0:
        amount = share * seed
        post(w.REDEEM_GUIDANCE, amount, firm=firm.account)
        firm.founders += firm.seed.share
        guidance.receive_seed(firm, amount)
        guidance.end_seed(firm, exited=True)
        stats[T_REALISED_VALUE] += amount
    if follow_on > 0.0:
        amount = share * follow_on
        post(w.REDEEM_GUIDANCE, amount, firm=firm.account)
        firm.founders += firm.follow_on.share
        guidance.receive_follow_on(firm, amount)
        guidance.end_follow_on(firm)
        stats[T_REALISED_VALUE] += amount
    if coinvestor > 0.0:
        amount = share * coinvestor
        post(w.REDEEM_CO_INVESTOR, amount, firm=firm.account)
        firm.founders += firm.coinvestor.share
        coinvestor_receives(firm, amount)
        firm.coinvestor.close()
