#!/usr/bin/python3
"""A person is erased: no byte of what was kept of them is left, and every proof still holds."""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time

from world import TOCSIN, World, check, passed, white

PARTIES = [
    {"party": "one", "kind": "hdo", "country": "DE", "email": "alice@one.example", "name": "Alice Ohnesorg", "phone": "+49 30 7771"},
    {"party": "two", "kind": "hdo", "country": "DE", "email": "bob@one.example", "name": "Bob Teichmann", "phone": "+49 30 7772"},
    {"party": "third-party", "kind": "distributor", "country": "US", "email": "carol@three.example", "name": "Carol Vandermeer", "phone": ""},
    {"party": "four", "kind": "hdo", "country": "AT", "email": "dora@four.example", "name": "Dora Nemeth", "phone": ""},
]
ID = "EXM-2026-0007"


def bytes_of_store(world):
    """Everything that lies beside the store's name: file, journal, whatever comes."""
    out = b""
    for name in sorted(os.listdir(world.site)):
        path = os.path.join(world.site, name)
        if name.startswith("tocsin.") and name != "tocsin.conf" and os.path.isfile(path):
            with open(path, "rb") as file:
                out += file.read()
    return out.lower()


def bytes_under(folder):
    out = b""
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                out += file.read()
    return out.lower()


def export(world, name):
    """A new bundle that both verifiers call good."""
    folder = os.path.join(world.dir, name)
    world.run("evidence", "export", "--all", "--to", folder)
    program = world.run("evidence", "verify", folder).out.splitlines()[0]
    script = subprocess.run(["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    check(script.returncode == 0 and script.stdout.splitlines()[0] == program, f"both say good, and the same: {script.stdout} {program}")
    return folder


def gone(world, *words):
    """None of the words is in the store's files."""
    for word in words if sqlite(world) else ():
        check(bytes_of_store(world).count(word) == 0, f"{word} stands in the store's files")


def sound(world, *words):
    """All proofs hold, and none of the words is in a new bundle."""
    world.run("store", "check")
    world.run("evidence", "check")
    text = bytes_under(export(world, "new"))
    for word in words:
        check(text.count(word) == 0, f"{word} stands in a new bundle")
    check(b"bob@one.example" in text, "who did not ask stays")
    check(b"(erased)" in text and b"erased-" in text, "the report shows what was erased")


def sqlite(world):
    return os.path.exists(os.path.join(world.site, "tocsin.db"))


def register(world, *left):
    world.table("parties.csv", [row for row in PARTIES if row["party"] not in left])
    world.run("party", "import", os.path.join(world.site, "parties.csv"), "--full", "--yes")


def erase(world, subject, expect=0, reason="asked to be forgotten", by="weber"):
    return world.run("evidence", "erase", subject, "--by", by, "--reason", reason, expect=expect)


def refused(world):
    """Nobody who must still be told, or may still answer, is forgotten."""
    check("parties.csv" in erase(world, "alice@one.example", 1).err, "the register has it")
    check("parties.csv" in erase(world, "party:third-party", 1).err, "the register has the party")
    check("parties.csv" in erase(world, "text:Dora Nemeth", 1).err, "the register has the name")
    register(world, "one", "third-party", "four")
    check("is accepted: wait" in erase(world, "dora@four.example", 1).err, "they may still answer")
    check("person of the configuration" in erase(world, "weber@example.com", 1).err, "our own persons answer for what they signed")
    erase(world, "text:abc", 2)
    erase(world, "nobody", 2)
    erase(world, "alice@one.example", 2, reason="Alice@One.Example asked")
    erase(world, "alice@one.example", 2, by="nobody")
    world.run("evidence", "erase", "alice@one.example", "--by", "weber", expect=2)
    check("nothing is kept" in erase(world, "nobody@nowhere.example", 1).err, "there is nothing")


ALICE = [b"alice@one.example", b"ohnesorg", b"patched all"]
CAROL = [b"carol@three.example", b"vandermeer", b"third-party"]
GRAU = b"mustermann-grau"


def one(world):
    for word in ALICE if sqlite(world) else ():
        check(bytes_of_store(world).count(word) > 0, f"{word} is there before")
    old = export(world, "old")
    check(b"ohnesorg" in bytes_under(old), "and in a bundle")
    done = erase(world, "Alice@ONE.example")
    check("erased: " in done.out and "of 1 notices" in done.out, done.out)
    gone(world, *ALICE)
    lines = [json.loads(line) for line in world.run("evidence", "show", "--values").out.splitlines()]
    nulls = [line for line in lines if "field" in line and line["value"] is None]
    check(nulls and all(line["salt"] is None for line in nulls), "erased is shown as erased")
    told = [line for line in lines if line.get("kind") == "personal.erased"]
    check(len(told) == 1 and told[0]["data"]["values"] == len(nulls), f"and counted in an entry of its own: {told} {len(nulls)}")
    erase(world, "alice@one.example", 1)
    return old, len(nulls)


def party(world):
    """A party that was a person: even its id goes. The running dispatcher does it."""
    with subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as dispatcher:
        try:
            end = time.monotonic() + 120
            while not any(name.endswith(".sock") for name in os.listdir(world.site)) and time.monotonic() < end:
                time.sleep(0.05)
            erase(world, "party:third-party")
            gone(world, *CAROL)
            world.run("ack", "two", ID, "done", "--by", "weber", "--how", "phone", "--note", "Erika Mustermann-Grau took it down")
            erase(world, "text:Mustermann-Grau")
            gone(world, GRAU)
        finally:
            dispatcher.send_signal(signal.SIGTERM)
            dispatcher.wait(120)
    check(dispatcher.returncode == 0, "it went on")


def unfinished(world):
    """Killed between the rows and the file: the next start writes the file anew."""
    path = os.path.join(world.site, "tocsin.db")
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE meta SET value = 'yes' WHERE name = 'erase.unfinished'")
        store.execute("PRAGMA secure_delete = OFF")
        store.execute("CREATE TABLE t (x)")
        store.execute("INSERT INTO t VALUES ('left behind by somebody')")
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute("PRAGMA secure_delete = OFF")
        store.execute("DROP TABLE t")
    check(b"left behind by" in bytes_of_store(world), "bytes without a row")
    world.run("run", "--until-idle")
    check(b"left behind by" not in bytes_of_store(world), "are gone")
    with contextlib.closing(sqlite3.connect(path)) as store:
        check(store.execute("SELECT value FROM meta WHERE name = 'erase.unfinished'").fetchone()[0] == "no", "and that is known")


def marked(world):
    """A blob that says it was erased, and no entry that does."""
    path = os.path.join(world.site, "tocsin.db")
    kept = path + ".kept"
    shutil.copy(path, kept)
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE blob SET data = CAST('erased: entry 1 of the evidence log\n' AS BLOB) WHERE sha256 = (SELECT sha256 FROM advisory)")
    check("does not" in world.run("store", "check", expect=(1, 2, 3)).err, "is no excuse")
    told = [json.loads(line) for line in world.run("evidence", "show").out.splitlines() if '"kind":"personal.erased"' in line]
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE blob SET data = CAST(? AS BLOB) WHERE sha256 = (SELECT sha256 FROM advisory)", [f"erased: entry {told[0]['idx']} of the evidence log\n"])
    check("does not" in world.run("store", "check", expect=(1, 2, 3)).err, "nor an entry about others")
    os.replace(kept, path)


def main():
    with World() as world:
        world.table("parties.csv", PARTIES)
        world.release(world.advisory(change=white), ID)
        world.run("run", "--until-idle")
        world.run("ack", "one", ID, "done", "--by", "weber", "--how", "phone", "--note", "Alice Ohnesorg patched all of them")
        world.run("ack", "third-party", ID, "received", "--by", "weber", "--how", "mail", "--note", "Carol Vandermeer says thanks")
        refused(world)
        old, values = one(world)
        party(world)
        sound(world, *ALICE, *CAROL, GRAU)
        check(world.run("evidence", "verify", old).out.startswith("good"), "an old bundle stays good, and has what it had: nobody can take that back")
        if sqlite(world):
            unfinished(world)
            marked(world)
        passed("T190", {"values erased with the first": values})


main()
