#!/usr/bin/python3
"""bench/verify.py [ENTRIES [ENTRIES_OF_SCRIPT]]: judging a bundle against sha256sum over its entries.

Limits: the program at most 3 times sha256sum over the same file, at most 64 MiB; verify.sh 100,000
entries in at most 30 s. Defaults 1,000,000 and 100,000; needs 1 GB in the temporary folder.
"""
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOCSIN = os.environ.get("TOCSIN", os.path.join(SOURCE, "build", "release", "tocsin"))
spec = importlib.util.spec_from_file_location("make_bundle", os.path.join(SOURCE, "tests/tools/make-bundle.py"))
maker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(maker)


def timed(*words):
    """Best of three: seconds."""
    best = None
    for _ in range(3):
        begin = time.monotonic()
        done = subprocess.run(words, capture_output=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode != 0:
            sys.exit(f"{words[0]}: exit {done.returncode}: {done.stdout.decode()}{done.stderr.decode()}")
        best = seconds if best is None or seconds < best else best
    return best


def peak_memory(*words):
    """MiB of a whole run. getrusage would count what this script held when it started the program."""
    peak = 0
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                    peak = max([peak] + [int(line.split()[1]) for line in file if line.startswith("VmHWM:")])
            except OSError:
                pass
            time.sleep(0.01)
    return peak / 1024


def main():
    counts = [int(word) for word in sys.argv[1:]] + [1000000, 100000][len(sys.argv) - 1:]
    scratch = tempfile.mkdtemp(prefix="tocsin-bench-verify-")
    try:
        large, small = os.path.join(scratch, "large"), os.path.join(scratch, "small")
        maker.make(large, entries=counts[0], notes=5)
        size = os.path.getsize(os.path.join(large, "entries.jsonl"))
        ours = timed(TOCSIN, "evidence", "verify", large)
        peak = peak_memory(TOCSIN, "evidence", "verify", large)
        peer = timed("sha256sum", os.path.join(large, "entries.jsonl"))
        print(f"{counts[0]} entries, {size / 1e6:.0f} MB: tocsin evidence verify {ours:.2f} s, sha256sum {peer:.2f} s, ratio {ours / peer:.2f} (limit 3), "
              f"{peak:.0f} MiB (limit 64)")
        shutil.rmtree(large)
        maker.make(small, entries=counts[1], notes=3, script=os.path.join(SOURCE, "evidence/verify.sh"))
        begin = time.monotonic()
        subprocess.run(["sh", os.path.join(small, "verify.sh")], check=True, capture_output=True)
        print(f"{counts[1]} entries: verify.sh {time.monotonic() - begin:.1f} s (limit 30 s)")
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
