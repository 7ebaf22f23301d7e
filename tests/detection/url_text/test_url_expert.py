import numpy as np
import onnx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network_security.detection.url_text.expert import ExpertError, UrlTextExpert, serialise
from network_security.detection.url_text.export import expert_to_onnx
from network_security.detection.url_text.features import BATCH
from network_security.detection.url_text.fitting import (
    LINEAR,
    FittedExpert,
    UrlCandidateOptions,
    fit,
)
from network_security.detection.url_text.training_table import UrlFitOptions


@pytest.fixture(scope="module")
def expert(fitted: FittedExpert) -> UrlTextExpert:
    return UrlTextExpert.of(fitted)


def test_the_served_expert_is_the_fitted_one(
    expert: UrlTextExpert, fitted: FittedExpert, unseen: pd.DataFrame
) -> None:
    listed = unseen["url"].tolist()

    assert np.abs(expert.score(listed) - fitted.log_odds(listed)).max() < 1e-6


@pytest.mark.parametrize("names", [(LINEAR,), ("ada_boost",)])
def test_so_is_one_of_a_single_member(
    urls: pd.DataFrame, members: dict[str, dict[str, float]], fitting: UrlFitOptions,
    names: tuple[str, ...],
) -> None:  # fmt: skip
    fitted = fit(urls, UrlCandidateOptions(names), members, fitting)
    listed = urls["url"].tolist()

    assert np.abs(UrlTextExpert.of(fitted).score(listed) - fitted.log_odds(listed)).max() < 1e-6


@given(st.lists(st.text(max_size=50), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_judged_alike_alone_and_in_a_batch(
    expert: UrlTextExpert, urls: list[str]
) -> None:
    together = expert.score(urls)

    assert together.shape == (len(urls),)
    assert np.isfinite(together).all()
    assert together.tolist() == [expert.score([url])[0] for url in urls]


def test_more_than_a_batch_keeps_its_order(expert: UrlTextExpert, urls: pd.DataFrame) -> None:
    listed = urls["url"].tolist()
    many = (listed * 3)[: BATCH + 100]

    assert expert.score(many).tolist() == (expert.score(listed).tolist() * 3)[: BATCH + 100]


def test_respelling_changes_nothing(expert: UrlTextExpert) -> None:
    spellings = ["http://Shop.Example/A", "https://www.shop.example/%61/", "shop.example/a"]

    assert len(set(expert.score(spellings))) == 1


def test_the_model_is_the_same_each_time(fitted: FittedExpert, expert: UrlTextExpert) -> None:
    model = serialise(expert_to_onnx(fitted, {}))

    assert UrlTextExpert(model).digest == expert.digest


def test_further_texts_are_kept_in_the_model(fitted: FittedExpert) -> None:
    model = expert_to_onnx(fitted, {"trained_on": "2024-06-01"})

    assert {"trained_on": "2024-06-01", "bits": "12"}.items() <= {
        entry.key: entry.value for entry in model.metadata_props
    }.items()


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ExpertError, match="not a URL text model"):
        UrlTextExpert(b"not a model")


def test_a_model_of_other_counts_is_refused(fitted: FittedExpert) -> None:
    model = expert_to_onnx(fitted, {})
    onnx.helper.set_model_props(
        model, {"shortest": "2", "longest": "4", "bits": "12", "counts": "a,b"}
    )

    with pytest.raises(ExpertError, match="other counts"):
        UrlTextExpert(serialise(model))
