#!/usr/bin/python3
"""kill -9 of every process of a run, at every system call it makes: nothing lost, nothing accepted that
no server has, doubles only behind the end of data, a restart without help within 5 s, nothing left
behind (P1, P2, P5, P6). The relay counts by Message-ID.

    kills.py [--points N] [--whole] [--seed N]

An undisturbed run under tests/torture/strike tells which system calls each role makes (dispatcher,
sealer, its gpg children and agent, carrier, a child between fork and exec). Points are spread over all
of them. A killed dispatcher is started again, and that start is the next victim; workers are killed one
after the other in one run. Commands that sign and take in are killed, too, and repeated.
--whole: each system call of the undisturbed run by its number, then more by chance, 10,000 points.
Under tests/tools/postgres-run everything happens on PostgreSQL."""
# Proves: P1, P2, P5, P6
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import time

from world import SKIP, TOCSIN, World, check, passed, white

STRIKE = os.environ.get("STRIKE", os.path.join(os.path.dirname(TOCSIN), "tests", "strike"))
CONFIG = """retry = { first = "1s"; most = "1s"; uncertain = "1s"; crashes = 10; };
outbox = "outbox";"""
PARTIES = 100
WINDOW = 12  # notices that the undisturbed run brings out before it ends
WORKERS = ("sealer", "carrier", "gpg", "gpg-agent", "fork", "parent-gpg", "parent-fork")
SHARE = {"parent": 0.42, "sealer": 0.13, "carrier": 0.16, "gpg": 0.13, "gpg-agent": 0.04, "fork": 0.04, "parent-gpg": 0.01,
         "parent-fork": 0.02, "command": 0.05}
BATCH = 25
RESTART_MOST = 5.0


class Kills:
    def __init__(self, world):
        self.world = world
        self.advisories = 0
        self.hits = collections.Counter()  # (role, call)
        self.missed = 0
        self.restarts = []
        self.strange = []  # how a run ended that was not killed
        self.given_up = 0  # starts that ended because a child of theirs was killed

        self.began = time.monotonic()

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
        states = self.waiting()
        if sum(n for state, n in states.items() if state not in ("accepted", "passed", "tasked")) < least:
            self.release()

    # -- one process start
    def strike(self, strikes, then, words=("run",), patience=3000, limit=60):
        """Runs the program below strike; returns (exit status, lines of what hit)."""
        out = os.path.join(self.world.dir, "strikes")
        if os.path.exists(out):
            os.remove(out)
        before = len(self.world.received())
        start = time.monotonic()
        process = subprocess.Popen([STRIKE, "--out", out, "--patience", str(patience), *(["--then", then] if then else []),
                                    *strikes, "--", TOCSIN, *words], env=self.world.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise AssertionError(f"hangs: {strikes}") from error
        came = self.world.received()[before:]
        first = next((row["up_ms"] for row in came if row["up_ms"] >= start * 1000), None)
        if first is not None:
            self.restarts.append(first / 1000 - start)
        lines = []
        if os.path.exists(out):
            with open(out, encoding="ascii") as file:
                lines = [line.split() for line in file]
        return process.returncode, lines, said.decode("utf-8", "replace")

    def note(self, lines, role=None):
        for how, who, _, call, *_ in lines:
            if how == "hit":
                self.hits[role or who, call] += 1
            else:
                self.missed += 1

    def kill_parent(self, spec):
        code, lines, said = self.strike([spec], "kill")
        self.note(lines)
        if code != 137:
            self.strange.append(f"{spec}: exit {code}: {said[-300:]}")

    def kill_workers(self, specs):
        """A dispatcher that loses the first gpg it starts says that there is none and ends: it is started again."""
        while specs:
            code, lines, said = self.strike(specs, "kill", patience=1500, limit=60 + 2 * len(specs))
            self.note(lines)
            reached = sum(call != "random" or role != "parent" for _, role, _, call, *_ in lines)
            if code != 137 and not (code == 3 and specs[0].startswith("parent-") and reached):
                self.strange.append(f"{specs}: exit {code}: {said[-300:]}")
            if code == 137 or not reached:
                return
            self.given_up += 1
            specs = specs[max(1, sum(call != "random" for _, _, _, call, *_ in lines)):]

    def kill_command(self, words, spec):
        code, lines, said = self.strike([spec], None, words)
        self.note(lines, "command")
        if code not in (0, 137) and "already" not in said:
            self.strange.append(f"{words} {spec}: exit {code}: {said[-300:]}")

    # -- what there is to hit
    def count_calls(self, words=("run",)):
        """{role: [calls of one process in order, for each of its processes]} of an undisturbed run."""
        path = os.path.join(self.world.dir, "count")
        before = len(self.world.received())
        process = subprocess.Popen([STRIKE, "--count", path, "--", TOCSIN, *words], env=self.world.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while words == ("run",) and time.monotonic() < end and len(self.world.received()) < before + WINDOW:
            time.sleep(0.02)
        if words == ("run",):
            process.terminate()
        if process.wait(60) == SKIP:
            return None
        calls = collections.defaultdict(lambda: collections.defaultdict(list))
        with open(path, encoding="ascii") as file:
            for line in file:
                role, pid, _, call = line.split()
                calls[role][pid].append(call)
        os.remove(path)
        return {role: list(pids.values()) for role, pids in calls.items()}


def spread(processes, count, role):
    """`count` points over all kinds of calls of a role, each kind at its first, last, middle …"""
    most = collections.Counter()
    for calls in processes:
        for call, n in collections.Counter(calls).items():
            most[call] = max(most[call], n)
    for call in ("exit_group", "exit", "rt_sigreturn", "execve"):
        most.pop(call, None) if role == "parent" else None
    nths = {}
    for call, n in most.items():
        if role != "parent":
            n = max(1, n * 2 // 3)  # a fresh process comes so far soon
        order = [1, n] + [max(1, n * k // 2 ** depth) for depth in range(1, 8) for k in range(1, 2 ** depth, 2)]
        nths[call] = list(dict.fromkeys(order))
    points, depth = [], 0
    while len(points) < count and any(len(v) > depth for v in nths.values()):
        points += [f"{role}:{call}:{v[depth]}:kill" for call, v in sorted(nths.items()) if len(v) > depth]
        depth += 1
    return points[:count] if len(points) > count and depth > 1 else random.sample(points, min(count, len(points)))


def every(processes, role):
    """Each system call of the longest process of a role by its number."""
    return [f"{role}:any:{i + 1}:kill" for i in range(max(map(len, processes), default=0))]


def plan(calls, points, whole):
    chosen = {}
    for role, share in SHARE.items():
        if role not in calls:
            continue
        count = round(points * share)
        chosen[role] = every(calls[role], role) if whole else spread(calls[role], count, role)
        longest = max(map(len, calls[role]))
        while len(chosen[role]) < count:
            chosen[role].append(f"{role}:any:{random.randint(1, longest)}:kill")
        if whole:
            chosen[role] = chosen[role][:max(count, longest)]
        random.shuffle(chosen[role])
    return chosen


# -- what must be true afterwards

def judge(kills):
    world = kills.world
    came = collections.defaultdict(list)
    outbox = os.path.join(world.site, "outbox")
    for name in os.listdir(outbox):  # a second time the same file takes its place
        if name.endswith(".json"):
            with open(os.path.join(outbox, name), encoding="utf-8") as file:
                envelope = json.load(file)
            if os.path.exists(os.path.join(outbox, name[:-5] + ".eml")):
                came[envelope["message_id"].strip("<>")].append(envelope["sha256"])
    for row in world.received():
        came[row["message_id"].strip("<>")].append(row["sha256"])
    message, attempts, of_notice = {}, {}, collections.defaultdict(list)
    for line in world.run("evidence", "show").out.splitlines():
        entry = json.loads(line)
        kind, data, subject = entry["kind"], entry["data"], entry["subj"]
        if kind == "notice.sealed":
            message[subject] = data["message_id"]
        check(kind != "key.refused", f"a key is blamed for a kill: {line}")
        if kind == "attempt.begin":
            check(data["attempt"] not in attempts, f"attempt {data['attempt']} begins twice")
            attempts[data["attempt"]] = {"message": message.get(subject), "dot": False, "verdict": None}
        elif kind == "attempt.dot":
            a = attempts[data["attempt"]]
            check(not a["dot"] and a["verdict"] is None, f"attempt {data['attempt']}: a dot out of order")
            a["dot"] = True
        elif kind == "attempt.outcome":
            a = attempts[data["attempt"]]
            check(a["verdict"] is None, f"attempt {data['attempt']} ends twice")
            a["verdict"] = data["verdict"]
    for number, a in attempts.items():
        check(a["verdict"] is not None, f"attempt {number} is open for ever")
        check(a["dot"] or a["verdict"] not in ("accepted", "uncertain"), f"attempt {number}: {a['verdict']} without a dot")
        of_notice[a["message"]].append(a)
    false = [m for m, list_ in of_notice.items() if sum(a["verdict"] == "accepted" for a in list_) > len(came.get(m, []))]
    check(not false, f"{len(false)} false acceptances: {false[:3]}")
    check(set(came) <= set(of_notice), "the relay has messages that the evidence does not know")
    doubles, allowed = 0, 0
    for m, bodies in came.items():
        check(len(set(bodies)) == 1, f"{m}: sent twice with different bytes")
        lost_answers = sum(a["dot"] and a["verdict"] != "accepted" for a in of_notice[m])
        check(len(bodies) - 1 <= lost_answers, f"{m}: came {len(bodies)} times, {lost_answers} answers were lost")
        doubles += len(bodies) - 1
        allowed += lost_answers
    return came, len(attempts), doubles, allowed


def left_behind(world):
    """Processes and files that no start after the last kill has cleaned away."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{pid}/environ", "rb") as file:
                ours = f"TOCSIN_CONFIG={world.env['TOCSIN_CONFIG']}".encode() in file.read().split(b"\0")
        except OSError:
            continue
        if ours and world.home.encode() not in words and words[0]:
            out.append(b" ".join(words).decode("utf-8", "replace"))
    out += [os.path.join(world.env["XDG_RUNTIME_DIR"], name) for name in os.listdir(world.env["XDG_RUNTIME_DIR"])]
    for folder, _, names in os.walk(world.site):
        for name in names:
            if ".tmp-" in name or name.startswith(".#") or name.startswith("S.") or name.endswith((".lock", ".sock")) and name not in ("tocsin.db.lock", "log.lock"):
                out.append(os.path.join(folder, name))
    return out


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
    """submit and approve are killed, then repeated; the advisory is planned once."""
    world = kills.world
    number = 9000
    while points > 0:
        number += 1
        tracking = f"EXM-2026-{number}"

        def change(document):
            white(document)
            document["document"]["tracking"]["id"] = tracking
        path = world.advisory("c.json", change)
        for words in (("submit", path), ("approve", tracking, "--by", "meyer", "--yes")):
            if number == 9001:
                calls = kills.count_calls(words)
                kills.command_calls = getattr(kills, "command_calls", {})
                kills.command_calls[words[0]] = max(map(len, calls["parent"]))
                continue
            for _ in range(3):
                most = kills.command_calls[words[0]]
                kills.kill_command(words, f"parent:any:{random.randint(1, most)}:kill")
                points -= 1
            done = world.run(*words, expect=None)
            check(done.returncode == 0 or "already" in done.err + done.out, f"{words[0]} after a kill: {done.err}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "7")))
    options = parser.parse_args()
    points = options.points or (10500 if options.whole else 320)
    random.seed(options.seed)
    if not os.access(STRIKE, os.X_OK):
        print(f"SKIP: {STRIKE} is not built")
        return SKIP
    with World(config=CONFIG) as world:
        world.env["XDG_RUNTIME_DIR"] = os.path.join(world.dir, "r")
        os.mkdir(world.env["XDG_RUNTIME_DIR"], 0o700)
        for i in range(2):
            world.make_key(f"k{i} <k{i}@hospital.example>", "ed25519", "cv25519")
            world.export(f"k{i}@hospital.example", f"k{i}.asc")
        world.table("parties.csv", [{"party": f"h{i:05}", "kind": "hdo", "country": "DE", "key": f"keys/k{i % 2}.asc" if i % 3 else "",
                                     "email": f"k{i % 2}@hospital.example" if i % 3 else f"h{i}@plain.example"} for i in range(PARTIES)])
        kills = Kills(world)
        kills.release()
        calls = kills.count_calls()
        if calls is None:
            print("SKIP: processes cannot be traced here")
            return SKIP
        chosen = plan(calls, points, options.whole)
        for i, spec in enumerate(chosen["parent"]):
            if i % 8 == 0:
                kills.stock_up(60)
            kills.kill_parent(spec)
        kills.phase("parent")
        for role in WORKERS:
            for i in range(0, len(chosen.get(role, [])), BATCH):
                kills.stock_up(100)
                kills.kill_workers(chosen[role][i:i + BATCH])
        kills.phase("workers")
        commands(kills, round(points * SHARE["command"]))
        kills.phase("commands")
        states = finish(kills)
        kills.phase("the rest")
        came, attempts, doubles, allowed = judge(kills)
        planned = sum(states.values())
        faults = sum(kills.hits.values())
        by_role = collections.Counter()
        for (role, _), n in kills.hits.items():
            by_role[role] += n
        for role in by_role:
            print(f"kills: {role}: " + " ".join(f"{call} {n}" for (who, call), n in sorted(kills.hits.items(), key=lambda x: -x[1]) if who == role))
        lost = planned - len(came) - states["tasked"]
        left = left_behind(world)
        check(not kills.strange, "runs that ended by themselves:\n" + "\n".join(kills.strange[:5]))
        check(lost == 0, f"{lost} lost: {states}, {len(came)} came")
        check(doubles <= faults, f"{doubles} doubles after {faults} faults")
        check(not left, "left behind:\n" + "\n".join(left[:20]))
        world.run("evidence", "check")
        slowest = max(kills.restarts)
        check(slowest <= RESTART_MOST, f"a restart took {slowest:.1f} s")
        passed("kills", {"points": faults, **by_role, "calls": len({call for _, call in kills.hits}), "not reached": kills.missed,
                         "notices": planned, "attempts": attempts, "lost": lost, "tasks": states["tasked"], "false acceptances": 0,
                         "doubles": f"{doubles} (allowed {allowed})", "starts given up": kills.given_up, "restart at most": f"{slowest:.2f} s", "left behind": 0})
    return 0


if __name__ == "__main__":
    sys.exit(main())
