#!/usr/bin/python3
"""Time-stamps of RFC 3161 over the log's checkpoints: a real authority (openssl ts) behind HTTP and HTTPS, in bundles that both verifiers and
openssl itself judge; one that lies, is silent or away becomes a task and holds up nothing."""
import importlib.util
import os
import sqlite3
import subprocess
import sys
import time

from world import SOURCE, World, check, passed, white

SPEC = importlib.util.spec_from_file_location("time_stamps", os.path.join(SOURCE, "tests/tools/time-stamps.py"))
TSA = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TSA)


def rows(world, sql):
    db = sqlite3.connect(f"file:{world.site}/tocsin.db?mode=ro", uri=True)
    found = db.execute(sql).fetchall()
    db.close()
    return found


def configure(world, authorities, timeout="60s"):
    """authorities: texts of groups."""
    path = os.path.join(world.site, "tocsin.conf")
    with open(path, encoding="utf-8") as file:
        text = "".join(line for line in file if not line.startswith("evidence"))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{text}evidence = {{ timestamps = ( {", ".join(authorities)} ); timestamp_timeout = "{timeout}"; }};\n')


def release(world, number):
    tracking = f"EXM-2026-{number:04}"

    def change(document):
        white(document)
        document["document"]["tracking"]["id"] = tracking
    world.release(world.advisory(f"{number}.json", change), tracking)


def run(world):
    """Standard error of a run; afterwards everything is covered by a checkpoint."""
    said = world.run("run", "--until-idle", timeout=240).err
    entries, covered = rows(world, "SELECT (SELECT count(*) FROM evidence), (SELECT max(size) FROM checkpoint)")[0]
    check(entries == covered, f"{entries} entries, {covered} of them under a checkpoint")
    return said


def outages(world):
    return [task["title"] for task in world.json("task", "list") if "time-stamps" in task["title"]]


def judge(world, folder):
    script = subprocess.run(["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, check=False, timeout=240)
    program = world.run("evidence", "verify", folder, expect=None)
    check(script.stdout == program.out and script.returncode == program.returncode, f"both verifiers agree: {script} {program}")
    return program.out


def in_bundles(world, authority):
    folder = os.path.join(world.dir, "bundle")
    world.run("evidence", "export", "--all", "--to", folder)
    verdict = judge(world, folder)
    check(" 2 time-stamps" in verdict, verdict)
    stamps = sorted(name for name in os.listdir(f"{folder}/checkpoints") if name.endswith(".tsr"))
    for name in stamps:
        note = f"{folder}/checkpoints/{name.split('.')[0]}.note"
        TSA.openssl("ts", "-verify", "-data", note, "-in", f"{folder}/checkpoints/{name}", "-CAfile", f"{folder}/tsa-ca.pem")
    with open(f"{folder}/tsa-ca.pem", "rb") as file:
        text = file.read()
    check(text.count(b"BEGIN CERTIFICATE") == 2 and b"PRIVATE" not in text, "the roots of both, and no key that stood beside them")
    with open(f"{folder}/tsa-ca.pem", "wb") as file:
        file.write(authority.root())
    verdict = judge(world, folder)
    check(verdict == f"bad: checkpoints/{stamps[0]}: bad-stamp\n", verdict)
    return len(stamps)


def main():
    with World() as world:
        plain = TSA.Server(f"{world.dir}/plain", log=f"{world.dir}/plain.log").start()
        secure = TSA.Server(f"{world.dir}/secure", f"{world.dir}/ca/cert.pem", f"{world.dir}/ca/key.pem").start()
        roots = f"{world.dir}/roots.pem"
        with open(roots, "wb") as file:  # as careless as people are
            file.write(plain.good.root())
            with open(f"{world.dir}/plain/root.key", "rb") as key:
                file.write(key.read())
        secure.good.root()
        http, https = f"http://127.0.0.1:{plain.server_port}", f"https://localhost:{secure.server_port}"
        first = f'{{ url = "{http}/good"; ca_file = "{roots}"; policy = "1.2.3.4.7"; }}'
        second = f'{{ url = "{https}/good"; ca_file = "{world.dir}/secure/root.pem"; tls_ca_file = "{world.dir}/ca/ca.pem"; }}'
        world.table("parties.csv", [{"party": "p", "kind": "hdo", "country": "DE", "email": "p@p.example"}])
        configure(world, [first, second])
        release(world, 1)
        run(world)
        check(len(rows(world, "SELECT * FROM stamp")) == 2, "a time-stamp of each")
        check(len(rows(world, "SELECT * FROM evidence WHERE kind = 'anchor.tsa'")) == 2, "and an entry of each")
        given = in_bundles(world, plain.stranger)
        run(world)
        with open(f"{world.dir}/plain.log", encoding="utf-8") as file:
            check(len(file.readlines()) == 1, "within the hour it is not asked again")

        # Two that lie, each time in another way: the third time is an alarm.
        configure(world, [f'{{ url = "{http}/mood/{name}"; ca_file = "{world.dir}/plain/root.pem"; }}' for name in "ab"])
        lies = (("other-nonce", "other-imprint"), ("stranger", "expired"), ("refuses", "garbage"))
        words = (("nonce mismatch", "imprint mismatch"), ("certificate verify error",) * 2, ("did not grant", "no response of RFC 3161"))
        for number, (a, b) in enumerate(lies):
            check(not outages(world), "one failure is no alarm")
            plain.moods = {"mood/a": a, "mood/b": b}
            said = run(world)
            check(said.count("stamp=failed") == 2 and said.count(f"failures={number + 1} ") == 2, f"{a}, {b}: {said}")
            check(all(word in said for word in words[number]), f"why: {said}")
        check(len(outages(world)) == 2, f"an alarm for each: {outages(world)}")
        check(f"No time-stamps from {http}/mood/a" in world.run("status").out, "the board shows it")
        check(len(rows(world, "SELECT * FROM stamp")) == 2, "nothing of what they said is kept")

        # One that never answers, and one that sends us elsewhere: notices go out, and the run ends.
        plain.moods = {"mood/a": "hang", "mood/b": "redirect"}
        configure(world, [f'{{ url = "{http}/mood/{name}"; ca_file = "{world.dir}/plain/root.pem"; }}' for name in "ab"], "1s")
        before = len(world.received())
        release(world, 2)
        begin = time.monotonic()
        said = run(world)
        check(len(world.received()) == before + 1 and said.count("stamp=failed") == 2, f"{time.monotonic() - begin} s: {said}")
        check(len(outages(world)) == 2, "still one alarm each")

        # They mend their ways.
        configure(world, [f'{{ url = "{http}/mood/{name}"; ca_file = "{world.dir}/plain/root.pem"; }}' for name in "ab"])
        plain.moods = {"mood/a": "good", "mood/b": "good"}
        run(world)
        check(not outages(world) and len(rows(world, "SELECT * FROM stamp")) == 4, f"the alarms are over: {outages(world)}")

        configure(world, [f'{{ url = "{http}/good"; ca_file = "none.pem"; }}'])
        check("cannot be judged" in world.run("doctor", expect=None).out, "doctor tells what is missing")
        plain.stop()
        secure.stop()
        passed("T180", {"time-stamps": given + 2, "lies": 8, "alarms": 2})


if __name__ == "__main__":
    sys.exit(main())
