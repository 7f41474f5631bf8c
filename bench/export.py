#!/usr/bin/python3
"""bench/export.py [ENTRIES [NOTICES]]: a bundle of one advisory out of a long log.

Limit: 30 s for 10,000 notices out of 1,000,000 entries, the entries behind a checkpoint that the
auditor has. Also shown: all entries. What is not about the advisory are heartbeats that this script
appends to the store, linked as the program links them; the signer reads and signs them all. Needs
2 GB in the temporary folder.
"""
import contextlib
import hashlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("TOCSIN", os.path.join(SOURCE, "build", "release", "tocsin"))
sys.path.insert(0, os.path.join(SOURCE, "tests", "e2e"))
from world import World, white  # noqa: E402 (it needs the path above)

TRACKING = "EXM-2026-0007"


def pad(path, wanted):
    """Heartbeats behind what is there, until there are that many entries."""
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        idx, prev = store.execute("SELECT idx, prev FROM evidence_head").fetchone()
        last = json.loads(store.execute("SELECT line FROM evidence WHERE idx = ?", (idx - 1,)).fetchone()[0])
        at_ms = store.execute("SELECT at_ms FROM evidence WHERE idx = ?", (idx - 1,)).fetchone()[0]

        def rows():
            nonlocal idx, prev
            while idx < wanted:
                entry = {"actor": "dispatcher", "at": last["at"], "boot": last["boot"], "data": {"notices_open": 0, "tasks_open": idx}, "idx": idx,
                         "kind": "heartbeat", "prev": prev, "subj": "-", "up_ms": last["up_ms"], "v": 1}
                line = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n"
                yield idx, at_ms, "heartbeat", "-", line
                prev = hashlib.sha256(b"\0" + line).hexdigest()
                idx += 1
        store.executemany("INSERT INTO evidence (idx, at_ms, kind, subj, line) VALUES (?, ?, ?, ?, ?)", rows())
        store.execute("UPDATE evidence_head SET idx = ?, prev = ?", (idx, prev))


def timed(world, *words):
    begin = time.monotonic()
    world.run(*words, timeout=900)
    return time.monotonic() - begin


def main():
    entries, notices = [int(word) for word in sys.argv[1:]] + [1000000, 10000][len(sys.argv) - 1:]
    with World() as world:
        world.table("parties.csv", [{"party": f"hospital-{i:05}", "kind": "hdo", "country": "DE", "email": "", "post_address": f"Street {i}"}
                                    for i in range(notices)])
        world.release(world.advisory(change=white), TRACKING)
        pad(os.path.join(world.site, "tocsin.db"), entries - 5 * notices)
        world.run("evidence", "export", "--all", "--to", f"{world.dir}/kept", timeout=900)  # what the auditor has
        shutil.copy(f"{world.dir}/kept/checkpoint", f"{world.dir}/anchor")
        shutil.rmtree(f"{world.dir}/kept")
        world.run("run", "--until-idle", timeout=1800)
        for what, words in (("behind an anchor", ["--anchor", f"{world.dir}/anchor"]), ("all entries", [])):
            folder = f"{world.dir}/bundle"
            seconds = timed(world, "evidence", "export", "--advisory", TRACKING, "--to", folder, *words)
            judged = timed(world, "evidence", "verify", folder, *words)
            with open(f"{folder}/entries.jsonl", "rb") as file:
                count = sum(1 for _ in file)
            print(f"{notices} notices, {what}: {count} entries in {seconds:.1f} s (limit 30 s), judged in {judged:.1f} s")
            shutil.rmtree(folder)
        print(f"peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB; {os.cpu_count()} cores, "
              f"load {os.getloadavg()[0]:.1f}, {subprocess.run(['uname', '-m'], capture_output=True, text=True, check=True).stdout.strip()}")


if __name__ == "__main__":
    main()
