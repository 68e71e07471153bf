"""What `make audit` runs: bandit over the code, pip-audit over everything that is pinned.

Findings fail. An advisory service that cannot be reached fails nothing, but is said: then nobody has looked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SERVICES = ("pypi", "osv")  # tried in turn
PATIENCE = 300  # seconds
# Advisories that do not concern us, each with its reason. What is in here is not reported.
ACCEPTED: dict[str, str] = {}


def main() -> int:
    wrong = bandit() + vulnerable()
    print("audit:", "findings, see above" if wrong else "nothing found where we could look")
    return 1 if wrong else 0


def bandit() -> int:
    """How the code fares; what is passed over stands in pyproject.toml, with reasons."""
    command = [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "app", ".ci"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def vulnerable() -> int:
    """How many pinned packages have a known hole that nobody has accepted."""
    for service in SERVICES:
        looked = asked(service)
        if looked is None:
            print(f"pip-audit: the advisory service {service} cannot be reached")
            continue
        known = [package for package in looked if "skip_reason" not in package]
        if not known:
            print(f"pip-audit: the advisory service {service} knows none of our packages, so it was not really asked")
            continue
        print(f"pip-audit: {service} was asked about {len(known)} of {len(looked)} packages")
        found = [(package, hole) for package in known for hole in package["vulns"] if not accepted(hole)]
        for package, hole in found:
            remedy = ", ".join(hole["fix_versions"]) or "no version yet"
            print(f"  {package['name']} {package['version']}: {hole['id']}; mended in {remedy}")
        return len(found)
    print("pip-audit: NOBODY HAS LOOKED FOR KNOWN HOLES IN WHAT WE DEPEND ON: run `make audit` where an advisory service is")
    return 0


def accepted(hole: dict[str, Any]) -> bool:
    return any(name in ACCEPTED for name in (hole["id"], *hole["aliases"]))


def asked(service: str) -> list[dict[str, Any]] | None:
    """What pip-audit says of every package; None where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--requirement", "constraints.txt"]
    options = ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
        said: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return said["dependencies"]


if __name__ == "__main__":
    sys.exit(main())
