import numpy as np
import pandas as pd
import pytest

from network_security.detection.url_text.training_rows import (
    AlteringOptions,
    balanced_weights,
    has_path,
    training_rows,
)


def made(urls: pd.DataFrame, options: AlteringOptions, seed: int = 0) -> pd.DataFrame:
    return training_rows(urls, options, np.random.default_rng(seed))


def test_strata_of_class_and_path_weigh_alike(urls: pd.DataFrame) -> None:
    rows = made(urls, AlteringOptions(altered_weight=0))

    total = rows.groupby(["label", "path"])["weight"].sum()
    assert len(total) == 4
    assert total.to_numpy() == pytest.approx(len(rows) / 4)


def test_sources_of_a_stratum_can_weigh_alike(urls: pd.DataFrame) -> None:
    rows = made(urls, AlteringOptions(source_share=1, altered_weight=0))

    total = rows.groupby(["label", "path", "source"])["weight"].sum()
    assert total.to_numpy() == pytest.approx(len(rows) / 8)


def test_without_balance_every_row_weighs_the_same(urls: pd.DataFrame) -> None:
    rows = made(urls, AlteringOptions(balance=0, source_share=0, altered_weight=0))

    assert rows["weight"].to_numpy() == pytest.approx(1)


def test_a_domain_of_many_urls_can_weigh_as_one() -> None:
    rows = pd.DataFrame(
        {"label": 1, "path": True, "source": "s", "domain": ["many"] * 9 + ["one"]}
    )  # fmt: skip

    weight = balanced_weights(rows, AlteringOptions(domain_share=1))

    assert weight[:9].sum() == pytest.approx(weight[9])


def test_altered_copies_follow_with_their_weight(urls: pd.DataFrame) -> None:
    rows = made(urls, AlteringOptions(altered_weight=0.5))

    original, copies = rows[~rows["altered"]], rows[rows["altered"]]
    assert original["url"].tolist() == urls["url"].tolist()
    assert copies["label"].tolist() == original["label"].tolist()
    assert copies["domain"].tolist() == original["domain"].tolist()
    assert copies["weight"].sum() == pytest.approx(original["weight"].sum() / 2)
    assert (copies["url"].to_numpy() != original["url"].to_numpy()).mean() > 0.9
    assert copies["path"].tolist() == has_path(copies["url"]).tolist()


def test_a_phishing_url_keeps_its_path_in_a_copy(urls: pd.DataFrame) -> None:
    rows = made(urls, AlteringOptions())

    half = len(rows) // 2
    for url, copy, label in zip(
        rows["url"][:half], rows["url"][half:], rows["label"], strict=False
    ):
        if label == 1 and ".php" in url:
            assert url[url.index("/", 7) :] in copy


def test_one_seed_makes_one_table(urls: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(made(urls, AlteringOptions()), made(urls, AlteringOptions()))
    assert not made(urls, AlteringOptions()).equals(made(urls, AlteringOptions(), seed=1))


def test_one_class_is_refused(urls: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="both classes"):
        made(urls[urls["label"] == 1], AlteringOptions())


@pytest.mark.parametrize("wrong", [{"balance": 2}, {"source_share": -1}, {"altered_weight": -1}])
def test_impossible_options_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AlteringOptions(**wrong)
