"""Understanding: what an entry says about a watched title's season.

In:    `Entry` and `Title`.
Out:   `Reading` with `Claim`s.
Never: network, clock; disk only for the packaged lexicons.
"""
