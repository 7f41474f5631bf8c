#!/usr/bin/python3
"""kill -9 of the signer, and of who gives it work, at every system call of a checkpoint and of a change
of the log's key: never two checkpoints that contradict each other (P18).

    signer.py [--points N] [--whole [--role signer|parent] [--shard K/N]] [--seed N]

An undisturbed run under tests/torture/strike tells the system calls of the signer's life. Each kill is
one process start. Every note that ever left a signer is kept by this test: those that it finds in the
store after each kill, and what the dead signer had written down. At the end all of them are held against
the one log that is there, size by size, by a tree of this script's own. --whole takes every call of each
signer by its number: of the first signing, of a checkpoint, of each step of a change of keys; and every call
of the program that gives it work (role parent), but for those at which it looks at one process of the machine
after the other. --shard K/N: of these every N-th, from the K-th on: N shards are the whole."""
import argparse
import base64
import collections
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys

from points import numbers
from world import SKIP, TOCSIN, World, check, passed

STRIKE = os.environ.get("STRIKE", os.path.join(os.path.dirname(TOCSIN), "tests", "strike"))
ROTATE = ("evidence", "key", "rotate", "--by", "weber", "--reason", "kills")
STEPS = {"checkpoint": ("run", "--until-idle"), "rotation": ROTATE, "first": ("run", "--until-idle")}


class Signers:
    def __init__(self, world):
        self.world = world
        self.notes = {}  # (size, key) → note, of every signer that ever lived
        self.hits = collections.Counter()
        self.missed = 0
        self.changes = 0

    def strike(self, words, specs=(), count=None):
        out = os.path.join(self.world.dir, "strikes")
        if os.path.exists(out):
            os.remove(out)
        what = ["--count", count] if count else ["--out", out, "--patience", "60000", *specs]
        done = subprocess.run([STRIKE, *what, "--", TOCSIN, *words], env=self.world.env, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
        hit = 0
        if os.path.exists(out):
            with open(out, encoding="ascii") as file:
                hit = sum(line.startswith("hit") for line in file)
        return done, hit == len(specs)

    def entry(self):
        """Something that is to be signed."""
        self.changes += 1
        with open(os.path.join(self.world.site, "tocsin.conf"), "a", encoding="utf-8") as file:
            file.write(f"# {self.changes}\n")

    def look(self):
        """What is in the store now; a note, once seen, never changes."""
        self.world.run("status")  # whoever reads first plays back what a killed one left; a reader by hand cannot
        db = sqlite3.connect(f"file:{self.world.site}/tocsin.db?mode=ro", uri=True)
        rows = db.execute("SELECT size, note FROM checkpoint").fetchall()
        db.close()
        for size, note in rows:
            key = base64.b64decode(note.decode().split("\n")[4].split(" ")[2])[:4].hex()
            before = self.notes.setdefault((size, key), note)
            check(before == note, f"two notes over {size} entries by one key:\n{before}\n{note}")
        for name in ("log.state", "log.state.2"):
            path = os.path.join(self.world.site, "secret", name)
            if os.path.exists(path):
                with open(path, encoding="ascii") as file:
                    check(file.read(15) == "tocsin.signer/1", f"{name} is not whole")
        left = [name for name in os.listdir(os.path.join(self.world.site, "secret")) if name.endswith(".pem")]
        check(left == ["log.pem"] or not rows, f"keys: {left}")

    def kill(self, step, specs):
        if step != "first":
            self.entry()
        _, hit = self.strike(STEPS[step], specs)
        self.hits[f"{step} {specs[-1].split(':')[0]}"] += hit
        self.missed += 1 - hit
        self.look()

    def count(self, step):
        """(role, system calls in order) of the program itself and of each signer that it starts for this step."""
        if step != "first":
            self.entry()
        path = os.path.join(self.world.dir, "count")
        done, _ = self.strike(STEPS[step], count=path)
        if done.returncode == SKIP:
            return None
        calls = collections.defaultdict(list)
        with open(path, encoding="ascii") as file:
            for line in file:
                role, pid, _, call = line.split()
                if role in ("signer", "parent"):
                    calls[role, pid].append(call)
        os.remove(path)
        self.look()
        return [(role, list_) for (role, _), list_ in calls.items()]


MARKS = ("write", "fsync", "fdatasync", "pwrite64", "rename", "renameat2", "unlink", "unlinkat", "openat", "sendto", "sendmsg", "close", "flock", "ftruncate")


def points_of(processes, count, dice, options):
    """[strikes]: the last one kills; those before let as many signers come to their end."""
    every, marked = [], []
    before = 0
    for role, calls in processes:
        first = ["signer:exit_group:1:none"] * before if role == "signer" else []
        for nth in numbers(calls) if role in options.role else ():
            every.append([*first, f"{role}:any:{nth}:kill"])
            if role == "signer" and calls[nth - 1] in MARKS:
                marked.append(every[-1])
        before += role == "signer"
    part, parts = map(int, options.shard.split("/"))
    return every[part - 1::parts] if options.whole else [dice.choice(marked if dice.random() < 0.75 else every) for _ in range(count)]


def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def judge(signers):
    """Every note of this installation that ever was, against the log that is there now."""
    world = signers.world
    lines = world.run("evidence", "show").out.encode().splitlines(keepends=True)
    leaves = [hashlib.sha256(b"\0" + line).digest() for line in lines]
    named = {json.loads(line)["data"]["key"].split("+")[1]: json.loads(line)["idx"] for line in lines if b'"kind":"log.key"' in line}
    order = list(named)
    for (size, key), note in signers.notes.items():
        check(base64.b64decode(note.decode().split("\n")[2]) == root_of(leaves[:size]), f"{size} entries: another root")
        check(key in named and size > named[key], f"{size} entries: signed by {key} before the log names it")
        later = order[order.index(key) + 1:]
        check(not later or all(size <= other for other, by in signers.notes if by in later), f"{size} entries: an old key has signed behind its successor")
    check(max(size for size, _ in signers.notes) == len(lines), "signed to the end")
    return len(signers.notes), len(named)


def end(signers):
    """Of one installation: undisturbed to its end, then judged. A log has at most 32 keys."""
    signers.entry()
    signers.world.run("run", "--until-idle")
    signers.world.run(*ROTATE[:-1], "at last")
    signers.entry()
    signers.world.run("run", "--until-idle")
    signers.look()
    found = judge(signers)
    folder = os.path.join(signers.world.dir, "bundle")
    signers.world.run("evidence", "export", "--all", "--to", folder)
    signers.world.run("evidence", "verify", folder)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=24)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--role", action="append", choices=("signer", "parent"))
    parser.add_argument("--shard", default=os.environ.get("TOCSIN_SIGNER_SHARD", "1/1"), metavar="K/N")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "18")))
    options = parser.parse_args()
    options.role = options.role or ["signer", "parent"]
    dice = random.Random(options.seed)
    if not os.access(STRIKE, os.X_OK):
        print(f"SKIP: {STRIKE} is not built")
        return SKIP
    with World() as world:
        signers = Signers(world)
        fresh = os.path.join(world.dir, "fresh")
        shutil.copytree(world.site, fresh)
        done = []
        for step, share in (("first", 0.25), ("checkpoint", 0.25), ("rotation", 0.5)):
            calls = signers.count(step)
            if calls is None:
                print("SKIP: processes cannot be traced here")
                return SKIP
            check(any(role == "signer" for role, _ in calls), f"{step}: no signer was started")
            for number, specs in enumerate(points_of(calls, round(options.points * share), dice, options)):
                if step == "rotation" and number % 16 == 15:
                    done += [end(signers)]
                if step == "first" or step == "rotation" and number % 16 == 15:  # a new installation
                    shutil.rmtree(world.dir + "/bundle", ignore_errors=True)
                    shutil.rmtree(world.site)
                    shutil.copytree(fresh, world.site)
                    signers.notes.clear()
                signers.kill(step, specs)
                if step == "first" or dice.random() < 0.2:
                    world.run("run", "--until-idle")
                    signers.look()
                if step == "first":
                    done += [judge(signers)]
        done += [end(signers)]
        passed("signer", {"points": sum(signers.hits.values()), **signers.hits, "not reached": signers.missed,
                          "notes": sum(notes for notes, _ in done), "keys": sum(keys for _, keys in done), "contradictions": 0})
    return 0


if __name__ == "__main__":
    sys.exit(main())
