"""A filter on system calls: no sockets, no look into other processes, nothing that administers.

Landlock knows no UDP, no sockets by path, no ptrace, and not who owns a file and when it was
changed. The filter is a program for the kernel's packet filter, see
https://docs.kernel.org/userspace-api/seccomp_filter.html. It holds for root, and for whatever the
process starts.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from grader.sandbox.system_calls import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, Missing, call

_PR_SET_SECCOMP, _FILTER = 22, 2
_LOAD, _EQUAL, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x40000000

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Numbers on x86_64 and aarch64; None where there is no such call.
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    # sockets: nothing to connect to, nothing to listen on
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "bind": (49, 200),
    "listen": (50, 201), "accept4": (288, 242),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "setpgid": (109, 154), "setsid": (112, 157),  # whoever left the group would outlive it
    # what would outlive the run, or escape its limits
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # files by other ways than by their names
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    # the system itself
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
    "iopl": (172, None), "ioperm": (173, None), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}  # fmt: skip

# Landlock cannot forbid these on files that may only be read, and libraries call them after they
# have copied something: they come back as done, and nothing happens.
_WITHOUT_EFFECT: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
}  # fmt: skip

# Calls whose argument of that number names a process: only 0, itself, may be named.
_OF_ITSELF: dict[str, tuple[int, int, int]] = {
    "prlimit64": (302, 261, 0), "sched_setparam": (142, 118, 0),
    "sched_setscheduler": (144, 119, 0), "sched_setaffinity": (203, 122, 0),
    "sched_setattr": (314, 274, 0),
}  # fmt: skip

_SIGNALS: dict[str, tuple[int | None, int | None]] = {
    "kill": (62, 129), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}  # fmt: skip
_SIGNALS_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    "tkill": (200, 130), "pidfd_send_signal": (424, 424),
}  # fmt: skip

_CLONE, _CLONE3, _SOCKETPAIR = (56, 220), (435, 435), (53, 199)
_PRCTL, _FCNTL, _IOCTL = (157, 167), (72, 25), (16, 29)
_F_SETOWN, _F_SETOWN_EX = 8, 15
_IOCTLS_FORBIDDEN = [0x40086602, 0x40046602, 0x401C5820, 0x40806685, 0x5412]
"""Flags and verity of files that may only be read (FS_IOC_SETFLAGS, its 32-bit form,
FS_IOC_FSSETXATTR, FS_IOC_ENABLE_VERITY), and typing into a terminal (TIOCSTI)."""

_NEW_NAMESPACES = 0x7E020080
_STREAM_TYPES = (1, 5)  # a datagram socket of a pair could still send to other addresses


class _Program:
    """Instructions of a filter, as they are put together."""

    def __init__(self) -> None:
        self._code = bytearray()

    def add(self, code: int, value: int, if_true: int = 0, if_false: int = 0) -> None:
        """Append one instruction; jumps count the instructions that are skipped."""
        self._code += struct.pack("=HBBI", code, if_true, if_false, value)

    def give_back(self, number: int | None, result: int) -> None:
        """Let one system call end with a result."""
        if number is not None:
            self.add(_EQUAL, number, 0, 1)
            self.add(_RETURN, result)

    def only(self, number: int | None, argument: int, allowed: list[int], mask: int = 0) -> None:
        """Let one system call through only with these values of an argument's lower half."""
        if number is None:
            return
        length = 2 + bool(mask) + len(allowed)
        self.add(_EQUAL, number, 0, length + 1)
        self.add(_LOAD, 16 + 8 * argument)
        if mask:
            self.add(_AND, mask)
        for index, value in enumerate(allowed):
            self.add(_EQUAL, value & 0xFFFFFFFF, len(allowed) - index, 0)
        self.add(_RETURN, _ERRNO | errno.EPERM)
        self.add(_RETURN, _ALLOW)

    def never(self, number: int, argument: int, test: int, values: list[int]) -> None:
        """Refuse one system call where an argument's lower half has one of these values."""
        self.add(_EQUAL, number, 0, len(values) + 3)
        self.add(_LOAD, 16 + 8 * argument)
        for index, value in enumerate(values):
            self.add(test, value, len(values) - index, 0)
        self.add(_RETURN, _ALLOW)
        self.add(_RETURN, _ERRNO | errno.EPERM)

    def code(self) -> bytes:
        """Return the whole."""
        return bytes(self._code)


def check() -> None:
    """Look whether there is a filter for this machine.

    Raises:
        Missing: it has another processor than those whose calls are known.
    """
    if platform.machine() not in _ARCHITECTURES or struct.calcsize("P") != 8:
        raise Missing(f"no filter for {platform.machine()}")


def apply(*, signals: bool) -> None:
    """Filter this process's system calls for good; with SIGNALS also those that signal others.

    Raises:
        Missing: there is no filter for this machine.
        OSError: the kernel refuses.
    """
    check()
    code = _program(platform.machine(), os.getpid(), signals=signals)
    buffer = ctypes.create_string_buffer(code)
    filter_ = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    call("prctl", _PR_SET_SECCOMP, ctypes.c_ulong(_FILTER), filter_, None, None)


def _program(machine: str, pid: int, *, signals: bool) -> bytes:
    which = list(_ARCHITECTURES).index(machine)
    program = _Program()
    program.add(_LOAD, _ARCHITECTURE)
    program.add(_EQUAL, _ARCHITECTURES[machine], 1, 0)
    program.add(_RETURN, _KILL)
    program.add(_LOAD, _NUMBER)
    if machine == "x86_64":  # its second set of numbers
        program.add(_ANY_BIT, _X32, 0, 1)
        program.add(_RETURN, _ERRNO | errno.ENOSYS)
    for numbers in _FORBIDDEN.values():
        program.give_back(numbers[which], _ERRNO | errno.EPERM)
    for numbers in _WITHOUT_EFFECT.values():
        program.give_back(numbers[which], _ERRNO)
    program.give_back(_CLONE3[which], _ERRNO | errno.ENOSYS)  # its flags cannot be seen
    program.never(_CLONE[which], 0, _ANY_BIT, [_NEW_NAMESPACES])
    # it ends with its helper, and stays open to whoever watches it
    program.never(_PRCTL[which], 0, _EQUAL, [PR_SET_PDEATHSIG, PR_SET_DUMPABLE])
    program.never(_FCNTL[which], 1, _EQUAL, [_F_SETOWN, _F_SETOWN_EX])  # signals, by another way
    program.never(_IOCTL[which], 1, _EQUAL, _IOCTLS_FORBIDDEN)
    program.only(_SOCKETPAIR[which], 1, list(_STREAM_TYPES), mask=0xF)
    for numbers_and_argument in _OF_ITSELF.values():
        program.only(numbers_and_argument[which], numbers_and_argument[2], [0, pid])
    if signals:
        for numbers in _SIGNALS.values():
            program.only(numbers[which], 0, [0, pid, -pid])
        for numbers in _SIGNALS_FORBIDDEN.values():
            program.give_back(numbers[which], _ERRNO | errno.EPERM)
    program.add(_RETURN, _ALLOW)
    return program.code()
