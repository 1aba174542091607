"""Files in the clear go with the person: those that are as they were written; what was changed since is named and left."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from afterword import Workspace
from afterword.app.private_files import put, remembered
from afterword.errors import BadInput

SAID = {"en": ("Nia", "Max", "the ferry was late, {n} gulls"), "zh": ("林夏", "周远", "渡船晚点了，数了{n}只海鸥")}


def persona(folder: Path, lang: str) -> Workspace:
    name, me, words = SAID[lang]
    chat = folder / "chat.txt"
    rows = (
        f"{date(2023, 1, 1) + timedelta(days=i):%d/%m/%Y}, 10:0{i % 7} - {(me, name)[i % 2]}: {words.format(n=i)}\n"
        for i in range(40)
    )
    chat.write_text("".join(rows), encoding="utf-8")
    w = Workspace(folder / "vault", passphrase="a made up passphrase", zone="UTC", lang=lang)
    w.create([chat], name=name, me=me, subject=name)
    return w


def write_all(w: Workspace, folder: Path) -> list[Path]:
    files = [folder / n for n in ("days.html", "days.ics", "sheet.html")]
    w.days_page(out=files[0])
    w.calendar_file(out=files[1])
    w.contact_sheet(out=files[2])
    return files


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_written_is_removed_and_what_was_changed_is_named(tmp_path: Path, lang: str) -> None:
    with persona(tmp_path, lang) as w:
        page, dates, sheet = write_all(w, tmp_path)
        sheet.write_text("my own notes", encoding="utf-8")
        plan = w.let_go_plan()
        assert (plan["files"], plan["files_changed"]) == ([str(page), str(dates)], [str(sheet)])
        receipt = w.let_go(None, SAID[lang][0])
        assert (receipt["files"], receipt["files_left"]) == ([str(page), str(dates)], [])
        assert receipt["files_changed"] == [str(sheet)]
        assert (page.exists(), dates.exists(), sheet.exists()) == (False, False, True)
        assert w.vault.db.execute("SELECT count(*) FROM written").fetchone()[0] == 0


def test_a_file_that_cannot_be_removed_stands_in_the_receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with persona(tmp_path, "en") as w:
        page, *others = write_all(w, tmp_path)
        gone = Path.unlink

        def stuck(self: Path, missing_ok: bool = False) -> None:
            if self == page:
                raise PermissionError(13, "no")
            gone(self, missing_ok)

        monkeypatch.setattr(Path, "unlink", stuck)
        receipt = w.let_go(None, "Nia")
        assert receipt["files_left"] == [str(page)]
        assert receipt["files"] == [str(f) for f in others]


def test_a_moved_file_is_not_looked_for_and_a_link_is_not_followed(tmp_path: Path) -> None:
    with persona(tmp_path, "en") as w:
        page, dates, sheet = write_all(w, tmp_path)
        page.rename(tmp_path / "moved.html")
        dates.rename(tmp_path / "precious.ics")
        dates.symlink_to(tmp_path / "precious.ics")
        receipt = w.let_go(None, "Nia")
        assert (receipt["files"], receipt["files_changed"]) == ([str(sheet)], [str(dates)])
        assert (tmp_path / "precious.ics").exists()


def test_a_file_that_was_never_written_is_nobodys_copy(tmp_path: Path) -> None:
    with persona(tmp_path, "en") as w:
        with pytest.raises(BadInput):
            w.days_page(out=tmp_path)
        w.days_page(out=tmp_path / "days.html")
        (tmp_path / "days.html").unlink()
        plan = w.let_go_plan()
        assert plan["files"] == plan["files_changed"] == []


def test_a_file_that_a_full_disk_cut_short_is_not_forgotten(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="the limit on a file's size is a matter of POSIX systems")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with persona(tmp_path, "en") as w:
        page, shelf = tmp_path / "cut.html", w.personas.one(None)["shelf"]

        def written() -> None:
            with remembered(w.vault, shelf, page):
                resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
                try:
                    put(page, b"the ferry was late " * 1_000)
                finally:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        with pytest.raises(BadInput):
            written()
        assert page.stat().st_size > 0
        assert w.let_go_plan()["files_changed"] == [str(page)]
