"""Whatever happens to a file on its way: records, a Skipped, or an error that says what to do. Nothing else, for any importer."""

from __future__ import annotations

import sqlite3
import tomllib
import warnings
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterword.errors import AfterwordError
from afterword.importers import Options, importers
from afterword.model import FileFacts, Keepsake, Message, Skipped

CASES = Path(__file__).resolve().parents[1] / "importers"
SMALL = 64 * 1024


def inputs(name: str) -> list[tuple[bytes, str, Options]]:
    """The case inputs of an importer: bytes, file name, options."""
    found = []
    for case in sorted(CASES.glob(f"{name}/*/case.toml")):
        toml = tomllib.loads(case.read_text(encoding="utf-8"))
        options = msgspec.convert(toml.get("options", {}), type=Options)
        (source,) = sorted(case.parent.glob("input.*"))
        file = Path(toml.get("filename", source.name)).name
        if source.suffix == ".sql":
            with TemporaryDirectory() as folder, closing(sqlite3.connect(f"{folder}/a.db")) as db:
                db.executescript(source.read_text(encoding="utf-8"))
                found.append((Path(folder, "a.db").read_bytes(), toml.get("filename", "input.db"), options))
        elif source.suffix == ".toml":
            continue  # a workbook, which is damaged in test_workbooks
        elif source.is_file() and source.stat().st_size <= SMALL:
            found.append((source.read_bytes(), file, options))
    return found


# reading a picture takes a second; it is tried with damaged pictures in test_photo
NAMES = sorted(set(importers()) - {"screenshot"})
edits = st.lists(
    st.tuples(
        st.floats(0, 1), st.sampled_from(["flip", "cut", "drop", "twice", "insert"]), st.binary(min_size=1, max_size=6)
    ),
    min_size=1,
    max_size=5,
)


def edited(data: bytes, changes: list[tuple[float, str, bytes]]) -> bytes:
    for place, what, new in changes:
        at = int(place * max(0, len(data) - 1))
        if what == "flip":
            data = data[:at] + new + data[at + len(new) :]
        elif what == "cut":
            data = data[: max(1, at)]
        elif what == "drop":
            data = data[:at] + data[at + 20 * len(new) :]
        elif what == "twice":
            data = data[: at + 200] + data[at:]
        else:
            data = data[:at] + new + data[at:]
    return data


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_export_never_breaks_its_importer(name: str, tmp_path: Path) -> None:
    importer, whole = importers()[name], inputs(name)
    if not whole:
        pytest.skip("its cases are built from several files")

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(whole) - 1), edits)
    def survives(which: int, changes: list[tuple[float, str, bytes]]) -> None:
        data, file, options = whole[which]
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(edited(data, changes))
        seen = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                for record in importer.read(path, options):
                    assert isinstance(record, Message | Keepsake | Skipped | FileFacts)
                    seen += [] if isinstance(record, FileFacts) else [record.locator]
                list(importer.chats(path, options))
            except AfterwordError as e:
                assert e.message  # noqa: PT017 - which error it is depends on the damage
        # in JSON a place is named by keys, and a file that holds a key twice has two things at one place
        doubled = file.endswith((".json", ".js")) and any(what == "twice" for _, what, _ in changes)
        assert len(set(seen)) == len(seen) or doubled, "two records lie at one place"

    survives()
