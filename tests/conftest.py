"""What tests share: settings of Hypothesis, the seeds, a package built from them once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.build import Outcome, build_package
from pipeline.options import Options

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick"))


def at_least(examples: int) -> settings:
    """More examples than others have, for what is cheap to try; as many as others where those have more."""
    return settings(max_examples=max(examples, settings().max_examples))


def letters(folder: Path, number: int) -> Path:
    """Make a source of so many documents in a folder: the first of the seeds, under one number after the other."""
    folder.mkdir()
    text = (SEEDS / "000_948f2d66d0829868.txt").read_text("utf-8")
    for n in range(1, number + 1):
        (folder / f"d{n}.txt").write_text(text.replace("280.", f"{n}.", 1), "utf-8")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the commands that tests run away from the cache of the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    return SEEDS


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The package and the bag of the seeds, and what was found."""
    output = tmp_path_factory.mktemp("built")
    return output, build_package(SEEDS, output)


@pytest.fixture(scope="session")
def package(built: tuple[Path, Outcome]) -> Path:
    return built[0] / "frus1961-63v11"


@pytest.fixture(scope="session")
def bag_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bag of the seeds as a folder."""
    output = tmp_path_factory.mktemp("folder")
    build_package(SEEDS, output, Options(archive="none"))
    return output / "frus1961-63v11-bag"
