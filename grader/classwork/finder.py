"""Looking through the folder or archive of a class, and sorting what lies there by student."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from pathlib import Path

from grader.catalogue import exercise_of
from grader.classwork.archives import entries_of_archive, not_opened, open_archive
from grader.classwork.beside import MAX_FILE_BYTES, KeptFile, may_name
from grader.classwork.choice import Candidate
from grader.classwork.collection import Collection, Fault
from grader.classwork.containers import Container, Packed
from grader.classwork.file_names import OPENED, UNOPENED, shown, suffix_of
from grader.classwork.listing import (
    MAX_UNPACKED_BYTES,
    FileEntry,
    Refused,
    entries_of_folder,
    is_no_student,
    is_noise,
)
from grader.classwork.platforms import Owned, Platforms, owned_by
from grader.classwork.students import Student
from grader.classwork.wrappers import (
    is_class,
    is_drives,
    is_platforms,
    number_of_try,
    seems_class,
)
from grader.notebook.notebook_reader import MAX_NOTEBOOK_BYTES
from grader.source_file import MAX_SOURCE_BYTES

_MAX_NESTED_ARCHIVES = 2
_MAX_WRAPPERS = 4
_MAX_CLASS_BYTES = 20_000_000_000
_LIMITS = {".py": MAX_SOURCE_BYTES, ".ipynb": MAX_NOTEBOOK_BYTES}
_ARCHIVES = {".rar", ".7z", ".ace", ".arj"}
_TEXTS = {".txt", ".doc", ".docx", ".odt", ".rtf", ".pdf", ".html", ".md"}
_NO_USE = {*_ARCHIVES, *_TEXTS, ".ipynb"} - {".txt", ".html", ".md"}
"""What no answer reads or imports."""
_WHOSE = "lies beside the students' folders: whose is it?"

_Waiting = dict[str, tuple[list[Collection], str]]
"""Data in an archive, by their names there: whose they are, and what these call them."""


class Finder:
    """Collects files student by student; archives in archives are opened, up to a depth."""

    def __init__(
        self,
        temporary: Path,
        wanted: set[str],
        zone: tzinfo | None = None,
        came: Mapping[str, float] | None = None,
    ) -> None:
        """Begin with nothing.

        Args:
            temporary: where copies are kept.
            wanted: the ids of exercises whose answers are.
            zone: of times in names; this machine's by default.
            came: by folders in the class's, when what lies there was handed in.
        """
        self._temporary = temporary
        self._wanted = wanted
        self._zone = zone
        self._came = came or {}
        self._collections: dict[tuple[str, ...], Collection] = {}
        self._copies = 0
        self.faults: list[Fault] = []
        """What is nobody's."""
        self.remarks: list[Fault] = []
        """What should be known, though nothing is missing."""

    @property
    def collections(self) -> list[Collection]:
        """All students that were found, and their files."""
        return list(self._collections.values())

    def look_into_students_folder(self, folder: Path) -> None:
        """Collect what lies in a folder that is all one student's, who is called ""."""
        everyone = [self._know(Student(""), "", "")]
        for entry in entries_of_folder(folder, partial(self._fault_of, everyone)):
            self._take(everyone, Owned((), shown(entry.name)), entry, 0, entry.name)

    def look_into_class_archive(self, path: Path, name: str, depth: int = 0) -> None:
        """Collect what lies in an archive that holds the work of a class.

        Raises:
            Refused: it cannot be opened.
        """
        with open_archive(path, of_class=True) as archive:
            self.look_into_class(Packed(archive), "", depth, archive=name)

    def look_into_class(
        self, container: Container, where: str, depth: int = 0, archive: str = ""
    ) -> None:
        """Collect what lies in the folder or archive of a class.

        Args:
            container: that.
            where: its path in what was named, "" or ending in `/`.
            depth: how many folders and archives around the class were gone through.
            archive: what the archive is called whose whole content it is.

        Raises:
            Refused: it cannot be read.
        """
        tops = container.tops()
        platforms = Platforms(list(tops), container.read, self._zone)
        kept = {name: tops[name] for name in tops if not self._is_told(where, name, tops[name])}
        wrappers = kept if self._are_wrappers(container, kept, platforms, where, archive) else {}
        if not wrappers or depth >= _MAX_WRAPPERS:
            self.faults += [Fault(where + name, what) for name, what in platforms.problems]
            self._take_all(container, kept, platforms, where)
            return
        for top in wrappers:
            if kept[top]:
                self.look_into_class(container.inner(top), f"{where}{top}/", depth + 1)
            else:
                with self._copied(container, top) as path:
                    self.look_into_class_archive(path, top, depth + 1)

    def _is_told(self, where: str, name: str, is_folder: bool) -> bool:
        """Tell what is plainly no student's, or cannot be told whose; return whether it is."""
        if is_no_student(name):
            return True
        if is_noise(name):
            self.faults.append(Fault(where + name, "is hidden, or a tool's; it was not looked at"))
            return True
        if not is_folder and suffix_of(name) == ".csv" and not _named_by_platform(name):
            self.remarks.append(
                Fault(where + name, "is taken for no student's work; it was not looked at")
            )
            return True
        return False

    def _are_wrappers(
        self,
        container: Container,
        tops: dict[str, bool],
        platforms: Platforms,
        where: str,
        archive: str,
    ) -> bool:
        """Whether nothing of what lies there is a student's work, but each holds a class."""
        if any(platforms.owned(top, is_folder=tops[top]) for top in tops):
            return False
        is_sole = len(tops) == 1
        for top, is_folder in tops.items():
            names = self._names_in(container, top, is_folder, is_sole)
            whole = is_platforms(names) or is_drives(top, names)
            if whole or (is_sole and is_class(top, names, archive)):
                continue
            if not is_sole or not seems_class(names):
                return False
            what = "holds the class, as it seems: what lies in it was taken for students"
            self.remarks.append(Fault(where + top, what, in_doubt=True))
        return True

    def _names_in(
        self, container: Container, top: str, is_folder: bool, is_sole: bool
    ) -> list[str]:
        """Return the paths of what lies in a folder or archive."""
        if is_folder:
            return container.below(top)
        # a tar archive must be unpacked to be listed
        if suffix_of(top) not in OPENED or (suffix_of(top) != ".zip" and not is_sole):
            return []
        try:
            with self._copied(container, top) as path, open_archive(path) as found:
                packed = Packed(found)
                return [
                    f"{inner}/{name}" if name else inner
                    for inner, is_folder in packed.tops().items()
                    for name in (["", *packed.below(inner)] if is_folder else [""])
                ]
        except Refused:
            return []

    @contextlib.contextmanager
    def _copied(self, container: Container, top: str) -> Iterator[Path]:
        path = container.path(top)
        if path:
            yield path
            return
        path = self._temporary / f"class-{self._copies}{suffix_of(top)}"
        self._copies += 1
        try:
            container.copy(top, path, _MAX_CLASS_BYTES)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _take_all(
        self, container: Container, tops: dict[str, bool], platforms: Platforms, where: str
    ) -> None:
        def whose(name: str) -> Owned | None:
            top, below, rest = name.partition("/")
            if top not in tops:
                return None
            owned = owned_by(platforms, top, rest, is_folder=bool(below) or tops[top])
            came = self._came.get("/".join(name.split("/")[:2]))
            return replace(owned, came=came) if owned and came else owned

        def known(name: str) -> list[Collection]:
            owned = whose(name)
            return self._known(owned, where, name.partition("/")[0]) if owned else []

        def problem(name: str, what: str) -> None:
            owned = whose(name)
            if owned:
                self._fault_of(known(name), owned.rest, what)
            elif name.partition("/")[0] in tops or not name:
                self.faults.append(Fault(shown(where + name), what))

        for students in platforms.submitters.values():
            self._known(Owned(tuple(students)), where, "")
        for top, is_folder in tops.items():
            if is_folder:
                known(top)

        def owner(name: str) -> object:
            owned = whose(name)
            return owned.students if owned else name

        waiting: _Waiting = {}
        for entry in container.entries(owner, problem):
            owned = whose(entry.name)
            if owned:
                everyone = known(entry.name)
                if self._take(everyone, owned, entry, 0, where + entry.name):
                    waiting[entry.name] = everyone, owned.rest
            elif entry.name in tops:
                self.faults.append(Fault(shown(where + entry.name), _not_whose(entry.name)))
        self._keep_named(waiting, lambda: container.entries(owner, _said_before))

    def _known(self, owned: Owned, where: str, top: str) -> list[Collection]:
        spelled = owned.spelled or top
        found = [self._know(student, spelled, where + top) for student in owned.students]
        for one in found:
            one.shared_with = tuple(s for s in owned.students if s != one.student)
        return found

    def _know(self, student: Student, spelled: str, origin: str) -> Collection:
        """Return a student's collection; they count even with nothing handed in."""
        told = (student.id, student.name) if student.id else ("", spelled)
        key = (student.platform if student.id else "", *told)
        return self._collections.setdefault(key, Collection(student, spelled, origin))

    def _fault_of(self, everyone: Sequence[Collection], file: str, what: str) -> None:
        for one in everyone:
            one.faults.append(Fault(shown(file), what))

    def _look_into_archive(
        self, everyone: list[Collection], outer: Owned, path: Path, depth: int, origin: str
    ) -> None:
        with open_archive(path) as archive:
            prefix = f"{outer.rest}/" if outer.rest else ""

            def problem(file: str, what: str) -> None:
                self._fault_of(everyone, f"{prefix}{shown(file)}".rstrip("/"), what)

            waiting: _Waiting = {}
            for entry in entries_of_archive(archive, lambda _: None, problem):
                owned = replace(outer, students=(), rest=prefix + shown(entry.name))
                if self._take(everyone, owned, entry, depth, f"{origin}/{entry.name}"):
                    waiting[entry.name] = everyone, owned.rest
            self._keep_named(
                waiting, lambda: entries_of_archive(archive, lambda _: None, _said_before)
            )

    def _take(
        self,
        everyone: list[Collection],
        owned: Owned,
        entry: FileEntry,
        depth: int,
        origin: str,
    ) -> bool:
        """Take a file of a student's, or of a group's: an answer, or an archive of answers.

        Return whether it waits for `_keep_named`: see `_keep`.
        """
        name = owned.rest
        suffix, exercise = suffix_of(name or entry.name), exercise_of(name)
        try:
            if suffix in OPENED:
                if depth >= _MAX_NESTED_ARCHIVES:
                    raise Refused("is an archive in an archive in an archive; it was not opened")
                path = entry.path or self._copy(everyone, entry, MAX_UNPACKED_BYTES)
                self._look_into_archive(everyone, owned, path, depth + 1, origin)
            elif suffix in _ARCHIVES or (suffix in UNOPENED and not name):
                raise Refused(not_opened(suffix))
            elif suffix in _TEXTS and exercise is not None:
                raise Refused(f"is a {suffix} file; an answer is a .py or .ipynb file")
            elif suffix not in _LIMITS:
                for one in everyone:
                    one.others.append(name)
                return self._keep(everyone, name, entry)
            elif exercise is None:
                for one in everyone:
                    one.stray.append(name)
                return self._keep(everyone, name, entry)
            elif exercise.id in self._wanted:
                path = self._copy(everyone, entry, _LIMITS[suffix])
                found = Candidate(
                    exercise,
                    name,
                    shown(origin),
                    path,
                    owned.number or max(map(number_of_try, name.split("/"))),
                    entry.when,
                    owned.late,
                    owned.came,
                    owned.download,
                )
                for one in everyone:
                    one.candidates.append(found)
        except Refused as reason:
            for one in everyone:
                one.faults.append(Fault(name or shown(entry.name), str(reason), exercise))
        return False

    def _keep(self, everyone: list[Collection], name: str, entry: FileEntry) -> bool:
        """Keep a file that answers may use; one that cannot be read is there for none.

        What lies on the disk stays where it is, a module in an archive is copied. Other data in an
        archive wait until it is known what the answers name: then True is returned.
        """
        if entry.size > MAX_FILE_BYTES or suffix_of(name) in _NO_USE:
            return False
        if entry.path is None and suffix_of(name) != ".py":
            return True
        with contextlib.suppress(Refused):
            path = entry.path or self._copy(everyone, entry, MAX_FILE_BYTES)
            for one in everyone:
                one.kept.append(KeptFile(name, path))
        return False

    def _keep_named(self, waiting: _Waiting, again: Callable[[], Iterator[FileEntry]]) -> None:
        """Copy of the data in an archive what answers and modules seem to name.

        AGAIN yields what is in the archive once more.
        """
        named: _Waiting = {}
        owners: tuple[int, ...] = ()
        texts: list[str] = []
        for entry_name, (everyone, name) in waiting.items():
            its_owners = tuple(map(id, everyone))
            if its_owners != owners:
                owners = its_owners
                texts = [text for one in everyone for text in one.texts()]
            if may_name(texts, name):
                named[entry_name] = everyone, name
        for entry in again() if named else ():
            if entry.name in named:
                everyone, name = named[entry.name]
                with contextlib.suppress(Refused):
                    kept = KeptFile(name, self._copy(everyone, entry, MAX_FILE_BYTES))
                    for one in everyone:
                        one.kept.append(kept)

    def _copy(self, everyone: list[Collection], entry: FileEntry, limit: int) -> Path:
        """Copy a file under a name of our own."""
        if entry.size <= limit:
            for one in everyone:
                one.add_bytes(entry.size)
        self._copies += 1
        path = self._temporary / f"{self._copies}{suffix_of(entry.name)}"
        entry.copy_to(path, limit)
        return path


def _said_before(_name: str, _what: str) -> None:
    """Say nothing of what was said when an archive was gone through for the first time."""


def _named_by_platform(name: str) -> bool:
    return Platforms().owned(name, is_folder=False) is not None


def _not_whose(name: str) -> str:
    suffix = suffix_of(name)
    if suffix in _LIMITS:
        return _WHOSE
    kind = f"is a {suffix} file" if suffix else "is a file"
    return f"{kind}, not a student's folder or archive; it was not looked at"
