#!/usr/bin/python3
"""One text for many: the plan says who gets it, each gets a message of its own that gpg and Sequoia open
and that shows no other key, an answer without its code is taken, a bad key stops nobody, and a sealer or
the dispatcher killed in the middle loses nothing and sends nothing twice."""
# Proves: P13
import datetime
import email
import email.policy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from world import World, check, dated, passed

ID = "EXM-2026-0007"
HOSPITALS = 24
CONFIG = 'sealing = { clear = "tls"; green = "sealed"; immediate = "broadcast"; sealers = 1; };'


def make_world(world):
    """One key for each hospital but two that share one, one of them RSA; the desk and an authority, too."""
    rows = []
    for i in range(HOSPITALS):
        address = f"h{i}@hospital.example"
        if i != 1:
            world.make_key(f"H{i} <{address}>", "rsa2048" if i == 2 else "ed25519", "rsa2048" if i == 2 else "cv25519")
        world.export("h0@hospital.example" if i == 1 else address, f"h{i}.asc")
        rows.append({"party": f"h{i}", "kind": "hdo", "country": "DE", "email": address, "language": "de" if i % 4 == 3 else "en",
                     "key": f"keys/h{i}.asc", "name": "", "phone": "+49 30 1"})
    world.make_key("Desk <desk@example.com>", "ed25519", "cv25519")
    world.export("desk@example.com", "desk.asc")
    rows.append({"party": "desk", "kind": "complaint", "country": "DE", "email": "desk@example.com", "key": "keys/desk.asc"})
    rows.append({"party": "plain", "kind": "hdo", "country": "DE", "email": "plain@hospital.example", "phone": "+49 30 2"})
    world.table("parties.csv", rows)


def key_ids(world, ciphertext):
    listed = world.gpg("--list-only", "--list-packets", stdin=ciphertext, check=False).stdout.decode("utf-8", "replace")
    return re.findall(r":pubkey enc packet:.*keyid ([0-9A-F]{16})", listed)


def sub_id(world, address):
    listed = world.gpg("--with-colons", "--list-keys", address).stdout.decode().splitlines()
    return next(line.split(":")[4] for line in listed if line.startswith("sub"))


def opened(world, raw, address):
    """The outer message and the inner text, opened by gpg; one key packet, and the right one."""
    outer = email.message_from_bytes(raw, policy=email.policy.default)
    ciphertext = outer.get_payload(1).get_payload(decode=True)
    check(key_ids(world, ciphertext) == [sub_id(world, address)], f"{address} sees its own key id and no other")
    done = world.gpg("--trust-model", "always", "--status-fd", "2", "--decrypt", stdin=ciphertext, check=False)
    check(b"DECRYPTION_OKAY" in done.stderr, done.stderr.decode())
    return outer, done.stdout, ciphertext


def opened_by_sequoia(world, ciphertext, address, plain):
    secret = os.path.join(world.dir, "secret.asc")
    with open(secret, "wb") as file:
        file.write(world.gpg("--armor", "--export-secret-keys", address).stdout)
    done = subprocess.run(["sq", "decrypt", "--recipient-key", secret, "--signer-cert", f"{world.site}/keys/maker.asc"],
                          input=ciphertext, capture_output=True, check=False)
    check(done.returncode == 0 and done.stdout == plain, "Sequoia opens it and knows the signer: " + done.stderr.decode())


def planned(world):
    world.run("submit", world.advisory())
    forms = {row["party"]: row["form"] for row in world.json("plan", ID)}
    check(all(forms[f"h{i}"] == "broadcast" for i in range(HOSPITALS)), forms)
    check(forms["desk"] == "personal" and forms["plain"] == "personal", "the desk reads codes, a waiting notice is one's own")
    check(re.search(r"h3 +hdo +DE +smtp +sealed +broadcast", world.run("plan", ID).out), "plan says it to people, too")


def delivered(world):
    """Everybody has exactly one message, by address."""
    ids = [row["message_id"] for row in world.received()]
    check(len(ids) == len(set(ids)), "nothing went twice")
    mails = {}
    for i in range(HOSPITALS):
        mails[i] = world.mailbox(f"h{i}@hospital.example")
        check(len(mails[i]) == 1, f"h{i} got {len(mails[i])} mails")
    return {i: mail[0] for i, mail in mails.items()}


def texts(world, mails):
    """Two texts, one for each language; nothing in them belongs to one reader."""
    plains = {}
    for i, raw in mails.items():
        address = "h0@hospital.example" if i == 1 else f"h{i}@hospital.example"
        outer, plain, ciphertext = opened(world, raw, address)
        inner = email.message_from_bytes(plain, policy=email.policy.default)
        plains.setdefault(plain, []).append(i)
        check(outer["To"].addresses[0].addr_spec == f"h{i}@hospital.example", outer["To"])
        check(re.search(r", [cC]ode [A-Z0-9]{7}", outer["Subject"]), outer["Subject"])
        check(not inner["To"].addresses and inner["To"].groups, "To is a group inside")
        check(inner["Message-ID"] != outer["Message-ID"] and inner["Reply-To"] is None, "only what all share is inside")
        for own in (f"h{i}@".encode(), outer["Reply-To"].encode(), outer["Subject"].split()[-1].encode()):
            check(own not in plain, f"{own!r} is inside")
        if i in (0, 2, 3):
            opened_by_sequoia(world, ciphertext, address, plain)
    check(len({tuple(i % 4 == 3 for i in group) for group in plains.values()}) >= 2, "one text for each language")
    return len(plains)


def answered(world, mails):
    """A reply whose program shows the inner subject: the token alone says who it is."""
    inbox = os.path.join(world.site, "inbox", "new")
    for i, (subject, words) in enumerate([("Re: what it says inside", "RECEIVED"), (None, "DONE"), ("Re: code ABCDEF2", "RECEIVED ABCDEF2")]):
        outer = email.message_from_bytes(mails[i], policy=email.policy.default)
        subject = subject or "Re: " + outer["Subject"]
        with open(os.path.join(inbox, f"answer{i}"), "w", encoding="utf-8", newline="\r\n") as file:
            file.write(f"From: h{i}@hospital.example\nTo: {outer['Reply-To']}\nSubject: {subject}\nMessage-ID: <a{i}@hospital.example>\n"
                       f"In-Reply-To: {outer['Message-ID']}\n\n{words}\n")
    world.run("run", "--until-idle")
    states = {row["party"]: row["state"] for row in world.json("notice", "list", ID)}
    check(states["h0"] == "answered", "the token stands for the code that the reader could not see")
    check(states["h1"] == "answered", "and the code in the subject is read")
    check(states["h2"] == "accepted", "a wrong code is for a person to read")


def first_run():
    with World(config=CONFIG) as world:
        make_world(world)
        planned(world)
        world.run("approve", ID, "--by", "meyer", "--yes")
        world.run("run", "--until-idle")
        mails = delivered(world)
        distinct = texts(world, mails)
        desk, plain, _ = opened(world, world.mailbox("desk@example.com")[0], "desk@example.com")
        check(b"h5" in plain, "the desk reads who is told")
        answered(world, mails)
        world.run("evidence", "check")
        return {"messages": len(mails), "texts": distinct, "answers": 2}


def sealer_pids(parent):
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, check=False).stdout.decode()
    return [int(line.split()[0]) for line in listed.splitlines() if "sealer" in line]


def killed_runs():
    """A sealer killed over and over in the middle of its batch, then the dispatcher itself, then in peace."""
    kills = 0
    with World(config=CONFIG) as world:
        make_world(world)
        world.release(world.advisory())
        for round_ in range(4):
            run = subprocess.Popen([os.environ.get("TOCSIN", "tocsin"), "run", "--until-idle"], env=world.env, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
            end = time.monotonic() + 60
            while time.monotonic() < end and run.poll() is None:
                states = [row["state"] for row in world.json("notice", "list", ID)]
                if "sealing" in states or (round_ > 1 and "ready" in states):
                    victims = sealer_pids(run.pid) if round_ % 2 == 0 else [run.pid]
                    for pid in victims:
                        os.kill(pid, signal.SIGKILL)
                        kills += 1
                    break
            if round_ % 2 == 0:
                try:
                    run.wait(240)
                except subprocess.TimeoutExpired:
                    run.kill()
            run.wait()
            if all(row["state"] in ("accepted", "tasked") for row in world.json("notice", "list", ID)):
                break
        world.run("run", "--until-idle", timeout=240)
        states = {row["party"]: row["state"] for row in world.json("notice", "list", ID)}
        check(all(state in ("accepted", "uncertain") for party, state in states.items()), states)
        check(not any(task["kind"] == "poison" for task in world.json("task", "list")), "nobody was taken for poison")
        mails = delivered(world)
        texts(world, mails)
        world.run("evidence", "check")
    check(kills > 0, "somebody was killed")
    return {"kills": kills}


def instant(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def bad_key():
    """Two keys are revoked between plan and sending: both fall out, each by itself, and all others go together."""
    with World(config=CONFIG) as world:
        make_world(world)
        embargo = os.path.join(world.dir, "e.order")
        with open(embargo, "w", encoding="utf-8") as file:
            file.write(f'embargo = "{instant(1)}";\n')
        world.run("submit", world.advisory(change=dated), "--order", embargo)
        world.run("approve", ID, "--by", "meyer", "--yes")
        world.run("run", "--until-idle")
        check(not world.received(), "the embargo holds")
        for i in (5, 6):
            listed = world.gpg("--with-colons", "--list-keys", f"h{i}@hospital.example").stdout.decode().splitlines()
            fpr = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
            with open(os.path.join(world.home, "openpgp-revocs.d", f"{fpr}.rev"), "rb") as file:
                world.gpg("--import", stdin=file.read().replace(b":-----BEGIN", b"-----BEGIN"))
            world.export(f"h{i}@hospital.example", f"h{i}.asc")
        world.run("run", "--until-idle", "--now", instant(2))
        states = {row["party"]: (row["state"], row["level"]) for row in world.json("notice", "list", ID)}
        check(all(states[f"h{i}"] == ("accepted", "waiting") for i in (5, 6)), states)
        check(all(states[f"h{i}"] == ("accepted", "sealed") for i in range(HOSPITALS) if i not in (5, 6)), states)
        return {"bad keys": 2}


def retried():
    """One of a batch is told to come later: the bytes that were sealed then go again, and nothing is sealed anew."""
    with World(sink_rules=["--defer", "h4@hospital.example=451:1"], config=CONFIG + '\nretry = { first = "1s"; };') as world:
        make_world(world)
        world.release(world.advisory())
        end = time.monotonic() + 120
        while not world.received() or not world.mailbox("h4@hospital.example"):
            check(time.monotonic() < end, "h4 is not told")
            world.run("run", "--until-idle")
            time.sleep(0.3)
        entries = [json.loads(line) for line in world.run("evidence", "show").out.splitlines() if line.startswith("{")]
        begun = {}
        for entry in entries:
            if entry["kind"] == "attempt.begin":
                begun.setdefault(entry["subj"], []).append(entry["data"]["parcel_sha256"])
        [twice] = [shas for shas in begun.values() if len(shas) > 1]
        check(len(set(twice)) == 1, "the same bytes")
        [came] = [row["sha256"] for row in world.received() if "h4@hospital.example" in row["to"]]
        check(came == twice[0], "and these came")
        sealed = [entry["subj"] for entry in entries if entry["kind"] == "notice.sealed"]
        check(len(sealed) == len(set(sealed)), "each was sealed once")
        check([entry["data"]["form"] for entry in entries if entry["kind"] == "notice.sealed"].count("broadcast") == HOSPITALS, "the log says how")
        return {"retries": 1}


def main():
    counts = killed_runs()
    # The server of tests/tools/postgres-run holds one store: the one that has most to lose.
    if not os.environ.get("TOCSIN_TEST_PG"):
        counts.update(first_run())
        counts.update(bad_key())
        counts.update(retried())
    passed("T120", counts)


if __name__ == "__main__":
    if not shutil.which("sq"):
        print("SKIP: sq (Sequoia) is not installed")
        sys.exit(77)
    sys.exit(main())
