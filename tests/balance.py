"""A pytest plugin that shares tests out among the workers of pytest-xdist.

A file goes to one worker as a whole, because its tests share fixtures, and files with many tests go first. The
tests of a file marked `independent` share nothing that takes long: they come last, one at a time, to whichever
worker is free, so that all workers end together. (`--dist loadgroup` would do the same, but groups are lost
with pytest-xdist 3.8 and pytest 9.2.)
"""

from functools import cache

import pytest


@cache
def is_independent(path):
    return "pytest.mark.independent" in path.read_text()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Balanced(LoadScopeScheduling):
        def _split_scope(self, nodeid):  # LoadScopeScheduling's point of extension
            path = nodeid.split("::")[0]
            return nodeid if is_independent(config.rootpath / path) else path

    return Balanced(config, log)
