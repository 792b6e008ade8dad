"""A test without the mark `kernel` cannot start a kernel: neither itself nor through a command of ours."""

from conftest import ROOT
from kernel_guard import sitecustomize

from autograder.grading.grade import grade
from autograder.grading.options import GradingOptions

pytest_plugins = ["pytester"]

STARTS_ONE = """
import subprocess, sys, pytest

def test_itself():
    with pytest.raises(PermissionError):
        subprocess.run([sys.executable, "-c", "", "ipykernel_launcher"])

def test_by_a_child():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', '', 'ipy' + 'kernel_launcher'])"
    subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL)

@pytest.mark.kernel
def test_marked():
    subprocess.run([sys.executable, "-c", "", "ipykernel_launcher"], check=True)

def test_without():
    subprocess.run([sys.executable, "-c", ""], check=True)
"""


def test_an_unmarked_test_fails_if_it_starts_a_kernel(pytester, monkeypatch):
    monkeypatch.delenv(sitecustomize.FORBIDDEN)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    pytester.makepyfile(STARTS_ONE)
    result = pytester.runpytest_subprocess("-p", "kernel_guard")
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines(
        ["*test_itself starts a kernel: mark it*", "*test_by_a_child starts a kernel*"]
    )


def test_the_grader_cannot_start_one(hand_in, course, tmp_path, monkeypatch):
    attempts = tmp_path / "attempts"
    monkeypatch.setenv(sitecustomize.FORBIDDEN, str(attempts))
    result = grade(hand_in(), GradingOptions(course, only=("test_dropout_forward",)))
    assert result.status == "internal_error"
    assert "ipykernel" in attempts.read_text()
