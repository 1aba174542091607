"""Weights of recall, learned on published question sets and on questions over the shipped stories, never set by hand.

To learn them anew: `python -m quality.fit_recall` for the chances, a softmax over the lines of each question; logistic
regression for what is absent. Both were tested on conversations they were not learned from.
"""

RANK: dict[str, float] = {
    "own": -0.54, "rarest": 0.56, "around1": 0.22, "around2": 0.17, "around3": 0.51, "around6": 0.95, "pair": 1.02,
    "like": 0.39, "any": 0.70, "any1": 0.43, "any2": 0.51, "any6": 1.45, "most": 1.29, "before": -0.50,
    "before2": 0.31, "after": -0.54, "answers": 1.63, "of": 1.22, "of_around": 0.47, "of_any": 0.97,
    "of_before": -0.30, "of_asks": 0.07, "asks": -0.47, "asks_own": 0.24, "size": 0.17, "size_own": 0.09,
    "time": 0.21, "first": 0.44, "name": 0.19, "when": 0.60, "when_own": 1.79, "count": 0.97, "which": 0.22,
    "near": 2.24, "inside": 2.05, "fit": 0.74, "fit_own": -0.57, "fit_around": 0.98, "fit_any": 0.69,
}  # fmt: skip
"""The chance of a line to be part of the answer."""
RANK_CJK: dict[str, float] = {
    "own": -1.35, "rarest": 0.35, "around1": -0.20, "around2": 0.02, "around3": -0.69, "around6": 0.30,
    "pair": 0.13, "like": 2.60, "any": 0.78, "any1": 1.71, "any2": 0.52, "any6": 2.57, "most": 1.49,
    "before": -0.15, "before2": 0.86, "after": -1.32, "answers": 0.85, "of": 0.85, "of_around": 0.26,
    "of_any": 0.30, "of_before": 0.06, "of_asks": 0.04, "asks": -1.27, "asks_own": 0.81, "size": 0.74,
    "size_own": 0.81, "time": -0.14, "first": -0.19, "name": -0.32, "when": -0.98, "when_own": 2.83, "count": 1.72,
    "which": 1.14, "near": 3.11, "inside": 1.83, "fit": 3.01, "fit_own": 2.14, "fit_around": 0.58, "fit_any": -0.37,
    "same": -0.94, "same_rarest": 0.66, "same1": 0.85, "same2": 0.43, "same6": 0.10, "like_most": 0.08,
    "talk": -0.79, "talk_any": 3.29,
}  # fmt: skip
"""The same of questions in Chinese, Japanese or Korean characters."""
PLAIN: dict[str, float] = {
    "own": -1.62, "rarest": 0.20, "around1": 0.52, "around2": 0.35, "around3": 0.29, "around6": 0.90, "pair": 0.67,
    "like": -0.35, "any": 1.79, "any1": 0.85, "any2": 0.73, "any6": 1.78, "most": 1.59, "before": -0.75,
    "before2": 0.27, "after": -0.91, "answers": 1.34, "asks": -0.62, "asks_own": 0.15, "size": 0.33,
    "size_own": 0.33, "time": 0.21, "name": 0.13, "when": 0.18, "when_own": 2.17, "count": 1.15, "which": 0.30,
    "near": 2.43, "inside": 2.14, "fit": 1.28, "fit_own": -0.54, "fit_around": 0.02, "fit_any": 0.41,
}  # fmt: skip
"""The same without a look at who speaks."""
