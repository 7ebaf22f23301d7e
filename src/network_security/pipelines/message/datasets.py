"""What the pipeline reads: labelled messages, and the detector that judges their links."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kedro.io import DatasetError

from network_security.detection.message.links import FusedLinks, LinkJudge
from network_security.scoring.newest import newest_fused_detector
from network_security.storage.load_only_dataset import LoadOnlyDataset

LABELS = {"phishing": 1, "legitimate": 0}
ENDING = ".eml"


class LabelledMail(NamedTuple):
    """A message's file name, its label (1 for phishing) and its bytes."""

    name: str
    label: int
    raw: bytes


class LabelledMailsDataset(LoadOnlyDataset[list[LabelledMail]]):
    """Reads two folders of messages, ``phishing`` and ``legitimate``, one ``.eml`` file each.

    The first of the folders that has both counts.

    Example of a catalog entry::

        message.labelled:
          type: network_security.pipelines.message.datasets.LabelledMailsDataset
          folders: ["data/01_raw"]
          subfolder: emails
    """

    refusal = "labelled messages are read only"

    def __init__(
        self,
        *,
        folders: Sequence[str],
        subfolder: str = "emails",
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Remember where to look.

        Args:
            folders: where the subfolder may stand; empty names are passed over.
            subfolder: holds the two folders.
            metadata: kept for other tools.
        """
        self._folders = [Path(folder) / subfolder for folder in folders if folder]
        self.metadata = metadata

    def load(self) -> list[LabelledMail]:
        """The messages, by folder and name.

        Raises:
            DatasetError: no folder has messages of both classes; says what to supply.
        """
        for folder in self._folders:
            mails = [
                LabelledMail(path.name, label, path.read_bytes())
                for name, label in LABELS.items()
                for path in sorted((folder / name).glob(f"*{ENDING}"))
            ]
            if {mail.label for mail in mails} == set(LABELS.values()):
                return mails
        places = ", ".join(map(str, self._folders)) or "any folder"
        raise DatasetError(
            f"no labelled messages in {places}. Put messages as they were received (RFC 5322), one "
            f"{ENDING} file each, into the folders `phishing` and `legitimate` there, or name the "
            "folder above `emails` in NETWORK_SECURITY_DATA"
        )

    def _exists(self) -> bool:
        return any((folder / name).is_dir() for folder in self._folders for name in LABELS)

    def _describe(self) -> dict[str, Any]:
        return {"folders": [str(folder) for folder in self._folders]}


class LinkJudgeDataset(LoadOnlyDataset[LinkJudge]):
    """The newest fused detector of URLs, as the judge of messages' links.

    Example of a catalog entry::

        message.link_judge:
          type: network_security.pipelines.message.datasets.LinkJudgeDataset
          models: data/06_models
    """

    refusal = "the URL detector is written by the pipelines that train it"

    def __init__(self, *, models: str, metadata: dict[str, Any] | None = None) -> None:
        """Load nothing yet.

        Args:
            models: the folder of the models of trainings.
            metadata: kept for other tools.
        """
        self._models = Path(models)
        self.metadata = metadata

    def load(self) -> LinkJudge:
        """The judge.

        Raises:
            DetectorError: the detector's models do not fit together.
        """
        return FusedLinks(newest_fused_detector(self._models))

    def _describe(self) -> dict[str, Any]:
        return {"models": str(self._models)}
