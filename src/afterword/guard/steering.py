"""Lines that steer a talk and are no words to the person. In: the user's line. Out: whether it says goodbye, or what
memory it asks for. Whole lines only, so that a sentence about a goodbye or a memory is none.
"""

from __future__ import annotations

from afterword.guard.text import first, named, normalise, patterns, plain, unified

LONGEST = 160


def says_goodbye(text: str, subject_name: str) -> bool:
    """A goodbye with no word of stopping beside it: in a goodbye it is a step, everywhere else it ends the talk."""
    return len(text) <= LONGEST and bool(first(patterns("steering")["goodbye"], named(plain(text), subject_name)))


def says_good_night(text: str, subject_name: str) -> bool:
    """A good night and nothing else: the user's way to leave, or the person's way to take leave for a night."""
    return len(text) <= LONGEST and bool(first(patterns("steering")["night"], named(plain(text), subject_name)))


def memory_asked(text: str, subject_name: str) -> str | None:
    """What a memory is asked of, "" for any memory, None when none is asked for."""
    if len(text) > LONGEST:
        return None
    # what it is asked of is looked for as it was written, so spellings are folded only where the first reading fails
    for line in (named(normalise(text).casefold().strip(), subject_name), named(plain(text), subject_name)):
        for pattern in patterns("steering")["memory"]:
            if m := pattern.search(unified(line)):
                return line[slice(*m.span("of"))] if m.groupdict().get("of") else ""
    return None
