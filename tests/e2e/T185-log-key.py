#!/usr/bin/python3
"""The log's key is changed, and a day of silence is seen: bundles across it verify, anchors from before
hold, a stranger's key does not. Killed between any two steps, the change comes to its end by itself."""
import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys

from world import World, check, passed, white


def by_script(folder, *words):
    done = subprocess.run(["sh", "verify.sh", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout.splitlines() or [done.stderr]


def verdict(world, folder, *anchor):
    """What both verifiers say; they agree."""
    done = world.run("evidence", "verify", folder, *anchor, expect=None)
    program = done.returncode, done.out.splitlines() or [done.err]
    script = by_script(folder, *anchor)
    check(script[0] == program[0] and script[1][0] == program[1][0], f"the verifiers disagree: {script} {program}")
    return script[0], script[1][0]


def export(world, name, *words):
    folder = os.path.join(world.dir, name)
    world.run("evidence", "export", "--all", "--to", folder, *words)
    return folder


def notes(world):
    """[(size, note)] as they are kept."""
    db = sqlite3.connect(f"file:{world.site}/tocsin.db?mode=ro", uri=True)
    rows = db.execute("SELECT size, note FROM checkpoint ORDER BY size").fetchall()
    db.close()
    return rows


def entries(world, kind):
    return [entry for entry in map(json.loads, world.run("evidence", "show").out.splitlines()) if entry["kind"] == kind]


def keys(world):
    return world.run("evidence", "key", "show").out.splitlines()


def keep(world, name, note):
    path = os.path.join(world.dir, name)
    with open(path, "wb") as file:
        file.write(note)
    return path


def release(world, number):
    def change(document):
        white(document)
        document["document"]["tracking"]["id"] = f"EXM-2026-{number:04}"
    world.release(world.advisory(f"{number}.json", change), f"EXM-2026-{number:04}")
    world.run("run", "--until-idle")


def silence(world):
    """A day without anything: an entry and a checkpoint by a run from cron, once."""
    before = len(entries(world, "heartbeat"))
    for hours, wanted in ((22, 0), (23, 1), (24, 1), (47, 2)):
        world.run("run", "--until-idle", "--now", f"2031-01-0{5 + hours // 24}T{hours % 24:02}:30:00Z")
        beats = entries(world, "heartbeat")
        check(len(beats) == before + wanted, f"after {hours} h: {len(beats) - before} heartbeats")
        size = json.loads(world.run("evidence", "show").out.splitlines()[-1])["idx"] + 1
        check(notes(world)[-1][0] == size, f"after {hours} h the log of {size} entries is signed")
    check(beats[-1]["data"] == {"notices_open": 0, "tasks_open": 5}, f"what was open: {beats[-1]['data']}")


def rotated(world):
    old = keys(world)
    kept = keep(world, "from-before", notes(world)[-1][1])
    pem = os.path.join(world.site, "secret", "log.pem")
    with open(pem, "rb") as file:
        secret = file.read()
    words = ["evidence", "key", "rotate"]
    world.run(*words, expect=2)
    world.run(*words, "--by", "weber", expect=2)
    world.run(*words, "--by", "weber", "--reason", "", expect=2)
    world.run(*words, "--by", "nobody", "--reason", "because", expect=2)
    check(keys(world) == old, "what was refused changed nothing")
    done = world.run(*words, "--by", "weber", "--reason", "the laptop with the backup was stolen")
    new = keys(world)
    check(new[:-1] == old and new[-1] in done.out and "signs the log from here on" in done.out, f"another key: {done.out}")
    entry = entries(world, "log.key")[-1]
    check(entry["data"]["key"] == new[-1] and entry["data"]["previous"] == old[-1].split("+")[1], f"it is an entry: {entry}")
    with open(pem, "rb") as file:
        check(file.read() != secret and os.stat(pem).st_mode & 0o077 == 0, "and another secret, ours alone")
    check(sorted(name for name in os.listdir(os.path.dirname(pem)) if name.startswith("log."))
          == ["log.lock", "log.pem", "log.state", "log.state.2"], "nothing else is left of it")
    return kept, keep(world, "vouching", notes(world)[-1][1]), secret, entry["idx"]


def verified(world, kept, vouching, named_at):
    folder = export(world, "across")
    for anchor in ([], ["--anchor", kept], ["--anchor", vouching]):
        code, said = verdict(world, folder, *anchor)
        check(code == 0, f"a bundle across the change, {anchor}: {said}")
    # Behind a checkpoint of the old key over the entry that names the new one: it is in the bundle all the same.
    for name, anchor in (("behind-kept", kept), ("behind-vouching", vouching)):
        part = export(world, name, "--anchor", anchor)
        with open(os.path.join(part, "start"), encoding="ascii") as file:
            check(int(file.read().split("\n")[1]) <= named_at, f"{name}: begins with the change of keys")
        code, said = verdict(world, part, "--anchor", anchor)
        check(code == 0, f"{name}: {said}")
    return folder


def check_forged(world, folder, why):
    code, said = verdict(world, folder)
    check(code == 1 and said.startswith("bad: checkpoint") and said.endswith("bad-signature"), f"{why}: {said}")


def forged(world, folder):
    """Who has neither key names one of his own, or takes the old key's word away."""
    copy = os.path.join(world.dir, "forged")
    rows = notes(world)
    shutil.copytree(folder, copy)
    with open(os.path.join(copy, "log.vkey"), encoding="ascii") as file:
        lines = file.read().splitlines()
    with open(os.path.join(copy, "log.vkey"), "w", encoding="ascii") as file:
        file.write(lines[0] + "\n")  # the new key is not known
    check_forged(world, copy, "without the new key")
    shutil.rmtree(copy)
    shutil.copytree(folder, copy)
    named_at = entries(world, "log.key")[-1]["idx"]
    word = min(size for size, _ in rows if size > named_at)
    os.remove(os.path.join(copy, "checkpoints", f"{word}.note"))
    check_forged(world, copy, "without the old key's word")


def signed(world, pem, data):
    words = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", pem, "-in", keep(world, "to-sign", data)]
    return subprocess.run(words, capture_output=True, check=True).stdout


def late_word(world, folder, secret):
    """A note of the old key over more than the change of keys: over this log it says nothing untrue; over another it is found."""
    copy = os.path.join(world.dir, "late")
    shutil.copytree(folder, copy)
    old = keep(world, "old.pem", secret)
    with open(os.path.join(copy, "checkpoint"), encoding="utf-8") as file:
        body = file.read().split("\n\n")[0] + "\n"
    name, key_id, _ = keys(world)[0].split("+", 2)
    path = f"checkpoints/{body.splitlines()[1]}.note"
    for said, wanted in ((body, (0, "good: ")), (body.replace(body.splitlines()[2], "A" * 43 + "="), (1, f"bad: {path}: bad-root"))):
        word = base64.b64encode(bytes.fromhex(key_id) + signed(world, old, said.encode())).decode()
        keep(world, f"late/{path}", f"{said}\n\u2014 {name} {word}\n".encode())
        sums = []
        for file in sorted(os.path.relpath(os.path.join(at, one), copy) for at, _, files in os.walk(copy) for one in files):
            with open(os.path.join(copy, file), "rb") as data:
                sums.append(f"{hashlib.sha256(data.read()).hexdigest()}  {file}\n")
        listed = "".join(line for line in sums if "  SHA256SUMS" not in line).encode()
        keep(world, "late/SHA256SUMS", listed)
        keep(world, "late/SHA256SUMS.sig", signed(world, os.path.join(world.site, "secret", "log.pem"), listed))
        code, first = verdict(world, copy)
        check(code == wanted[0] and first.startswith(wanted[1]), f"a late word of the old key: {first}")


def old_key_back(world, secret):
    """The old key in its place again signs nothing; a person is told."""
    path = os.path.join(world.site, "secret", "log.pem")
    with open(path, "rb") as file:
        new = file.read()
    with open(path, "wb") as file:
        file.write(secret)
    before = notes(world)
    release(world, 500)
    check(notes(world) == before, "the old key has signed")
    check(any("signed any more" in task["title"] for task in world.json("task", "list")), "a person is told")
    with open(path, "wb") as file:
        file.write(new)
    world.run("evidence", "key", "rotate", "--by", "meyer", "--reason", "and once more")
    release(world, 501)
    check(len(keys(world)) == 3 and len(notes(world)) > len(before), "with its own key it goes on")


def main():
    with World() as world:
        world.table("parties.csv", [{"party": f"p{i}", "kind": "hdo", "country": "DE", "email": f"p{i}@p.example"} for i in range(2)])
        world.run("evidence", "key", "show", expect=1)
        release(world, 100)
        kept, vouching, secret, named_at = rotated(world)
        release(world, 101)
        folder = verified(world, kept, vouching, named_at)
        forged(world, folder)
        late_word(world, folder, secret)
        old_key_back(world, secret)
        code, said = verdict(world, export(world, "thrice"), "--anchor", kept)
        check(code == 0, f"two changes: {said}")
        # Nobody ever answered: all are reminded, and then there is a call for each of the four advisories.
        world.run("run", "--until-idle", "--now", "2031-01-01T00:00:00Z")
        world.run("run", "--until-idle", "--now", "2031-01-05T00:00:00Z")
        silence(world)
        passed("T185", {"keys": len(keys(world)), "checkpoints": len(notes(world))})


if __name__ == "__main__":
    sys.exit(main())
