import pandas as pd
import pytest
from kedro.validation import DataValidationError

from network_security.training_sets.urls.checks import OneClassError, validate_urls


@pytest.fixture
def frame() -> pd.DataFrame:
    """150 URLs of each class, as `build_training_frame` gives them."""
    urls = [f"http://{number}.example/" for number in range(300)]
    return pd.DataFrame(
        {
            "url": urls,
            "label": pd.Series([0, 1] * 150, dtype="int8"),
            "source": "mixed",
            "date": pd.Series([pd.NaT] * 300, dtype="datetime64[us, UTC]"),
            "domain": [url[7:-1] for url in urls],
        }
    )


def test_what_is_right_passes_unchanged(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(validate_urls(frame), frame)


@pytest.mark.parametrize(
    ("column", "value"), [("url", "http://1.example/"), ("label", -1), ("domain", "")]
)
def test_what_is_wrong_is_refused_by_name(frame: pd.DataFrame, column: str, value: object) -> None:
    frame.loc[0, column] = value

    with pytest.raises(DataValidationError, match=column):
        validate_urls(frame)


def test_times_of_another_zone_are_refused(frame: pd.DataFrame) -> None:
    local = frame.assign(date=frame["date"].dt.tz_convert("Asia/Tokyo"))

    with pytest.raises(DataValidationError, match="date"):
        validate_urls(local)


def test_a_class_that_is_short_is_named(frame: pd.DataFrame) -> None:
    with pytest.raises(OneClassError, match="50 phishing and 150 legitimate URLs: at least 100"):
        validate_urls(frame[(frame["label"] == 0) | (frame.index < 100)].reset_index(drop=True))
