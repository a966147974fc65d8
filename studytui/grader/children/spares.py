"""Spare children: forked, closed in and warmed up before anybody asks, each for one job of its role.

They are made while the warm process has nothing to do, like the last child of their role that was asked for, and given
to the next request for one like it. A spare is as fresh as any child: it has run nobody's code.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

ROLES = frozenset({"oracle", "learner"})


@dataclass(frozen=True, slots=True)
class Spare:
    """A child without a job, and the referee's end of its socket."""

    pid: int
    connection: socket.socket


class Spares:
    """At most one spare a role.

    Args:
        fork: makes a child as asked, a spare.
        end: kills and reaps one.
    """

    def __init__(self, fork: Callable[[dict[str, Any]], Spare], end: Callable[[int], object]) -> None:
        self._fork, self._end = fork, end
        self._wanted: dict[str, dict[str, Any]] = {}
        self._made: dict[str, Spare] = {}

    def pids(self) -> list[int]:
        """The processes there are."""
        return [spare.pid for spare in self._made.values()]

    def expect(self, asked: dict[str, Any]) -> None:
        """The next child of this role will likely be asked for so."""
        role = asked["role"]
        if role in ROLES and self._wanted.get(role) != asked:
            self._drop(role)
            self._wanted[role] = asked

    def take(self, asked: dict[str, Any]) -> Spare | None:
        """A spare that is as asked, now the caller's; None where there is none."""
        role = asked["role"]
        if self._wanted.get(role) != asked or role not in self._made:
            return None
        spare = self._made.pop(role)
        if os.waitid(os.P_PID, spare.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return spare
        self._give_up(spare)  # the system took it, for want of memory
        return None

    def missing(self) -> str | None:
        """A role whose spare is still to be made."""
        return next((role for role in self._wanted if role not in self._made), None)

    def make(self, role: str) -> None:
        """Make the spare of a role."""
        self._made[role] = self._fork(self._wanted[role])

    def clear(self) -> None:
        """End them all."""
        for role in list(self._made):
            self._drop(role)

    def _drop(self, role: str) -> None:
        if role in self._made:
            self._give_up(self._made.pop(role))

    def _give_up(self, spare: Spare) -> None:
        spare.connection.close()
        self._end(spare.pid)
