"""Bytes to entries: kinds of source, their parsers, and how entries are known again."""
