"""lint.size: no .c or .h file over 400 lines. A longer one needs a reason here."""
import sys

import tree

MOST = 400
LONGER = {
    # "folder/file.c": (lines, "why it cannot be two files"),
}


def check(root):
    for path in tree.files(root, ".c", ".h"):
        lines = tree.read(root, path).count("\n")
        most, _ = LONGER.get(path, (MOST, ""))
        if lines > most:
            yield f"{path}:{lines}: more than {most} lines: one file is one idea, split it"
    for path in LONGER:
        if path in tree.files(root, ".c", ".h") and tree.read(root, path).count("\n") <= MOST:
            yield f"{path}:1: is short enough by now: take it off the list in tests/lint/size.py"


CLEAN = {"base/a.c": "\n" * MOST}
PLANTS = [("one line too many", {"base/b.h": "\n" * (MOST + 1)}, "base/b.h:401: more than 400")]

if __name__ == "__main__":
    sys.exit(tree.run(check, CLEAN, PLANTS))
