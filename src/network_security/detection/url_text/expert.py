"""The expert as it is served: one ONNX model, no pickle anywhere."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
import onnxruntime

from network_security.detection.arrays import Floats
from network_security.detection.url_text.features import (
    UrlFeatures,
    batches,
    text_features,
    url_features,
)
from network_security.detection.url_text.lexical import FEATURES
from network_security.detection.url_text.manifest import UrlTextManifest
from network_security.detection.url_text.ngrams import NgramOptions
from network_security.detection.url_text.pieces import Piece, pieces
from network_security.detection.url_text.text import UrlText

if TYPE_CHECKING:
    import onnx

    from network_security.detection.url_text.fitting import FittedExpert


class ExpertError(ValueError):
    """A model that is not the expert of this version."""


class UrlTextExpert:
    """Judges URLs by their text alone.

    Attributes:
        digest: SHA-256 of the model's bytes, in hexadecimal.
        ngrams: which n-grams the model reads.
        manifest: what is known about the model; None for one that has just been fitted.
    """

    def __init__(self, model: bytes, manifest: UrlTextManifest | None = None) -> None:
        """Load a model's bytes.

        Args:
            model: the ONNX model.
            manifest: what is known about it, its digest included.

        Raises:
            ManifestError: the manifest is that of another model.
            ExpertError: the bytes are no model, or one that reads other features.
        """
        self.digest = hashlib.sha256(model).hexdigest()
        self.manifest = manifest
        if manifest is not None:
            manifest.check(self.digest)
        options = onnxruntime.SessionOptions()
        # Several threads would add up a row's trees in an order that depends on the batch.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            known = session.get_modelmeta().custom_metadata_map
            self.ngrams = NgramOptions(
                *(int(known[name]) for name in ("shortest", "longest", "bits"))
            )
        except Exception as error:  # ONNX Runtime raises exceptions of its own, one a fault
            raise ExpertError(f"not a URL text model: {error}") from error
        if known.get("counts") != ",".join(FEATURES):
            raise ExpertError("the model reads other counts than this version makes; fit it again")
        self._session = session

    @classmethod
    def of(cls, expert: "FittedExpert") -> Self:
        """The served form of a fitted expert."""
        # Training only: whoever serves need not wait for scikit-learn.
        from network_security.detection.url_text.export import expert_to_onnx  # noqa: PLC0415

        return cls(serialise(expert_to_onnx(expert, {})))

    def score(self, urls: Sequence[str]) -> Floats:
        """Calibrated log-odds of phishing for each URL, shape (n_urls,), both classes being alike.

        Any string is judged. A URL's result does not depend on those beside it, to the bit. Where
        one URL in a thousand is phishing, add ``log(0.001 / 0.999)``.
        """
        parts = [self._score(url_features(batch, self.ngrams)) for batch in batches(urls)]
        return np.concatenate(parts) if parts else np.empty(0)

    def pieces(self, url: str, most: int = 5) -> tuple[Piece, ...]:
        """The pieces of a URL that change its score most; see `pieces.pieces`.

        Args:
            url: any text.
            most: how many pieces at most.
        """
        return pieces(url, self._score_texts, most)

    def _score_texts(self, texts: Sequence[UrlText]) -> Floats:
        return self._score(text_features(texts, self.ngrams))

    def _score(self, features: UrlFeatures) -> Floats:
        ngrams = features.ngrams
        (log_odds,) = self._session.run(
            ["log_odds"],
            {
                "row": ngrams.row,
                "column": ngrams.column,
                "value": ngrams.value,
                "counts": features.counts,
            },
        )
        return np.asarray(log_odds[:, 0])


def serialise(model: "onnx.ModelProto") -> bytes:
    """The model's bytes, the same for the same model."""
    return bytes(model.SerializeToString(deterministic=True))
