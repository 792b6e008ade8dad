"""Two workers on two hosts, as far as they can tell: each in a network namespace of its own."""

import os
import shutil
import socket
import subprocess
import sys
import threading

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
    """A network namespace with one cable to ours; the address at our end is `driver`."""

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
    """A scheduler here, and a worker on each host that has nothing of the course; yields its port."""
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


def await_results(folder, count, process):
    """Wait until so many results have come, or the run has ended."""
    done = threading.Event()
    while process.poll() is None and len(list(folder.glob("autograded/*/dropout/results.json"))) < count:
        done.wait(0.1)


@pytest.mark.slow
def test_a_host_that_is_cut_off_loses_nothing(hosts, cluster, tmp_path):
    folder = make_course(tmp_path / "course")
    for student in STUDENTS:
        submit(folder, student, REFERENCE)
    process = start(folder, "autograder", "class", "dropout", "--scheduler", f"tcp://127.0.0.1:{cluster}")
    await_results(folder, 3, process)
    hosts[0].cut_off()
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stdout + stderr
    assert "8 submissions: 8 graded." in stdout
    assert {student: result["score"] for student, result in results(folder).items()} == dict.fromkeys(
        STUDENTS, 15
    )
    assert sum(row[1] == "test_dropout_forward" for row in gradebook(folder)) == 8
