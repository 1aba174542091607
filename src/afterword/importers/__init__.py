"""Files to messages; one module per format, none knows another."""

from afterword.importers.base import HEAD, Importer, Match, Options, identify, importers

__all__ = ["HEAD", "Importer", "Match", "Options", "identify", "importers"]
