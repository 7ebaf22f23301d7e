"""The image and the services around it: what the files say, held against rules and the commands."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from kedro.config import OmegaConfigLoader
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from network_security.commands.serve import serve
from network_security.commands.watch import watch
from network_security.settings import CONFIG_LOADER_ARGS

REPOSITORY = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
COMMANDS: dict[str, click.Command] = {"serve": serve, "watch": watch}

each_service = pytest.mark.parametrize("name", SERVICES)


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with its arguments, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line.strip()]  # type: ignore[misc]


def of(instruction: str) -> list[str]:
    return [arguments for name, arguments in instructions() if name == instruction]


def variables(text: str) -> Iterator[tuple[str, str]]:
    """Each ``${NAME...}`` in a text, with what follows the name."""
    for found in re.finditer(r"\$\{([A-Z_]+)([^{}]*)", text):
        yield found[1], found[2]


def pins(lock: str) -> dict[str, str]:
    """What a lock pins: name, version and marker, each with its hashes."""
    text = (REPOSITORY / lock).read_text().replace("\\\n", " ")
    entries = (line.split(" --hash=", 1) for line in text.splitlines() if "==" in line)
    return {entry.partition(";")[0].strip(): hashes.strip() for entry, hashes in entries}


class TestDockerfile:
    def test_the_base_is_named_in_one_place_whole_and_with_its_tag(self) -> None:
        base, *_ = of("ARG")
        assert re.fullmatch(r"PYTHON=[a-z.]+/[a-z]+/python:\d+\.\d+-slim-[a-z]+", base)
        assert of("FROM") == ["${PYTHON} AS builder", "${PYTHON} AS runtime"]

    def test_it_runs_as_nobody_in_particular(self) -> None:
        assert of("USER") == ["10001:10001"]
        after = [name for name, _ in instructions()]
        assert "RUN" not in after[after.index("USER") :]

    def test_packages_are_wheels_with_the_hashes_of_the_lock(self) -> None:
        install = next(each for each in of("RUN") if "pip install" in each)
        assert "--require-hashes --only-binary :all:" in install
        assert "--requirement requirements-runtime.lock" in install

    def test_nothing_is_fetched_or_compiled_in_the_runtime_stage(self) -> None:
        runtime = DOCKERFILE.partition("AS runtime")[2]
        assert not re.search(r"\b(apt-get|apk|curl|wget|gcc|pip install|git)\b", runtime)
        assert not of("ADD")

    def test_it_says_how_it_is_and_how_to_stop_it(self) -> None:
        assert of("STOPSIGNAL") == ["SIGTERM"]
        assert "network_security.probe" in of("HEALTHCHECK")[0]
        assert "org.opencontainers.image.revision" in of("LABEL")[0]

    @pytest.mark.parametrize("instruction", ["ENTRYPOINT", "CMD"])
    def test_no_shell_stands_between_signal_and_program(self, instruction: str) -> None:
        assert isinstance(json.loads(of(instruction)[0]), list)

    def test_all_that_is_copied_reaches_the_builder(self) -> None:
        first, *rest = (REPOSITORY / ".dockerignore").read_text().splitlines()[1:]
        assert first == "*"
        for source in (each.split()[0] for each in of("COPY") if "--from" not in each):
            assert (REPOSITORY / source).exists()
            assert f"!{source}" in rest

    def test_what_is_personal_does_not(self) -> None:
        ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
        assert "conf/local" in ignored
        allowed = {each for each in ignored if each.startswith("!")}
        assert allowed == {"!pyproject.toml", "!requirements-runtime.lock", "!conf", "!src"}


class TestLock:
    def test_it_pins_what_the_lock_of_development_pins(self) -> None:
        runtime, development = pins("requirements-runtime.lock"), pins("requirements.lock")
        assert {pin: development.get(pin) for pin in runtime} == runtime

    def test_it_holds_every_dependency_and_no_tool_of_development(self) -> None:
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
        names = {pin.partition("==")[0] for pin in pins("requirements-runtime.lock")}
        needed = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
        assert needed <= names
        assert names.isdisjoint({"pytest", "playwright", "jupyterlab", "mypy", "schemathesis"})


class TestCompose:
    @each_service
    def test_a_service_can_do_little_harm(self, name: str) -> None:
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert int(service["user"].partition(":")[0]) > 0
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
        assert not {"privileged", "cap_add", "devices", "network_mode", "pid"} & set(service)

    @each_service
    def test_a_service_comes_back_and_says_how_it_is(self, name: str) -> None:
        service = SERVICES[name]
        assert service["restart"] == "unless-stopped"
        own_image = service["image"].startswith("network-security:")
        assert "healthcheck" in service or (own_image and "HEALTHCHECK" in DOCKERFILE)

    @each_service
    def test_ports_are_open_to_this_machine_alone(self, name: str) -> None:
        for port in SERVICES[name].get("ports", ()):
            assert port.startswith(("127.0.0.1:", "${NETWORK_SECURITY_BIND:-127.0.0.1}:"))

    @each_service
    def test_images_have_a_version(self, name: str) -> None:
        tag = SERVICES[name]["image"].rstrip("}").rpartition(":")[2].lstrip("-")
        assert re.match(r"\d+\.\d+", tag)

    def test_the_database_is_reached_by_the_services_alone(self) -> None:
        assert SERVICES["mongodb"]["networks"] == ["store"]
        assert "ports" not in SERVICES["mongodb"]
        assert COMPOSE["networks"]["store"] == {"internal": True}

    def test_no_secret_has_a_default(self) -> None:
        text = re.sub(r"#.*", "", (REPOSITORY / "compose.yaml").read_text())
        secrets = [(name, rest) for name, rest in variables(text) if re.search("PASSW|TOKEN", name)]
        assert {name for name, _ in secrets} >= {"MONGODB_PASSWORD", "MONGODB_ROOT_PASSWORD"}
        for name, rest in secrets:
            assert rest.startswith(":?") or rest == ":-", f"{name} has a default"

    @pytest.mark.parametrize("name", ["service", "watcher"])
    def test_commands_take_their_options(self, name: str) -> None:
        command, *options = SERVICES[name]["command"]
        COMMANDS[command].make_context(command, list(options))

    @pytest.mark.parametrize("name", ["service", "watcher"])
    def test_variables_are_read_somewhere(self, name: str) -> None:
        read = "".join(
            path.read_text()
            for folder in ("conf/base", "conf/production", "src/network_security")
            for path in (REPOSITORY / folder).rglob("*")
            if path.suffix in {".yml", ".py"}
        )
        for variable in SERVICES[name]["environment"]:
            assert variable in read or variable.startswith("MLFLOW_TRACKING_")

    def test_events_by_http_need_a_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1/x")
        conf = str(REPOSITORY / "conf")
        base = OmegaConfigLoader(conf, env="demo", **CONFIG_LOADER_ARGS)["catalog"]
        production = OmegaConfigLoader(conf, env="production", **CONFIG_LOADER_ARGS)["catalog"]
        before, after = (each["watching.watcher"]["listening"] for each in (base, production))
        assert not before["api_keys"]
        assert after == before | {"api_keys": True}

    def test_what_is_mounted_from_the_project_is_there(self) -> None:
        for service in SERVICES.values():
            for volume in service.get("volumes", ()):
                source = volume.partition(":")[0]
                if source.startswith("."):
                    assert (REPOSITORY / source).is_file()
                    assert volume.endswith(":ro")
                else:
                    assert source in COMPOSE["volumes"]
