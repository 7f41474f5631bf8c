#!/usr/bin/python3
"""Bundles of a real world: both verifiers, what a reader sees and what not, what is refused."""
# Proves: 8.3.3 records
import contextlib
import filecmp
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import tempfile
import time

from world import SOURCE, TOCSIN, World, check, passed, white

PARTIES = [
    {"party": "authority", "kind": "regulator", "country": "DE", "email": "vigilance@authority.example", "key": "keys/authority.asc", "post_address": ""},
    {"party": "rsa", "kind": "hdo", "country": "DE", "email": "a@rsa.example", "key": "keys/rsa.asc"},
    {"party": "plain", "kind": "hdo", "country": "US", "email": "a@plain.example"},
    {"party": "bounces", "kind": "hdo", "country": "DE", "email": "gone@bounces.example", "post_address": "Somewhere 1"},
    {"party": "other-things", "kind": "hdo", "country": "DE", "email": "a@other.example"},
]
A, B = "EXM-2026-0007", "EXM-2026-0008"
ONLY_B = "Brimstone"  # stands in the second advisory alone


def second(document):
    white(document)
    document["document"]["tracking"]["id"] = B
    document["document"]["title"] = f"{ONLY_B}: another matter altogether"
    for vulnerability in document["vulnerabilities"]:
        vulnerability["title"] = ONLY_B
        for note in vulnerability.get("notes", []):
            note["text"] = f"{ONLY_B} {note['text']}"


def third(number):
    def change(document):
        white(document)
        document["document"]["tracking"]["id"] = f"EXM-2026-010{number}"
    return change


def contents(folder):
    """{name: bytes} of a bundle."""
    out = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as file:
                out[os.path.relpath(path, folder)] = file.read()
    return out


def by_script(folder, *words):
    done = subprocess.run(["sh", "verify.sh", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout.splitlines()[0] if done.stdout else done.stderr


def by_program(world, path, *words):
    done = world.run("evidence", "verify", path, *words, expect=None)
    return done.returncode, done.out.splitlines()[0] if done.out else done.err


def good(world, folder, *anchor):
    script, program = by_script(folder, *anchor), by_program(world, folder, *anchor)
    check(script == program and script[0] == 0, f"both verifiers say good, and the same: {script} {program}")


def unread(folder):
    """Whoever reads the script's words may go in the middle: it leaves nothing of its own."""
    with tempfile.TemporaryDirectory() as temp:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(["sh", "verify.sh"], cwd=folder, stdout=writer, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": temp}, check=False, timeout=300)
        os.close(writer)
        check(done.returncode == 2 and not os.listdir(temp), f"not read: exit {done.returncode}, left {os.listdir(temp)}")


def bad(world, folder, name, at):
    """One bit of a copy is turned: both find it, at the same place."""
    copy = folder + "-bad"
    shutil.copytree(folder, copy)
    with open(os.path.join(copy, name), "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))
    script, program = by_script(copy), by_program(world, copy)
    check(script == program and script[0] == 1, f"a changed byte of {name} is found by both: {script} {program}")
    shutil.rmtree(copy)


def make_world(world):
    for name, address in (("authority", "vigilance@authority.example"), ("rsa", "a@rsa.example")):
        world.make_key(f"{name} <{address}>", "ed25519", "cv25519")
        world.export(address, f"{name}.asc")
    world.table("parties.csv", PARTIES)
    world.table("installed.csv", [{"party": "other-things", "vendor": "Somebody Else Inc.", "product": "Coffee Machine", "version": "1.0"}])
    world.release(world.advisory("a.json", change=white), A)
    world.release(world.advisory("b.json", change=second), B)
    world.run("run", "--until-idle")
    world.run("receipt", "import", os.path.join(world.dir, "returns"))
    world.run("ack", "rsa", A, "done", "--by", "weber", "--how", "phone", "--note", "all of them patched <script>alert(1)</script>", "--units", "4")
    world.run("run", "--until-idle")


def one_advisory(world):
    folder = os.path.join(world.dir, "bundle-a")
    done = world.run("evidence", "export", "--advisory", A, "--to", folder)
    check("written:" in done.out, f"it says what was written: {done.out}")
    good(world, folder)
    unread(folder)
    files = contents(folder)
    for name, data in files.items():
        check(ONLY_B.encode() not in data and B.encode() not in data, f"{name} shows nothing of the other advisory")
    report = files["report.html"].decode()
    for field in ("The four fields", "Description", "CVSS", "Affected versions", "Resolution", "not recorded", "vigilance@authority.example", "all of them patched", "Coffee Machine"):
        check(field in report, f"the report has {field}")
    check("<script" not in report and "http://" not in report.replace("http-equiv", ""), "the report needs nothing else")
    check("patched &lt;script&gt;alert(1)" in report, "what people typed is text, never a tag")
    with open(os.path.join(world.dir, "a.json"), "rb") as file:
        check(file.read() in files.values(), "the advisory itself is in it, byte for byte")
    check(b"rsa" in files["report.csv"] and files["report.csv"].count(b"\r\n") == 5, f"a row each: {files['report.csv']}")
    values = [json.loads(line) for line in files["disclosed/values.jsonl"].splitlines()]
    check(any(v["field"] == "data.party" and v["value"] == "bounces" for v in values), "who was told is disclosed")
    for name, at in (("entries.jsonl", 700), ("report.html", 100), ("disclosed/values.jsonl", 60), ("checkpoint", 30), ("log.vkey", 60)):
        bad(world, folder, name, at)
    return folder, files


def readers(world, whole):
    folder = os.path.join(world.dir, "for-regulator")
    world.run("evidence", "export", "--advisory", A, "--to", folder, "--reader", "regulator")
    good(world, folder)
    files = contents(folder)
    check(b"a@plain.example" not in b"".join(files.values()), "an authority sees no addresses of hospitals")
    check(b"all of them patched" not in b"".join(files.values()), "nor what they said")
    check(b"no such mailbox" not in b"".join(files.values()), "nor what their servers said")
    check(b"plain" in files["report.csv"], "but who was told")
    folder = os.path.join(world.dir, "for-rsa.tar")
    world.run("evidence", "export", "--advisory", A, "--to", folder, "--reader", "party:rsa")
    with tarfile.open(folder) as tar:
        check(all(member.isfile() for member in tar.getmembers()), "nothing but files")
        tar.extractall(world.dir)
    good(world, folder[:-4])
    check(by_program(world, folder)[0] == 0, "the tar is good as it is")
    files = contents(folder[:-4])
    for name, data in files.items():
        check(b"bounces" not in data.replace(b"bounces.", b"") or name in ("verify.sh", "README.txt"), f"{name} shows nothing of others")
        check(b"plain.example" not in data and b"authority.example" not in data, f"{name} shows nothing of others")
    check(len(files) < len(whole), "and has less in it")
    world.run("evidence", "export", "--advisory", A, "--to", os.path.join(world.dir, "no"), "--reader", "party:other-things", expect=1)


def disclosed(world):
    """Who has a bundle gets values later, for it alone; both verifiers judge them."""
    folder, values = os.path.join(world.dir, "for-regulator"), os.path.join(world.dir, "values.jsonl")
    before = contents(folder)
    with open(values + ".part", "wb"):
        os.chmod(values + ".part", 0o666)  # somebody else's, who would read along
    world.run("evidence", "disclose", folder, "--advisory", A, "--reader", "all", "--to", values)
    check(os.stat(values).st_mode & 0o777 == 0o600, "nobody else reads it")
    with open(values, "rb") as file:
        lines = file.read().splitlines(keepends=True)
    check(b"a@plain.example" in b"".join(lines) and b"Brimstone" not in b"".join(lines), "addresses of this matter, nothing of another")
    check(contents(folder) == before, "the bundle is as it was")
    script, program = by_script(folder, "--disclosed", values), by_program(world, folder, "--disclosed", values)
    plain = by_program(world, folder)
    check(script == program and script[0] == 0, f"both say good, and the same: {script} {program}")
    count = len(lines) + before["disclosed/values.jsonl"].count(b"\n")
    check(f" {count} values" in program[1] and plain[1] != program[1], f"{count} values: {program[1]}")
    odd = os.path.join(world.dir, "odd.jsonl")
    for lie in (lines[0].replace(b'"value":"', b'"value":"x') + b"".join(lines[1:]), lines[1] + lines[0], lines[0].replace(b":", b": ", 1),
                lines[0] + lines[0], re.sub(rb'"idx":\d+', b'"idx":99999999', lines[0])):
        with open(odd, "wb") as file:
            file.write(lie)
        script, program = by_script(folder, "--disclosed", odd), by_program(world, folder, "--disclosed", odd)
        check(script == program and script[0] == 1, f"both find it, and the same: {lie[:80]} {script} {program}")
    check(by_script(folder, "--disclosed", odd + "no")[0] == by_program(world, folder, "--disclosed", odd + "no")[0] == 2, "none is there")
    world.run("evidence", "disclose", folder, "--all", "--to", values, expect=1)  # is there
    world.run("evidence", "disclose", folder, "--to", odd + "2", expect=2)
    with open(os.path.join(folder, "checkpoint"), "r+b") as file:
        file.seek(20)
        byte = file.read(1)
        file.seek(20)
        file.write(b"A" if byte != b"A" else b"B")
    check("another log" in world.run("evidence", "disclose", folder, "--all", "--to", odd + "2", expect=1).err, "a bundle of another log")
    check(not os.path.exists(odd + "2"), "nothing is left of a refused one")


def anchored(world, folder, files):
    anchor = os.path.join(folder, "checkpoint")
    later = os.path.join(world.dir, "later")
    world.run("evidence", "export", "--all", "--to", later, "--anchor", anchor)
    good(world, later, "--anchor", anchor)
    check(contents(later)["start"] != files["start"], "what the auditor has is left out")
    other = os.path.join(world.dir, "other-note")
    with open(anchor, "rb") as file, open(other, "wb") as copy:
        copy.write(file.read().replace(b"\n\n", b"x\n\n", 1))
    world.run("evidence", "export", "--all", "--to", os.path.join(world.dir, "no"), "--anchor", other, expect=1)


def again(world, files):
    folder = os.path.join(world.dir, "again")
    world.run("evidence", "export", "--advisory", A, "--to", folder)
    fresh = contents(folder)
    grown = {"entries.jsonl", "checkpoint", "SHA256SUMS", "SHA256SUMS.sig", "report.html", "disclosed/values.jsonl"}
    same = {name for name in files if name not in grown and not name.startswith("checkpoints/")}
    check(all(fresh[name] == files[name] for name in same), "the same content gives the same files")
    check(fresh["entries.jsonl"].startswith(files["entries.jsonl"]), "and the log only grew")


def refused(world, folder):
    nowhere = os.path.join(world.dir, "no")
    world.run("evidence", "export", "--advisory", A, "--to", folder, expect=1)  # is there
    world.run("evidence", "export", "--advisory", "EXM-1999-0001", "--to", nowhere, expect=1)
    for words in (["--case", "1"], [], ["--all", "--advisory", A], ["--all", "--reader", "everybody"]):
        world.run("evidence", "export", *words, "--to", nowhere, expect=2)
    world.run("evidence", "export", "--all", expect=2)
    world.run("evidence", "check", "--to", nowhere, expect=2)
    check(not [name for name in os.listdir(world.dir) if name.startswith(("no", ".no"))], "nothing is left of a refused one")
    # Half a bundle that a killed one left goes, a whole one comes.
    os.mkdir(os.path.join(world.dir, ".killed.part"))
    world.run("evidence", "export", "--all", "--to", os.path.join(world.dir, "killed"))
    good(world, os.path.join(world.dir, "killed"))
    check(not os.path.exists(os.path.join(world.dir, ".killed.part")), "and no trace of the other")


def waived(world):
    """What a person let pass is told, with the reason; also of an advisory that went to nobody yet."""
    def change(document):
        third(9)(document)
        del document["document"]["publisher"]["contact_details"]
    reason = "The service number is printed on every pump."
    world.run("submit", world.advisory("w.json", change=change), expect=1)
    world.run("waive", "EXM-2026-0109", "gate.4", "/document/publisher", "--by", "meyer", "--reason", reason)
    folder = os.path.join(world.dir, "waived")
    world.run("evidence", "export", "--advisory", "EXM-2026-0109", "--to", folder)
    good(world, folder)
    files = contents(folder)
    report = files["report.html"].decode()
    for text in (reason, "let pass: 1; taken back since: 0.", "<b>passed</b>", "No notice yet", "not made yet"):
        check(text in report, f"the report has {text}")
    check(reason.encode() in files["disclosed/values.jsonl"], "and the value behind its entry")
    back = "The number on the pump is another one."
    world.run("waive", "EXM-2026-0109", "gate.4", "/document/publisher", "--withdraw", "--by", "meyer", "--reason", back)
    folder = os.path.join(world.dir, "waived-back")
    world.run("evidence", "export", "--advisory", "EXM-2026-0109", "--to", folder)
    report = contents(folder)["report.html"].decode()
    for text in (reason, back, "let pass: 1; taken back since: 1.", "<b>refused</b>"):
        check(text in report, f"the report has {text}")


def killed(world):
    """kill -9 at any moment: no bundle or a good one, and the next export makes one."""
    dice = random.Random(165)
    there = 0
    for turn in range(8):
        folder = os.path.join(world.dir, f"kill-{turn}{dice.choice(['', '.tar'])}")
        with subprocess.Popen([TOCSIN, "evidence", "export", "--all", "--to", folder], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as victim:
            time.sleep(dice.random() * 0.8)
            victim.kill()
        if os.path.exists(folder):
            there += 1
        else:
            world.run("evidence", "export", "--all", "--to", folder)
        check(by_program(world, folder)[0] == 0, "the bundle is good")
        check(not [name for name in os.listdir(world.dir) if name.endswith(".part")], "nothing is left beside it")
    return there


def edited(world):
    """Nothing is given out of a store that somebody edited, and nothing is signed over it."""
    path = os.path.join(world.site, "tocsin.db")
    if not os.path.exists(path):
        return  # on PostgreSQL
    def replace(what, by):
        with contextlib.closing(sqlite3.connect(path)) as store, store:
            store.execute("UPDATE evidence SET line = CAST(replace(CAST(line AS TEXT), ?, ?) AS BLOB) WHERE kind = 'notice.planned'", (what, by))
    replace('"immediate"', '"immediata"')
    folder = os.path.join(world.dir, "edited")
    done = world.run("evidence", "export", "--all", "--to", folder, expect=(1, 3))
    check("entr" in done.err or "sign" in done.err, f"it says why: {done.err}")
    check(not os.path.exists(folder) and ".edited.part" not in os.listdir(world.dir), "and leaves nothing")
    replace('"immediata"', '"immediate"')


def beside_the_dispatcher(world):
    with subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as dispatcher:
        try:
            for _ in range(600):
                if any(name.endswith(".sock") for name in os.listdir(world.site)):
                    break
                time.sleep(0.1)
            for turn in range(4):
                if turn > 0:  # the dispatcher wants a checkpoint of its own for a new plan
                    world.release(world.advisory(f"c{turn}.json", change=third(turn)), f"EXM-2026-010{turn}")
                folder = os.path.join(world.dir, f"beside-{turn}")
                world.run("evidence", "export", "--all", "--to", folder)
                good(world, folder)
        finally:
            dispatcher.send_signal(signal.SIGTERM)
            dispatcher.wait(60)


def main():
    with World(sink_rules=["--bounce", "gone@bounces.example"]) as world:
        make_world(world)
        folder, files = one_advisory(world)
        check(filecmp.cmp(os.path.join(folder, "verify.sh"), os.path.join(SOURCE, "evidence/verify.sh"), shallow=False), "the script is ours")
        readers(world, files)
        disclosed(world)
        anchored(world, folder, files)
        again(world, files)
        refused(world, folder)
        beside_the_dispatcher(world)
        waived(world)
        there = killed(world)
        world.run("evidence", "check")
        edited(world)
        passed("T165", {"files": len(files), "entries": files["entries.jsonl"].count(b"\n"), "killed": 8, "whole all the same": there})


main()
