#!/usr/bin/python3
"""Two simulated years of digests: every zone of the machine with its summer time, outages, sites that move, schedules
that are edited; what is due is reckoned a second time from the wall alone. Nothing twice, nothing left out, in order.

    years.py [--whole]

--whole: 5,000 hospitals over all zones, about two minutes of CPU; else 30 over 28, which is CTest digests.years.
The suite itself is tests/digests/test_years.c of the same build as the program.
"""
import os
import subprocess
import sys

SUITE = os.path.join(os.path.dirname(os.environ["TOCSIN"]), "tests", "test_digests_years")


def main():
    if not os.path.exists(SUITE):
        print(f"SKIP: {SUITE} is not built: cmake --build --preset dev --target test_digests_years")
        return 77
    done = subprocess.run([SUITE, *(["--whole"] if "--whole" in sys.argv[1:] else [])], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        return 1
    print("years: " + next(line for line in done.stdout.splitlines() if line.startswith("sites ")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
