"""What submissions try, each with what must come of it: alone, in a class, in nbgrader.

`{…}` in a code are facts of the run, see `Facts`. What reaches for something that it must not
have is asked for the right answer, too, and stops with `ATTACK` and what it got; so it passes
where all of it was refused. What only does harm stands behind a wrong answer.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.catalogue import find
from grader.evidence.messages import Limits

EXERCISE = find("2.2.1")
RIGHT = EXERCISE.solution.read_text("utf-8")
WRONG = RIGHT.replace("Dense(64", "Dense(60")
LIMITS = Limits(memory=600_000_000, processes=20, disk=60_000_000)
"""What is soon reached; they do not take a machine's last memory to be told."""
SECRET = "the grader's secret"  # in its environment


@dataclass(frozen=True)
class Facts:
    """What an attacker may have found out, by looking around or by guessing.

    Args:
        folder: what the class has handed in.
        results: where the marks go.
        home: of the instructor.
        port: of 127.0.0.1, where somebody listens.
    """

    folder: Path
    results: Path
    home: Path
    port: int


@dataclass(frozen=True)
class Attack:
    """One submission.

    Args:
        code: in Python.
        status: of the verdict.
        says: regular expression that the verdict's words must match.
        answer: that stands behind the code, or before it where `late`.
        late: whether it comes after the answer.
    """

    code: str
    status: str = "passed"
    says: str = ""
    answer: str = RIGHT
    late: bool = False

    def source(self, facts: Facts) -> str:
        """Return the whole file."""
        values = {name: repr(str(value)) for name, value in asdict(facts).items()}
        code = re.sub(r"\{(folder|results|home|port)\}", lambda m: values[m[1]], self.code)
        return f"{self.answer}\n{code}" if self.late else f"{code}\n{self.answer}"


def reach(code: str) -> Attack:
    """Return an attempt to have something that is refused; `attempt` and more are at hand."""
    return Attack(_TRYING + code + "\nassert not got, f'ATTACK {got}'\n")


def harm(code: str, status: str = "failed", says: str = "") -> Attack:
    """Return what does harm, behind a wrong answer."""
    return Attack(code, status, says, WRONG, late=True)


_TRYING = """
import ctypes, glob, os, shutil, signal, socket, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
got = []

def attempt(name, action):
    try:
        result = action()
    except OSError:
        return
    if result != -1:
        got.append(f"{name}: {result!r}"[:200])

def files(*folders):
    return [os.path.join(where, name) for folder in folders
            for where, _, names in os.walk(folder) for name in names]

def write(path):
    attempt("wrote " + path, lambda: open(path, "ab").write(b"owned"))

def read(path):
    attempt("read " + path, lambda: open(path, "rb").read(20))

def above():
    pid = os.getppid()
    while pid > 1:
        yield pid
        with open(f"/proc/{pid}/stat") as stream:
            pid = int(stream.read().rpartition(")")[2].split()[1])

def ancestors():
    found = []
    try:
        for pid in above():
            found.append(pid)
    except OSError:
        pass
    return found or [os.getppid()]
"""

REACHING = {
    "rewrites the marks": reach(
        """
known = [{results}] + [os.readlink(path) for path in glob.glob("/proc/[0-9]*/cwd")
                       if os.access(path, os.R_OK) and "self" not in path]
for line in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        words = open(line).read().split("\\0")
    except OSError:
        continue
    known += [words[number + 1] for number, word in enumerate(words) if word == "--out"]
for folder in known:
    if folder != os.getcwd():
        write(os.path.join(folder, "gradebook.csv"))
        write(os.path.join(folder, "gradebook.db"))
        attempt("listed " + folder, lambda: os.listdir(folder))
        for path in files(folder):
            write(path)
attempt("removed the results", lambda: shutil.rmtree({results}))
attempt("moved the results", lambda: os.rename({results}, {results} + "-"))
"""
    ),
    "rewrites what others handed in": reach(
        """
attempt("listed the class", lambda: os.listdir({folder}))
for path in [*files({folder}), *glob.glob({folder} + "/*/*.py")]:
    read(path)
    write(path)
    attempt("removed " + path, lambda: os.unlink(path))
attempt("made a student", lambda: os.mkdir({folder} + "/somebody"))
attempt("made a conftest.py", lambda: open({folder} + "/conftest.py", "w").write("import this"))
"""
    ),
    "rewrites what the user has": reach(
        """
home = {home}
for name in (".profile", ".bashrc", ".keras/keras.json", ".config/matplotlib/matplotlibrc",
             ".ipython/profile_default/startup/owned.py", ".local/bin/grade"):
    attempt("made folders", lambda: os.makedirs(os.path.dirname(os.path.join(home, name))) or 1)
    write(os.path.join(home, name))
import keras, numpy
for module in (keras, numpy):
    write(module.__file__)
    write(os.path.join(os.path.dirname(os.path.dirname(module.__file__)), "owned.pth"))
write(os.path.join(os.path.dirname(os.__file__), "usercustomize.py"))
"""
    ),
    "poisons caches": reach(
        """
import keras, matplotlib, numpy
folders = {os.environ.get(name) or "" for name in ("MPLCONFIGDIR", "KERAS_HOME", "XDG_CACHE_HOME")}
folders |= {matplotlib.get_cachedir(), os.path.expanduser("~/.cache/matplotlib"),
            os.path.expanduser("~/.keras"), os.path.dirname(numpy.__file__) + "/__pycache__"}
for folder in folders - {""}:
    if os.path.realpath(folder).startswith(os.path.realpath(os.getcwd())):
        continue
    for name in ("fontlist-v390.json", "keras.json", "__init__.cpython-312.pyc"):
        path = os.path.join(folder, name)
        attempt("removed " + path, lambda: os.unlink(path) or 1)
        attempt("pipe " + path, lambda: os.mkfifo(path) or 1)
        attempt("link " + path, lambda: os.symlink("/dev/zero", path) or 1)
        write(path)
"""
    ),
    "ends who is above it": reach(
        """
attempt("everybody", lambda: os.kill(-1, signal.SIGKILL) or -1)  # the kernel says yes to it
for pid in [*ancestors(), -os.getppid()]:
    attempt(f"sent {pid} a signal", lambda: os.kill(pid, signal.SIGKILL) or 1)
attempt("stopped it", lambda: os.kill(os.getppid(), signal.SIGSTOP) or 1)
"""
    ),
    "writes to the memory above": reach(
        """
for pid in ancestors():
    attempt("memory", lambda: open(f"/proc/{pid}/mem", "r+b").read(1))
    attempt("ptrace", lambda: libc.ptrace(16, pid, None, None))
    attempt("vm_writev", lambda: libc.syscall(311, pid, None, 0, None, 0, 0))
    attempt("limits", lambda: __import__("resource").prlimit(pid, 0, (1, 1)))
    attempt("descriptors", lambda: os.listdir(f"/proc/{pid}/fd"))
"""
    ),
    "has secrets": reach(
        """
import gc
mark = "the grader" + "'s secret"
if any(mark in value for value in os.environ.values()):
    got.append("its own environment")
for path in glob.glob("/proc/[0-9]*/environ"):
    attempt("environment", lambda: mark.encode() in open(path, "rb").read() or -1)
read("/etc/shadow")
read({home} + "/.ssh/id_ed25519")
"""
    ),
    "uses the network": reach(
        """
attempt("TCP", lambda: socket.create_connection(("127.0.0.1", int({port})), 2))
attempt("TCP out", lambda: socket.create_connection(("192.0.2.1", 80), 1))
attempt("UDP", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)))
attempt("Unix", lambda: socket.socket(socket.AF_UNIX))
for path in glob.glob("/run/user/*/keras-grader/*.sock") + glob.glob("/tmp/runtime-*/*/*.sock"):
    attempt("server", lambda: socket.socket(socket.AF_UNIX).connect(path) or 1)
"""
    ),
    "runs the grader": reach(
        """
for words in (["cohort", {folder}, "--out", {results}], ["2.2.1", "--solution"]):
    done = subprocess.run([sys.executable, "-m", "grader", *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        got.append(done.stdout)
"""
    ),
    "leaves a process behind": reach(
        """
if os.fork() == 0:
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(0.05)
            for pid in ancestors():
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
    os._exit(0)
os.wait()
"""
    ),
}
"""Each passes, as nothing of it works."""

_FORGED = """
import msgspec, os, sys, time
folder = os.path.join(os.path.dirname(os.getcwd()), "evidence")

def forge():
    for _ in range(200):
        for name in os.listdir(folder):
            if name.endswith(".msgpack"):
                with open(os.path.join(folder, name), "r+b") as stream:
                    data = stream.read()
                    stream.seek(0)
                    stream.write(data.replace(b"\\x3c", b"\\x40"))  # 60 neurons, 64
        time.sleep(0.01)
"""

HARMING = {
    "patches libraries": harm(
        "import builtins, json, keras, msgspec, numpy, pytest\n"
        "json.dumps = numpy.save = keras.Model.get_config = msgspec.msgpack.encode = None\n"
        "keras.Model.count_params = lambda self: 10852\npytest.raises = builtins.open = None\n"
    ),
    "equals everything": harm(
        "class Yes(float):\n"
        "    def __eq__(self, other):\n        return True\n"
        "    __ne__ = __lt__ = __gt__ = lambda self, other: True\n"
        "    __hash__ = float.__hash__\n"
        "    def __getattr__(self, name):\n        return self\n"
        "    def __call__(self, *_, **__):\n        return self\n"
        "model = Yes()\n",
        says="model",
    ),
    "counts its parameters itself": harm(
        "import keras\n"
        "class Net(keras.Sequential):\n"
        "    def count_params(self):\n        return 10852\n"
        "    def evaluate(self, *_, **__):\n        return [0.0, 1.0]\n"
        "model = Net(model.layers)\n"
        "model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])\n"
    ),
    "forges the record from a thread": harm(
        _FORGED + "import threading\nthreading.Thread(target=forge, daemon=True).start()\n"
    ),
    "forges the record from a child": harm(
        _FORGED + "if os.fork() == 0:\n    forge()\n    os._exit(0)\n"
    ),
    "forges the record at its exit": harm(
        _FORGED + "import atexit\natexit.register(forge)\nsys.exit(0)\n"
    ),
    "reports that it is done": harm(
        "import os, struct\n"
        "data = b'\\x81\\xa4kind\\xa8finished'\n"
        "for number in range(3, 60):\n"
        "    try:\n        os.write(number, struct.pack('!I', len(data)) + data)\n"
        "    except OSError:\n        pass\n"
        "os._exit(0)\n"
    ),
    "leaves": harm("import os\nos._exit(0)\n", says="ended Python itself"),
    "leaves early": Attack("raise SystemExit\n", "failed", "ended itself", WRONG),
    "crashes": harm("import ctypes\nctypes.string_at(0)\n", says="signal 11"),
    "aborts": harm("import os\nos.abort()\n", says="signal 6"),
    "ends itself": harm("import os\nos.kill(os.getpid(), 9)\n", says="signal 9"),
    "hangs, deaf to signals": harm(
        "import signal\n"
        "for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "while True:\n    pass\n",
        "timeout",
        "still running",
    ),
    "sleeps": harm("import time\ntime.sleep(1e9)\n", "timeout", "still running"),
    "takes memory at once": harm(
        "import numpy\nnumpy.ones(100_000_000_000)\n", "error", "Unable to allocate"
    ),
    "takes memory in many processes": harm(
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        kept = b'x' * 200_000_000\n        time.sleep(60)\n"
        "time.sleep(60)\n",
        says="of memory",
    ),
    "is a fork bomb": harm("import os\nwhile True:\n    os.fork()\n", says="more than .* processes"),
    "fills the disk": harm(
        "import time\n"
        "for number in range(9):\n"
        "    with open(str(number), 'wb') as file:\n        file.write(bytes(15_000_000))\n"
        "time.sleep(60)\n",
        says="to the disk",
    ),
    "writes a large file": harm(
        "open('large', 'wb').truncate(10_000_000_000)\n", "error", "File too large"
    ),
    "makes many files": harm(
        "import os, time\nopen('file', 'w').close()\n"
        "for number in range(20_001):\n    os.link('file', str(number))\n"
        "time.sleep(60)\n",
        says="more than 20,000 files",
    ),
    "makes deep folders": harm(
        "import os, time\n"
        "for _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')\n"
        "time.sleep(60)\n",
        says="deep",
    ),
    "prints without end": harm("for _ in range(300):\n    print('x' * 1_000_000)\n", says="300 MB"),
    "reads what nobody types": harm("input()\n", "error", "nothing to read"),
    "takes the answer": harm(
        f"exec(open({str(EXERCISE.solution)!r}).read())\n", says="answers or checks exercises"
    ),
    "imports the checks": harm(
        "import grader.checks.check_2_2_1\n", says="answers or checks exercises"
    ),
    "an object that interrupts": harm(
        "class Bad:\n"
        "    def __getattribute__(self, name):\n        raise KeyboardInterrupt\n"
        "    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __hash__ = __getattribute__\n"
        "bad = Bad()\n"
    ),
    "a number of 5000 digits": harm("number = 10 ** 5000\n"),
    "raises one": harm("raise ValueError(type('Bad', (), {'__repr__': lambda _: 1 / 0})())\n", "error"),
    "no builtins": harm(
        "import builtins\n"
        "for name in ('isinstance', 'len', 'sorted', 'str', 'getattr', 'type'):\n"
        "    setattr(builtins, name, None)\n"
    ),
    "no encoder": harm(
        "import msgspec, pathlib\nmsgspec.structs.replace = pathlib.Path.write_bytes = None\n"
    ),
    "no record": harm(
        "import grader.learner.run as run\nrun.Record = None\n", says="has changed Python itself"
    ),
    "bytes in the report": harm(
        "import os\n"
        "for number in range(3, 40):\n"
        "    try:\n        os.write(number, b'\\xff' * 100)\n"
        "    except OSError:\n        pass\n"
    ),
    "closed descriptors": harm("import os\nos.closerange(0, 200)\n"),
}  # fmt: skip
"""Each has its own bad verdict, and costs nobody else anything."""

ATTACKS = REACHING | HARMING
