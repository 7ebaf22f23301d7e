import numpy as np
import pandas as pd
import pytest

from network_security.detection.url_text.folds import (
    PROTOCOLS,
    UrlSplitOptions,
    deal_folds,
    splits,
    subjects,
)

OPTIONS = UrlSplitOptions(folds=3, later_share=0.2)


@pytest.fixture(scope="module")
def frame(urls: pd.DataFrame) -> pd.DataFrame:
    """Eight URLs a domain, of all sources."""
    return urls.assign(domain=[f"{number // 8}.test" for number in range(len(urls))])


@pytest.fixture(scope="module")
def folds(frame: pd.DataFrame) -> pd.DataFrame:
    return deal_folds(frame, OPTIONS)


def test_no_domain_is_in_two_folds(frame: pd.DataFrame, folds: pd.DataFrame) -> None:
    assert folds.groupby(frame["domain"])["fold"].nunique().max() == 1
    assert sorted(folds["fold"].unique()) == [0, 1, 2]


def test_the_latest_urls_of_dated_sources_are_later(
    frame: pd.DataFrame, folds: pd.DataFrame
) -> None:
    dated = frame["source"] == "reported"

    assert not folds["later"][~dated].any()
    assert folds["later"][dated].mean() == pytest.approx(0.2, abs=0.01)
    assert frame["date"][folds["later"]].min() > frame["date"][~folds["later"] & dated].max()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_domain_is_in_training_and_test(
    frame: pd.DataFrame, folds: pd.DataFrame, protocol: str
) -> None:
    for split in splits(frame, folds, protocol):
        test = frame.iloc[split.test]
        assert not set(frame["domain"].iloc[split.train]) & set(test["domain"])
        assert set(test["label"]) == {0, 1}
        assert set(frame["label"].iloc[split.train]) == {0, 1}


def test_within_a_source_nothing_else_is_used(frame: pd.DataFrame, folds: pd.DataFrame) -> None:
    found = list(splits(frame, folds, "within_source"))

    assert [(split.subject, split.fold) for split in found] == [("mixed", n) for n in range(3)]
    for split in found:
        used = frame["source"].iloc[np.concatenate([split.train, split.test])]
        assert set(used) == {"mixed"}


def test_with_all_sources_every_url_is_tested_once(
    frame: pd.DataFrame, folds: pd.DataFrame
) -> None:
    tested = np.concatenate([split.test for split in splits(frame, folds, "all_sources")])

    assert sorted(tested) == list(range(len(frame)))


def test_with_all_sources_no_later_url_is_trained_on(
    frame: pd.DataFrame, folds: pd.DataFrame
) -> None:
    for split in splits(frame, folds, "all_sources"):
        assert not folds["later"].iloc[split.train].any()


def test_what_is_tested_of_all_sources_falls_into_later_same_period_and_lists_of_both_classes(
    frame: pd.DataFrame, folds: pd.DataFrame
) -> None:
    parts = subjects(frame, folds)

    told = {name: set(frame["source"][rows]) for name, rows in parts.items()}
    assert told == {
        "later": {"reported", "known"},
        "same_period": {"reported", "known"},
        "mixed": {"mixed"},
    }
    dated = frame["date"].notna()
    assert folds["later"][parts["later"] & dated].all()
    assert not folds["later"][parts["same_period"]].any()


def test_a_source_is_left_out_entirely(frame: pd.DataFrame, folds: pd.DataFrame) -> None:
    for split in splits(frame, folds, "left_out_source"):
        assert split.subject not in set(frame["source"].iloc[split.train])
        assert split.subject in set(frame["source"].iloc[split.test])


def test_an_unknown_protocol_is_refused(frame: pd.DataFrame, folds: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no protocol is called 'guess'"):
        next(splits(frame, folds, "guess"))


def test_too_few_domains_are_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="2 registered domains"):
        deal_folds(frame[frame["domain"].isin(["0.test", "1.test"])], OPTIONS)


@pytest.mark.parametrize("wrong", [{"folds": 1}, {"later_share": 0.0}, {"later_share": 1.0}])
def test_impossible_options_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        UrlSplitOptions(**wrong)
