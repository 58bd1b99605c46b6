"""Judge what an entry says against what is known: trust, knowledge, and what a claim changes.

In:    `Knowledge` of one title, a `Saying` (a reading with its speaker), the policy, now.
Out:   a `Verdict` – events, knowledge, confirmations of earlier events, a reason for each claim.
Never: network, disk (but for packaged data), clock, logging.
"""
