"""lint.layers: every include and every linked folder stands in layers.txt beside this script."""
import os
import re
import sys

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
LINK = re.compile(r"tocsin::(\w+)")
FREE = {"flags"}


def table():
    may, home = {}, {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.txt")) as file:
        for line in file:
            words = line.split("#")[0].split()
            if words and words[0] == "may":
                may[words[1]] = set(words[2:]) | {words[1]}
            elif words:
                home.setdefault(words[1], set()).update(words[2:])
    return may, home


def check_include(folder, kind, header, may, home):
    if kind == "<":
        for prefix, folders in home.items():
            if (header == prefix or prefix.endswith("/") and header.startswith(prefix)) \
                    and folder not in folders:
                return f"only {'/'.join(folders)} may include <{header}>: ask through its header"
        return None
    target = header.split("/")[0]
    if "/" not in header:
        return f'"{header}" is not written from the root: write "{folder}/{header}"'
    if target not in may:
        return f'"{header}" is in no folder of layers.txt'
    if target not in may[folder]:
        return f"{folder} may not include {target}: see tests/lint/layers.txt"
    return None


def check(root):
    may, home = table()
    for path in tree.files(root, ".c", ".h", "CMakeLists.txt"):
        folder = path.split("/")[0]
        if "/" not in path or folder == "tests":
            continue
        text = tree.read(root, path)
        if folder not in may:
            yield f"{path}:1: the folder {folder} is not in layers.txt: add what it may include"
        elif path.endswith(".txt"):
            for match in LINK.finditer(text):
                if match.group(1) not in may[folder] | FREE:
                    yield (f"{path}:{tree.line_of(text, match.start())}: {folder} may not link "
                           f"{match.group(1)}: see tests/lint/layers.txt")
        else:
            for match in INCLUDE.finditer(text):
                fault = check_include(folder, match.group(1), match.group(2), may, home)
                if fault:
                    yield f"{path}:{tree.line_of(text, match.start())}: {fault}"


CLEAN = {
    "base/a.c": '#include "base/a.h"\n#include <stdio.h>\n',
    "templates/a.c": '#include "templates/a.h"\n#include "advisory/a.h"\n',
    "templates/CMakeLists.txt": "tocsin_folder(templates SOURCES a.c LINKS tocsin::advisory)\n",
    "dispatcher/a.c": '#include "store/a.h"\n',
    "store/a.c": "#include <sqlite3.h>\n",
    "tests/store/test_a.c": '#include "dispatcher/a.h"\n#include <sqlite3.h>\n',
}
PLANTS = [
    ("store knows evidence", {"store/b.c": '#include "evidence/a.h"\n'},
     "store/b.c:1: store may not include evidence"),
    ("somebody includes dispatcher", {"seal/b.h": '\n # include "dispatcher/a.h"\n'},
     "seal/b.h:2: seal may not include dispatcher"),
    ("base looks up", {"base/b.c": '#include "config/a.h"\n'}, "base may not include config"),
    ("include beside", {"base/b.c": '#include "b.h"\n'}, 'write "base/b.h"'),
    ("unknown place", {"base/b.c": '#include "elsewhere/b.h"\n'}, "in no folder of layers.txt"),
    ("new folder", {"intake/b.c": "\n"}, "the folder intake is not in layers.txt"),
    ("SQL outside the store", {"dispatcher/b.c": "#include <sqlite3.h>\n"},
     "only store may include <sqlite3.h>"),
    ("a library loaded past base/library", {"seal/b.c": "#include <dlfcn.h>\n"},
     "only base may include <dlfcn.h>"),
    ("curl outside its home", {"seal/b.c": "#include <curl/curl.h>\n"}, "only channels may"),
    ("linked past the table", {"seal/CMakeLists.txt": "tocsin_folder(seal LINKS tocsin::store)\n"},
     "seal/CMakeLists.txt:1: seal may not link store"),
]

if __name__ == "__main__":
    sys.exit(tree.run(check, CLEAN, PLANTS))
