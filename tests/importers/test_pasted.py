"""Lists of keys are no chats, however many colons they have; talks are, however short."""

from __future__ import annotations

import pytest

from afterword.importers import importers

LISTS = {
    "one key each": "Wifi: garden7\nDoor: 4411\nSafe: 9-2-7\nAlarm: ask Jo\n",
    "passwords": "Bank\nLogin: ann\nPassword: rose1\n\nMail\nLogin: ann2\nPassword: rose2\n\nShop\nLogin: ann3\nPassword: r3\n",
    "密码": "账号：ann\n密码：1\n账号：bob\n密码：2\n账号：cleo\n密码：3\n",
    "a form": "Name:\nAnn Ash\nBorn:\n1990\nStreet:\nPier 7\nTown:\nHull\n",
    "METADATA": "Metadata-Version: 2.1\nName: pier\nVersion: 1.0\n"
    + "Classifier: a :: b\n" * 9
    + "Requires-Dist: oars\n" * 5
    + "Provides-Extra: sail\n",
    "a README's notes": "Note: needs oars\nBuild: make\nRun: ./boat\nNote: see below\nTest: make test\nInstall: make install\n",
    "a short one": "Note: needs oars\nBuild: make\nRun: ./boat\nNote: see below\n",
    "one who is never answered": "Ann: one\nAnn: two\nAnn: three\nBob: four\nBob: five\n",
    "appointments": "Dinner 19:30\nbring wine\nShow 21:00\ntickets at the door\n",
}
TALKS = {
    "three lines": "Ann: are you up\nBob: barely\nAnn: soup?\n",
    "a name that is also a key": "Tip: are you up\nBob: barely\nTip: soup?\nTip: now\n",
    "letters for names": "A：在吗\nB：在\nA：好\nB：好\n",
    "a group in which some say one thing": "Ann: who comes\nBob: me\nAnn: good\nCleo: maybe\nBob: when\nAnn: six\n",
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_is_no_chat(what: str) -> None:
    assert importers()["pasted"].sniff(LISTS[what].encode(), "list.txt") is None


@pytest.mark.parametrize("what", TALKS)
def test_a_talk_is_a_chat(what: str) -> None:
    assert importers()["pasted"].sniff(TALKS[what].encode(), "talk.txt")
