"""What is in force on a machine: facts, and how people read them."""

from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.limits import Limits
from autograder.sandbox import probe as module
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.probe import Protection, details, probe, summary

FACTS = {
    "bubblewrap": Bubblewrap("/usr/bin/bwrap", (0, 9, 1)),
    "reason": "",
    "user_id": 1000,
    "system": "Linux 6.1",
    "machine": "x86_64",
    "refused_calls": 25,
    "control_group": None,
    "limits": Limits(),
}


def protection(**facts):
    return Protection(**FACTS | facts)


def test_a_sandbox_of_this_machine_is_available():
    assert probe(Limits()).available


def test_a_machine_without_one_says_why(monkeypatch):
    def fail():
        raise SandboxError("no bwrap was found")

    monkeypatch.setattr(module, "find_bubblewrap", fail)
    found = probe(Limits())
    assert (found.available, found.reason) == (False, "no bwrap was found")


def test_an_unknown_architecture_refuses_no_call(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "vax")
    assert probe(Limits()).refused_calls == 0


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "sandbox: bubblewrap 0.9.1 as uid 1000, no network, 4096 MiB and 512 processes (watchdog)"),
        (
            {"user_id": 0, "control_group": Path("/group")},
            "sandbox: bubblewrap 0.9.1 as root, no network, 4096 MiB and 512 processes (cgroup)",
        ),
        ({"bubblewrap": None}, "no sandbox: student code cannot be isolated on this machine"),
    ],
    ids=["watchdog", "root_with_cgroup", "none"],
)
def test_the_summary_is_one_line(facts, line):
    assert summary(protection(**facts)) == line


def test_without_a_sandbox_the_details_say_why():
    assert details(protection(bubblewrap=None, reason="no bwrap was found"))[-1] == (
        "reason",
        "no bwrap was found",
    )


@pytest.mark.parametrize(
    ("facts", "title", "part"),
    [
        ({}, "processes", "(watchdog and RLIMIT_NPROC)"),
        ({"user_id": 0}, "processes", "(watchdog)"),
        ({"control_group": Path("/group")}, "cgroups", "version 2, under /group"),
        ({"machine": "vax", "refused_calls": 0}, "system calls", "not filtered: their numbers on vax"),
        ({}, "system calls", "25 refused by seccomp"),
    ],
)
def test_details_follow_from_the_facts(facts, title, part):
    assert part in dict(details(protection(**facts)))[title]
