#!/usr/bin/python3
"""The watched folder: sets are taken in whatever order and way their files come, hostile ones hurt nobody,
nothing is lost and nothing is taken twice, also not when the dispatcher is killed in the middle."""
# Proves: 8.3.3 any time
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

from world import FIXTURE, TOCSIN, World, check, passed

SETTLE = 2


def wait_for(what, why, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    raise AssertionError(why)


class Folder:
    def __init__(self, world):
        self.world = world
        self.dir = os.path.join(world.site, "incoming")

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def put(self, name, data):
        """As it should be done: another name first, then rename."""
        with open(self.path(".part"), "wb") as file:
            file.write(data)
        os.rename(self.path(".part"), self.path(name))

    def here(self):
        return sorted(name for name in os.listdir(self.dir) if name not in ("refused", "done"))

    def moved(self, sub):
        """{set's folder: [files]}"""
        base = self.path(sub)
        return {one: sorted(os.listdir(os.path.join(base, one))) for one in (os.listdir(base) if os.path.isdir(base) else [])}

    def findings(self, stem):
        for one in sorted(self.moved("refused"), reverse=True):
            path = self.path("refused", one, f"{stem}.findings.txt")
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    return file.read()
        return None


def advisory(tracking, title=None):
    with open(FIXTURE, encoding="utf-8") as file:
        document = json.load(file)
    document["document"]["tracking"]["id"] = tracking
    if title:
        document["document"]["title"] = title
    return json.dumps(document, indent=1).encode()


def detached(world, data, who="meyer@example.com"):
    return world.gpg("--local-user", who, "--armor", "--detach-sign", stdin=data).stdout


def approval(world, tracking, data, order=None, who="meyer@example.com", name="Dr Eva Meyer", role="regulatory"):
    text = (f"Tocsin approval 1\nadvisory: {tracking} 1.0.0\nsha256: {hashlib.sha256(data).hexdigest()}\n"
            f"order-sha256: {hashlib.sha256(order).hexdigest() if order else 'none'}\nsigner: {name}\nrole: {role}\n"
            f"meaning: approved for release\nat: {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}\n")
    return world.gpg("--local-user", who, "--clear-sign", stdin=text.encode()).stdout


def states(world):
    return {a["id"]: a["state"] for a in world.json("status")[0]["advisories"]}


def waiting(world):
    board = world.json("status")[0]["watch"]
    return {w["set"]: w["waits_for"] for w in board["waiting"]} if board else {}


def taken(world, tracking):
    return states(world).get(tracking) in ("approved", "planning", "released")


ORDER = b'advisory = "%s";\ntlp = "RED";\n'


def by_cron(world, folder):
    """run --until-idle: a set is taken, the same again is harmless, names may be anything."""
    data = advisory("CRON-1")
    name = 'a "b"\n;$(x) \xff'.encode("latin-1")
    os.mkdir(folder.path("elsewhere"))
    for end, content in ((b".json", data), (b".json.asc", detached(world, data))):
        with open(os.path.join(os.fsencode(folder.dir), b".t"), "wb") as file:
            file.write(content)
        os.rename(os.path.join(os.fsencode(folder.dir), b".t"), os.path.join(os.fsencode(folder.dir), name + end))
    world.run("run", "--until-idle")
    check(taken(world, "CRON-1"), "a set with an odd name is taken")
    check(folder.here() == ["elsewhere"], f"left: {folder.here()}")
    os.rmdir(folder.path("elsewhere"))
    mails = len(world.received())
    check(mails == 2, f"{mails} mails")
    folder.put("again.json", data)
    folder.put("again.json.asc", detached(world, data))
    world.run("run", "--until-idle")
    check(folder.here() == [] and len(world.received()) == mails, "the same bytes again are harmless")
    check(len(folder.moved("done")) == 2, str(folder.moved("done")))
    os.chmod(folder.dir, 0o770)
    told = [row for row in world.json("doctor", expect=(0, 1)) if "watched folder" in row["what"]]
    check(told and "cannot release" in told[0]["what"] and told[0]["severity"] == "warning", f"doctor on open folders: {told}")
    os.chmod(folder.dir, 0o700)
    return mails


def orders_and_halves(world, folder):
    """As a service: every order of arrival, halves of files, refused sets."""
    # approval, then advisory, then order: nothing goes out before the order is there.
    late = advisory("LATE-1")
    order = ORDER % b"LATE-1"
    folder.put("late.meyer.approval", approval(world, "LATE-1", late, order))
    wait_for(lambda: "late" in waiting(world), "an approval without an advisory is on the board")
    check(".json" in waiting(world)["late"], str(waiting(world)))
    folder.put("late.json", late)
    wait_for(lambda: "order" in waiting(world).get("late", ""), f"the order is missing: {waiting(world)}")
    check(states(world)["LATE-1"] == "submitted", "nothing is released without its order")
    # Half a file, without rename, that becomes whole later.
    half = advisory("HALF-1")
    with open(folder.path("half.json.asc"), "wb") as file:
        file.write(detached(world, half))
    with open(folder.path("half.json"), "wb") as file:
        file.write(half[:400])
        file.flush()
        time.sleep(SETTLE + 1.5)
        file.write(half[400:])
    # A refused one, twice under one name.
    folder.put("bad.json", b'{"document": {}}')
    folder.put("bad.order", b"nonsense")
    wait_for(lambda: folder.findings("bad"), "the refused set has findings")
    folder.put("bad.json", b'{"document": {"x": 1}}')
    wait_for(lambda: sum("bad" in one for one in folder.moved("refused")) == 2, "a second one of the same name")
    # A signature of somebody else, over other bytes: aside, alone.
    folder.put("late.weber.approval", approval(world, "LATE-1", late + b" ", order, "weber@example.com", "Jana Weber"))
    folder.put("late.order", order)
    wait_for(lambda: taken(world, "LATE-1"), f"taken when its order came: {waiting(world)}")
    wait_for(lambda: "other bytes" in (folder.findings("late") or ""), f"findings of the signature: {folder.moved('refused')}")
    wait_for(lambda: taken(world, "HALF-1"), f"half a file is waited for: {waiting(world)} {folder.moved('refused')}")
    # The order differs from what was signed.
    data = advisory("ORDER-1")
    folder.put("swap.order", ORDER % b"ORDER-1" + b"\n")
    folder.put("swap.json", data)
    folder.put("swap.meyer.approval", approval(world, "ORDER-1", data, ORDER % b"ORDER-1"))
    wait_for(lambda: "other bytes" in (folder.findings("swap") or ""), "an order that was changed after it was signed")
    check(states(world)["ORDER-1"] == "submitted", "is not released")
    wait_for(lambda: "swap" in waiting(world), "and waits for another signature")
    world.run("approve", "ORDER-1", "--by", "meyer", "--yes")
    wait_for(lambda: folder.here() == [], f"approved by hand meanwhile: {folder.here()}")
    return 7


def hostile(world, folder):
    """Links, pipes, sockets, folders, huge and unreadable files, thousands of files, a storm of writes."""
    secret = os.path.join(world.dir, "secret.json")
    with open(secret, "wb") as file:
        file.write(advisory("LINK-1"))
    os.symlink(secret, folder.path("link.json"))
    os.mkfifo(folder.path("pipe.json"))
    os.mkdir(folder.path("folder.json"))
    plug = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(folder.dir)
    plug.bind("plug.json")
    os.chdir(here)
    with open(folder.path("huge.json"), "wb") as file:
        file.truncate(1 << 33)
    folder.put("sig.json", advisory("SIG-1"))
    os.symlink("/dev/zero", folder.path("sig.json.asc"))
    names = ["link", "pipe", "folder", "plug", "huge"]
    for name in names:
        wait_for(lambda name=name: folder.findings(name), f"{name}: {waiting(world)}")
    wait_for(lambda: "link" in (folder.findings("sig") or ""), "a signature that is a link")
    check("LINK-1" not in states(world), "a link is not followed")
    check("larger" in folder.findings("huge"), folder.findings("huge"))
    plug.close()
    os.remove(folder.path("sig.json"))
    # No end of writing must not keep the others; names without a meaning are told of.
    folder.put("notes.txt", b"hello")
    data = advisory("STORM-1")
    stop = time.monotonic() + 6
    folder.put("calm.json", data)
    folder.put("calm.json.asc", detached(world, data))
    with open(folder.path("busy.json"), "wb") as file:
        while time.monotonic() < stop and not taken(world, "STORM-1"):
            file.write(b" " * 1000)
            file.flush()
            time.sleep(0.02)
    wait_for(lambda: taken(world, "STORM-1"), "a busy writer beside it keeps nobody")
    board = world.json("status")[0]["watch"]
    check(board["others"] == 1 and board["other"] == "notes.txt", str(board))
    check("X.json" in world.run("status").out, "the names of a set are told")
    os.remove(folder.path("notes.txt"))
    # Vanishes and comes back.
    os.remove(folder.path("busy.json"))
    wait_for(lambda: folder.here() == [], f"left: {folder.here()}")
    shutil.move(folder.dir, folder.dir + ".away")
    wait_for(lambda: (world.json("status")[0]["watch"] or {}).get("fault"), "a folder that is gone is on the board")
    check(any("watched folder" in row["what"] for row in world.json("doctor", expect=1)), "doctor tells that it is gone")
    shutil.move(folder.dir + ".away", folder.dir)
    back = advisory("BACK-1")
    folder.put("back.json", back)
    folder.put("back.json.asc", detached(world, back))
    wait_for(lambda: taken(world, "BACK-1"), "it comes back and is read")
    return len(names) + 3


def many(world, folder):
    """Two writers under the same names, hundreds of files that wait."""
    one, two = advisory("TWO-1", "first"), advisory("TWO-1", "second")
    for i in range(500):
        with open(folder.path(f"m{i:03}.order"), "wb") as file:
            file.write(b"x")
    stop = time.monotonic() + 5
    while time.monotonic() < stop:
        folder.put("two.json", one)
        folder.put("two.json", two)
        time.sleep(0.01)
    folder.put("two.json.asc", detached(world, two))
    wait_for(lambda: taken(world, "TWO-1"), f"the last writer's set is taken: {waiting(world).get('two')}")
    board = world.json("status")[0]["watch"]
    check(board["count"] == 500 and len(board["waiting"]) == 100, str(board["count"]))
    check("and 400 more" in world.run("status").out, "the rest is counted")
    for i in range(500):
        os.remove(folder.path(f"m{i:03}.order"))
    return 500


def killed(world, folder, rounds):
    """kill -9 while sets are taken: each is released once, each refused one is there once at the end."""
    world.run("run", "--until-idle", timeout=240)  # what the service took last may not be out yet
    before = len(world.received())
    for i in range(rounds):
        data = advisory(f"KILL-{i}")
        folder.put(f"k{i}.json", data)
        folder.put(f"k{i}.json.asc", detached(world, data))
        folder.put(f"r{i}.json", b'{"document": {"n": %d}}' % i)
    kills = 0
    for wait in range(rounds * 2):
        service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(SETTLE + 0.15 * (1 + wait % 12))
        if service.poll() is None:
            service.send_signal(signal.SIGKILL)
            kills += 1
        service.wait()
    world.run("run", "--until-idle", timeout=240)
    check(folder.here() == [], f"left: {folder.here()}")
    check(all(taken(world, f"KILL-{i}") for i in range(rounds)), str(states(world)))
    for i in range(rounds):
        kept = [one for one, files in folder.moved("refused").items() if f"r{i}.json" in files]
        check(len(kept) == 1, f"r{i}.json is there {len(kept)} times")
        check(folder.findings(f"r{i}"), f"r{i} has findings")
    log = [json.loads(line) for line in world.run("evidence", "show", "--json").out.splitlines() if line]
    approved = sum(1 for line in log if line.get("kind") == "advisory.approved")
    check(approved == len({line["subj"] for line in log if line.get("kind") == "advisory.approved"}), "no set is taken twice")
    ids = [row["message_id"] for row in world.received()[before:]]
    check(len(set(ids)) == 2 * rounds, f"{len(set(ids))} messages of {2 * rounds}")
    return kills


def main():
    rounds = int(os.environ.get("TOCSIN_WATCH_KILLS", "3"))
    with World(config='watch = "incoming";') as world:
        folder = Folder(world)
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "a@h.example"},
                                    {"party": "c", "kind": "complaint", "country": "DE", "email": "a@c.example"}])
        mails = by_cron(world, folder)
        log = os.path.join(world.dir, "service.log")
        with open(log, "wb") as out:
            service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=out)
        try:
            cases = orders_and_halves(world, folder)
            attacks = hostile(world, folder)
            crowd = many(world, folder)
            service.send_signal(signal.SIGTERM)
            check(service.wait(60) == 0, "an orderly end")
        except BaseException:
            with open(log, encoding="utf-8", errors="replace") as file:
                print("".join(file.readlines()[-30:]), file=sys.stderr)
            raise
        finally:
            if service.poll() is None:
                service.kill()
                service.wait()
        kills = killed(world, folder, rounds)
        world.run("evidence", "check")
        passed("T130", {"mails by cron": mails, "cases": cases, "hostile things": attacks, "waiting at once": crowd, "kills": kills})


if __name__ == "__main__":
    sys.exit(main())
