"""Whether results hold in other worlds that published figures do not tell from the scenario's own."""
