"""What reaches telephones as a text message and was typed by nobody: reactions of other apps, and the senders of services.

Four formats hold text messages, of iPhones and of others; a wording that one of them met stands here for all.
"""

from __future__ import annotations

import re

_TAPBACK = r"(?:Loved|Liked|Disliked|Laughed at|Emphasized|Questioned|Removed an? [a-z ]{4,16} from|Reacted \S{1,16} to)[ \u00a0]"
SENT_AS_TEXT = re.compile(rf"{_TAPBACK}“(.*)”\s*", re.S)
"""A tapback as it reaches a telephone without Messages: a text of its own, quoting somebody."""
REACTED = re.compile(rf"(?:{_TAPBACK}|[\s\u200b]*[^\w\s“”.,!?]{{1,14}} to )“[\s\u200b]*(.*?)[\s\u200b]*”\s*", re.S)
"""The same, and how a reaction arrives from an app that is not Apple's."""
SHORT = re.compile(r"\d{3,6}|\+?(?:86)?106\d{5,17}")
"""Numbers that are no telephone's."""
SERVICE = re.compile(rf"{SHORT.pattern}|urn:biz:.*", re.S)
"""The same, and the businesses that write by iMessage."""
LETTERS = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ._&*/!'-]{2,20}")
"""A sender of letters, as banks and shops have."""
TAIL = 9
"""Digits in which a number with its country code and one without agree."""
