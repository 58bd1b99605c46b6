"""Season Watcher: tells you once, with the evidence, when a new season is really announced.

What happens to a post between a studio's site and a phone, room by room:

``config`` what is watched → ``fetch`` one safe HTTP exchange → ``sources`` bytes become entries →
``read`` entries become claims → ``judge`` claims become events → ``store`` one transaction keeps them →
``notify`` events become messages that arrive. ``poll`` is one look at one source, end to end;
``daemon`` decides when; ``cli`` is what a person types.
"""

__version__ = "0.1.0"
