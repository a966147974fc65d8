"""The walls around a child: limits, Landlock, seccomp.

Each is put up where the system has it, and reported, never claimed.

Order matters: limits first, then no new privileges, then Landlock, then seccomp, which closes the system calls the
others need. What each wall stops is written beside it; `tests/grader/test_sandbox.py` tries every one from inside.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

MEBIBYTE = 1 << 20
FILE_SIZE = 1 << 20
OPEN_FILES = 64
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
SIGKILL = 9

# linux/landlock.h; the numbers of its three calls are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many file system rights an ABI version knows, from the lowest bit."""
_NET_TCP = 0b11
_SCOPE_ABSTRACT_UNIX_AND_SIGNAL = 0b11

_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _FIOSETOWN, _SIOCSPGRP = 8, 10, 15, 0x8901, 0x8902
DENIED_ARGUMENTS = (("fcntl", _F_SETOWN), ("fcntl", _F_SETSIG), ("fcntl", _F_SETOWN_EX), ("ioctl", _FIOSETOWN),
                    ("ioctl", _SIOCSPGRP))  # fmt: skip
"""Calls denied for one second argument: they have the kernel send a signal of one's choice to any process."""

DENIED_CALLS = tuple(
    # the network and other processes' sockets
    "socket socketpair connect bind listen accept accept4 "
    # programs and processes; threads too, since torch runs on one here
    "execve execveat fork vfork clone clone3 "
    # other processes: signals, memory, descriptors
    "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd ptrace "
    "process_vm_readv process_vm_writev process_madvise kcmp "
    # files: what Landlock does not judge (owner, mode, times, attributes) or not in its first versions
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr "
    "fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr truncate creat mknod "
    "mknodat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat fanotify_init "
    "inotify_init inotify_init1 "
    # its own walls
    "prctl setrlimit prlimit64 setsid setpgid seccomp personality unshare setns chroot pivot_root mount umount2 "
    "move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr setuid setgid setreuid setregid setresuid "
    "setresgid setgroups capset "
    # shared state that outlives a process
    "shmget shmat shmctl msgget msgsnd semget semop mq_open memfd_create memfd_secret add_key request_key keyctl "
    # the machine
    "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register open_by_handle_at "
    "name_to_handle_at init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff "
    "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname acct quotactl syslog iopl ioperm "
    "sched_setaffinity sched_setscheduler sched_setattr setpriority ioprio_set".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: CPU seconds, and mebibytes of address space beyond what it has at the start.

    `memory` of 0 sets no bound on the address space: CUDA reserves far more than it uses.
    """

    seconds: float
    memory: int


class Walls:
    """What this system offers, made ready once in the warm process and put up in each child.

    The Landlock ruleset is built before the fork, so that a child only has to enter it.
    """

    def __init__(self, hidden: Path) -> None:
        """Make ready; `hidden` is the one folder inside the environment that children may not read."""
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._ruleset: int | None = None
        if sys.platform == "linux" and (abi := landlock_abi()) > 0:
            self._ruleset = _landlock_ruleset(self._libc, abi, readable_folders(hidden))
        self._seccomp = _load_seccomp()

    def descriptors(self) -> list[int]:
        """What a child must keep open until it is closed in."""
        return [] if self._ruleset is None else [self._ruleset]

    def close_in(self, limits: Limits) -> list[str]:
        """Put up every wall this system has around the calling process, for ever; names those that stand.

        Raises:
            OSError: a wall that should stand failed to go up; an open sandbox must never look closed.
        """
        walls = ["limits"]
        _set_limits(limits)
        if sys.platform != "linux":
            return walls
        for option, value in ((PR_SET_DUMPABLE, 0), (PR_SET_NO_NEW_PRIVS, 1)):
            _checked(self._libc.prctl(option, value, 0, 0, 0), "prctl")
        if self._ruleset is not None:
            _checked(self._libc.syscall(_RESTRICT_SELF, self._ruleset, ctypes.c_uint32(0)), "landlock_restrict_self")
            os.close(self._ruleset)
            walls.append("landlock")
        if self._seccomp is not None:
            _deny_calls(self._seccomp)
            walls.append("seccomp")
        return walls


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies (Linux; elsewhere the CPU limit ends it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def available() -> dict[str, str]:
    """For each wall, "" where this system has it, else why not."""
    if sys.platform != "linux":
        reason = f"{platform.system()} has none"
        return {"limits": "", "landlock": reason, "seccomp": reason}
    abi = landlock_abi()
    seccomp = "" if _load_seccomp() else "libseccomp.so.2 is not installed (Debian: libseccomp2)"
    return {"limits": "", "landlock": "" if abi > 0 else "the kernel has none (5.13 brings it)", "seccomp": seccomp}


def landlock_abi() -> int:
    """The Landlock ABI version of the running kernel; 0 or less where it has none."""
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def readable_folders(hidden: Path) -> list[str]:
    """What a child may read: the interpreter, the environment and the system's shared libraries.

    Nothing in `hidden` is among it, which is studytui's own package: an installed one holds the decks, whose solutions
    are no answer's business.
    """
    folders = {
        sys.prefix, sys.base_prefix, sys.exec_prefix,
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache",
        "/dev/null", "/dev/zero", "/dev/urandom",
    }  # fmt: skip
    hidden = hidden.resolve()
    return sorted({str(path) for folder in folders for path in _below(Path(folder), hidden)})


def _below(path: Path, hidden: Path) -> Iterator[Path]:
    """`path`, or where it holds `hidden` everything in it but that; links are followed first."""
    path = path.resolve()
    if not path.exists() or path == hidden:
        return
    if hidden.is_relative_to(path):
        for child in path.iterdir():
            yield from _below(child, hidden)
    else:
        yield path


def _set_limits(limits: Limits) -> None:
    seconds = int(limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    if limits.memory and sys.platform == "linux":
        size = _address_space() + limits.memory * MEBIBYTE
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _landlock_ruleset(libc: ctypes.CDLL, abi: int, readable: list[str]) -> int:
    """A ruleset: reading only below `readable`, writing nowhere; no TCP, signals or abstract sockets outwards."""
    rights = max(count for version, count in _FS_RIGHTS.items() if version <= abi)
    attributes = _RulesetAttr(
        fs=(1 << rights) - 1,
        net=_NET_TCP if abi >= 4 else 0,
        scoped=_SCOPE_ABSTRACT_UNIX_AND_SIGNAL if abi >= 6 else 0,
    )
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _checked(
        libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0)),
        "landlock_create_ruleset",
    )
    for path in readable:
        allowed = _READ_FILE | _READ_DIR | _EXECUTE if Path(path).is_dir() else _READ_FILE
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = _PathBeneathAttr(allowed=allowed, parent=descriptor)
        added = libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
        os.close(descriptor)
        _checked(added, f"landlock_add_rule {path}")
    return ruleset


def _load_seccomp() -> ModuleType | None:
    """The binding to libseccomp, None where that is not installed; it must be loaded before Landlock closes."""
    if sys.platform != "linux":
        return None
    try:
        import pyseccomp  # fails where libseccomp is missing
    except (ImportError, OSError, RuntimeError):
        return None
    return pyseccomp  # type: ignore[no-any-return]


def _deny_calls(seccomp: ModuleType) -> None:
    """Have the kernel refuse `DENIED_CALLS` with EPERM."""
    rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    for call in DENIED_CALLS:
        if seccomp.resolve_syscall(seccomp.Arch.NATIVE, call) >= 0:
            # libc falls back from clone3 to clone on ENOSYS only.
            rules.add_rule(seccomp.ERRNO(errno.ENOSYS if call == "clone3" else errno.EPERM), call)
    for call, argument in DENIED_ARGUMENTS:
        low_half = seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFF_FFFF, argument)  # the kernel looks at no more of it
        rules.add_rule(seccomp.ERRNO(errno.EPERM), call, low_half)
    rules.load()


def _checked(result: int, call: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return int(result)
