#!/usr/bin/python3
"""Disks and descriptors that fail: EIO, ENOSPC, EMFILE, EINTR and short writes at the calls on which the
store, the outbox, the inbox, the homes of workers and the control socket stand; then a disk that is
really full. Each time: fail closed, say so, go on by itself; nothing lost, nothing accepted that is not
written down; a failed fsync is not tried again (P4).

    disk.py [--whole] [--seed N]

strike lets single calls fail in a running dispatcher, in a worker, in a command. --whole tries four
times as many of each. The full disk is a tmpfs of 16 MiB in a mount namespace of its own; where that
is not allowed the case is skipped and said so."""
# Proves: P4
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import time

import kills
from books import judge, left_behind
from world import SKIP, SOURCE, TOCSIN, World, check, passed

CONFIG = """retry = { first = "1s"; most = "1s"; uncertain = "1s"; crashes = 10; };
outbox = "outbox";"""
# (role, call@path, errors): {db} is the store's file, {site} the installation's folder
SITES = [
    ("parent", "pwrite64@{db}", ("EIO", "ENOSPC", "EINTR", "short")),
    ("parent", "pwrite64@{db}-journal", ("EIO", "ENOSPC", "EINTR", "short")),
    ("parent", "fdatasync@{db}", ("EIO", "ENOSPC", "EINTR")),
    ("parent", "fdatasync@{db}-journal", ("EIO", "ENOSPC", "EINTR")),
    ("parent", "ftruncate@{db}-journal", ("EIO", "EINTR")),
    ("parent", "pread64@{db}", ("EIO", "EINTR")),
    ("parent", "fcntl@{db}", ("EIO", "EINTR")),
    ("parent", "newfstatat@{db}", ("EIO",)),
    ("parent", "openat@{site}", ("EIO", "EMFILE", "ENFILE", "EINTR")),
    ("parent", "recvfrom", ("EINTR",)),
    ("parent", "read", ("EINTR",)),
    ("parent", "poll", ("EINTR", "ENOMEM")),
    ("parent", "sendto", ("EINTR", "EAGAIN")),
    ("carrier", "openat@outbox", ("EIO", "ENOSPC", "EMFILE")),
    ("carrier", "write@outbox", ("EIO", "ENOSPC", "EINTR", "short")),
    ("carrier", "fsync@outbox", ("EIO", "ENOSPC")),
    ("carrier", "rename@outbox", ("EIO", "ENOSPC")),
    ("carrier", "write", ("EINTR",)),
    ("carrier", "sendto", ("EINTR",)),
    ("carrier", "openat", ("EMFILE",)),
    ("carrier", "socket", ("EMFILE",)),
    ("sealer", "pipe2", ("EMFILE",)),
    ("sealer", "clone", ("EAGAIN",)),
    ("sealer", "write", ("EINTR", "EIO")),
    ("gpg", "openat", ("EIO", "EMFILE")),
    ("gpg", "write", ("EIO", "ENOSPC")),
    ("gpg", "read", ("EIO",)),
]
BATCH = 8
PROGRESS_MOST = 10.0


class Disk(kills.Kills):
    def __init__(self, world):
        super().__init__(world)
        self.failed = collections.Counter()
        self.reopened = 0
        self.progress = kills.Restarts(PROGRESS_MOST)  # seconds from a start to its first mail

    def stock_up(self, least):
        """What goes to the outbox does not come to the relay."""
        outbox = os.path.join(self.world.site, "outbox")
        filed = sum(name.endswith(".eml") for name in os.listdir(outbox)) if os.path.isdir(outbox) else 0
        super().stock_up(least + filed)

    def run_with(self, specs, patience=1500):
        """One dispatcher in which one call after the other fails; it must live and go on each time."""
        # None before the first job is with a worker.
        self.relay.fresh()
        start = time.monotonic()
        code, lines, said = self.strike(["parent:sendto:+8:none", *specs], "term", patience=patience,
                                        limit=180 + 3 * len(specs))
        came = self.relay.fresh()
        if came and lines:
            self.progress.add(came[0]["up_ms"] / 1000 - start, specs[0], lines[-1], self)
        for how, role, _, call, *_ in lines[1:]:
            self.missed[role] += how == "missed"
            if how == "hit":
                self.failed[role, call] += 1
        check(code == 0, f"{specs}: exit {code}: {said[-400:]}")
        self.reached = lines[-1][0] == "hit"
        stores = said.count("store=failed")
        self.reopened += said.count('"open again"') + said.count("store=open")
        return stores, said


def write_register(world, parties):
    world.table("parties.csv", [{"party": f"h{i:05}", "kind": "hdo", "country": "DE", "key": f"keys/k{i % 2}.asc" if i % 3 else "",
                                 "route": "file" if i % 4 == 0 else "",
                                 "email": f"k{i % 2}@hospital.example" if i % 3 else f"h{i}@plain.example"} for i in range(parties)])


def prepare(world, parties=kills.PARTIES):
    kills.prepare(world)
    write_register(world, parties)


def entries(world, kind):
    return [entry for entry in map(json.loads, world.run("evidence", "show").out.splitlines()) if entry["kind"] == kind]


def all_is_well(disk):
    """To the end, undisturbed; then count. Files of the outbox are whole."""
    world = disk.world
    states = kills.finish(disk)
    # Sent three times without an answer, by three faults: then a person is asked, and it has come.
    check(set(states) <= {"accepted", "passed", "tasked"}, f"not done: {states}")
    books = judge(world)
    outbox = os.path.join(world.site, "outbox")
    files = [name for name in os.listdir(outbox) if name.endswith(".eml")]
    for name in files:
        with open(os.path.join(outbox, name[:-4] + ".json"), encoding="utf-8") as file:
            size = json.load(file)["size"]
        check(os.path.getsize(os.path.join(outbox, name)) == size, f"{name}: is not whole")
    check(files, "the outbox is used")
    check(not books.lost, f"{len(books.lost)} lost: {states}, {books.lost[:5]}, {len(files)} files in the outbox")
    left = left_behind(world)
    check(not left, "left behind:\n" + "\n".join(left[:20]))
    world.run("evidence", "check")
    return books.notices, books.doubles


def single_calls(disk, times):
    names = {"db": os.path.join(disk.world.site, "tocsin.db"), "site": disk.world.site}
    for role in ("parent", "carrier", "sealer", "gpg"):
        specs = [f"{role}:{call.format(**names)}:+{random.randint(1, 12)}:{error}"
                 for who, call, errors in SITES if who == role for error in errors for _ in range(times)]
        random.shuffle(specs)
        for i in range(0, len(specs), BATCH):
            disk.stock_up(100)
            disk.run_with(specs[i:i + BATCH])
    for call in ("openat", "pwrite64", "fdatasync", "ftruncate", "mkdir", "bind", "listen", "signalfd4", "socketpair", "clone", "pipe2"):
        for error in ("EIO", "EMFILE"):
            # At the start there is nobody to go on: it says what it misses, or does without.
            code, lines, said = disk.strike([f"parent:{call}:1:{error}", "parent:sendto:+30:none"], "term", patience=800)
            if lines and lines[0][0] == "hit":
                disk.failed["start", call] += 1
                check(code == 0 or said.strip(), f"start, {call} {error}: exit {code} without a word")


def a_failed_sync_ends_the_store(disk):
    """Not one commit more on descriptors whose sync has failed; the fault is an entry afterwards."""
    before = len(entries(disk.world, "fault.detected"))
    for _ in range(3):
        disk.stock_up(60)
        stores, said = disk.run_with([f"parent:fdatasync@{disk.world.site}/tocsin.db:+5:EIO", "parent:fdatasync:+3:none"], 15000)
        check(disk.reached, f"no sync came: {disk.last}")
        check(stores == 1, f"a failed sync ends the store once: {disk.last}")
    found = len(entries(disk.world, "fault.detected")) - before
    return found


def no_descriptor_for_callers(disk):
    """Callers wait in the queue; the dispatcher rests instead of asking again and again."""
    world = disk.world
    out = os.path.join(world.dir, "accepts")
    process = subprocess.Popen([kills.STRIKE, "--out", out, "parent:accept4:1:EMFILE+", "--", TOCSIN, "run"], env=world.env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not os.path.exists(os.path.join(world.site, "tocsin.db.sock")):
        check(time.monotonic() < end, "the dispatcher does not listen")
        time.sleep(0.05)
    caller = subprocess.Popen([TOCSIN, "submit", os.path.join(world.dir, "a.json")], env=world.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while lines_of(out) == 0 and time.monotonic() < end:
        time.sleep(0.05)
    begin = time.monotonic()
    time.sleep(3)
    caller.kill()
    caller.wait()
    process.terminate()
    process.wait(60)
    seconds = time.monotonic() - begin
    asked = lines_of(out)
    check(1 <= asked <= seconds + 2, f"accept was asked {asked} times in {seconds:.1f} s")
    return asked


def lines_of(path):
    if not os.path.exists(path):
        return 0
    with open(path, encoding="ascii") as file:
        return len(file.readlines())


def full_disk(disk):
    """Runs in a mount namespace: the installation's folder is a tmpfs of 16 MiB, filled while work goes on."""
    world = disk.world
    disk.release()
    filler = os.path.join(world.site, "filler")
    log = os.path.join(world.dir, "full.log")
    with open(log, "wb") as said:
        process = subprocess.Popen([TOCSIN, "run"], env=world.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        fulls, most = 0, 0.0
        try:
            for _ in range(3):
                wait_for_mail(world, 5)
                with open(filler, "wb", buffering=0) as file:
                    try:
                        while True:
                            file.write(b"\0" * 4096)
                    except OSError:
                        pass
                end = time.monotonic() + 120
                while said_count(log, "store=failed") <= fulls and time.monotonic() < end:
                    time.sleep(0.05)
                check(said_count(log, "store=failed") > fulls, "a full disk is told")
                time.sleep(1)
                os.remove(filler)
                start = time.monotonic()
                wait_for_mail(world, 1)
                most = max(most, time.monotonic() - start)
                fulls = said_count(log, "store=failed")
                disk.stock_up(20)
                check(process.poll() is None, "it lives")
        finally:
            process.terminate()
            process.wait(60)
    check(len(entries(world, "fault.detected")) >= 3, "each fault is an entry")
    return fulls, most


def said_count(path, what):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().count(what)


def wait_for_mail(world, count, seconds=180):
    before = len(world.received())
    end = time.monotonic() + seconds
    while len(world.received()) < before + count:
        check(time.monotonic() < end, "no mail goes out any more")
        time.sleep(0.05)


class SmallWorld(World):
    """Its installation lies on a tmpfs of 16 MiB."""

    def init(self, store, config):
        os.mkdir(self.site, 0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "none", self.site], check=True)
        super().init(store, config)

    def close(self):
        subprocess.run(["umount", "-l", self.site], check=False)
        super().close()


def small_disk():
    """The part that needs a mount: 77 when it cannot be."""
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        print("SKIP: no mount namespace here: the full disk is not tried")
        return
    done = subprocess.run(["unshare", "--map-root-user", "--mount", sys.executable, "-B", __file__, "--full"], check=False, timeout=800)
    check(done.returncode == 0, "the full disk")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--full", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "7")))
    options = parser.parse_args()
    random.seed(options.seed)
    if not os.access(kills.STRIKE, os.X_OK):
        print(f"SKIP: {kills.STRIKE} is not built")
        return SKIP
    if options.full:
        with SmallWorld(config=CONFIG) as world:
            prepare(world, 30)
            disk = Disk(world)
            disk.parties = 30
            fulls, most = full_disk(disk)
            notices, doubles = all_is_well(disk)
            passed("disk: full", {"times": 3, "store closed": fulls, "goes on within": f"{most:.1f} s", "notices": notices, "lost": 0, "doubles": doubles})
        return 0
    with World(config=CONFIG) as world:
        prepare(world)
        disk = Disk(world)
        disk.release()
        if disk.count_calls() is None:
            print("SKIP: processes cannot be traced here")
            return SKIP
        single_calls(disk, 4 if options.whole else 1)
        faults = a_failed_sync_ends_the_store(disk)
        asked = no_descriptor_for_callers(disk)
        notices, doubles = all_is_well(disk)
        refused = entries(world, "key.refused")
        check(not refused, f"{len(refused)} keys are blamed for our own disk")
        slow, where = max(disk.progress.took)
        check(slow <= PROGRESS_MOST, f"{slow:.1f} s of an idle machine until something went on, at {where}")
        failed = sum(disk.failed.values())
        for role in dict.fromkeys(role for role, _ in disk.failed):
            print(f"disk: {role}: " + " ".join(f"{call} {n}" for (who, call), n in sorted(disk.failed.items(), key=lambda x: -x[1]) if who == role))
        passed("disk", {"failed calls": failed, "not reached": sum(disk.missed.values()), "fault entries": faults, "accept while none is free": asked,
                        "notices": notices, "lost": 0, "false acceptances": 0, "doubles": doubles, "left behind": 0})
    small_disk()
    return 0


if __name__ == "__main__":
    sys.exit(main())
