"""Weights of recall, learned on published question sets and on questions over the shipped stories, never set by hand.

To learn them anew: `python -m quality.fit_recall` for the chances, a softmax over the lines of each question; logistic
regression for what is absent. Both were tested on conversations they were not learned from.
"""

RANK: dict[str, float] = {
    "own": -0.48, "rarest": 0.47, "around1": 0.47, "around2": 0.32, "around3": 0.46, "around6": 1.23, "pair": 0.84,
    "like": 0.30, "any": 0.50, "any1": 0.50, "any2": 0.38, "any6": 1.12, "most": 1.13, "before": -0.40,
    "before2": 0.26, "after": -0.51, "answers": 1.50, "of": 1.26, "of_around": 0.29, "of_any": 0.98,
    "of_before": -0.22, "of_asks": 0.04, "asks": -0.45, "asks_own": 0.09, "size": 0.13, "size_own": 0.06,
    "time": 0.24, "first": 0.47, "name": 0.19, "when": 0.80, "when_own": 1.48, "count": 1.34, "which": 0.24,
    "near": 1.96, "inside": 2.02,
}  # fmt: skip
"""The chance of a line to be part of the answer."""
RANK_CJK: dict[str, float] = {
    "own": -1.90, "rarest": 1.16, "around1": -0.28, "around2": 0.03, "around3": -1.00, "around6": 1.11,
    "pair": -0.17, "like": 2.28, "any": 2.14, "any1": 1.15, "any2": -0.18, "any6": 2.09, "most": 1.29,
    "before": 0.61, "before2": 0.98, "after": -0.62, "answers": 1.32, "of": 0.75, "of_around": 0.04, "of_any": 0.27,
    "of_before": 0.44, "of_asks": -0.03, "asks": -1.05, "asks_own": -0.15, "size": 0.89, "size_own": 0.77,
    "time": -0.29, "first": -0.12, "name": 0.66, "when": -1.12, "when_own": 3.98, "count": 2.62, "which": -0.53,
    "near": 2.70, "inside": 3.26, "same": -1.35, "same_rarest": -0.30, "same1": 0.34, "same2": 0.94, "same6": -0.03,
    "like_most": -0.33, "talk": -0.48, "talk_any": 3.55,
}  # fmt: skip
"""The same of questions in Chinese, Japanese or Korean characters."""
PLAIN: dict[str, float] = {
    "own": -1.47, "rarest": 0.33, "around1": 0.74, "around2": 0.50, "around3": 0.17, "around6": 1.32, "pair": 0.72,
    "like": -0.39, "any": 1.60, "any1": 0.81, "any2": 0.63, "any6": 1.47, "most": 1.63, "before": -0.66,
    "before2": 0.24, "after": -0.79, "answers": 1.30, "asks": -0.58, "asks_own": 0.08, "size": 0.29,
    "size_own": 0.30, "time": 0.22, "name": 0.18, "when": 0.40, "when_own": 2.09, "count": 2.07, "which": 0.24,
    "near": 2.26, "inside": 2.23,
}  # fmt: skip
"""The same without a look at who speaks."""
