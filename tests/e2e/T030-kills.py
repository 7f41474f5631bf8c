#!/usr/bin/python3
"""kill -9 of dispatcher, sealers and carriers while notices go out: nothing lost, no false acceptance,
doubles only after a fault, with the same Message-ID (P1, P2, P5, P6). The mail server counts.

    T030-kills.py [NOTICES [KILLS]]
"""
# Proves: P1, P2, P5, P6, 8.3.3 any time
import collections
import hashlib
import os
import random
import signal
import subprocess
import sys
import time

from world import TOCSIN, World, check, passed, white

NOTICES = int(sys.argv[1]) if len(sys.argv) > 1 else 24
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 12
CONFIG = 'retry = { first = "1s"; most = "2s"; uncertain = "1s"; };'


def children(pid):
    """{pid: "sealer" or "carrier"} of a running dispatcher."""
    out = {}
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                with open(f"/proc/{child}/cmdline", "rb") as line:
                    words = line.read().split(b"\0")
                if len(words) > 2 and words[1] == b"worker":
                    out[int(child)] = words[2].decode()
    except OSError:
        pass
    return out


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def one_run(world, victim, delay):
    """Start the dispatcher, kill the victim after the delay; True when a process was killed."""
    run = subprocess.Popen([TOCSIN, "run", "--until-idle"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    killed = False
    if victim == "dispatcher":
        killed = run.poll() is None and kill(run.pid)
    else:
        targets = [pid for pid, kind in children(run.pid).items() if kind == victim]
        killed = bool(targets) and kill(random.choice(targets))
    try:
        run.wait(180)
    except subprocess.TimeoutExpired as error:
        run.kill()
        raise AssertionError("the dispatcher hangs after a kill") from error
    return killed


def main():
    random.seed(int(os.environ.get("SEED", "7")))
    with World(config=CONFIG) as world:
        fprs = [world.make_key(f"k{i} <k{i}@hospital.example>", "ed25519", "cv25519") for i in range(2)]
        check(len(fprs) == 2, "keys")
        for i in range(2):
            world.export(f"k{i}@hospital.example", f"k{i}.asc")
        rows = [{"party": f"h{i:03}", "kind": "hdo", "country": "DE", "email": f"k{i % 2}@hospital.example" if i % 3 else f"h{i}@plain.example",
                 "key": f"keys/k{i % 2}.asc" if i % 3 else ""} for i in range(NOTICES)]
        world.table("parties.csv", rows)
        world.release(world.advisory(change=white))
        done = collections.Counter()
        restarts = []
        for i in range(KILLS):
            victim = ("dispatcher", "carrier", "sealer")[i % 3]
            begin = time.monotonic()
            if one_run(world, victim, random.uniform(0.02, 0.6)):
                done[victim] += 1
            restarts.append(time.monotonic() - begin)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            world.run("run", "--until-idle")
            states = world.json("status")[0]["advisories"][0]["states"]
            if set(states) <= {"accepted", "tasked"} and not world.json("status")[0]["advisories"][0]["late"]:
                break
            time.sleep(0.5)
        counts = collections.Counter(row["message_id"] for row in world.received())
        doubles = sum(n - 1 for n in counts.values())
        faults = sum(done.values())
        check(states == {"accepted": NOTICES}, f"every notice is taken: {states}")
        check(len(counts) == NOTICES, f"lost: {NOTICES - len(counts)}")
        check(doubles <= faults, f"{doubles} doubles after {faults} faults")
        world.run("evidence", "check")
        # Where workers live: named after the store, so that the next start finds it again.
        store = os.environ.get("TOCSIN_TEST_PG") or os.path.join(world.site, "tocsin.db")
        runtime = f"/tmp/tocsin-{os.getuid()}-{hashlib.sha256(store.encode()).hexdigest()[:12]}"
        left = subprocess.run(["pgrep", "-f", runtime], capture_output=True, check=False).stdout.decode().split()
        check(not left, f"agents are left behind: {left}")
        check(not os.path.exists(runtime), f"{runtime} is left behind")
        passed("T030", {"notices": NOTICES, "kills": dict(done), "lost": 0, "doubles": doubles, "entries": world.run("evidence", "check").out.strip()})


if __name__ == "__main__":
    sys.exit(main())
