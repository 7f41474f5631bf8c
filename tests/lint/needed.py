"""lint.needed: which libraries the program links: each costs time at every start and in every child.

libical brings ICU along, libpq sixteen others, libcurl twenty-two: they are loaded where they are used
(clocks/libical, store/libpq, channels/libcurl, by base/library), and a folder that links one again would not be noticed otherwise. Arguments: READELF
PROGRAM. A library more is a decision: name it in ALLOWED, with what it costs in the commit.
"""
import os
import re
import subprocess
import sys

import tree

ALLOWED = {"libc", "libm", "libconfig", "libcrypto", "libesmtp", "libgio-2.0", "libglib-2.0",
           "libgmime-3.0", "libgobject-2.0", "libgpgme", "libidn2", "libsqlite3", "libssl"}
# What compilers add for their sanitizers.
COMPILER = {"libasan", "libubsan", "libgcc_s", "libdl", "libpthread", "librt", "libresolv"}
NEEDED = re.compile(r"\(NEEDED\).*\[(.+?)\.so[.\d]*\]")


def needed(text):
    return NEEDED.findall(text)


def faults(names):
    return [f"the program links {name}: load it where it is used, as store/libpq is"
            for name in names if name not in ALLOWED | COMPILER]


def main():
    readelf, program = sys.argv[1:]
    planted = " 0x1 (NEEDED)  Shared library: [libical.so.3]\n 0x1 (NEEDED)  Shared library: [libc.so.6]\n"
    if needed(planted) != ["libical", "libc"] or len(faults(needed(planted))) != 1:
        print("self-test: the planted library was not found")
        return 1
    if not os.path.exists(program):
        print(f"SKIP: {program} is not built")
        return tree.SKIP
    done = subprocess.run([readelf, "--dynamic", "--wide", program], check=True, capture_output=True,
                          text=True, env={**os.environ, "LC_ALL": "C"})
    names = needed(done.stdout)
    if "libc" not in names:
        print(f"{program}: no libc among {names}: what {readelf} says is not understood")
        return 1
    found = faults(names)
    for fault in found:
        print(fault)
    print(f"1 planted library found; {len(names)} are linked, {len(found)} of them are not allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
