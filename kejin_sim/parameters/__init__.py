"""Every number of the project: value, unit, bounds, role, labels, source, evidence."""

from kejin_sim.parameters.registry import Parameter, by_key, numeric_groups, registry, registry_digest
from kejin_sim.parameters.sources import EVIDENCE, Source, sources

__all__ = ["EVIDENCE", "Parameter", "Source", "by_key", "numeric_groups", "registry", "registry_digest", "sources"]
