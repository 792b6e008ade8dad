"""What code in the real sandbox can do and cannot do, tried from inside."""

import json
from pathlib import Path

import pytest
from kernels import failure, printed

from autograder.kernel.launch import start_kernel
from autograder.limits import Limits

pytestmark = pytest.mark.kernel

PLACES = set("bin dev env etc home lib lib32 lib64 libx32 opt proc root sbin tmp usr".split())


@pytest.fixture(scope="module")
def kernel(course, tmp_path_factory):
    """A kernel that every test may use and none may break."""
    files = course.write_files(tmp_path_factory.mktemp("files"))
    with start_kernel(files, None, Limits(memory=600, disk=64, processes=100)) as kernel:
        yield kernel


def test_the_courses_files_can_be_imported(kernel):
    assert printed(kernel, "import nndl, utils; print('done')") == "done\n"


def test_the_courses_files_are_read_only(kernel):
    assert printed(kernel, "import os; print(os.access('nndl/layers.py', os.W_OK))") == "False\n"


def test_the_working_folder_can_be_written(kernel):
    assert printed(kernel, "open('a', 'w').write('b'); print(open('a').read())") == "b\n"


def test_only_the_system_is_there(kernel):
    found = json.loads(printed(kernel, "import os, json; print(json.dumps(os.listdir('/')))"))
    assert set(found) <= PLACES


def test_the_grader_is_not_installed_inside(kernel):
    source = """
import importlib.metadata as metadata, importlib.util
try:
    found = metadata.version("autograder")
except metadata.PackageNotFoundError:
    found = None
print(found, importlib.util.find_spec("autograder"))
"""
    assert printed(kernel, source) == "None None\n"


def test_no_file_inside_names_the_graders_folder(kernel):
    folder = str(Path(__file__).parents[1])
    source = f"""
import pathlib
word, kinds = {folder!r}.encode(), (".pth", ".py", ".json", ".cfg", "")
files = [p for p in pathlib.Path("/env").rglob("*") if p.is_file() and p.suffix in kinds]
print([str(p) for p in files if "autograder" in p.name + p.parent.name and word in p.read_bytes()])
"""
    assert printed(kernel, source, 30) == "[]\n"


def test_pythons_path_does_not_name_the_graders_folder(kernel):
    source = "import sys, json; print(json.dumps([sys.prefix, *sys.path]))"
    prefix, *path = json.loads(printed(kernel, source))
    assert prefix == "/env"
    assert not [place for place in path if place.startswith(str(Path(__file__).parents[1]))]


def test_there_is_no_network(kernel):
    source = (
        "import socket\ntry: socket.create_connection(('127.0.0.1', 22), 1)\nexcept OSError: print('none')"
    )
    assert printed(kernel, source) == "none\n"


def test_there_are_no_other_processes(kernel):
    source = "import os; print(len([p for p in os.listdir('/proc') if p.isdigit()]))"
    assert int(printed(kernel, source)) <= 3


def test_it_runs_as_an_ordinary_user(kernel):
    assert printed(kernel, "import os; print(os.getuid())") == "1000\n"


def test_nothing_of_the_graders_environment_is_passed_on(kernel):
    names = json.loads(printed(kernel, "import os, json; print(json.dumps(list(os.environ)))"))
    assert not {"CIFAR10_DIR", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "USER"} & set(names)


def test_user_namespaces_cannot_be_nested(kernel):
    source = "import subprocess; print(subprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode)"
    assert printed(kernel, source) != "0\n"


def test_one_process_meets_its_own_limit_of_memory(kernel):
    assert failure(kernel, "b'x' * (2 * 600 * 2**20)")[0] == "raised"
    assert kernel.alive


def test_the_scratch_folder_is_capped(kernel):
    source = "try: open('/tmp/big', 'wb').write(bytes(100 * 2**20))\nexcept OSError as error: print(error.strerror)"
    assert "No space" in printed(kernel, source)


def test_system_calls_that_hold_uncounted_memory_are_refused(kernel):
    source = "import ctypes; libc = ctypes.CDLL(None); print(libc.memfd_create(b'x', 0), libc.shmget(0, 4096, 0o1600))"
    assert printed(kernel, source) == "-1 -1\n"


def test_the_first_process_holds_nothing_of_the_graders_open(kernel):
    source = """
import json, os
files = [os.readlink(f"/proc/1/fd/{n}") for n in os.listdir("/proc/1/fd")]
print(json.dumps([name for name in files if name[0] == "/"]))
"""
    assert set(json.loads(printed(kernel, source))) <= {"/dev/null"}


def test_the_systems_settings_are_not_there(kernel):
    assert printed(kernel, "import os; print(os.listdir('/proc/sys'), os.listdir('/proc/irq'))") == "[] []\n"
