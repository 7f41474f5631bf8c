#!/usr/bin/python3
"""Bugs on purpose: each patch in planted/ breaks one promise, and the tests it names must turn red (P21).

    planted.py [NAME...]          plant, build, test; by hand, since every bug costs a build
    planted.py --check [NAME...]  only: does every patch still apply? (lint.planted)

The head of a patch says which promise it breaks and which CTests must see it. The tree is copied to a
scratch folder (--keep FOLDER: to this one, which stays, so that the next time builds less), bugs are
planted there one at a time. A patch that does not apply, does not build, or that no test sees fails.
The tests must be green without any bug first."""
# Proves: P21
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLANTED = os.path.join(SOURCE, "tests", "torture", "planted")
LEAST = 14


def read_patch(name):
    with open(os.path.join(PLANTED, name + ".patch"), encoding="utf-8") as file:
        text = file.read()
    promise = re.search(r"^Promise: (.+)\.$", text, re.M)
    tests = re.search(r"^Tests: (.+)$", text, re.M)
    if not promise or not tests:
        sys.exit(f"planted: {name}: says no promise or no tests in its head")
    return promise.group(1), tests.group(1).split()


def apply(tree, name, *how):
    # Not as part of whatever repository lies above the tree.
    environment = dict(os.environ, GIT_CEILING_DIRECTORIES=os.path.dirname(tree), GIT_DIR="/nonexistent")
    return subprocess.run(["git", "apply", "-p1", *how, os.path.join(PLANTED, name + ".patch")], cwd=tree, env=environment,
                          capture_output=True, text=True, check=False)


def check_all(names):
    bad = 0
    for name in names:
        read_patch(name)
        done = apply(SOURCE, name, "--check")
        if done.returncode != 0:
            bad += 1
            print(f"planted: {name}: does not apply any more: {done.stderr.strip()}")
    if len(names) < LEAST:
        bad += 1
        print(f"planted: {len(names)} bugs, {LEAST} are wanted")
    print(f"planted: {len(names)} patches, {len(names) - bad} apply")
    return 1 if bad else 0


def run(words, tree, limit):
    return subprocess.run(words, cwd=tree, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=limit)


def build(tree, tests):
    targets = [f"test_{test.replace('.', '_')}" for test in tests if not test.startswith(("torture.", "e2e."))]
    if len(targets) < len(tests):
        targets += ["tocsin", "strike"]
    return run(["cmake", "--build", "--preset", "dev", "--target", *targets], tree, 1800)


def red(tree, tests):
    """The tests that fail."""
    out = []
    for test in tests:
        done = run(["ctest", "--preset", "dev", "-R", f"^{re.escape(test)}$", "--no-tests=error"], tree, 1800)
        if done.returncode != 0:
            out.append(test)
    return out


def copy(tree):
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"], cwd=SOURCE, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        there = os.path.join(tree, name)
        os.makedirs(os.path.dirname(there), exist_ok=True)
        source = os.path.join(SOURCE, name)
        if os.path.islink(source):
            if not os.path.lexists(there):
                os.symlink(os.readlink(source), there)
            continue
        if not os.path.exists(source):
            continue
        with open(source, "rb") as file:
            content = file.read()
        if os.path.exists(there):
            with open(there, "rb") as file:
                if file.read() == content:
                    continue  # its time stays: nothing to build
        shutil.copy(source, there)


def plant_all(names, tree):
    survived = []
    wanted = sorted({test for name in names for test in read_patch(name)[1]})
    copy(tree)
    done = run(["cmake", "--preset", "dev", "-DTOCSIN_WERROR=OFF"], tree, 600)
    if done.returncode == 0:
        done = build(tree, wanted)
    if done.returncode != 0:
        sys.exit(f"planted: does not build without a bug: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    before = red(tree, wanted)
    if before:
        sys.exit(f"planted: red without a bug: {' '.join(before)}")
    for name in names:
        promise, tests = read_patch(name)
        if apply(tree, name).returncode != 0:
            survived.append(name)
            print(f"planted: {name}: does not apply", flush=True)
            continue
        done = build(tree, tests)
        seen = red(tree, tests) if done.returncode == 0 else []
        if len(seen) == len(tests):
            print(f"planted: {name}: found by {' '.join(seen)} ({promise})", flush=True)
        else:
            survived.append(name)
            print(f"planted: {name}: " + ("does not build" if done.returncode else f"SURVIVES {' '.join(t for t in tests if t not in seen)}"), flush=True)
        apply(tree, name, "-R")
    print(f"planted: bugs {len(names)}, found {len(names) - len(survived)}, survived {len(survived)}")
    return 1 if survived else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", metavar="FOLDER")
    parser.add_argument("--whole", action="store_true", help="as without")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(name[:-6] for name in os.listdir(PLANTED) if name.endswith(".patch"))
    if options.check:
        return check_all(names)
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
        return plant_all(names, os.path.abspath(options.keep))
    with tempfile.TemporaryDirectory(prefix="tocsin-planted-", dir="/tmp") as tree:
        return plant_all(names, tree)


if __name__ == "__main__":
    sys.exit(main())
