"""lint.symbols: no global name of ours is also exported by a library that we link.

libconfig exports strbuf_append, libesmtp exports smtp_ and auth_ names: a function of ours with
such a name would silently take the place of theirs. Arguments: --cc CC --nm NM, the libraries to
compare with (--library NAME, as the compiler finds them), our static libraries and the program.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import tree


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", required=True)
    parser.add_argument("--nm", required=True)
    parser.add_argument("--library", action="append", required=True)
    parser.add_argument("--program")
    parser.add_argument("archives", nargs="+")
    return parser.parse_args()


def names(nm, path, *options):
    """Defined global names; the compiler's own (__x, x.y) are left out."""
    command = [nm, "-P", "--defined-only", "--extern-only", *options, path]
    lines = subprocess.run(command, check=True, capture_output=True).stdout.decode().splitlines()
    found = {line.split()[0].split("@")[0] for line in lines if len(line.split()) > 1}
    return {n for n in found if not n.startswith("_") and "." not in n}


def shared(cc, library):
    """The file that -lLIBRARY links at run time."""
    for name in (f"lib{library}.so", f"lib{library}.so.6"):  # libc.so is a linker script
        path = subprocess.run([cc, f"-print-file-name={name}"], check=True,
                              capture_output=True).stdout.decode().strip()
        if os.path.isabs(path):
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    return path
    sys.exit(f"lib{library}.so is not found: install its -dev package")


def collisions(nm, ours, exported):
    for path in ours:
        for name in sorted(names(nm, path)):
            if name in exported:
                yield (f"{os.path.basename(path)}: {name} is exported by lib{exported[name]} too: "
                       "give it another name")


def leaks(nm, program, ours):
    """What the program itself exports: nothing of ours, or a library could bind to it."""
    own = set().union(*(names(nm, path) for path in ours))
    for name in sorted(names(nm, program, "-D") & own):
        yield f"{os.path.basename(program)}: exports {name}: it must be hidden"


def compiled(cc, folder, name, code, *options):
    path = os.path.join(folder, name)
    source = path + ".c"
    with open(source, "w", encoding="utf-8") as file:
        file.write(code)
    subprocess.run([cc, "-o", path, source, *options], check=True)
    return path


def self_test(cc, nm, exported):
    with tempfile.TemporaryDirectory(prefix="tocsin-lint-") as folder:
        good = compiled(cc, folder, "good.o", "int ours(void) { return 1; }\n"
                        "static int smtp_start_session(void) { return 2; }\n"
                        "int more(void) { return smtp_start_session(); }\n", "-c")
        bad = compiled(cc, folder, "bad.o", "int smtp_start_session(void) { return 1; }\n"
                       "int config_read_file(void) { return 1; }\n", "-c")
        open_program = compiled(cc, folder, "program", "int ours(void) { return 1; }\n"
                                "int main(void) { return ours(); }\n", "-rdynamic")
        found = list(collisions(nm, [good, bad], exported))
        return (len(found) == 2 and all(f.startswith("bad.o: ") for f in found) and
                not list(leaks(nm, good, [good])) and len(list(leaks(nm, open_program, [good]))) == 1)


def main():
    args = arguments()
    exported = {}
    for library in args.library:
        for name in names(args.nm, shared(args.cc, library), "-D"):
            exported.setdefault(name, library)
    if not self_test(args.cc, args.nm, exported):
        print("self-test: the planted collisions were not found")
        return 1
    ours = [path for path in args.archives if os.path.exists(path)]
    for path in set(args.archives) - set(ours):
        print(f"SKIP: {os.path.basename(path)} is not built")
    if not ours:
        return tree.SKIP
    faults = list(collisions(args.nm, ours, exported))
    if args.program and os.path.exists(args.program):
        faults += leaks(args.nm, args.program, ours)
    for fault in faults:
        print(fault)
    print(f"2 planted collisions found; {len(faults)} between {len(ours)} of our libraries and "
          f"{len(exported)} exported names")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
