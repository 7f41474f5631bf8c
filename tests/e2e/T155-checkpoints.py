#!/usr/bin/python3
"""Checkpoints of the log: signed after work, carried by notices, never over a history that was changed.
The signer is killed at its steps, the store is rolled back and edited, its memory is taken away."""
# Proves: P18
import email
import email.policy
import json
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from world import TOCSIN, World, check, passed, white


def checkpoints(world):
    db = sqlite3.connect(f"file:{world.site}/tocsin.db?mode=ro", uri=True)
    rows = db.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
    entries = db.execute("SELECT count(*) FROM evidence").fetchone()[0]
    db.close()
    return rows, entries


def release(world, number):
    tracking = f"EXM-2026-{number:04}"

    def change(document):
        white(document)
        document["document"]["tracking"]["id"] = tracking
    world.release(world.advisory(f"{number}.json", change), tracking)


def signers(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
    except OSError:
        return []
    out = []
    for child in children:
        try:
            with open(f"/proc/{child}/cmdline", "rb") as file:
                if file.read().split(b"\0")[1:3] == [b"worker", b"signer"]:
                    out.append(int(child))
        except OSError:
            pass
    return out


def kill_signers(world, dice, rounds):
    """kill -9 at random moments of the signer's life: what it signed never contradicts itself."""
    killed = 0
    for number in range(rounds):
        release(world, 200 + number)
        run = subprocess.Popen([TOCSIN, "run", "--until-idle"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while run.poll() is None and time.monotonic() < end:
            for pid in signers(run.pid):
                time.sleep(dice.random() * 0.08)
                try:
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass
                end = 0
                break
        run.wait(240)
    return killed


def refuses(world, why):
    """The next run works, but signs nothing and tells a person."""
    before = checkpoints(world)[0]
    world.run("run", "--until-idle")
    check(checkpoints(world)[0] == before, f"{why}: a checkpoint was signed")
    check(any("signed any more" in task["title"] for task in world.json("task", "list")), f"{why}: a person is told")


def edit(world, sql):
    db = sqlite3.connect(f"{world.site}/tocsin.db")
    db.execute(sql)
    db.commit()
    db.close()


def main():
    dice = random.Random(155)
    with World() as world:
        world.make_key("K <k@h.example>", "ed25519", "cv25519")
        world.export("k@h.example", "k.asc")
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "k@h.example", "key": "keys/k.asc"},
                                    {"party": "p", "kind": "hdo", "country": "DE", "email": "p@p.example"},
                                    {"party": "a", "kind": "regulator", "country": "DE", "email": "a@a.example"}])
        release(world, 100)
        world.run("run", "--until-idle")
        rows, entries = checkpoints(world)
        check(rows and rows[-1][0] == entries, f"{entries} entries, signed: {[size for size, _ in rows]}")
        mails = world.received()
        check(len(mails) == 3, f"{len(mails)} mails")
        for name in ("log.pem", "log.state", "log.state.2"):
            check(os.stat(f"{world.site}/secret/{name}").st_mode & 0o077 == 0, f"{name} is ours alone")
        # A witness: readable notices, the authority's first, carry a checkpoint over their own plan
        # that the bundle's verifiers know.
        log = [json.loads(line) for line in world.run("evidence", "show").out.splitlines()]
        plan = next(entry["idx"] for entry in log if entry["kind"] == "plan.created")
        for address in ("a@a.example", "p@p.example"):
            mail = email.message_from_bytes(world.mailbox(address)[0], policy=email.policy.default)
            part = next((p for p in mail.walk() if p.get_filename() == "evidence-checkpoint.txt"), None)
            check(part, f"{address}: no checkpoint")
            carried = part.get_payload(decode=True).replace(b"\r\n", b"\n")
            size = next((size for size, note in rows if note == carried), 0)
            check(size > plan, f"{address}: a checkpoint of {size} entries, the plan is entry {plan}")

        killed = kill_signers(world, dice, 5)
        world.run("run", "--until-idle")
        rows, entries = checkpoints(world)
        check(rows[-1][0] == entries, "signed to the end after the kills")
        world.run("evidence", "check")

        saved = f"{world.dir}/saved"
        shutil.copytree(world.site, saved)

        def restore():
            shutil.rmtree(world.site)
            shutil.copytree(saved, world.site)
        older = f"{world.dir}/older.db"
        shutil.copy(f"{world.site}/tocsin.db", older)
        release(world, 300)
        world.run("run", "--until-idle")
        os.remove(f"{world.site}/tocsin.db.mark")  # else run asks before it begins
        shutil.copy(older, f"{world.site}/tocsin.db")
        release(world, 301)
        refuses(world, "a restored backup")
        restore()
        edit(world, "UPDATE evidence SET line = CAST(replace(CAST(line AS TEXT), '\"test\"', '\"real\"') AS BLOB) WHERE idx = 0")
        for name in ("log.state", "log.state.2"):  # a day later the whole log is read again
            path = f"{world.site}/secret/{name}"
            with open(path, encoding="ascii") as file:
                lines = file.read().split("\n")[:-2]
            lines[5] = "1"
            text = "\n".join(lines) + "\n"
            with open(path, "w", encoding="ascii") as file:
                file.write(text + hashlib.sha256(text.encode()).hexdigest() + "\n")
        release(world, 302)
        refuses(world, "an edited entry")
        restore()
        for name in ("log.state", "log.state.2"):
            os.remove(f"{world.site}/secret/{name}")
        release(world, 303)
        refuses(world, "its memory taken away")
        restore()
        os.remove(f"{world.site}/secret/log.pem")
        release(world, 304)
        before = len(world.received())
        world.run("run", "--until-idle")
        check(len(world.received()) == before + 3, "without a signer notices go on")
        restore()
        with open(f"{world.site}/secret/log.state", "w", encoding="ascii") as file:
            file.write("torn")  # one of two copies: the other is enough
        release(world, 305)
        world.run("run", "--until-idle")
        rows, entries = checkpoints(world)
        check(rows[-1][0] == entries, "one copy is enough")
        passed("T155", {"checkpoints": len(rows), "signers killed": killed, "refused": 3})


if __name__ == "__main__":
    sys.exit(main())
