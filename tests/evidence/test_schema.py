from dataclasses import replace
from typing import Any

import pytest

from network_security.evidence import SCHEMAS, EvidenceSchema

SCHEMA = EvidenceSchema(
    features=("url_length", "valid_certificate"),
    label="label",
    positive=1,
    groups={"url": ("url_length",), "tls": ("valid_certificate",)},
    tiers={"url": ("url",), "all": ("url", "tls")},
    missing=-2,
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"groups": {"url": ("url_length",)}}, "exactly one evidence group"),
        (
            {"groups": {"url": ("url_length",), "tls": ("valid_certificate", "url_length")}},
            "exactly one evidence group",
        ),
        ({"groups": {**SCHEMA.groups, "dns": ("name",)}}, "exactly one evidence group"),
        ({"tiers": {**SCHEMA.tiers, "odd": ("url", "dns", "page")}}, "unknown .*: dns, page"),
        ({"tiers": {"url": ("url",)}}, "last evidence tier must hold all groups"),
        ({"tiers": {}}, "last evidence tier must hold all groups"),
    ],
)
def test_a_schema_that_does_not_add_up_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(SCHEMA, **changed)


@pytest.mark.parametrize("detector", SCHEMAS)
def test_every_tier_has_what_makes_an_entity(detector: str) -> None:
    schema = SCHEMAS[detector]
    first_group = next(iter(schema.groups))

    assert all(first_group in groups for groups in schema.tiers.values())


@pytest.mark.parametrize("detector", SCHEMAS)
def test_tiers_are_told_apart_by_their_names(detector: str) -> None:
    schema = SCHEMAS[detector]

    assert len(set(schema.tiers.values())) == len(schema.tiers)
    assert "all" in schema.tiers
