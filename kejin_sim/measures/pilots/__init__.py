"""Measure 9: national pilots — AIC funds, the regional equity market, warrants on loans, relending for buy-backs."""
