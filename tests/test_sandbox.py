"""A kernel in the real sandbox: what it can do, what it cannot, and what is left of it."""

import json
import os
from pathlib import Path

import psutil
import pytest

from autograder.errors import SandboxError
from autograder.kernel.kernel import Kernel
from autograder.limits import Limits

LIMITS = Limits(call=3, cell=5, memory=600, disk=64, processes=100)


@pytest.fixture(scope="module")
def files(course, tmp_path_factory):
    return course.write_files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def shared(files):
    """A kernel that tests may use but not break."""
    with Kernel(files, None, LIMITS) as kernel:
        yield kernel


@pytest.fixture
def kernel(files):
    with Kernel(files, None, LIMITS) as kernel:
        yield kernel


def printed(kernel, source, seconds=5):
    """Run a cell that must end well and return what it printed."""
    outputs, error = kernel.run_cell(source, seconds)
    assert error is None, outputs
    return "".join(output.text for output in outputs if output.output_type == "stream")


def reason(kernel, source, seconds=5):
    """Run a cell that must not end well and return how it ended."""
    _, error = kernel.run_cell(source, seconds)
    return error.kind, str(error)


def test_outputs_come_back(shared):
    assert printed(shared, "print(6 * 7)") == "42\n"


def test_the_courses_files_are_there_and_read_only(shared):
    assert printed(shared, "import nndl, utils, os; print(os.access('nndl/layers.py', os.W_OK))") == "False\n"


def test_the_working_folder_can_be_written(shared):
    assert printed(shared, "open('a', 'w').write('b'); print(open('a').read())") == "b\n"


def test_only_the_system_is_there(shared):
    places = set(json.loads(printed(shared, "import os, json; print(json.dumps(os.listdir('/')))")))
    assert places <= {
        "bin",
        "dev",
        "env",
        "etc",
        "lib",
        "lib32",
        "lib64",
        "libx32",
        "proc",
        "sbin",
        "tmp",
        "usr",
        "root",
        "opt",
        "home",
    }


def test_the_grader_is_not_installed_inside(shared):
    source = """
    import importlib.metadata as metadata, importlib.util
    try: found = metadata.version("autograder")
    except metadata.PackageNotFoundError: found = None
    print(found, importlib.util.find_spec("autograder"))
    """
    assert printed(shared, source.replace("\n    ", "\n")) == "None None\n"


def test_no_file_inside_names_the_graders_folder(shared):
    folder = str(Path(__file__).parents[1])
    source = f"""
import pathlib, sys
word = {folder!r}.encode()
print([str(p) for p in pathlib.Path("/env").rglob("*") if p.is_file() and p.suffix in (".pth", ".py", ".json", ".cfg", "")
       and "autograder" in p.name + str(p.parent.name) and word in p.read_bytes()])
print([p for p in sys.path if p.startswith({folder!r})], sys.prefix)
"""
    assert printed(shared, source).splitlines() == ["[]", "[] /env"]


def test_there_is_no_network(shared):
    source = (
        "import socket\ntry: socket.create_connection(('127.0.0.1', 22), 1)\nexcept OSError: print('none')"
    )
    assert printed(shared, source) == "none\n"
    assert (
        printed(shared, "import os; print(os.listdir('/sys/class/net') if os.path.exists('/sys') else [])")
        == "[]\n"
    )


def test_there_are_no_other_processes(shared):
    source = "import os; print(len([p for p in os.listdir('/proc') if p.isdigit()]), os.getuid())"
    count, uid = map(int, printed(shared, source).split())
    assert count <= 3
    assert uid == 1000


def test_nothing_of_the_graders_environment_is_passed_on(shared, monkeypatch):
    names = set(json.loads(printed(shared, "import os, json; print(json.dumps(list(os.environ)))")))
    assert not {"CIFAR10_DIR", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "USER"} & names


def test_user_namespaces_cannot_be_nested(shared):
    source = "import subprocess; print(subprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode)"
    assert printed(shared, source) != "0\n"


def test_a_loop_is_interrupted_and_the_kernel_lives(kernel):
    assert reason(kernel, "while True: pass", 1)[0] == "timeout"
    assert printed(kernel, "print('alive')") == "alive\n"


def test_a_loop_that_ignores_interrupts_is_killed(kernel):
    source = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    assert reason(kernel, source, 1)[0] == "timeout"
    assert not kernel.alive


def test_an_exit_is_told_from_an_error(kernel):
    assert reason(kernel, "1 / 0")[0] == "raised"
    assert reason(kernel, "import os; os._exit(7)") == ("died", "the kernel died with exit code 7")


SPREAD = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        block = b"x" * (200 * 2**20)
        time.sleep(30)
time.sleep(30)
"""
CROWD = """
import os, time
for _ in range(150):
    try:
        child = os.fork()
    except OSError:
        break  # the kernel's own limit, which does not count for root, came first
    if child == 0:
        time.sleep(30)
time.sleep(3)
os._exit(1)
"""


@pytest.mark.parametrize(
    ("source", "why"), [(SPREAD, "memory"), (CROWD, "processes")], ids=["memory", "processes"]
)
def test_what_is_over_a_limit_ends_the_sandbox(kernel, source, why):
    kind, text = reason(kernel, source, 20)
    assert kind == "died"
    if why == "memory" or os.geteuid() == 0:
        assert f"it used more than {LIMITS.memory} MiB of memory" in text or "100 processes" in text


def test_one_process_meets_its_own_limit(kernel):
    assert reason(kernel, "b'x' * (2 * 600 * 2**20)")[0] == "raised"
    assert printed(kernel, "print('alive')") == "alive\n"


def test_the_scratch_folder_is_capped(shared):
    source = "try: open('/tmp/big', 'wb').write(bytes(100 * 2**20))\nexcept OSError as error: print(error.strerror)"
    assert "No space" in printed(shared, source)


def test_output_over_the_limit_is_dropped(shared):
    text = printed(shared, "for _ in range(300): print('x' * 10_000)", 20)
    assert len(text) < 2**20 + 200
    assert "the rest of this cell's output was dropped" in text


def test_nothing_is_left_when_a_kernel_ends(files):
    before = {process.pid for process in psutil.process_iter()}
    with Kernel(files, None, LIMITS) as kernel:
        folder = kernel._folder
        fork = "import os\nfor _ in range(10):\n    if os.fork() == 0:\n        os.setsid()\n        import time; time.sleep(60)"
        kernel.run_cell(fork, 2)
        inside = psutil.Process(kernel._provisioner.process.pid).children(recursive=True)
    assert not folder.exists()
    gone, alive = psutil.wait_procs(inside, timeout=5)
    assert not alive, before


def test_no_sandbox_runs_in_a_private_folder(files):
    with Kernel(files, None, LIMITS, sealed=False) as kernel:
        folder = printed(kernel, "import os, nndl; print(os.getcwd())").strip()
        assert folder != os.getcwd()
    assert not Path(folder).exists()


def test_system_calls_that_hold_uncounted_memory_are_refused(shared):
    source = "import ctypes; libc = ctypes.CDLL(None); print(libc.memfd_create(b'x', 0), libc.shmget(0, 4096, 0o1600))"
    assert printed(shared, source) == "-1 -1\n"


def test_the_first_process_holds_nothing_of_the_graders_open(shared):
    source = "import os; print([p for p in (os.readlink(f'/proc/1/fd/{n}') for n in os.listdir('/proc/1/fd')) if p[0] == '/'])"
    assert set(eval(printed(shared, source))) <= {"/dev/null"}


def test_the_systems_settings_are_not_there(shared):
    assert printed(shared, "import os; print(os.listdir('/proc/sys'), os.listdir('/proc/irq'))") == "[] []\n"


@pytest.mark.parametrize("attempt", range(5))
def test_nothing_is_left_of_a_kernel_that_ends_as_it_starts(files, monkeypatch, attempt):
    def fail(kernel):
        kernel_folders.append(str(kernel._folder))
        raise SandboxError("at once")

    kernel_folders = []
    monkeypatch.setattr(Kernel, "_connect", fail)
    with pytest.raises(SandboxError, match="at once"), Kernel(files, None, LIMITS):
        pass
    (folder,) = kernel_folders
    assert not [p for p in psutil.process_iter(["cmdline"]) if folder in " ".join(p.info["cmdline"] or ())]


def test_its_end_leaves_no_dead_process_behind(files):
    with Kernel(files, None, LIMITS) as kernel:
        processes = kernel._provisioner.processes()
    assert len(processes) >= 3
    assert not any(psutil.pid_exists(process.pid) for process in processes)
