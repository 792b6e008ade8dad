"""JupyterLab in a real browser: a server to open, a notebook to type into and to read."""

import io
import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from autograder.gradebook.environment import path_with_scripts

TOKEN = "browser-test"
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
COLOURS = 64  # of a picture: enough for text and interface, and a fifth of the file
SETTLED = 90_000  # ms: the longest that anything but a training may take on a busy machine
TRAINED = 300_000
QUIET = {"fetchNews": "false", "checkForUpdates": False}  # or JupyterLab asks whether it may call home
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}


@contextmanager
def server(folder, home, **variables):
    """Run JupyterLab on a folder, with nobody's own settings; yield its address."""
    settings = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(QUIET))
    environment = {
        **os.environ,
        "PATH": path_with_scripts(),
        **{name: str(home / d) for name, d in FOLDERS.items()},
    }
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"]
    command += [f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    options = {"cwd": folder, "env": environment | variables, "stderr": subprocess.STDOUT}
    with (
        open(home / "server.log", "w") as log,
        subprocess.Popen(command, stdout=log, **options) as process,
    ):
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(port, process):
    """Return when the server answers; raise RuntimeError where it ends instead."""
    while process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        os.sched_yield()
    raise RuntimeError("JupyterLab did not start; see server.log")


def shoot(page, name, **options):
    """Save a picture of the page, small, when it is drawn."""
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(page.screenshot(**options))).convert("RGB")
    picture.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)


class Notebook:
    """A notebook that is open in JupyterLab."""

    WIDGETS = "jupyterapp.shell.currentWidget.content.widgets"

    def __init__(self, page, address, path):
        self.page = page
        page.goto(f"{address}/lab/tree/{path}?token={TOKEN}")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        session = "window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session"
        page.wait_for_function(f"{session}?.kernel?.status == 'idle'")

    def cells(self, kind):
        """Return the ids of the cells of a kind, in order."""
        return self.page.evaluate(
            f"kind => {self.WIDGETS}.filter(w => w.model.type == kind).map(w => w.model.id)", kind
        )

    def sources(self, kind):
        """Return what stands in the cells of a kind, in order."""
        return self.page.evaluate(
            f"kind => {self.WIDGETS}.map(w => w.model).filter(m => m.type == kind).map(m => m.sharedModel.source)",
            kind,
        )

    def cell(self, name):
        """Return the element of the cell with this id."""
        index = self.page.evaluate(f"{self.WIDGETS}.map(w => w.model.id)").index(name)
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        cell.scroll_into_view_if_needed()
        return cell

    def type(self, name, text):
        """Replace what stands in a cell, as a student would; leave the cursor there."""
        cell = self.cell(name)
        rendered = cell.locator(".jp-RenderedMarkdown")
        if rendered.count():
            rendered.dblclick()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def render(self, name, text):
        """Write a text cell."""
        self.type(name, text)
        self.page.keyboard.press("Control+Enter")
        self.cell(name).locator(".jp-RenderedMarkdown").wait_for()

    def run(self, name, timeout=SETTLED):
        """Run a cell with Ctrl+Enter and return what stands below it."""
        count = f"{self.WIDGETS}.find(w => w.model.id == name).model.executionCount"
        before = self.page.evaluate(f"name => {count}", name)
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            f"([name, before]) => {count} !== null && {count} !== before",
            arg=[name, before],
            timeout=timeout,
        )
        return self.read(name)

    def read(self, name):
        """Return the text of a cell's outputs, as it is shown."""
        return "\n".join(self.cell(name).locator(".jp-OutputArea-output").all_inner_texts())

    def save(self):
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
