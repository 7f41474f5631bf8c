#!/usr/bin/python3
"""`tocsin cvss`: vectors as operands and from standard input, wrong ones among right ones, exit codes."""
import json
import os
import subprocess
import sys

from world import TOCSIN, check, passed

BASE = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
OLD = "(AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H)"
LINE = {"schema": "tocsin.cvss/1", "vector": BASE, "version": "3.1", "base": 9.8, "temporal": 9.8, "environmental": 9.8, "severity": "CRITICAL"}


def run(*args, given=b"", expect=0):
    done = subprocess.run([TOCSIN, "cvss", *args], input=given, capture_output=True, check=False, env=dict(os.environ, HOME="/nonexistent"))
    check(done.returncode == expect, f"{args}: {done.returncode}, not {expect}: {done.stderr.decode()}")
    return done.stdout.decode(), done.stderr.decode()


def main():
    out, err = run("--json", BASE)
    check(json.loads(out) == LINE and list(json.loads(out)) == list(LINE) and not err, out + err)
    out, _ = run(OLD)
    check(out.startswith(OLD + "\n  CVSS 2.0\n") and "= 9.2 HIGH\n" in out, out)
    # A wrong one among right ones: it is named with its place, all others are printed.
    out, err = run("--json", BASE, "CVSS:3.1/AV:N/AV:L", OLD, expect=1)
    check([json.loads(line)["base"] for line in out.splitlines()] == [9.8, 7.8], out)
    check(err == "tocsin: vector 2: CVSS vector, sign 15: AV stands there twice: keep one of the two\n", err)
    # Standard input: CRLF, empty lines, no end of line at the end of the file.
    out, err = run("--json", "-", given=f"{BASE}\r\n\n{OLD}\n{BASE}".encode())
    check([json.loads(line)["vector"] for line in out.splitlines()] == [BASE, OLD, BASE] and not err, out + err)
    hostile = BASE.encode() + b"\n" + b"A" * 5_000_000 + b"\nCVSS:3.1/\0AV:N\n\x1b[31m\xff\n" + BASE.encode() + b"/" + b"E:X/" * 500 + b"\n" + OLD.encode()
    out, err = run("--json", "-", given=hostile, expect=1)
    check([json.loads(line)["base"] for line in out.splitlines()] == [9.8, 7.8], out)
    lines = err.splitlines()
    check(len(lines) == 4 and all(f"standard input, line {n}: " in line for n, line in zip((2, 3, 4, 5), lines)), err)
    check("\x1b" not in err and all(len(line) < 500 for line in lines), err)
    out, err = run("-", given=b"")
    check(not out and not err, "nothing in, nothing out")
    # Usage, and a reader that is gone.
    run(expect=2)
    run("--unknown", BASE, expect=2)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([TOCSIN, "cvss", BASE], stdout=full, stderr=subprocess.PIPE, check=False)
    check(done.returncode == 3 and b"standard output" in done.stderr, done.stderr)
    passed("T160", {"runs": 8, "bytes on one line": 5_000_000})


if __name__ == "__main__":
    sys.exit(main())
