"""The reference engine: the model once more, for reading, tracing and checking.

Plain Python on SimPy. Its clock counts quarters; every institution and every enterprise is a process that
waits for its step of the quarter (``clock``), queues are SimPy stores, yearly budgets its containers. It
plays the same rule functions as the compiled engine (``kejin_sim.world``, ``kejin_sim.measures``) in the same
written order, shares no other code with it, and must agree with it path by path: events exactly, money to
rounding.

Where to start: ``city`` puts a world together, ``enterprise`` is a firm's life, ``subfund`` a fund's,
``guidance`` the public purse, ``ledger`` the books. ``lending`` is the market for loans: ``loan`` a loan's life,
``banks``, ``riskpool``, ``guarantor`` and ``compensation`` who lends and who shares a loss; ``grantoffice`` awards
grants and ``grant`` follows one until it is equity (``conversion``) or at its end.
"""
