"""The walls, tried from inside: an answer to a card that forbids nothing tries everything that a wall says it stops.

All attempts run in one answer; each test looks at what came of one of them.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest
from card_building import implement

import studytui
from studytui.grader.children.sandbox import DENIED_CALLS, available, landlock_abi, readable_folders
from studytui.grader.grader import Grader
from studytui.grader.process import clean_environment, probe

LACKING = available()
CARD = implement("f(x)", "x", inputs={"x": "int64[1] in 0..0"})
PACKAGE = Path(studytui.__file__).parent
THROUGH = "got through"
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

WITHOUT_LANDLOCK = pytest.mark.skipif(bool(LACKING["landlock"]), reason=f"Landlock: {LACKING['landlock']}")
WITHOUT_SECCOMP = pytest.mark.skipif(bool(LACKING["seccomp"]), reason=f"seccomp: {LACKING['seccomp']}")

READING = {
    "the users": "open('/etc/passwd').read()",
    "the host": "open('/etc/hostname').read()",
    "a file of the user's": "open(SECRET).read()",
    "a folder of the user's": "os.listdir(os.path.dirname(SECRET))",
    "the temporary folder": "os.listdir('/tmp')",
    "the root folder": "os.listdir('/')",
    "home": "os.listdir(HOME)",
    "home by its short name": "os.listdir(os.path.expanduser('~'))",
    "studytui's own code": "open(PACKAGE + '/grader/by_hand.py').read()",
    "studytui's own folder": "os.listdir(PACKAGE)",
    "the decks": "os.listdir(DECKS)",
    "a deck": "open(DECKS + '/1-tensors.yaml').read()",
    "the tests": "os.listdir(TESTS)",
    "its own environment as it began": "open('/proc/self/environ', 'rb').read()",
    "its own memory": "open('/proc/self/mem', 'rb').read(1)",
    "its own map": "open('/proc/self/maps').read()",
    "its own descriptors": "os.listdir('/proc/self/fd')",
    "its parent's environment": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "its parent's memory": "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
    "its parent's descriptors": "os.listdir(f'/proc/{os.getppid()}/fd')",
    "a list of processes": "os.listdir('/proc')",
    "the terminal": "open('/dev/tty').read()",
    "a disk": "open('/dev/sda', 'rb').read(1)",
    "memory of the machine": "open('/dev/mem', 'rb').read(1)",
    "a path around": "open(PREFIX + '/../' * 20 + 'etc/passwd').read()",
    "a path by way of its root": "open('/proc/self/root/etc/passwd').read()",
    "a program": "open('/bin/sh', 'rb').read() and open('/usr/bin/env', 'rb').read()",
}

WRITING = {
    "into the working folder": "open('made', 'w').write('x')",
    "into the temporary folder": "open('/tmp/made', 'w').write('x')",
    "into shared memory": "open('/dev/shm/made', 'w').write('x')",
    "into home": "open(HOME + '/made', 'w').write('x')",
    "into the environment": "open(PREFIX + '/made', 'w').write('x')",
    "into site-packages": "open(os.path.dirname(torch.__path__[0]) + '/made.pth', 'w').write('x')",
    "over a module": "open(json.__file__, 'a').write('x')",
    "over a file of the user's": "open(SECRET, 'w').write('x')",
    "after a file of the user's": "open(SECRET, 'a').write('x')",
    "a file without a name": "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
    "by a temporary file": "tempfile.TemporaryFile()",
    "a folder": "os.mkdir('/tmp/made')",
    "a symbolic link": "os.symlink('/etc/passwd', '/tmp/made')",
    "a symbolic link in the environment": "os.symlink('/etc/passwd', PREFIX + '/made')",
    "a hard link": "os.link(SECRET, '/tmp/made')",
    "a pipe with a name": "os.mkfifo('/tmp/made')",
    "a device": "os.mknod('/tmp/made')",
    "another name": "os.rename(SECRET, SECRET + '2')",
    "an end": "os.truncate(SECRET, 0)",
    "nothing in its place": "os.unlink(SECRET)",
    "nothing in a folder's place": "os.rmdir(os.path.dirname(SECRET))",
    "another mode": "os.chmod(SECRET, 0)",
    "another mode of the environment": "os.chmod(PREFIX, 0o777)",
    "another owner": "os.chown(SECRET, os.getuid(), os.getgid())",
    "another time": "os.utime(SECRET)",
    "an attribute": "os.setxattr(SECRET, 'user.made', b'x')",
}

REACHING = {
    "TCP": "socket.socket()",
    "TCP to this machine": "socket.create_connection(('127.0.0.1', 80), 0.2)",
    "UDP": "socket.socket(type=socket.SOCK_DGRAM)",
    "UDP over IPv6": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "raw packets": "socket.socket(type=socket.SOCK_RAW)",
    "a Unix socket": "socket.socket(socket.AF_UNIX)",
    "a pair of sockets": "socket.socketpair()",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "a name": "socket.getaddrinfo('example.org', 80)",
    "a connection of its own socket": "socket.socket(fileno=os.dup(OWN)).connect('/tmp/made')",
    "a fork": "os.fork()",
    "a fork by libc": "libc('fork')",
    "a thread": "threading.Thread(target=print).start()",
    "a thread by hand": "_thread.start_new_thread(print, ())",
    "a pool": "concurrent.futures.ThreadPoolExecutor(1).submit(print).result()",
    "a process": "multiprocessing.Process(target=print).start()",
    "a program": "subprocess.run(['/bin/true'])",
    "a program in its place": "os.execv('/bin/true', ['true'])",
    "a spawned program": "os.posix_spawn('/bin/true', ['true'], {})",
    "a shell": "libc('system', b'true') == 0 or 1 / 0",
    "a signal to its parent": "os.kill(os.getppid(), 0)",
    "a signal to everybody": "os.kill(-1, 0)",
    "a signal to its group": "os.killpg(os.getpgid(os.getppid()), 0)",
    "a signal to itself": "os.kill(os.getpid(), 0)",
    "a signal by way of a descriptor": "fcntl.fcntl(OWN, fcntl.F_SETOWN, os.getppid())",
    "a signal of one's choice": "fcntl.fcntl(OWN, 10, 9)",
    "a signal by way of ioctl": "fcntl.ioctl(OWN, 0x8901, struct.pack('i', os.getppid()))",
    "a signal by way of half an ioctl": "libc('ioctl', OWN, ctypes.c_ulong(0x100008901), struct.pack('i', 1))",
    "a descriptor of a process": "os.pidfd_open(os.getppid())",
    "tracing its parent": "libc('ptrace', 16, os.getppid(), 0, 0)",
    "being traced": "libc('ptrace', 0, 0, 0, 0)",
    "its parent's memory": "libc('process_vm_readv', os.getppid(), None, 0, None, 0, 0)",
    "a higher limit": "resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))",
    "a higher limit by prlimit": "resource.prlimit(os.getpid(), resource.RLIMIT_AS, (-1, -1))",
    "another priority": "os.setpriority(os.PRIO_PROCESS, 0, 5)",
    "another processor": "os.sched_setaffinity(0, {0})",
    "another session": "os.setsid()",
    "another group": "os.setpgid(0, 0)",
    "another user": "os.setuid(os.getuid())",
    "another root": "os.chroot('/')",
    "another namespace": "libc('unshare', 0x10000000)",
    "another filter": "libc('prctl', 22, 2, None)",
    "being dumpable": "libc('prctl', 4, 1, 0, 0, 0)",
    "outliving its parent": "libc('prctl', 1, 0, 0, 0, 0)",
    "shared memory": "libc('shmget', 0x5757, 4096, 0o1666)",
    "a queue of messages": "libc('msgget', 0x5757, 0o1666)",
    "a file in memory": "os.memfd_create('made')",
    "a mount": "libc('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
}

LIMITS = {
    "two gigabytes": "bytearray(2 << 30)",
    "two gigabytes of torch's": "torch.zeros(1 << 28, dtype=torch.int64)",
    "two gigabytes of address space": "mmap.mmap(-1, 2 << 30)",
    "a hundred descriptors": "[os.open('/dev/null', os.O_RDONLY) for _ in range(100)]",
}

WORKING = {
    "importing": "__import__('xml.dom.minidom') and __import__('sqlite3')",
    "random bytes": "os.urandom(4) and open('/dev/urandom', 'rb').read(4)",
    "the clock": "time.time()",
    "reading a module's source": "inspect.getsource(json)",
    "an optimizer's step": "torch.optim.Adam([torch.nn.Parameter(torch.ones(2))]).step() or True",
    "numpy": "__import__('numpy').linalg.inv([[2.0]])",
    "scipy": "__import__('scipy.special').special.erf(0.5)",
    "a backward pass": "torch.ones(2, requires_grad=True).sum().backward() or True",
}

ATTEMPTS = {
    **{f"reading {name}": code for name, code in READING.items()},
    **{f"writing {name}": code for name, code in WRITING.items()},
    **{f"reaching {name}": code for name, code in REACHING.items()},
    **{f"still {name}": code for name, code in WORKING.items()},
    **{f"using {name}": code for name, code in LIMITS.items()},
}

ANSWER = """
import _thread, concurrent.futures, ctypes, fcntl, inspect, json, mmap, multiprocessing, os, resource, socket, struct
import subprocess, tempfile, threading, time, torch

{constants}

def libc(name, *arguments):
    result = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result

def own_socket():
    for descriptor in range(3, 100):
        try:
            os.fstat(descriptor)
            return descriptor
        except OSError:
            continue

OWN = own_socket()

def tried(code):
    try:
        eval(code)
        return "{through}"
    except BaseException as error:
        return f"{{type(error).__name__}} {{getattr(error, 'errno', '')}}"

def f(x):
    {body}
    return x
"""


def inside(grader: Grader, body: str, **constants: object) -> str:
    """What an answer prints that has done `body`."""
    listed = "\n".join(f"{name} = {value!r}" for name, value in constants.items())
    code = dedent(ANSWER).format(constants=listed, through=THROUGH, body=indent(dedent(body), "    ").strip())
    verdict = grader.grade(CARD, code, seed=1, seconds=10.0)
    assert verdict.passed, verdict
    return verdict.printed


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "diary"
    path.write_text("dear diary", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def outcomes(grader: Grader, secret: Path) -> dict[str, str]:
    """What came of every attempt."""
    constants = {
        "SECRET": str(secret),
        "HOME": str(Path.home()),
        "PACKAGE": str(PACKAGE),
        "DECKS": str(PACKAGE.parent / "decks"),
        "TESTS": str(Path(__file__).parent),
        "PREFIX": sys.prefix,
    }
    found: dict[str, str] = {}
    names = list(ATTEMPTS)
    for start in range(0, len(names), 50):
        some = {name: ATTEMPTS[name] for name in names[start : start + 50]}
        body = f"print(json.dumps({{name: tried(code) for name, code in {some!r}.items()}}))"
        found |= json.loads(inside(grader, body, **constants))
    return found


@pytest.mark.parametrize("name", [f"reading {name}" for name in READING])
@WITHOUT_LANDLOCK
def test_nothing_of_the_users_can_be_read(name: str, outcomes: dict[str, str]) -> None:
    assert outcomes[name] in {"PermissionError 13", "FileNotFoundError 2", "OSError 6", "OSError 1"}


@pytest.mark.parametrize("name", [f"writing {name}" for name in WRITING])
@WITHOUT_LANDLOCK
@WITHOUT_SECCOMP
def test_nothing_can_be_written(name: str, outcomes: dict[str, str], secret: Path) -> None:
    assert outcomes[name] in {"PermissionError 13", "PermissionError 1", "FileNotFoundError 2"}
    assert secret.read_text(encoding="utf-8") == "dear diary"
    assert secret.stat().st_mode & 0o777
    assert not Path("/tmp/made").exists()


@pytest.mark.parametrize("name", [f"reaching {name}" for name in REACHING])
@WITHOUT_SECCOMP
def test_nobody_else_can_be_reached(name: str, outcomes: dict[str, str]) -> None:
    assert outcomes[name] != THROUGH


@pytest.mark.parametrize("name", [f"using {name}" for name in LIMITS])
@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_what_may_be_used_is_limited(name: str, outcomes: dict[str, str]) -> None:
    assert outcomes[name] in {"MemoryError ", "RuntimeError ", "OSError 12", "OSError 24"}


@pytest.mark.parametrize("name", [f"still {name}" for name in WORKING])
def test_what_an_answer_needs_still_works(name: str, outcomes: dict[str, str]) -> None:
    assert outcomes[name] == THROUGH


def test_halves_are_made_in_the_first_grade_of_a_process_too() -> None:
    card = implement("f(x)", "x.half().float()", inputs={"x": "float32[N]"})
    with Grader() as fresh:
        assert fresh.grade(card, "def f(x):\n    return x.half().float()\n").passed


@WITHOUT_SECCOMP
def test_every_denied_call_is_denied_by_the_kernel_itself(grader: Grader) -> None:
    pyseccomp = pytest.importorskip("pyseccomp")
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in DENIED_CALLS}
    known = {name: number for name, number in numbers.items() if number >= 0}
    assert len(known) > 100
    body = f"""
        call, odd = ctypes.CDLL(None, use_errno=True).syscall, [ctypes.c_long(-1)] * 6
        numbers = {known!r}
        print(json.dumps({{name: (call(n, *odd), ctypes.get_errno()) for name, n in numbers.items()}}))
    """
    answered = json.loads(inside(grader, body))
    assert {name: answer for name, answer in answered.items() if answer != [-1, 1]} == {"clone3": [-1, 38]}


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="numbers of x86-64 Linux")
def test_the_limits_are_those_that_were_set(grader: Grader) -> None:
    """Python's own getrlimit asks by a call that could also set: the old call is asked instead."""
    body = """
        limits = {}
        for name in ("CPU", "FSIZE", "CORE", "NOFILE", "AS"):
            pair = (ctypes.c_ulong * 2)()
            assert ctypes.CDLL(None).syscall(97, getattr(resource, "RLIMIT_" + name), pair) == 0
            limits[name] = list(pair)
        print(json.dumps(limits))
    """
    limits = json.loads(inside(grader, body))
    assert limits["CORE"] == [0, 0]
    assert limits["FSIZE"] == [1 << 20, 1 << 20]
    assert limits["NOFILE"] == [64, 64]
    assert limits["CPU"] == [12, 13]
    assert limits["AS"][1] < 4 << 30


def test_no_descriptor_is_inherited_but_the_childs_own_socket(grader: Grader) -> None:
    body = """
        found = {}
        for descriptor in range(4096):
            try:
                found[descriptor] = os.fstat(descriptor).st_mode >> 12
            except OSError:
                pass
        print(json.dumps(found))
    """
    kinds = json.loads(inside(grader, body))
    device, socket = 0o2, 0o14
    assert [kinds.pop(standard) for standard in "012"] == [device] * 3
    assert list(kinds.values()) == [socket]


def test_the_environment_holds_no_secret(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    names = set(json.loads(inside(grader, "print(json.dumps(list(os.environ)))")))
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert not names & {"PYTEST_CURRENT_TEST", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "SSH_AUTH_SOCK"}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("STUDYTUI_HOME", "s")
    monkeypatch.setenv("LANG", "C.UTF-8")
    kept = clean_environment(os.environ)
    assert kept["LANG"] == "C.UTF-8"
    assert not {"AWS_SECRET_ACCESS_KEY", "STUDYTUI_HOME", "HOME", "USER", "SSH_AUTH_SOCK"} & set(kept)


def test_the_answers_process_holds_nothing_of_the_card_but_its_question(grader: Grader) -> None:
    slips = [{"says": "s", "code": "# 314159"}]
    inputs = {"x": "int64[1] in 0..0"}
    card = implement("f(x)", "x + 0 * 271828", inputs=inputs, slips=slips, solution="# 161803")
    code = """
        import gc

        SECRETS = {str(number) for number in (271_828, 314_159, 161_803)}

        def holds(thing):
            values = thing.values() if isinstance(thing, dict) else thing
            return any(isinstance(value, str) and secret in value for value in values for secret in SECRETS)

        def f(x):
            gc.unfreeze()
            things = [thing for thing in gc.get_objects() if isinstance(thing, (dict, list, tuple))]
            print(sum(map(holds, things)), len(things) > 100)
            return x
    """
    verdict = grader.grade(card, dedent(code), seed=1)
    assert verdict.passed, verdict
    assert verdict.printed.endswith("0 True\n")


def test_the_walls_that_stand_are_those_the_system_has(grader: Grader) -> None:
    found = probe(grader._process())
    assert found["walls"] == [wall for wall, lacks in LACKING.items() if not lacks]
    assert found["lacking"] == {wall: lacks for wall, lacks in LACKING.items() if lacks}


def test_a_system_without_a_wall_says_why() -> None:
    assert set(LACKING) == {"limits", "landlock", "seccomp"}
    if sys.platform == "linux":
        assert bool(LACKING["landlock"]) == (landlock_abi() <= 0)


def test_what_may_be_read_is_the_environment_without_studytui(tmp_path: Path) -> None:
    folders = readable_folders(PACKAGE)
    assert not any(PACKAGE.is_relative_to(folder) for folder in folders)
    assert not any(Path.home() == Path(folder) or Path(folder) == Path("/") for folder in folders)
    package = Path(json.__file__).parent
    without = readable_folders(package)
    assert not any(package.is_relative_to(folder) for folder in without)
    assert any(Path(folder) == package.parent / "asyncio" for folder in without)
