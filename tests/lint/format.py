"""lint.format: every .c and .h file is as clang-format 14 lays it out (.clang-format)."""
import os
import shutil
import subprocess
import sys

import tree

TOOL = "clang-format-14"
STYLE = os.path.join(sys.argv[1] if len(sys.argv) > 1 else ".", ".clang-format")


def check(root):
    paths = tree.files(root, ".c", ".h")
    if not paths:
        return
    command = [TOOL, f"--style=file:{os.path.abspath(STYLE)}", "--dry-run", "-Werror", *paths]
    result = subprocess.run(command, cwd=root, stderr=subprocess.PIPE, check=False)
    seen = set()
    for line in result.stderr.decode(errors="replace").splitlines():
        path = line.split(":")[0]
        if ": error:" in line and path not in seen:
            seen.add(path)
            yield f"{':'.join(line.split(':')[:2])}: layout: run {TOOL} -i {path}"
    if result.returncode != 0 and not seen:
        yield f"{TOOL}:1: failed: {result.stderr.decode(errors='replace')}"


CLEAN = {"base/a.c": "int main(void)\n{\n    return 0;\n}\n"}
PLANTS = [("other braces", {"base/b.c": "int f(void) {\n  return 0;\n}\n"}, "base/b.c:1: layout"),
          ("a long line", {"base/b.h": "int " + "a" * 60 + ", " + "b" * 60 + ";\n"}, "layout")]

if __name__ == "__main__":
    if shutil.which(TOOL) is None:
        print(f"SKIP: {TOOL} is not installed (Debian: clang-format-14): layout is not checked")
        sys.exit(tree.SKIP)
    sys.exit(tree.run(check, CLEAN, PLANTS))
