"""The gradebook on PostgreSQL, by one setting, against a real server."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from classes import ANSWERS, grade_class, gradebook, make_course, results, submit_all
from conftest import not_found
from processes import run

pytestmark = pytest.mark.kernel

STUDENTS = ("ann", "ben")


def binary(name):
    """Return the path of a program of the server's."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        not_found("postgres", "apt-get install postgresql")
    return found


def as_server(*arguments):
    """Run a command of the server's, which refuses to run as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*user, *arguments], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def server():
    """Run a PostgreSQL server; yields the address of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # pytest's own folders are closed to other users
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = str(folder / "data"), str(folder / "log")
    as_server(binary("initdb"), "-D", data, "-U", "grader", "--auth=trust", "--no-sync")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    as_server(binary("pg_ctl"), "-D", data, "-l", log, "-w", "-o", settings, "start")
    yield f"postgresql+psycopg://grader@127.0.0.1:{port}/postgres"
    as_server(binary("pg_ctl"), "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def course(server, tmp_path_factory):
    """A small class graded into the server's gradebook."""
    folder = make_course(
        tmp_path_factory.mktemp("class") / "course", f"c.CourseDirectory.db_url = {server!r}"
    )
    submit_all(folder, STUDENTS)
    done = grade_class(folder, "--jobs", "2")
    assert done.returncode == 1, done.stderr
    return folder


def test_every_score_is_in_the_database(course, server):
    scores = {row[0]: row[2] for row in gradebook(course, server) if row[1] == "test_dropout_forward"}
    found = results(course)
    assert set(scores) == {*STUDENTS, "gus"} <= {*ANSWERS, "gus"}
    assert scores == {student: found[student]["score"] for student in scores}


def test_there_is_no_other_gradebook(course):
    assert not (course / "gradebook.db").exists()


def test_nbgrader_goes_on_with_it(course):
    done = run(course, "nbgrader", "export")
    assert done.returncode == 0, done.stderr
    assert "ann" in (course / "grades.csv").read_text()
