"""Drives the served OpenAPI document against the server that serves it, by schemathesis.

    python fuzz.py PATH-OF-PLENARY [--seed N] [--examples N] [--least N] [--brief]

Every check is on; data that fits the document and data that does not; chains of operations along the
document's links. `--examples` is the most cases drawn for an operation, with ten times as many chains;
`--least` is the number of cases below which a run does not count. `--brief` leaves the comparisons but one out of the systematic phase,
whose parameters are those of the grid. The same seed draws the same cases, as far as ids allow, which the
server makes anew each time. Needs the packages of requirements.txt.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from plenary import guarded

HERE = os.path.dirname(os.path.abspath(__file__))
# Chains drawn for each case drawn for an operation.
CHAINS = 10
LIKE_THE_GRID = r"^/v1/comparisons/(?!positions$)|/briefing$|^/v1/articles/{id}/positions$"


def run(base, key, given, examples, *options):
    """One run of schemathesis; the number of cases, all of which passed."""
    tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": HERE}
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        done = subprocess.run([
            tool, "--config-file", os.path.join(HERE, "schemathesis.toml"),
            "run", f"{base}/openapi.json", "--checks", "all", "--mode", "all", "--continue-on-failure",
            "--header", f"Authorization: Bearer {key}", "--seed", given.seed, "--max-examples", str(examples),
            "--report", "json", "--report-json-path", report, *options], cwd=folder, env=environment)
        if done.returncode != 0:
            raise SystemExit(done.returncode)
        with open(report) as found:
            return json.load(found)["test_cases"]["generated"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("binary")
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--examples", type=int, default=50)
    arguments.add_argument("--least", type=int, default=2000)
    arguments.add_argument("--brief", action="store_true")
    given = arguments.parse_args()
    systematic = ["--exclude-path-regex", LIKE_THE_GRID] if given.brief else []
    with guarded(given.binary) as (base, key):
        cases = run(base, key, given, given.examples, "--phases", "coverage", *systematic)
        cases += run(base, key, given, given.examples, "--phases", "examples,fuzzing")
        # A chain is one example, of all operations together.
        cases += run(base, key, given, given.examples * CHAINS, "--phases", "stateful")
    print(f"{cases} cases, no failure")
    if cases < given.least:
        raise SystemExit(f"at least {given.least} count")


if __name__ == "__main__":
    main()
