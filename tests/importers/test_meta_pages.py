"""Meta's html archive: lists of likes, posts and searches have the boxes of a thread, and are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.errors import BadInput
from afterword.importers.base import Options, identify, importers
from afterword.model import Keepsake

BOX = '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
NAME = '<div class="_3-95 _2pim _a6-h _a6-i">{}</div>'
WHEN = '<div class="_3-94 _a6-o">Feb {}, 2025 10:07 am</div>'
POST = NAME.format("Ada Quill updated her status.") + '<div class="_3-95 _a6-p"><div>soup {0}</div></div>' + WHEN
LIKE = NAME.format("potter_bo") + '<div class="_a6-p"><div><a href="https://example.org/{0}">👍</a></div></div>' + WHEN
SEARCH = '<div class="_a6-p"><div>You searched for</div><div>"glaze {0}"</div></div>' + WHEN
PHOTO = '<div class="_3-95 _a6-p"><img src="posts/media/{0}.jpg"/><div>Mobile uploads</div></div>' + WHEN
CHAT = NAME + '<div class="_3-95 _a6-p"><div><div></div><div>soup {{0}}</div></div></div>' + WHEN.replace("{}", "{{0}}")


def page(title: str, boxes: list[str], base: str = "../../") -> str:
    body = "".join(f"{BOX}{b}</div>" for b in boxes)
    return (
        f'<!DOCTYPE html><html><head><title>{title}</title><base href="{base}" /></head><body class="_5vb_">'
        f'<div class="_a706" role="main">{body}</div></body></html>'
    )


def filled(form: str) -> list[str]:
    return [form.replace("{0}", str(n)).replace("{}", str(n)) for n in range(1, 9)]


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("your_posts_1.html", POST, "soup 1"),
        ("posts_1.html", PHOTO, ""),
        ("0.html", PHOTO, ""),
    ],
)
def test_a_page_of_posts_is_read_as_posts(tmp_path: Path, name: str, form: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(page("Ada's page", filled(form)), encoding="utf-8")
    importer, _ = identify(path)
    assert importer.name == "meta_posts"
    found = [r for r in importer.read(path, Options()) if isinstance(r, Keepsake)]
    assert len(found) == 8
    assert (found[0].at, found[0].text) == ("2025-02-01T10:07:00", words)
    assert found[0].title in ("Ada Quill updated her status.", "Mobile uploads")


@pytest.mark.parametrize(
    ("name", "form", "base"),
    [
        ("liked_posts.html", LIKE, "../../"),
        ("story_likes.html", LIKE, "../../../"),
        ("your_search_history.html", SEARCH, "../../"),
        ("1.html", POST, "../../../"),
    ],
)
def test_a_list_of_the_archive_is_no_chat(tmp_path: Path, name: str, form: str, base: str) -> None:
    path = tmp_path / name
    path.write_text(page("Ada's page", filled(form), base))
    try:
        importer, match = identify(path)
    except BadInput:
        return
    assert match.companion or importer.name == "notes", (importer.name, match)


@pytest.mark.parametrize("title", ["Bo Lin", "Choir bus"])
def test_a_renamed_thread_is_one(title: str) -> None:
    boxes = [CHAT.format(who).replace("{0}", str(n)) for n, who in enumerate(["Bo Lin", "Ada Quill"] * 4, 1)]
    match = importers()["messenger_html"].sniff(page(title, boxes, "../../../../").encode(), "bo.html")
    assert match
    assert not match.companion


def test_two_left_in_a_group_are_no_direct_chat() -> None:
    path = Path(__file__).parent / "meta_json" / "group_of_two" / "input.json"
    (chat,) = importers()["meta_json"].chats(path, Options())
    assert (chat.key, chat.title, chat.direct) == ("inbox/choirbus_1", "Choir Bus", False)
