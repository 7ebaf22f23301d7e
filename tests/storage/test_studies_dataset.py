from pathlib import Path

import optuna
import pytest
from kedro.io import DatasetError, Version
from optuna.storages import BaseStorage
from optuna.study import Study
from optuna.trial import Trial, TrialState

from network_security.storage import studies_dataset
from network_security.storage.studies_dataset import StudiesDataset, StudyJournalDataset


def search(storage: BaseStorage | None, name: str, trials: int = 3) -> Study:
    """A study of one setting, its last trial pruned."""

    def value(trial: Trial) -> float:
        found = trial.suggest_float("rate", 0, 1)
        trial.report(found, step=0)
        if trial.number == trials - 1:
            raise optuna.TrialPruned
        return found

    study = optuna.create_study(
        study_name=name,
        storage=storage,
        sampler=optuna.samplers.RandomSampler(seed=0),
        load_if_exists=True,
    )
    study.optimize(value, n_trials=trials)
    return study


class TestStudyJournalDataset:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "models" / "studies.journal"

    @pytest.fixture
    def dataset(self, path: Path) -> StudyJournalDataset:
        return StudyJournalDataset(filepath=str(path))

    def test_what_one_process_writes_another_reads(
        self, dataset: StudyJournalDataset, path: Path
    ) -> None:
        assert not dataset.exists()
        search(dataset.load(), "forest")

        assert dataset.exists()
        again = StudyJournalDataset(filepath=str(path)).load()
        study = optuna.load_study(study_name="forest", storage=again)
        assert [trial.state for trial in study.trials] == [
            TrialState.COMPLETE,
            TrialState.COMPLETE,
            TrialState.PRUNED,
        ]

    def test_a_line_that_a_killed_process_left_incomplete_is_dropped(
        self, dataset: StudyJournalDataset, path: Path
    ) -> None:
        search(dataset.load(), "forest")
        whole = path.read_bytes()
        path.write_bytes(whole + b'{"op_code":4,"wor')

        search(dataset.load(), "forest")

        study = optuna.load_study(study_name="forest", storage=dataset.load())
        assert len(study.trials) == 6
        assert path.read_bytes().startswith(whole)

    @pytest.mark.filterwarnings("ignore:The value of `grace_period`")
    def test_a_lock_that_a_killed_process_left_is_broken(
        self, dataset: StudyJournalDataset, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(studies_dataset, "LOCK_SECONDS", 1)
        path.parent.mkdir()
        lock = Path(f"{path}.lock")
        lock.touch()

        search(dataset.load(), "forest")

        assert not lock.exists()

    def test_nothing_is_saved_from_outside(self, dataset: StudyJournalDataset) -> None:
        with pytest.raises(DatasetError):
            dataset.save(None)


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {name: search(None, name) for name in ("forest", "boosting")}


@pytest.fixture(scope="module")
def saved(studies: dict[str, Study], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "phishing" / "studies.db"
    StudiesDataset(filepath=str(path)).save(studies)
    return path


class TestStudiesDataset:
    def test_studies_come_back_as_they_were(self, saved: Path, studies: dict[str, Study]) -> None:
        loaded = StudiesDataset(filepath=str(saved)).load()

        assert sorted(loaded) == ["boosting", "forest"]
        for name, study in loaded.items():
            assert study.best_params == studies[name].best_params
            assert [trial.intermediate_values for trial in study.trials] == [
                trial.intermediate_values for trial in studies[name].trials
            ]

    def test_saving_again_replaces(self, saved: Path, studies: dict[str, Study]) -> None:
        dataset = StudiesDataset(filepath=str(saved))

        dataset.save(studies)

        assert [len(study.trials) for study in dataset.load().values()] == [3, 3]

    def test_preview_is_a_table_of_trials(self, saved: Path, studies: dict[str, Study]) -> None:
        preview = StudiesDataset(filepath=str(saved)).preview(nrows=4)

        assert preview["columns"] == ["study", "number", "value", "state", "settings"]
        assert preview["index"] == [0, 1, 2, 3]
        assert {row[3] for row in preview["data"]} == {"COMPLETE", "PRUNED"}
        study = studies[preview["data"][0][0]]
        assert preview["data"][0][2] == pytest.approx(study.trials[0].value, rel=1e-4)
        assert all(name in preview["data"][0][4] for name in study.trials[0].params)
        # By this name kedro-viz knows what to show.
        assert StudiesDataset.preview.__annotations__["return"].__name__ == "TablePreview"

    def test_existence(self, saved: Path) -> None:
        assert StudiesDataset(filepath=str(saved)).exists()
        assert not StudiesDataset(filepath=str(saved.with_name("other.db"))).exists()


class TestStudiesDatasetVersioned:
    def test_each_version_has_its_file(self, tmp_path: Path) -> None:
        path = tmp_path / "studies.db"
        version = "2026-01-02T03.04.05.678Z"
        dataset = StudiesDataset(filepath=str(path), version=Version(None, version))
        assert not dataset.exists()

        dataset.save({"forest": search(None, "forest")})

        assert dataset.exists()
        assert (path / version / "studies.db").is_file()
        latest = StudiesDataset(filepath=str(path), version=Version(None, None))
        assert list(latest.load()) == ["forest"]
