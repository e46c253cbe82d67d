"""Whether results hold in other worlds that fit the published figures as well as the scenario's own does."""
