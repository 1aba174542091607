"""Weights of recall, learned on published question sets and on questions over the shipped stories, never set by hand.

To learn them anew: `python -m quality.fit_recall` for the chances, a softmax over the lines of each question; logistic
regression for what is absent. Both were tested on conversations they were not learned from.
"""

RANK: dict[str, float] = {
    "own": -0.37, "rarest": 0.50, "around1": 0.41, "around2": 0.11, "around3": 0.59, "around6": 1.31, "pair": 0.78,
    "like": 0.21, "any": 0.65, "any1": 0.50, "any2": 0.17, "any6": 1.06, "most": 1.29, "before": -0.36,
    "before2": 0.30, "after": -0.44, "answers": 1.46, "of": 1.30, "of_around": 0.32, "of_any": 0.78,
    "of_before": -0.16, "of_asks": 0.07, "asks": -0.47, "asks_own": 0.16, "size": 0.15, "size_own": -0.02,
    "time": 0.24, "first": 0.50, "name": 0.18, "when": 0.74, "when_own": 1.64, "count": 1.55, "which": 0.24,
    "near": 2.04, "inside": 1.98,
}  # fmt: skip
"""The chance of a line to be part of the answer."""
RANK_CJK: dict[str, float] = {
    "own": -1.69, "rarest": 1.33, "around1": -0.10, "around2": -0.40, "around3": -1.03, "around6": 1.31,
    "pair": -0.33, "like": 3.23, "any": 1.90, "any1": 0.91, "any2": 0.11, "any6": 2.07, "most": 1.74,
    "before": 0.39, "before2": 1.03, "after": -0.76, "answers": 1.11, "of": 0.78, "of_around": -0.12,
    "of_any": 0.42, "of_before": 0.39, "of_asks": -0.01, "asks": -1.00, "asks_own": -0.80, "size": 0.88,
    "size_own": 0.74, "time": -0.34, "first": -0.04, "name": 0.80, "when": -0.91, "when_own": 3.38, "count": 2.94,
    "which": -0.42, "near": 2.97, "inside": 2.70, "same": -1.64, "same_rarest": -0.50, "same1": 0.43, "same2": 0.89,
    "same6": -0.53, "like_most": -0.30, "talk": -0.49, "talk_any": 3.61,
}  # fmt: skip
"""The same of questions in Chinese, Japanese or Korean characters."""
PLAIN: dict[str, float] = {
    "own": -1.17, "rarest": 0.37, "around1": 0.69, "around2": 0.24, "around3": 0.27, "around6": 1.37, "pair": 0.68,
    "like": -0.41, "any": 1.45, "any1": 0.85, "any2": 0.42, "any6": 1.44, "most": 1.86, "before": -0.65,
    "before2": 0.28, "after": -0.77, "answers": 1.35, "asks": -0.59, "asks_own": 0.09, "size": 0.32,
    "size_own": 0.21, "time": 0.23, "name": 0.18, "when": 0.37, "when_own": 2.15, "count": 2.09, "which": 0.24,
    "near": 2.31, "inside": 2.12,
}  # fmt: skip
"""The same without a look at who speaks."""
