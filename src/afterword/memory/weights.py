"""Weights of recall, learned on published question sets and on questions over the shipped stories, never set by hand.

To learn them anew: a softmax over the lines of each question for the chances, logistic regression for what is absent, both
tested on conversations they were not learned from.
"""

RANK: dict[str, float] = {
    "own": -0.59, "rarest": 0.44, "around1": 0.69, "around2": 0.22, "around3": 0.55, "around6": 1.50, "pair": 0.78,
    "like": -0.20, "any": 1.08, "any1": 0.54, "any2": 0.29, "any6": 1.06, "most": 1.41, "before": -0.41,
    "before2": 0.34, "after": -0.62, "answers": 1.48, "of": 1.65, "of_around": 0.18, "of_any": 0.62,
    "of_before": -0.26, "of_asks": 0.15, "asks": -0.55, "asks_own": 0.30, "size": 0.13, "size_own": 0.00,
    "time": 0.23, "first": 0.50, "name": 0.14, "when": 0.75, "when_own": 1.67, "count": 1.56, "which": 0.25,
    "near": 2.24, "inside": 2.35,
}  # fmt: skip
"""The chance of a line to be part of the answer."""
PLAIN: dict[str, float] = {
    "own": -0.92, "rarest": 0.41, "around1": 0.83, "around2": 0.42, "around3": 0.50, "around6": 1.53, "pair": 0.86,
    "like": -0.09, "any": 1.52, "any1": 0.40, "any2": 0.40, "any6": 1.03, "most": 1.39, "before": -0.93,
    "before2": 0.33, "after": -0.62, "answers": 1.79, "asks": -0.63, "asks_own": 0.19, "size": 0.22,
    "size_own": 0.12, "time": 0.32, "name": 0.16, "when": 0.61, "when_own": 1.94, "count": 1.65, "which": 0.24,
    "near": 2.36, "inside": 2.27,
}  # fmt: skip
"""The same without a look at who speaks."""
NAMED: dict[str, float] = {
    "own": 0.21, "mass": 4.37, "margin": -0.00, "theirs": 0.50, "theirs_first": -0.84, "theirs_asks": 1.05,
    "line_own": 1.65, "line_other": -0.34, "unseen": 0.02, "nothing_like": 0.84, "size": -0.60, "sure": -0.59,
    "words": -0.01, "margin_line": 0.28, "time": 1.54, "one": -1.64,
}  # fmt: skip
"""Above zero, the answer is in the records: of a question that names whose words are meant."""
UNNAMED: dict[str, float] = {
    "exact": 0.59, "like": 1.41, "unseen": -3.61, "line_own": 1.73, "found": 0.13, "lost": 0.11,
    "nothing_like": 2.03, "one": -1.72,
}  # fmt: skip
"""The same of any other question."""
