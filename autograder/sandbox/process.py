"""A jupyter_client kernel provisioner that starts the kernel in bubblewrap."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Instance, Unicode

from autograder.limits import DESCRIPTORS, MIB, Limits
from autograder.sandbox import account, lifeline
from autograder.sandbox.bwrap import CONNECTION

END = 10.0  # seconds that a killed process may take to be gone: its memory has to be freed
NAME = "autograder-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel behind a prefix of its command, with limits, and signals what is behind it.

    There is no network inside, so the kernel's sockets are files, in a folder that is only there inside.
    """

    folder = Unicode(help="the folder of the sockets and the connection file")
    prefix = Instance(list, help="the bwrap command line; empty for no sandbox")
    variables = Instance(dict, help="the whole environment of the kernel")
    limits = Instance(Limits)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager = self.parent
        manager.transport = "ipc"
        manager.ip = os.path.join(self.folder, "k")
        manager.connection_file = os.path.join(self.folder, CONNECTION)
        kwargs = await super().pre_launch(**kwargs)
        if not self.prefix:
            account.give(Path(manager.connection_file), self.limits.user)
        kwargs["env"] = dict(self.variables)
        kwargs["cmd"] = [*self._sealed(), *_limited(self.limits), *kwargs["cmd"]]
        return kwargs

    def _sealed(self) -> list[str]:
        """Return the prefix with each variable set inside, since bwrap clears them all."""
        if not self.prefix:
            return []
        settings = [arg for pair in self.variables.items() for arg in ("--setenv", *pair)]
        return [*self.prefix, *settings, "--", *lifeline.guarded(os.path.join(self.folder, lifeline.NAME))]

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel itself: an interrupt would end bwrap and leave nothing to ask."""
        if signum != signal.SIGINT:
            self.end()
            return
        kernel = self.kernel_process()
        if kernel is not None:
            kernel.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        self.end()

    async def terminate(self, restart: bool = False) -> None:
        self.end()

    def end(self) -> None:
        """Kill everything in the sandbox and wait for its end.

        Its first process takes the others along, and bwrap ends behind it. Killed before it, bwrap would
        leave a dead process to the machine's init, which may take seconds to notice, or never does. Where
        bwrap is killed in its first milliseconds, what it has just started may live on; so that is looked
        for by name.
        """
        if self.process is None:
            return
        inside = self.processes()[1:]
        _kill(inside)
        if self.prefix and inside:
            self._wait()
        self.process.kill()
        self._wait()
        left = [*inside, *self._named()]
        _kill(left)
        psutil.wait_procs(left, timeout=END)

    def _wait(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=END)

    def _named(self) -> list[psutil.Process]:
        """Return the processes that say they belong to our folder, which is nobody else's."""
        every = psutil.process_iter(["cmdline"])
        return [p for p in every if any(self.folder in word for word in p.info["cmdline"] or ())]

    def root(self) -> str:
        """Return the prefix under which the kernel's own files are reached from here.

        Raises
        ------
        OSError
            If the sandbox has no process yet.
        """
        if not self.prefix:
            return ""
        family = self.processes()
        if len(family) < 2:
            raise FileNotFoundError("the sandbox has no process")
        return f"/proc/{family[1].pid}/root"

    def kernel_process(self) -> psutil.Process | None:
        """Return the kernel's process: behind bwrap, the child of the sandbox's first process."""
        try:
            process = psutil.Process(self.process.pid)
            for _ in range(2 if self.prefix else 0):
                process = process.children()[0]
        except (AttributeError, IndexError, psutil.Error):
            return None
        return process

    def processes(self) -> list[psutil.Process]:
        """Return every process of the sandbox, none where it has ended."""
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except (AttributeError, psutil.Error):
            return []


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):  # it ended before we came to it
            process.kill()


def _limited(limits: Limits) -> list[str]:
    """Return a prefix that bounds each single process."""
    return [
        "prlimit",
        f"--as={2 * limits.memory * MIB}",  # address space: mapped data and unused stacks count in it
        f"--nproc={limits.processes}",
        f"--fsize={limits.disk * MIB}",
        f"--nofile={DESCRIPTORS}",
        "--core=0",
    ]


def spec_config(folder: Path, prefix: list[str], variables: dict[str, str], limits: Limits) -> dict[str, Any]:
    """Return the stanza of a kernel spec's metadata that names this provisioner."""
    config = {"folder": str(folder), "prefix": prefix, "variables": variables, "limits": limits}
    return {"kernel_provisioner": {"provisioner_name": NAME, "config": config}}
