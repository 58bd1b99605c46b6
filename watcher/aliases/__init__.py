"""Alias data: lists of works that others keep, imported once in a while, used without the network."""
