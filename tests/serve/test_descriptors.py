from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import logging, resource, sys
from app.serve import descriptors
logging.basicConfig(stream=sys.stdout, format="%(message)s")
soft, most = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))
descriptors.warn_if_few()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("soft", "most", "warned"), [(64, 64, True), (64, 1024, False), (200, 255, True)])
def test_the_limit_is_raised_and_a_low_one_is_said(soft: int, most: int, *, warned: bool) -> None:
    command = [sys.executable, "-c", SCRIPT, str(soft), str(most)]

    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()

    assert said[-1] == str(most)
    assert said[:-1] == [each for each in said if each.startswith(f"only {most} files may be open")]
    assert bool(said[:-1]) == warned
