#!/usr/bin/python3
"""kill -9 of every process of a run, at every system call it makes: nothing lost, nothing accepted that
no server has, doubles only behind the end of data, a restart without help within 5 s, nothing left
behind (P1, P2, P5, P6). The relay counts by Message-ID.

    kills.py [--points N] [--whole [--shard K/N]] [--seed N]

Two undisturbed runs under tests/torture/strike, a short and a long one, tell which system calls each role
makes (dispatcher, also while it ends; sealer, its gpg children and agent, carrier, a child between fork and
exec). Points are spread over all of them. A killed dispatcher is started again, and that start is the next
victim; workers are killed one after the other in one run, those of each role beside those of the others.
Commands that sign and take in are killed, too, and repeated.
--whole: each system call of the short run by its number, then more by chance of the long one, 12,500 points.
--shard K/N: of these every N-th, from the K-th on, with a seed of its own: N shards are the whole.
Under tests/tools/postgres-run everything happens on PostgreSQL."""
# Proves: P1, P2, P5, P6
import argparse
import collections
import os
import random
import subprocess
import sys
import time

from books import Relay, judge, left_behind
from points import SHARE, STARTING, beside, plan
from world import SKIP, TOCSIN, World, check, passed, white

STRIKE = os.environ.get("STRIKE", os.path.join(os.path.dirname(TOCSIN), "tests", "strike"))
CONFIG = """retry = { first = "1s"; most = "1s"; uncertain = "1s"; crashes = 10; };
outbox = "outbox";"""
PARTIES = 100
CONNECTIONS = 4  # mail.connections, as it is without a setting
NEAR, FAR = 3, 12  # notices that the short and the long undisturbed run bring out before they end
BATCH = 120  # points of workers in one run
LEAST = 300  # kills that hit, of a quick set
RESTART_MOST = 5.0  # seconds of an idle machine: see Restarts
WORKERS_PATIENCE = 3000  # ms: a worker that is killed is back, and has come as far
PATIENCE = 8000  # ms: a start in which nothing happens for so long is itself a finding


class Restarts:
    """From the start of a dispatcher, behind a kill of the one before, to the first mail that the relay has.
    What was killed before that counts as so long as it lived. The promise of 5 s is one for an idle machine:
    of a start that took longer the part is told off for which the dispatcher waited for a processor."""

    def __init__(self, most=RESTART_MOST):
        self.most = most
        self.took = []

    def add(self, took, what, line, kills):
        if took > self.most:
            run, waited = map(int, line[6:8])
            slower = 1 + waited / max(run, 1)
            print(f"kills: {what}: {took:.2f} s to the first mail, the machine was {slower:.1f} times slower than an idle one\n"
                  f"{kills.last}\n{kills.waiting()}", flush=True)
            took /= slower
        self.took.append((took, what))


class Kills:
    def __init__(self, world):
        self.world = world
        self.relay = Relay(world)
        self.restarts = Restarts()
        self.advisories = 0
        self.parties = PARTIES
        self.hits = collections.Counter()  # (role, call)
        self.missed = collections.Counter()  # role
        self.strange = []  # how a run ended that was not killed
        self.given_up = 0  # starts that ended because a child of theirs was killed
        self.calls = {}  # of an undisturbed run, as count_calls gives them
        self.began = time.monotonic()
        self.last = ""  # what was done last, for who looks at a failure

    def phase(self, name):
        now = time.monotonic()
        print(f"kills: {name}: {now - self.began:.0f} s, {sum(self.hits.values())} points so far", flush=True)
        self.began = now

    # -- work for the victims
    def release(self):
        self.advisories += 1
        tracking = f"EXM-2026-{self.advisories:04}"

        def change(document):
            white(document)
            document["document"]["tracking"]["id"] = tracking
        self.world.release(self.world.advisory("a.json", change), tracking)

    def waiting(self):
        states = collections.Counter()
        for row in self.world.json("status")[0]["advisories"]:
            states.update(row["states"])
        return states

    def stock_up(self, least):
        """There is always more to do than the next victims live for."""
        self.relay.fresh()
        while self.advisories * self.parties - len(self.relay.different) < least:
            self.release()

    # -- one process start
    def strike(self, strikes, then, words=("run",), patience=3000, calls=0, limit=180, beside=False):
        """Runs the program below strike; returns (exit status, lines of what hit, what it said)."""
        out = os.path.join(self.world.dir, "strikes")
        if os.path.exists(out):
            os.remove(out)
        self.last = f"{' '.join(words)}: {strikes}"
        process = subprocess.Popen([STRIKE, "--out", out, "--patience", str(patience), "--calls", str(calls), *(["--beside"] if beside else []),
                                    *(["--then", then] if then else []), *strikes, "--", TOCSIN, *words], env=self.world.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise AssertionError(f"hangs: {strikes}") from error
        lines = []
        if os.path.exists(out):
            with open(out, encoding="ascii") as file:
                lines = [line.split() for line in file]
        said = said.decode("utf-8", "replace")
        self.last += f"\nexit {process.returncode}, {lines[-3:]}\n{said[-600:]}"
        return process.returncode, lines, said

    def note(self, lines, role=None):
        for how, who, _, call, *_ in lines:
            if how == "hit":
                self.hits[role or who, call] += 1
            elif how == "missed":
                self.missed[role or who] += 1

    def most_calls(self, role):
        """An undisturbed run has brought out FAR notices with two thirds of it: who has not come to its N-th
        call by then does not come to it."""
        return 3 * sum(map(len, self.calls[role])) // 2 if role in self.calls else 0

    def kill_parent(self, point):
        """Two strikes: it is told to end, and killed while it ends. It may come to its end first."""
        self.stock_up(60)
        start = time.monotonic()
        code, lines, said = self.strike(point, "kill", patience=PATIENCE, calls=self.most_calls("parent"))
        told = any(how == "told" for how, *_ in lines)
        self.note(lines, "ending" if told else None)
        if told and code == 0:
            self.missed["ending"] += 1
        elif code != 137 or not lines:
            self.strange.append(f"{point}: exit {code}: {said[-300:]}")
            return
        came = self.relay.fresh()
        if came or not told:
            end = came[0]["up_ms"] if came else float(lines[-1][5])
            self.restarts.add(end / 1000 - start, point, lines[-1], self)

    def kill_workers(self, specs):
        self.stock_up(max(100, 8 * len(specs)))
        code, lines, said = self.strike(specs, "kill", patience=WORKERS_PATIENCE, limit=180 + 3 * len(specs), beside=True)
        self.note(lines)
        if code != 137:
            self.strange.append(f"{len(specs)} workers: exit {code}, last {lines[-1:]}: {said[-600:]}")

    def kill_starting(self, point):
        """A dispatcher that loses the first gpg it starts says that there is none and ends: it is started again."""
        self.stock_up(60)
        code, lines, said = self.strike(point, "kill", patience=1500)
        self.note(lines)
        if code == 3 and lines and lines[0][0] == "hit":
            self.given_up += 1
        elif code != 137:
            self.strange.append(f"{point}: exit {code}: {said[-300:]}")

    def kill_command(self, words, spec):
        code, lines, said = self.strike([spec], None, words)
        self.note(lines, "command")
        if code not in (0, 137) and "already" not in said:
            self.strange.append(f"{words} {spec}: exit {code}: {said[-300:]}")

    # -- what there is to hit
    def count_calls(self, words=("run",), notices=FAR):
        """{role: [calls of one process in order, for each of its processes]} of an undisturbed run that ends
        when so many notices are out."""
        path = os.path.join(self.world.dir, "count")
        self.relay.fresh()
        before = len(self.relay.different)
        process = subprocess.Popen([STRIKE, "--count", path, "--", TOCSIN, *words], env=self.world.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 180
        while words == ("run",) and time.monotonic() < end and len(self.relay.different) < before + notices:
            time.sleep(0.02)
            self.relay.fresh()
        if words == ("run",):
            process.terminate()
        if process.wait(180) == SKIP:
            return None
        calls = collections.defaultdict(lambda: collections.defaultdict(list))
        with open(path, encoding="ascii") as file:
            for line in file:
                role, pid, _, call = line.split()
                calls[role][pid].append(call)
        os.remove(path)
        return {role: list(pids.values()) for role, pids in calls.items()}


def finish(kills):
    """To the end, undisturbed."""
    world = kills.world
    end = time.monotonic() + 300
    while True:
        world.run("run", "--until-idle", timeout=280)
        states = kills.waiting()
        if set(states) <= {"accepted", "passed", "tasked"}:
            return states
        check(time.monotonic() < end, f"never done: {states}")
        time.sleep(0.3)


def commands(kills, points):
    """submit and approve are killed, then repeated; the advisory is planned once. It is work for the others."""
    world = kills.world
    longest = {}
    while points > 0:
        kills.advisories += 1
        tracking = f"EXM-2026-{kills.advisories:04}"

        def change(document):
            white(document)
            document["document"]["tracking"]["id"] = tracking
        path = world.advisory("c.json", change)
        for words in (("submit", path), ("approve", tracking, "--by", "meyer", "--yes")):
            if words[0] not in longest:
                longest[words[0]] = max(map(len, kills.count_calls(words)["parent"]))
                continue
            for _ in range(min(3, points)):
                kills.kill_command(words, f"parent:any:{random.randint(1, longest[words[0]])}:kill")
                points -= 1
            done = world.run(*words, expect=None)
            check(done.returncode == 0 or "already" in done.err + done.out, f"{words[0]} after a kill: {done.err}")


def prepare(world):
    world.env["XDG_RUNTIME_DIR"] = os.path.join(world.dir, "r")
    os.mkdir(world.env["XDG_RUNTIME_DIR"], 0o700)
    for i in range(2):
        world.make_key(f"k{i} <k{i}@hospital.example>", "ed25519", "cv25519")
        world.export(f"k{i}@hospital.example", f"k{i}.asc")
    world.table("parties.csv", [{"party": f"h{i:05}", "kind": "hdo", "country": "DE", "key": f"keys/k{i % 2}.asc" if i % 3 else "",
                                 "email": f"k{i % 2}@hospital.example" if i % 3 else f"h{i}@plain.example"} for i in range(PARTIES)])


def torture(kills, points, whole, shard):
    """False: nothing can be traced here."""
    kills.release()
    rare = kills.count_calls()  # plans, too
    if rare is None:
        return False
    kills.stock_up(60)
    near = kills.count_calls(notices=NEAR)
    kills.stock_up(60)
    kills.calls = kills.count_calls()
    chosen = plan(near, kills.calls, rare, points, whole, shard)
    commands(kills, len(range(shard[0], round(points * SHARE["command"][whole]) + 1, shard[1])))
    kills.phase("commands")
    for role in ("parent", "ending"):
        for point in chosen[role]:
            kills.kill_parent(point)
        kills.phase(role)
    for workers in beside(chosen):
        for i in range(0, len(workers), BATCH):
            kills.kill_workers(workers[i:i + BATCH])
    kills.phase("workers")
    for role in STARTING:
        for point in chosen.get(role, []):
            kills.kill_starting(point)
    kills.phase("starts")
    shortest = min(map(len, kills.calls["parent"]))
    while shard == (1, 1) and sum(kills.hits.values()) < min(points, LEAST):
        kills.kill_parent([f"parent:any:{random.randint(1, shortest)}:kill"])
    kills.phase("more, for those that were not reached")
    return True


def reckon(kills):
    world = kills.world
    states = finish(kills)
    kills.phase("the rest")
    faults = sum(kills.hits.values())
    by_role = collections.Counter()
    for (role, _), n in kills.hits.items():
        by_role[role] += n
    for role in by_role:
        print(f"kills: {role}: " + " ".join(f"{call} {n}" for (who, call), n in sorted(kills.hits.items(), key=lambda x: -x[1]) if who == role))
    print("kills: not reached: " + ", ".join(f"{role} {n}" for role, n in sorted(kills.missed.items())))
    check(not kills.strange, "runs that ended by themselves:\n" + "\n".join(kills.strange[:5]))
    books = judge(world)
    left = left_behind(world)
    check(not books.lost, f"{len(books.lost)} lost: {states}, {books.lost[:5]}")
    check(books.open_most <= CONNECTIONS, f"{books.open_most} ends of data were open at a time, over {CONNECTIONS} connections")
    open_ends = faults + (CONNECTIONS - 1) * (by_role["parent"] + by_role["ending"])
    check(books.doubles <= open_ends, f"{books.doubles} doubles, {faults} faults had at most {open_ends} ends of data open")
    check(not left, "left behind:\n" + "\n".join(left[:20]))
    world.run("evidence", "check")
    slow = sorted(kills.restarts.took, reverse=True)
    check(slow[0][0] <= RESTART_MOST, "restarts, in seconds of an idle machine: " + ", ".join(f"{took:.1f} at {what}" for took, what in slow[:5]))
    passed("kills", {"points": faults, **by_role, "calls": len({call for _, call in kills.hits}), "not reached": sum(kills.missed.values()),
                     "notices": books.notices, "attempts": books.attempts, "lost": 0, "tasks": books.tasked, "false acceptances": 0,
                     "doubles": f"{books.doubles} (allowed {books.allowed})", "open at a time": books.open_most, "starts given up": kills.given_up, "restarts": len(slow),
                     "restart at most": f"{slow[0][0]:.2f} s", "left behind": 0})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--shard", default=os.environ.get("TOCSIN_KILLS_SHARD", "1/1"), metavar="K/N")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "7")))
    options = parser.parse_args()
    shard = tuple(map(int, options.shard.split("/")))
    random.seed(options.seed * 1000 + shard[0])
    if not os.access(STRIKE, os.X_OK):
        print(f"SKIP: {STRIKE} is not built")
        return SKIP
    with World(config=CONFIG) as world:
        prepare(world)
        kills = Kills(world)
        try:
            if not torture(kills, options.points or (12500 if options.whole else 340), options.whole, shard):
                print("SKIP: processes cannot be traced here")
                return SKIP
            reckon(kills)
        except AssertionError:
            print(f"kills: seed {options.seed}, shard {options.shard}; the last victims: {kills.last}", flush=True)
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
