"""Another account for student code, where no sandbox can be had: it may not read what graders read.

It keeps the checks, the course and other submissions from that code, and nothing else: the network and the
machine's other processes are in its sight.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from autograder.errors import SandboxError

PACKAGE = Path(__file__).parents[1]


def prefix(user: str) -> list[str]:
    """Return the command that becomes this user, for good; nothing where no user is named.

    Raises
    ------
    SandboxError
        If there is no such user, we may not become it, or it could read the checks.
    """
    if not user:
        return []
    account = _account(user)
    if os.geteuid() != 0:
        raise SandboxError(f"only root can run student code as {user}; grade as root, or without --user")
    command = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    command += ["--no-new-privs", "--"]
    if subprocess.run([*command, "test", "-r", str(PACKAGE / "checks" / "__init__.py")]).returncode == 0:
        raise SandboxError(f"{user} can read the checks; close them first: chmod 700 {PACKAGE}")
    return command


def give(path: Path, user: str) -> None:
    """Let a user have a file, or a folder and all that is in it; the folders above let it through."""
    if not user:
        return
    account = _account(user)
    for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
        os.chown(each, account.pw_uid, account.pw_gid)


def _account(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except KeyError as error:
        raise SandboxError(f"this machine has no user {user!r}") from error
