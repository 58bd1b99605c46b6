"""How much must speak for a claim before the user hears of it.

In:    a policy.
Out:   the worst tier that is believed alone; whether held claims are told, marked unconfirmed.
Never: texts.
"""

from __future__ import annotations

from watcher.model import Policy, Tier


def believed_alone(policy: Policy) -> Tier:
    """Return the worst tier whose word is enough."""
    return Tier.CATALOGUE if policy is Policy.OFFICIAL else Tier.PRESS


def may_corroborate(policy: Policy) -> bool:
    """Say whether two independent pointers make a fact."""
    return policy is not Policy.OFFICIAL


def tells_held(policy: Policy) -> bool:
    """Say whether a claim that waits is told, marked as unconfirmed."""
    return policy is Policy.EVERYTHING


def stricter(one: Policy, other: Policy) -> Policy:
    """Return the stricter of a title's and a channel's policy."""
    order = (Policy.OFFICIAL, Policy.CREDIBLE, Policy.EVERYTHING)
    return min(one, other, key=order.index)
