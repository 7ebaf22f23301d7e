"""Training rows with evidence taken away, so that one model serves every evidence tier.

Each distinct row is trained on as it is, once with just the evidence of each tier, and in copies
with random groups and random single features missing. Compared with imputation when a row is
scored, this needs no model per tier and lets the trees learn what an absence leaves unknown (M.
Saar-Tsechansky, F. Provost, "Handling Missing Values when Applying Classification Models", JMLR 8,
2007).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from network_security.detection.arrays import Codes, Floats, Ints
from network_security.evidence.schema import EvidenceSchema


@dataclass(frozen=True)
class MaskingOptions:
    """How much evidence is taken away in training.

    Attributes:
        copies: randomly masked copies of each distinct row.
        masked_weight: weight of all masked copies of a row together; the row itself weighs 1.
        tier_share: share of that weight on the copies that hold just one tier's evidence.
        feature_rate: probability that a single feature of a random copy is missing.
    """

    copies: int = 2
    masked_weight: float = 1.0
    tier_share: float = 0.5
    feature_rate: float = 0.05

    def __post_init__(self) -> None:
        """Refuse shares and rates outside [0, 1] and negative counts."""
        for name in ("tier_share", "feature_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be between 0 and 1")
        if self.copies < 1 or self.masked_weight < 0:
            raise ValueError("copies must be at least 1 and masked_weight at least 0")


@dataclass(frozen=True)
class EvidenceLayout:
    """Which columns of a feature matrix each evidence group and tier owns.

    Attributes:
        features: the columns' names, in order.
        groups: columns of each group.
        tiers: columns of each tier.
        missing: the code for absent evidence.
    """

    features: tuple[str, ...]
    groups: Mapping[str, Ints]
    tiers: Mapping[str, Ints]
    missing: int

    @classmethod
    def of(cls, schema: EvidenceSchema) -> Self:
        """The schema's names as column positions."""
        position = {name: column for column, name in enumerate(schema.features)}
        groups = {
            group: np.array([position[name] for name in names])
            for group, names in schema.groups.items()
        }
        return cls(
            features=schema.features,
            groups=groups,
            tiers={
                tier: np.concatenate([groups[group] for group in members])
                for tier, members in schema.tiers.items()
            },
            missing=schema.missing,
        )

    def restrict(self, rows: Codes, tier: str) -> Codes:
        """A copy of the rows, shape unchanged, with only the tier's evidence left.

        Raises:
            KeyError: there is no tier of that name; the message lists those there are.
        """
        if tier not in self.tiers:
            raise KeyError(
                f"no evidence tier is called {tier!r}; there are {', '.join(self.tiers)}"
            )
        restricted = np.full_like(rows, self.missing)
        restricted[:, self.tiers[tier]] = rows[:, self.tiers[tier]]
        return restricted


@dataclass(frozen=True)
class WeightedRows:
    """Distinct labelled rows and how often each stands for one.

    Attributes:
        features: shape (n_rows, n_features).
        labels: shape (n_rows,), 1 for phishing.
        weights: shape (n_rows,), positive, mean 1.
    """

    features: Codes
    labels: Ints
    weights: Floats

    @classmethod
    def merge(cls, features: Codes, labels: Ints, weights: Floats) -> Self:
        """Fold equal rows of equal label into one of their joint weight; weightless ones go."""
        labelled = np.column_stack([features, labels.astype(np.int8)])
        distinct, index = np.unique(labelled, axis=0, return_inverse=True)
        total = np.bincount(index.ravel(), weights=weights)
        distinct, total = distinct[total > 0], total[total > 0]
        return cls(
            np.ascontiguousarray(distinct[:, :-1]),
            distinct[:, -1].astype(np.int64),
            total / total.mean(),
        )


def masked_training_rows(
    features: Codes,
    labels: Ints,
    layout: EvidenceLayout,
    options: MaskingOptions,
    rng: np.random.Generator,
) -> WeightedRows:
    """The rows a detector is fitted on: complete, restricted to each tier, and randomly masked."""
    full = WeightedRows.merge(features, labels, np.ones(len(labels)))
    partial_tiers = [
        tier for tier, owned in layout.tiers.items() if len(owned) < len(layout.features)
    ]
    copies = [full.features]
    weights = [full.weights]
    for tier in partial_tiers:
        copies.append(layout.restrict(full.features, tier))
        share = options.masked_weight * options.tier_share / len(partial_tiers)
        weights.append(full.weights * share)
    for _ in range(options.copies):
        copies.append(mask_at_random(full.features, layout, options.feature_rate, rng))
        share = options.masked_weight * (1 - options.tier_share) / options.copies
        weights.append(full.weights * share)
    return WeightedRows.merge(
        np.concatenate(copies),
        np.tile(full.labels, len(copies)),
        np.concatenate(weights),
    )


def mask_at_random(
    rows: Codes, layout: EvidenceLayout, feature_rate: float, rng: np.random.Generator
) -> Codes:
    """Take whole groups away, more of them from some rows than from others, and single features."""
    masked = rows.copy()
    groups_kept = rng.random((len(rows), 1))
    for position, columns in enumerate(layout.groups.values()):
        # The first group is what makes an entity at all (the URL itself), so it is never taken
        # whole.
        if position > 0:
            absent = rng.random((len(rows), 1)) >= groups_kept
            masked[:, columns] = np.where(absent, layout.missing, masked[:, columns])
    masked[rng.random(masked.shape) < feature_rate] = layout.missing
    return masked
