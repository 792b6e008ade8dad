"""A separate user account for student code, for machines on which no sandbox can be made.

The account keeps the checks, the course and other submissions from that code, and nothing else: the code can
reach the network and see the machine's other processes.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from autograder.errors import SandboxError

PACKAGE = Path(__file__).parents[1]


def command_prefix(user: str) -> list[str]:
    """Return a command prefix that switches to a user for good; [] if no user is named.

    It runs `test` as that user, to find out whether the user can read the checks.

    Raises
    ------
    SandboxError
        If there is no such user, we may not switch to it, or it can read the checks.
    """
    if not user:
        return []
    account = _account(user)
    if os.geteuid() != 0:
        raise SandboxError(f"only root can run student code as {user}; grade as root, or without --user")
    command = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    command += ["--no-new-privs", "--"]
    if subprocess.run([*command, "test", "-r", str(PACKAGE / "__init__.py")]).returncode == 0:
        raise SandboxError(
            f"{user} can read the checks; make the package unreadable first: chmod 700 {PACKAGE}"
        )
    return command


def change_owner(folder: Path, user: str) -> None:
    """Give a folder and everything in it to a user; do nothing if no user is named."""
    if not user:
        return
    account = _account(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)


def _account(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except KeyError as error:
        raise SandboxError(f"this machine has no user {user!r}") from error
