"""What every lint needs: the project's files, C code without comments, and the run itself.

A lint has a function check(root) that yields "PATH:LINE: WHAT: WHAT TO DO". Before it looks at the
project it must find each planted violation in a temporary tree and find nothing in a clean one,
so that a lint that has gone blind is noticed.
"""
import os
import re
import subprocess
import sys
import tempfile

SKIP = 77  # SKIP_RETURN_CODE in CMakeLists.txt


def files(root, *endings):
    """Paths below root (relative, sorted) that git knows or would add, or all when there is no git."""
    git = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = []
    if os.path.exists(os.path.join(root, ".git")):
        found = subprocess.run(git, check=True, capture_output=True).stdout.decode().split("\0")
    else:
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if f not in ("build", "__pycache__") and f[0] != "."]
            found += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    return sorted({f for f in found if f.endswith(endings) and
                   os.path.isfile(os.path.join(root, f))})


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_only(text):
    """C text with comments, strings and characters blanked; lines stay where they are."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def self_test(check, clean, plants):
    """clean and each plant are {path: text}; a plant comes on top of clean with what must be said."""
    for name, extra, said in [("clean tree", {}, None)] + plants:
        with tempfile.TemporaryDirectory(prefix="tocsin-lint-") as root:
            for path, text in {**clean, **extra}.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            faults = list(check(root))
        good = any(said in fault for fault in faults) if said else not faults
        if not good:
            print(f"self-test: {name}: expected {said!r}, got {faults}")
            return False
    return True


def run(check, clean, plants):
    """main of a lint; its first argument is the root of the project."""
    if not self_test(check, clean, plants):
        return 1
    faults = list(check(sys.argv[1]))
    for fault in faults:
        print(fault)
    print(f"{len(plants)} planted violations found; {len(faults)} in the project")
    return 1 if faults else 0
