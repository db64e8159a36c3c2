"""Attacks that are graded one after the other, with one look at the end at who comes next."""

from __future__ import annotations

from attacks import EXERCISE, Attack, harm, reach

DATA = EXERCISE.stub.parents[2] / "datasets"
CLOSED = [str(path) for path in (EXERCISE.solution, EXERCISE.checks, DATA / "networks.json")]

READING = {
    "libraries and programs read": reach(
        f"""
import tensorflow as tf
def opened(path, flags=0):
    return libc.open(path.encode(), flags)
for path in {CLOSED!r}:
    for name, action in {{
        "read_file": lambda: tf.io.read_file(path), "raw": lambda: tf.raw_ops.ReadFile(filename=path),
        "copy": lambda: tf.io.gfile.copy(path, "copied"), "gfile": lambda: tf.io.gfile.GFile(path).read(),
        "lines": lambda: list(tf.data.TextLineDataset(path)), "write": lambda: tf.io.write_file(path, "x"),
    }}.items():
        try:
            action()
            got.append(f"{{name}} {{path}}")
        except tf.errors.OpError:
            pass
    attempt("libc", lambda: opened(path))
    attempt("by its root", lambda: opened("/proc/self/root" + path))
    folder = opened(os.path.dirname(path), os.O_PATH)
    attempt("by its folder", lambda: libc.openat(folder, os.path.basename(path).encode(), 0))
    known = libc.openat(folder, os.path.basename(path).encode(), os.O_PATH)
    attempt("opened again", lambda: opened(f"/proc/self/fd/{{known}}"))
    attempt("link", lambda: os.link(path, "linked") or 1)
    attempt("attribute", lambda: os.setxattr(path, "user.x", b"1") or 1)
    attempt("truncated", lambda: libc.truncate(path.encode(), 0))
    for words in (["cat", path], ["cp", path, "copy"], ["tar", "-cf", "all", path]):
        if subprocess.run(words, capture_output=True).returncode == 0:
            got.append(" ".join(words))
"""
    ),
    "uses descriptors": reach(
        """
import stat
for number in range(3, 1024):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    attempt(f"read {number}", lambda: os.pread(number, 100, 0) or -1)
    if stat.S_ISSOCK(mode) or stat.S_ISDIR(mode):
        got.append(f"a socket or a folder, {number}")
"""
    ),
    "changes flags of files, and types": reach(
        """
import fcntl, struct
for path in (os.__file__, "/etc/passwd"):
    with open(path) as file:
        for number in (0x40086602, 0x401C5820):
            attempt(path, lambda: fcntl.ioctl(file, number, struct.pack("q", 0x40)) or 1)
attempt("type", lambda: libc.ioctl(0, 0x5412, b"x"))
attempt("hide", lambda: libc.prctl(4, 0, 0, 0, 0))
"""
    ),
    "names processes by descriptors": reach(
        """
for pid in ancestors():
    named = libc.syscall(434, pid, 0)
    attempt("signal", lambda: libc.syscall(424, named, 9, None, 0))
    attempt("descriptor", lambda: libc.syscall(438, named, 3, 0))
    attempt("score", lambda: open(f"/proc/{pid}/oom_score_adj", "w").write("1000"))
"""
    ),
}
"""Each passes, as nothing of it works."""

_LEAVING = """
import msgspec, os, struct
folder = os.path.join(os.path.dirname(os.getcwd()), "evidence")
path = os.path.join(folder, "record.msgpack")

def finish():
    data = msgspec.msgpack.encode({"kind": "finished"})
    for number in range(3, 60):
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith("pipe"):
                os.write(number, struct.pack("!I", len(data)) + data)
        except OSError:
            pass
    os._exit(0)

def leave(**changes):
    record = {"ended": {"kind": "end"}, "values": {}, "probes": [], "calls": [],
              "figures": [], "files": {}, "models": [], **changes}
    with open(path, "wb") as stream:
        stream.write(msgspec.msgpack.encode(record))
    finish()

def raised(**changes):
    leave(ended={"kind": "exception", "type": "E", "message": "", "line": 1, "lines": [], **changes})
"""


def _left(code: str, says: str = "cannot be read", status: str = "failed") -> Attack:
    return harm(_LEAVING + code, status, says)


FORGING = {
    "a folder": _left("os.mkdir(path)\nfinish()\n", "not a regular file"),
    "a pipe": _left("os.mkfifo(path)\nfinish()\n", "not a regular file"),
    "a link": _left("os.symlink('/dev/zero', path)\nfinish()\n"),
    "holes": _left("open(path, 'wb').truncate(50_000_000)\nfinish()\n"),
    "axes": _left(
        "size = {'kind': 'numbers', 'shape': [2**63 - 1] * 3_000_000, 'dtype': '', 'digest': ''}\n"
        "leave(values={'model': size})\n"
    ),
    "words": _left("raised(message='x ' * 25_000_000)\n"),
    "lines": _left("raised(lines=[1] * 50_000_000)\n"),
    "a line before the first": _left("raised(line=-5)\n"),
    "what was under way": _left(
        "text = {'kind': 'text', 'value': 'x' * 50_000_000}\n"
        "raised(call={'name': 'fit', 'line': 1, 'arguments': {'x': text}})\n",
        "stopped .*line 1",
        "error",
    ),
}
"""Records of the file's own making. What is told of them is told as its claim, or not at all."""

USING_UP = {
    "files without a name": harm(
        "import os, time\nkept = []\n"
        "for number in range(9):\n"
        "    kept.append(open('file', 'wb'))\n    os.unlink('file')\n"
        "    kept[-1].write(bytes(15_000_000))\n    kept[-1].flush()\n"
        "time.sleep(60)\n",
        says="to the disk",
    ),
    "files in memory alone": harm(
        "import mmap, os, time\nkept = []\n"
        "for number in range(9):\n"
        "    with open('file', 'w+b') as file:\n"
        "        os.unlink('file')\n        file.write(bytes(15_000_000))\n        file.flush()\n"
        "        kept.append(mmap.mmap(file.fileno(), 15_000_000))\n"
        "time.sleep(60)\n",
        says="to the disk",
    ),
    "memory that is shared": harm(
        "import mmap, time\nkept = [mmap.mmap(-1, 200_000_000) for _ in range(4)]\n"
        "for one in kept:\n    one[:] = b'x' * len(one)\n"
        "time.sleep(60)\n",
        says="of memory",
    ),
    "threads": harm(
        "import os, threading, time\nthreading.stack_size(65536)\nwaiting = threading.Event()\n"
        "try:\n    for _ in range(5000):\n        threading.Thread(target=waiting.wait).start()\n"
        "    time.sleep(60)\n"
        "except RuntimeError:\n    os._exit(1)  # there can be no more\n",
        says="threads, and was stopped|ended Python itself",
    ),
    "descriptors": harm(
        "import os\ntry:\n    while True:\n        os.dup(0)\nexcept OSError:\n    pass\n",
        says="used up what a run gets",
    ),
    "all descriptors closed": harm("import os\nos.closerange(0, 9999)\n", says="or closed what it is"),
    "stops itself": harm("import os\nos.kill(os.getpid(), 19)\n", "timeout", "still running"),
    "hangs when it is looked at": harm(
        "class Slow:\n    def __array__(self, *_, **__):\n        while True:\n            pass\n"
        "slow = Slow()\n",
        "timeout",
        "still running",
    ),
}  # fmt: skip

LYING = {
    "a layer with Keras's name": harm(
        "import keras\n"
        "class Dense(keras.layers.Dense):\n"
        "    def get_config(self):\n"
        "        return {**super().get_config(), 'units': 64 if self.units == 60 else self.units}\n"
        "Dense.__module__ = keras.layers.Dense.__module__\n"
        "sizes = {128: 'relu', 60: 'relu', 32: 'relu', 4: 'softmax'}\n"
        "model = keras.Sequential([keras.Input((2,)), *(Dense(n, activation=a) for n, a in sizes.items())])\n"
        "model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])\n",
        says="cannot be rebuilt",
    ),
    "a model of another class": harm(
        "import keras\n"
        "kind = {'layers': property(lambda _: []), '__module__': keras.Sequential.__module__}\n"
        "model.__class__ = type('Sequential', (keras.Sequential,), kind)\n"
    ),
    "two of it go on": harm("import os\nos.fork()\n"),
    "its child goes on": harm("import os\nif os.fork():\n    os.wait()\n    os._exit(0)\n"),
    "odd names": harm("globals()[5] = globals()['\\udcff'] = 1\n", says="could not be recorded"),
}  # fmt: skip

FAMILIES = {
    "reading": READING, "forging": FORGING, "using up": USING_UP, "lying": LYING,
}  # fmt: skip
MORE = {f"{family}: {name}": one for family, all_ in FAMILIES.items() for name, one in all_.items()}
