"""The encrypted vault: the only writer of disk state."""

from afterword.store.keys import KeyRing
from afterword.store.shelf import Shelf
from afterword.store.vault import Vault, default_home

__all__ = ["KeyRing", "Shelf", "Vault", "default_home"]
