"""Two workers on two hosts, which are network namespaces."""

import os
import select
import shutil
import socket
import subprocess
import sys

import pytest
from classes import REFERENCE, gradebook, make_course, results, submit
from processes import start

STUDENTS = [f"student{i}" for i in range(8)]
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ip") is None, reason="network namespaces need root and iproute2"
)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Host:
    """A network namespace, connected to ours by a pair of interfaces; ours has the address `driver`."""

    def __init__(self, number):
        self.name = f"ag{os.getpid()}-{number}"
        self.cable = f"ag{os.getpid() % 100000}v{number}"
        net = f"10.{200 + number}.{os.getpid() % 250}"
        self.driver, self.address = f"{net}.1", f"{net}.2"
        ip("netns", "add", self.name)
        ip("link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("addr", "add", f"{self.driver}/24", "dev", self.cable)
        ip("link", "set", self.cable, "up")
        for command in (["addr", "add", f"{self.address}/24", "dev", "eth0"], ["link", "set", "eth0", "up"]):
            ip("-n", self.name, *command)
        ip("-n", self.name, "link", "set", "lo", "up")

    def run(self, *arguments, **options):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *arguments], **options)

    def cut_off(self):
        ip("link", "set", self.cable, "down")

    def remove(self):
        ip("netns", "del", self.name)


@pytest.fixture
def hosts():
    made = [Host(number) for number in (1, 2)]
    yield made
    for host in made:
        host.remove()


@pytest.fixture
def cluster(hosts, tmp_path):
    """A scheduler here and a worker on each host, without the course's folder; yields the scheduler's port."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        port = probe.getsockname()[1]
    variables = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "8s"}
    log = (tmp_path / "cluster.log").open("w")
    quiet = {"stdout": log, "stderr": log, "env": variables}
    scheduler = ["distributed.cli.dask_scheduler", "--host", "0.0.0.0", "--port", str(port), "--no-dashboard"]
    started = [subprocess.Popen([sys.executable, "-m", *scheduler], **quiet)]
    for host in hosts:
        folder = tmp_path / host.name
        folder.mkdir()
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://{host.driver}:{port}"]
        options = ["--nthreads", "1", "--host", host.address, "--no-dashboard", "--no-nanny"]
        started.append(host.run(*worker, *options, "--name", host.name, cwd=folder, **quiet))
    yield port
    for process in started:
        process.kill()
        process.wait()
    log.close()


@pytest.fixture
def recordings(tmp_path):
    """A FIFO to which the course's configuration writes a byte for each result in the gradebook."""
    path = tmp_path / "recordings"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)  # for writing too, so that the writer never waits
    yield path, descriptor
    os.close(descriptor)


HOOK = """
def tell(**_):
    with open({path!r}, "w") as fifo:
        fifo.write(".")


c.Autograde.post_convert_hook = tell
"""


def wait_for_recordings(descriptor, count, process):
    """Wait until so many results are in the gradebook, or the run has ended."""
    end = os.pidfd_open(process.pid)
    while count > 0 and descriptor in select.select([descriptor, end], [], [])[0]:
        count -= len(os.read(descriptor, count))
    os.close(end)


@pytest.mark.kernel
@pytest.mark.slow
def test_a_host_that_is_cut_off_loses_nothing(hosts, cluster, recordings, tmp_path):
    path, descriptor = recordings
    folder = make_course(tmp_path / "course", HOOK.format(path=str(path)))
    for student in STUDENTS:
        submit(folder, student, REFERENCE)
    process = start(folder, "autograder", "class", "dropout", "--scheduler", f"tcp://127.0.0.1:{cluster}")
    wait_for_recordings(descriptor, 3, process)
    hosts[0].cut_off()
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stdout + stderr
    assert "8 submissions: 8 graded." in stdout
    scores = {student: result["score"] for student, result in results(folder).items()}
    assert scores == dict.fromkeys(STUDENTS, 15)
    assert sum(row[1] == "test_dropout_forward" for row in gradebook(folder)) == 8
