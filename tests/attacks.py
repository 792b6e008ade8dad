"""The attacks in tests/hostile, and the place they are let loose in: a course with something to steal.

An attack is a file of answers. Its docstring starts with the trust rule that it attacks and says what it
tries; a line `Says:` gives what its result must say (a pattern), a line `Like:` what the same answer returns
without the attack. A few capital words in it stand for things that an
attacker may know: COURSE_ROOT, REPOSITORY, GRADER_PID, LISTENING_PORT and LISTENING_NAME.
"""

import ast
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook

from autograder.demo.answering import parse_answers

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).with_name("hostile")
# What a test can wait for; each limit is far above what an honest answer takes
LIMITS = {"call": 1, "cell": 4, "memory": 1000, "disk": 64, "processes": 150, "threads": 1}
IMPORTS = "import numpy as np\nimport nndl, utils"


@dataclass(frozen=True)
class Attack:
    """An attack: its name, the rule that it attacks, what its result must say, what the answer comes to
    without it, and its answers by cell."""

    name: str
    rule: str
    about: str
    says: str
    like: str
    answers: dict

    @classmethod
    def read(cls, path):
        text = path.read_text()
        rule, about = re.match(r"Rule (\d)\. (.*)", ast.get_docstring(ast.parse(text)), re.DOTALL).groups()
        lines = dict(re.findall(r"^(Says|Like): (.*)$", about, re.MULTILINE))
        about = " ".join(re.sub(r"^\w+: .*$", "", about, flags=re.MULTILINE).split())
        answers = parse_answers(text)
        return cls(path.stem, rule, about, lines.get("Says", ""), lines.get("Like", "x, None"), answers)


ATTACKS = [Attack.read(path) for path in sorted(FOLDER.glob("*.py"))]


def notebook(answers):
    """Return a notebook of nothing but answers, by grade_id."""
    cells = [
        new_code_cell(source, metadata={"nbgrader": {"grade_id": name}}) for name, source in answers.items()
    ]
    return new_notebook(cells=[new_code_cell(IMPORTS), *cells])


@dataclass
class Town:
    """A course whose secrets hold a canary each, and whose files may not change.

    Attributes
    ----------
    canaries : dict of str to str
        Where a canary was planted, and what it says.
    """

    root: Path
    canaries: dict = field(default_factory=dict)

    @classmethod
    def build(cls, root):
        town = cls(root)
        shutil.copytree(ROOT / "source", root / "source")
        shutil.copytree(ROOT / "autograder/checks", root / "checks")
        config = (ROOT / "nbgrader_config.py").read_text()
        (root / "nbgrader_config.py").write_text(
            config + "".join(f"c.Limits.{n} = {v}\n" for n, v in LIMITS.items())
        )
        for path in ("checks/dropout/layer.py", "checks/dropout/test_dropout_forward.py"):
            with open(root / path, "a") as file:
                file.write(f"\n# {town.canary(path)}\n")
        solution = root / "source/dropout/dropout.ipynb"
        marker = "### BEGIN SOLUTION"
        solution.write_text(
            solution.read_text().replace(marker, f"{marker}\\n# {town.canary('solution')}\\n", 1)
        )
        neighbour = root / "submitted/bob/dropout/dropout.ipynb"
        neighbour.parent.mkdir(parents=True)
        neighbour.write_text(town.canary("another submission"))
        with sqlite3.connect(root / "gradebook.db") as book:
            book.execute("create table grade (auto_score real, manual_score real, note text)")
            book.execute("insert into grade values (0, 0, ?)", (town.canary("gradebook"),))
        book.close()
        return town

    def canary(self, place):
        """Return a word that stands nowhere but in this place."""
        return self.canaries.setdefault(place, f"CANARY-{uuid.uuid4().hex}")

    def fingerprint(self):
        """Return a digest of every file of the course."""
        paths = sorted(path for path in self.root.rglob("*") if path.is_file() and path.suffix != ".pyc")
        parts = [f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def brief(self, answers, listener):
        """Return answers in which the capital words stand for what they mean."""
        words = {
            "COURSE_ROOT": str(self.root),
            "REPOSITORY": str(ROOT),
            "GRADER_PID": str(os.getpid()),
            "LISTENING_PORT": str(listener.port),
            "LISTENING_NAME": listener.name,
        }
        pattern = re.compile("|".join(words))
        return {name: pattern.sub(lambda match: words[match[0]], source) for name, source in answers.items()}


class Listener:
    """A TCP port and an abstract Unix socket that nobody in a sandbox may reach."""

    def __init__(self):
        self.name = f"autograder-{uuid.uuid4().hex}"
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._unix = socket.socket(socket.AF_UNIX)
        self._unix.bind(f"\0{self.name}")
        self._unix.listen()
        self.port = self._tcp.getsockname()[1]

    def called(self):
        """Tell whether anybody has connected."""
        found = False
        for sock in (self._tcp, self._unix):
            sock.setblocking(False)
            try:
                sock.accept()[0].close()
                found = True
            except BlockingIOError:
                pass
        return found

    def close(self):
        self._tcp.close()
        self._unix.close()
