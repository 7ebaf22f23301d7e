import pandas as pd
import pytest

from network_security.scoring import summary
from network_security.scoring.job import Portion
from network_security.scoring.summary import summarise


def frames(portions: list[Portion]) -> list[pd.DataFrame]:
    """As the file of verdicts gives them."""
    return [portion.verdicts.to_pandas(types_mapper=pd.ArrowDtype) for portion in portions]


def test_every_row_is_scored_or_rejected(portions: list[Portion]) -> None:
    told = summarise(frames(portions), portions[0].job)

    assert (told["rows"], told["scored"], told["rejected"]) == (5, 4, 1)
    assert told["rejections"] == [
        {
            "source": portions[0].job.source,
            "row": 3,
            "reason": "port is '7', not -1, 0 or 1",
        }
    ]
    decisions = pd.concat(frames(portions))["decision"]
    assert told["alerts"] == decisions.sum() == sum(t["alerts"] for t in told["tiers"].values())
    assert sum(tier["scored"] for tier in told["tiers"].values()) == 4


def test_the_list_of_rejected_rows_has_an_end_and_their_number_none(
    portions: list[Portion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "LISTED", 2)
    told = summarise(frames(portions * 5), portions[0].job)

    assert (told["rejected"], len(told["rejections"])) == (5, 2)
