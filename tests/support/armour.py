"""Start a program under the restrictions of a unit file, where no service manager runs.

::

    /usr/bin/python3 tests/support/armour.py systemd/watcher.service python -m watcher run …

Needs Debian's python3-seccomp and systemd-analyze, so it runs under the system's Python and imports nothing of ours.
What is applied, by one seccomp filter as systemd builds it: SystemCallFilter= with its groups resolved by
systemd-analyze, SystemCallErrorNumber=, RestrictAddressFamilies=, MemoryDenyWriteExecute=, LockPersonality=,
RestrictRealtime=, RestrictSUIDSGID=, NoNewPrivileges=; and the limits LimitNOFILE= and LimitCORE=. What is not: users,
mounts, devices, IP filters, memory of the cgroup.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
import stat
import subprocess
import sys
from pathlib import Path

PR_SET_NO_NEW_PRIVS = 38
PROT_WRITE_EXEC, PROT_EXEC, SHM_EXEC = 0x6, 0x4, 0o100000
IDLE_OR_RATHER = (0, 3, 5)
"""SCHED_OTHER, SCHED_BATCH, SCHED_IDLE: what is not real time."""


def settings(unit: Path) -> dict[str, list[str]]:
    """Read the [Service] section; a setting may be given several times."""
    found: dict[str, list[str]] = {}
    section = unit.read_text(encoding="utf-8").split("[Service]\n", 1)[1].split("\n[", 1)[0]
    for line in section.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def group(name: str) -> set[str]:
    """Resolve a group of system calls, groups within it included."""
    if not name.startswith("@"):
        return {name}
    command = ["systemd-analyze", "syscall-filter", "--no-pager", name]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    inside = [line.strip() for line in lines[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*map(group, inside)) if inside else set()


def allowed(filters: list[str]) -> set[str]:
    """Work out what an allow list with its exceptions leaves."""
    calls: set[str] = set()
    for line in filters:
        names = set().union(*(group(name) for name in line.lstrip("~").split()))
        calls = calls - names if line.startswith("~") else calls | names
    return calls


def put_on(unit: Path) -> None:
    """Restrict this process, and all it will start, as *unit* says."""
    import seccomp  # noqa: PLC0415 - only who puts it on needs it

    wanted = settings(unit)
    number = getattr(errno, wanted["SystemCallErrorNumber"][-1])
    no = seccomp.ERRNO(number)
    calls = allowed(wanted["SystemCallFilter"])
    # As systemd does: what it knows and does not allow is refused, what it does not know does not exist.
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))
    for name in sorted(calls):
        _try(rules, seccomp.ALLOW, name)
    for name in sorted(group("@known") - calls):
        _try(rules, no, name)
    details = seccomp.SyscallFilter(seccomp.ALLOW)
    _families(seccomp, details, wanted)
    _rest(seccomp, details, wanted)
    _limits(wanted)
    if wanted.get("NoNewPrivileges") == ["yes"]:
        ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    details.load()
    rules.load()  # last: from here on this is the program


def _try(rules: object, action: object, name: str, *arguments: object) -> None:
    try:
        rules.add_rule(action, name, *arguments)  # type: ignore[attr-defined]
    except (RuntimeError, ValueError, OSError):
        return  # a call of another architecture


def _families(seccomp: object, rules: object, wanted: dict[str, list[str]]) -> None:
    named = {int(getattr(socket, name)) for line in wanted.get("RestrictAddressFamilies", []) for name in line.split()}
    refused = seccomp.ERRNO(errno.EAFNOSUPPORT)  # type: ignore[attr-defined]
    for family in set(range(48)) - named if named else ():
        _try(rules, refused, "socket", seccomp.Arg(0, seccomp.EQ, family))  # type: ignore[attr-defined]


def _rest(seccomp: object, rules: object, wanted: dict[str, list[str]]) -> None:
    no, arg, masked = seccomp.ERRNO(errno.EPERM), seccomp.Arg, seccomp.MASKED_EQ  # type: ignore[attr-defined]
    if wanted.get("MemoryDenyWriteExecute") == ["yes"]:
        _try(rules, no, "mmap", arg(2, masked, PROT_WRITE_EXEC, PROT_WRITE_EXEC))
        _try(rules, no, "mprotect", arg(2, masked, PROT_EXEC, PROT_EXEC))
        _try(rules, no, "pkey_mprotect", arg(2, masked, PROT_EXEC, PROT_EXEC))
        _try(rules, no, "shmat", arg(2, masked, SHM_EXEC, SHM_EXEC))
    if wanted.get("LockPersonality") == ["yes"]:
        _try(rules, no, "personality", arg(0, seccomp.NE, 0))  # type: ignore[attr-defined]
    if wanted.get("RestrictRealtime") == ["yes"]:
        for policy in set(range(8)) - set(IDLE_OR_RATHER):
            _try(rules, no, "sched_setscheduler", arg(1, seccomp.EQ, policy))  # type: ignore[attr-defined]
    if wanted.get("RestrictSUIDSGID") == ["yes"]:
        for bit in (stat.S_ISUID, stat.S_ISGID):
            for name, place in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2)):
                _try(rules, no, name, arg(place, masked, bit, bit))


def _limits(wanted: dict[str, list[str]]) -> None:
    for name, which in (("LimitNOFILE", resource.RLIMIT_NOFILE), ("LimitCORE", resource.RLIMIT_CORE)):
        if name in wanted:
            value = int(wanted[name][-1])
            resource.setrlimit(which, (value, value))


if __name__ == "__main__":
    put_on(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
