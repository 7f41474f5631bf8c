#!/usr/bin/python3
"""Signed history is lost: two persons end the epoch of the log, one cannot, and everybody who looks at it sees
that. A restored backup first, then a signer that has lost its memory."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time

from world import World, check, passed, white

END = ("evidence", "epoch", "end")
WHY = "the disk broke on Friday; the backup of Thursday was restored"


def notes(world):
    db = sqlite3.connect(f"file:{world.site}/tocsin.db?mode=ro", uri=True)
    rows = db.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
    db.close()
    return rows


def release(world, number):
    def change(document):
        white(document)
        document["document"]["tracking"]["id"] = f"EXM-2026-{number:04}"
    world.release(world.advisory(f"{number}.json", change), f"EXM-2026-{number:04}")
    world.run("run", "--until-idle")


def verdict(world, folder, *anchor):
    """(exit, lines) of both verifiers, which agree in the first line and in whether they speak of an epoch."""
    script = subprocess.run(["sh", "verify.sh", *anchor], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    program = world.run("evidence", "verify", folder, *anchor, expect=None)
    ours, theirs = program.out.splitlines() or [program.err], script.stdout.splitlines() or [script.stderr]
    loud = [[line for line in lines if line.startswith("EPOCH")] for lines in (ours, theirs)]
    check(program.returncode == script.returncode and ours[0] == theirs[0] and loud[0] == loud[1], f"the verifiers disagree: {ours} {theirs}")
    return program.returncode, ours[0], loud[0]


def export(world, name, *words, expect=0):
    folder = os.path.join(world.dir, name)
    return folder, world.run("evidence", "export", "--all", "--to", folder, *words, expect=expect)


def keep(world, name, note):
    with open(os.path.join(world.dir, name), "wb") as file:
        file.write(note)
    return os.path.join(world.dir, name)


def lose(world):
    """A backup from before the last release is put back."""
    store = os.path.join(world.site, "tocsin.db")
    shutil.copy(store, os.path.join(world.dir, "older.db"))
    release(world, 101)
    lost = keep(world, "lost", notes(world)[-1][1])
    done = world.run(*END, "--by", "weber", "--reason", WHY, "--yes", expect=1)
    check("no history is lost" in done.err, f"while the signer signs no epoch ends: {done.err}")
    world.run("run", "--until-idle")
    size = notes(world)[-1][0]
    shutil.copy(os.path.join(world.dir, "older.db"), store)
    world.run("store", "restored", "--by", "weber", "--reason", WHY)
    before = notes(world)
    world.run("run", "--until-idle")
    check(notes(world) == before, "over a restored backup nothing is signed")
    return lost, size


def end_by_two(world, size):
    before = notes(world)
    world.run(*END, expect=2)
    world.run(*END, "--by", "weber", "--yes", expect=2)
    world.run(*END, "--by", "weber", "--reason", "", "--yes", expect=2)
    world.run(*END, "--by", "nobody", "--reason", WHY, "--yes", expect=2)
    done = world.run(*END, "--by", "weber", "--reason", WHY, "--yes")
    check("another person has to" in done.out and f"last-signed: {size} " in done.err and WHY in done.err, f"one has signed: {done.out}{done.err}")
    time.sleep(1.1)  # the text has its second in it: the same bytes again would only be handed in again
    done = world.run(*END, "--by", "weber", "--yes", expect=1)
    check("another person has to sign" in done.err, f"the same person twice: {done.err}")
    world.run(*END, "--by", "meyer", "--reason", "another one", "--yes", expect=1)
    # Her key, his name: two persons who share a key are one.
    keys = os.path.join(world.site, "keys")
    shutil.copy(os.path.join(keys, "meyer.asc"), os.path.join(world.dir, "meyer.asc"))
    shutil.copy(os.path.join(keys, "weber.asc"), os.path.join(keys, "meyer.asc"))
    world.run(*END, "--by", "meyer", "--yes", expect=1)
    shutil.copy(os.path.join(world.dir, "meyer.asc"), os.path.join(keys, "meyer.asc"))
    text = world.run(*END, "--by", "meyer", "--print").out
    for change in (WHY, f"last-signed: {size}"):  # another text than the one that was asked for
        forged = world.gpg("--local-user", "meyer@example.com", "--clearsign", stdin=text.replace(change, change[:-1] + "9").encode()).stdout
        world.run(*END, "--signature", keep(world, "forged", forged), expect=1)
    world.run("run", "--until-idle")
    check(notes(world) == before, "with one signature nothing is signed")
    done = world.run(*END, "--by", "meyer", "--yes")
    check("signed on as example.com/tocsin/EXM/2" in done.out, f"two have signed: {done.out}")
    check(notes(world)[-1][1].startswith(b"example.com/tocsin/EXM/2\n"), "the next checkpoint is of another log")
    check(world.run("evidence", "key", "show").out.splitlines()[-1].startswith("example.com/tocsin/EXM/2+"), "and its key has the name of that")


def seen(world, size, lost, kept):
    release(world, 102)
    folder, _ = export(world, "after")
    code, said, loud = verdict(world, folder)
    check(code == 0 and len(loud) == 1, f"good, and loud: {said} {loud}")
    with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
        report = file.read()
    for text in ("Signed history of this log was lost", WHY, f"{size} entries, root", "weber and meyer"):
        check(text in report, f"the report has {text}")
    texts = [name for name in os.listdir(os.path.join(folder, "blobs"))
             if b"Tocsin epoch end 1" in open(os.path.join(folder, "blobs", name), "rb").read()]
    check(len(texts) == 2, f"both signed texts are in it: {texts}")
    code, said, loud = verdict(world, folder, "--anchor", lost)
    check(code == 1 and said == "bad: anchor: bad-signature" and loud, f"an anchor of lost history: {said} {loud}")
    for anchor in (lost, kept):
        _, done = export(world, "no", "--anchor", anchor, expect=1)
        check("was lost" in done.err and "EXM" in done.err, f"export says what happened: {done.err}")
    last = keep(world, "last", notes(world)[-1][1])
    folder, _ = export(world, "later", "--anchor", last)
    check(verdict(world, folder, "--anchor", last)[0] == 0, "checkpoints of the new epoch are anchors")
    world.run(*END, "--by", "weber", "--reason", WHY, "--yes", expect=1)


def forget(world):
    """The signer's memory is gone; the second one signs elsewhere."""
    for name in ("log.state", "log.state.2"):
        os.remove(os.path.join(world.site, "secret", name))
    world.run(*END, "--by", "meyer", "--reason", "secret/ was lost, but for the key", "--yes")
    text = world.run(*END, "--by", "weber", "--print").out
    check("last-signed: not remembered" in text, text)
    signed = world.gpg("--local-user", "weber@example.com", "--clearsign", stdin=text.encode()).stdout
    done = world.run(*END, "--signature", keep(world, "signed", signed))
    check("EXM/3" in done.out, f"the third epoch: {done.out}")
    world.run("evidence", "key", "rotate", "--by", "weber", "--reason", "to be sure")
    release(world, 103)
    folder, _ = export(world, "third")
    code, said, loud = verdict(world, folder)
    check(code == 0 and "lost 2 times" in loud[0], f"good, and loud: {said} {loud}")
    ends = [entry for entry in map(json.loads, world.run("evidence", "show").out.splitlines()) if entry["kind"] == "epoch.end"]
    check([entry["data"]["last_size"] is None for entry in ends] == [False, True], "what was remembered is in the record")
    # The memory is gone again: what has begun does not begin anew by itself.
    for name in ("log.state", "log.state.2"):
        os.remove(os.path.join(world.site, "secret", name))
    before = notes(world)
    release(world, 104)
    check(notes(world) == before, "an epoch begins once")


def main():
    with World() as world:
        if not os.path.exists(os.path.join(world.site, "tocsin.db")):
            return 0  # a backup is put back as a file
        world.table("parties.csv", [{"party": "p", "kind": "hdo", "country": "DE", "email": "p@p.example"}])
        release(world, 100)
        kept = keep(world, "kept", notes(world)[-1][1])
        lost, size = lose(world)
        end_by_two(world, size)
        seen(world, size, lost, kept)
        forget(world)
        passed("T186", {"epochs": 3, "checkpoints": len(notes(world))})
    return 0


if __name__ == "__main__":
    sys.exit(main())
