"""What a detector's feature table looks like."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class EvidenceSchema:
    """Names and codes of one detector's labelled evidence.

    Attributes:
        features: column names, in the order of a model's input.
        label: name of the label's column in a training set.
        positive: the label's value for what is to be detected.
        groups: features that arrive together, by who supplies them; the first group is what makes
            an entity at all and is always there.
        tiers: groups that a deployment typically has, poorest tier first, the last holding all.
        missing: the code for absent evidence.
    """

    features: tuple[str, ...]
    label: str
    positive: int
    groups: Mapping[str, tuple[str, ...]]
    tiers: Mapping[str, tuple[str, ...]]
    missing: int

    def __post_init__(self) -> None:
        """Refuse groups that do not share out the features, and tiers that do not end in all."""
        grouped = [feature for group in self.groups.values() for feature in group]
        if sorted(grouped) != sorted(self.features):
            raise ValueError("every feature must be in exactly one evidence group")
        unknown = {group for tier in self.tiers.values() for group in tier} - set(self.groups)
        if unknown:
            raise ValueError(f"tiers name unknown evidence groups: {', '.join(sorted(unknown))}")
        if not self.tiers or set(list(self.tiers.values())[-1]) != set(self.groups):
            raise ValueError("the last evidence tier must hold all groups")
