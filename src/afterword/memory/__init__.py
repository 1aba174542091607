"""Corpus to episodes that can be recalled; index and ranking."""

from afterword.memory.recall import Hit, Recall, ensure_index, recall
from afterword.memory.replies import Reply, similar_replies

__all__ = ["Hit", "Recall", "Reply", "ensure_index", "recall", "similar_replies"]
