#!/usr/bin/python3
"""The machine's clock jumps, from ten years back to ten years ahead, while the dispatcher runs and while it
does not: nothing is late, expired or given up because of it, and each jump is an entry (P10).

    clock.py [--whole]

libfaketime turns the wall clock of the real program; its uptime stays real, as on a machine.
"""
# Proves: P10
import calendar
import glob
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import world as w
from world import TOCSIN, World, check, skip

YEAR, DAY, HOUR, MINUTE = 365 * 86400, 86400, 3600, 60
FOLLOWED = 15 * MINUTE
QUICK = [10 * YEAR, -10 * YEAR, HOUR, -DAY, FOLLOWED - 60, -1]
WHOLE = QUICK + [DAY, -HOUR, 1, -MINUTE, 5 * YEAR, -5 * YEAR, YEAR, -YEAR, 90 * DAY, -90 * DAY, 7 * DAY, -7 * DAY, 2 * HOUR, -2 * HOUR,
                 FOLLOWED + 60, -FOLLOWED - 60, FOLLOWED - 60, -FOLLOWED + 60, 10 * MINUTE, -10 * MINUTE,
                 10, -10, 2, -2, 3 * YEAR, -3 * YEAR, 12 * DAY, -12 * DAY]
BORDERS = [("2038", "2038-01-19T03:13:55", "UTC"), ("clocks forward", "2037-03-29T00:59:55", "Europe/Berlin"),
           ("clocks back", "2037-11-01T05:59:55", "America/New_York"), ("leap day", "2036-02-28T23:59:55", "UTC"),
           ("half an hour", "2037-04-04T14:59:55", "Australia/Lord_Howe"), ("year's end", "2037-12-31T23:59:55", "Asia/Tokyo")]
CONFIG = 'retry = { first = "1s"; most = "2s"; uncertain = "1s"; };'
LATER = "later@plain.example"


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        skip("no libfaketime (Debian: libfaketime)")
    return found[0]


class Turned(World):
    """A world whose clock can be turned: `turn(seconds)` against the real one."""

    def __init__(self, library_path, offset=0, zone="UTC", turn_relay=False, rules=()):
        self.offset, self.library, self.zone, self.turn_relay = offset, library_path, zone, turn_relay
        self.running = None
        super().__init__(sink_rules=rules, config=CONFIG)
        for name in ("weber@example.com", "meyer@example.com"):  # persons sign by the machine's own clock
            fpr = next(line.split(":")[9] for line in self.gpg("--with-colons", "--list-keys", name).stdout.decode().splitlines()
                       if line.startswith("fpr"))
            self.gpg("--quick-set-expire", fpr, "0")
        self.export("meyer@example.com", "meyer.asc")
        self.export("weber@example.com", "weber.asc")

    def faked(self):
        return {"LD_PRELOAD": self.library, "FAKETIME_TIMESTAMP_FILE": self.file, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "TZ": self.zone}

    def start_sink(self, rules=()):
        self.file = os.path.join(self.dir, "time")
        self.turn(self.offset)
        self.env.update(self.faked())
        kept = dict(os.environ)
        if self.turn_relay:
            os.environ.update(self.faked())
        super().start_sink(rules)
        os.environ.clear()
        os.environ.update(kept)

    def gpg(self, *words, stdin=None, check=True):  # pylint: disable=redefined-outer-name
        env = {key: value for key, value in self.env.items() if not key.startswith(("LD_", "FAKETIME"))}
        return subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *words],
                              input=stdin, capture_output=True, check=check, env=env, timeout=180)

    def turn(self, seconds):
        with open(self.file + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+d}\n")
        os.rename(self.file + ".new", self.file)

    def start(self):
        self.running = subprocess.Popen([TOCSIN, "run"], env=self.env, stdout=subprocess.DEVNULL,
                                        stderr=open(os.path.join(self.dir, "run.log"), "ab"))
        self.wait("the dispatcher", lambda: os.path.exists(os.path.join(self.site, "tocsin.db.sock")))

    def stop(self):
        if self.running:
            self.running.send_signal(signal.SIGTERM)
            check(self.running.wait(180) == 0, "the dispatcher ends well")
            self.running = None

    def rows(self, sql, *values):
        for _ in range(200):
            try:
                base = sqlite3.connect(f"file:{self.site}/tocsin.db?mode=ro", uri=True, timeout=30)
                try:
                    return base.execute(sql, values).fetchall()
                finally:
                    base.close()
            except sqlite3.OperationalError:
                time.sleep(0.05)
        raise AssertionError("the store cannot be read")

    def entries(self, kind):
        return [json.loads(line) for (line,) in self.rows("SELECT line FROM evidence WHERE kind = ? ORDER BY idx", kind)]

    def wait(self, what, condition, seconds=240):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            check(self.running is None or self.running.poll() is None, f"the dispatcher is gone while waiting for {what}")
            time.sleep(0.05)
        with open(os.path.join(self.dir, "run.log"), encoding="utf-8", errors="replace") as file:
            raise AssertionError(f"waited {seconds} s for {what}\n{file.read()[-3000:]}")

    def a_case(self, number):
        """Another advisory, released now; returns its id."""
        name = f"EXM-2027-{number:04}"

        def change(document):
            w.white(document)
            document["document"]["tracking"]["id"] = name
        self.run("submit", self.advisory(f"{name.lower()}.json", change))
        # Where the dispatcher runs, the person signs on a machine whose clock is right.
        elsewhere = {"LD_PRELOAD": ""} if self.running else None
        self.run("approve", name, "--by", "meyer", "--yes", env=elsewhere)
        return name

    def close(self):
        if self.running:
            self.running.kill()
            self.running.wait()
            self.running = None
        super().close()


def sites(world, fpr_source="k@hospital.example"):
    world.export(fpr_source, "k.asc")
    world.table("parties.csv", [
        {"party": "sealed", "kind": "hdo", "country": "DE", "email": fpr_source, "key": "keys/k.asc", "phone": "+49 30 1"},
        {"party": "plain", "kind": "hdo", "country": "DE", "email": "p@plain.example", "key": "", "phone": "+49 30 2"},
        {"party": "later", "kind": "hdo", "country": "DE", "email": LATER, "key": "", "phone": "+49 30 3"}])


def embargoed(world):
    """One that must not open before tomorrow, whatever the clock says."""
    def change(document):
        w.white(document)
        w.dated(document)
        document["document"]["tracking"]["id"] = "EXM-2027-9999"
    order = os.path.join(world.dir, "embargo.order")
    with open(order, "w", encoding="utf-8") as file:
        file.write(f'embargo = "{time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + DAY))}";\n')
    world.run("submit", world.advisory("embargoed.json", change), "--order", order)
    world.run("approve", "EXM-2027-9999", "--by", "meyer", "--yes")


def clock_tasks(world):
    return world.rows("SELECT count(*) FROM task WHERE cause = 'clock' AND open = 1")[0][0]


def tries(world):
    return world.rows("SELECT count(*) FROM attempt a JOIN notice n ON n.id = a.notice_id WHERE n.party = 'later'")[0][0]


def see_jump(world, by, seen):
    found = world.wait(f"the entry of a jump by {by} s", lambda: world.entries("clock.jump")[seen:])
    check(len(found) == 1 and abs(found[0]["data"]["by_ms"] - by * 1000) < 900, f"jump by {by} s: {found}")
    return seen + 1


def one_jump(world, number, by, seen, counts):
    """Jump, tell somebody under the wrong clock, look at all that waits, and come back."""
    asleep = number % 2 == 1
    if asleep:
        world.stop()
    world.turn(by)
    if asleep:
        world.start()
    seen = see_jump(world, by, seen)
    before, tried = len(world.received()), tries(world)
    name = world.a_case(number)
    world.wait(f"two mails under a clock that is wrong by {by} s", lambda: len(world.received()) >= before + 2)
    world.wait("another try", lambda: tries(world) > tried)
    states = dict(((party, state), count) for party, state, count in world.rows(
        "SELECT n.party, n.state, count(*) FROM notice n JOIN advisory a ON a.id = n.advisory_id "
        "WHERE a.tracking <> 'EXM-2027-9999' GROUP BY 1, 2"))
    world.wait("both taken", lambda: world.rows(
        "SELECT count(*) FROM notice n JOIN advisory a ON a.id = n.advisory_id WHERE a.tracking = ? AND n.state = 'accepted'",
        name)[0][0] == 2)
    check(not any(state in ("passed", "tasked") for _, state in states), f"after {by} s: {states}")
    check(world.rows("SELECT count(*) FROM notice WHERE level <> 'sealed' AND party = 'sealed'")[0][0] == 0, "a weaker level")
    check(world.rows("SELECT count(*) FROM key WHERE state NOT IN ('good', 'warn')")[0][0] == 0, "a key was given up")
    early = world.rows("SELECT count(*) FROM notice n JOIN advisory a ON a.id = n.advisory_id "
                       "WHERE a.tracking = 'EXM-2027-9999' AND n.state <> 'planned'")[0][0]
    check(early == 0, f"after {by} s the embargo was broken")
    check(clock_tasks(world) == (abs(by) > FOLLOWED), f"task of a clock that is wrong by {by} s: {clock_tasks(world)}")
    world.turn(0)
    seen = see_jump(world, -by, seen)
    world.wait("the task closes by itself", lambda: clock_tasks(world) == 0)
    counts["jumps"] += 2
    counts["asleep"] += asleep
    counts["told meanwhile"] += 2
    return seen


def check_even(world):
    """Every entry's instant goes on as the uptime does: nothing jumped, nothing ran backwards."""
    lines = [json.loads(line) for (line,) in world.rows("SELECT line FROM evidence ORDER BY idx")]
    last = None
    for line in lines:
        at = instant_ms(line["at"])
        if last is not None:
            passed, up = at - last[0], line["up_ms"] - last[1]
            # Instant and uptime are read one after the other, with a busy machine between them.
            check(abs(passed - up) <= up / 20 + 400, f"entry {line['idx']}: {passed} ms passed in {up} ms")
        last = (at, line["up_ms"])
    return len(lines)


def instant_ms(text):
    whole, part = text[:-1].split(".")
    stamp = time.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    return calendar.timegm(stamp) * 1000 + int(part)


def jumps(table, counts):
    with Turned(library(), rules=("--defer", f"{LATER}=451")) as world:
        world.make_key("K <k@hospital.example>", "ed25519", "cv25519")
        sites(world)
        embargoed(world)
        world.start()
        world.wait("the plan", lambda: world.rows("SELECT count(*) FROM notice WHERE state = 'planned'")[0][0] == 3)
        seen = 0
        for number, by in enumerate(table):
            seen = one_jump(world, number, by, seen, counts)
        world.stop()
        counts["entries even"] += check_even(world)


def peers(table, counts):
    """Keys and certificates of a time that the machine does not know: three years ago it seemed to be today."""
    for ahead in table:
        with Turned(library(), offset=ahead, turn_relay=True) as world:
            then = str(int(time.time()) + ahead)
            world.make_key("K <k@hospital.example>", "ed25519", "cv25519", "--faked-system-time", then)
            sites(world)
            world.a_case(1)
            world.turn(0)  # now GnuPG and OpenSSL both find all of it not yet valid
            world.run("run", "--until-idle")
            got = {mail["to"][0] if isinstance(mail["to"], list) else mail["to"] for mail in world.received()}
            check(got == {"k@hospital.example", "p@plain.example", LATER}, f"told under a clock {ahead} s slow: {got}")
            check(world.rows("SELECT count(*) FROM notice WHERE party = 'sealed' AND level = 'sealed' AND state = 'accepted'")[0][0] == 1,
                  "sealed all the same")
            check(len(world.entries("clock.jump")) == 1 and clock_tasks(world) == 1, "the jump is known")
            counts["peers judged rightly"] += 2


def believed(table, counts):
    """A person says that the new time is right: what waits keeps its length."""
    for by in table:
        with Turned(library(), rules=("--defer", f"{LATER}=451")) as world:
            world.make_key("K <k@hospital.example>", "ed25519", "cv25519")
            sites(world)
            world.start()
            world.a_case(1)
            world.wait("two accepted", lambda: world.rows("SELECT count(*) FROM notice WHERE state = 'accepted'")[0][0] == 2)
            watch = world.rows("SELECT next_at_ms FROM notice WHERE state = 'accepted' ORDER BY id")
            world.turn(by)
            see_jump(world, by, 0)
            [(task,)] = world.rows("SELECT id FROM task WHERE cause = 'clock' AND open = 1")
            world.run("task", "done", str(task), "--by", "weber")
            [entry] = world.wait("the entry", lambda: world.entries("clock.set"))
            check(abs(entry["data"]["by_ms"] - by * 1000) < 2000, entry)
            moved = world.rows("SELECT next_at_ms FROM notice WHERE state = 'accepted' ORDER BY id")
            check(all(abs(b - a - by * 1000) < 2000 for (a,), (b,) in zip(watch, moved)), f"{watch} {moved}")
            tried = tries(world)
            # Its deadline has truly passed a year ahead: then a person is asked instead.
            world.wait("another try or a person", lambda: tries(world) > tried or (by > 0 and world.rows(
                "SELECT count(*) FROM notice WHERE state = 'tasked'")[0][0] == 1))
            check(clock_tasks(world) == 0, "no task is left")
            world.stop()
            counts["believed"] += 1


def borders(table, counts):
    for name, start, zone in table:
        offset = instant_ms(start + ".000Z") // 1000 - int(time.time())
        with Turned(library(), offset=offset, zone=zone, turn_relay=True) as world:
            world.gpg("--quick-gen-key", "K <k@hospital.example>", "ed25519", "sign", "0")
            fpr = next(line.split(":")[9] for line in world.gpg("--with-colons", "--list-keys", "k@hospital.example").stdout.decode()
                       .splitlines() if line.startswith("fpr"))
            world.gpg("--quick-add-key", fpr, "cv25519", "encr", "0")
            sites(world)
            now = time.time() + offset  # making keys took a while: begin again just before
            world.turn(offset - int(now - instant_ms(start + ".000Z") / 1000))
            world.start()
            world.a_case(1)
            world.wait("all told", lambda: len(world.received()) == 3)
            border = instant_ms(start + ".000Z") + 6000
            world.a_case(2)
            world.wait("all told again", lambda: len(world.received()) == 6)
            world.wait("the border", lambda: (time.time() + world_offset(world)) * 1000 > border)
            world.a_case(3)
            world.wait("all told behind it", lambda: len(world.received()) == 9)
            world.stop()
            jumped = [entry for entry in world.entries("clock.jump") if abs(entry["data"]["by_ms"]) > 60000 * 10]
            check(not jumped, f"{name}: {jumped}")
            last = world.entries("attempt.outcome")[-1]["at"]
            check(instant_ms(last) > border - 5000, f"{name}: {last} lies behind the border")
            counts["borders"] += 1


def world_offset(world):
    with open(world.file, encoding="ascii") as file:
        return int(file.read())


def main():
    whole = "--whole" in sys.argv[1:]
    counts = dict.fromkeys(("jumps", "asleep", "told meanwhile", "entries even", "peers judged rightly", "believed", "borders"), 0)
    jumps(WHOLE if whole else QUICK, counts)
    peers([3 * YEAR, 200 * DAY, DAY] if whole else [3 * YEAR], counts)
    believed([YEAR, -YEAR, DAY, -DAY] if whole else [-YEAR], counts)
    borders(BORDERS if whole else BORDERS[:2], counts)
    print("clock: " + ", ".join(f"{name} {count}" for name, count in counts.items()) + ", late 0, expired 0, given up 0")


if __name__ == "__main__":
    main()
