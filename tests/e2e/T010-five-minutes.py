#!/usr/bin/python3
"""The five-minute path: every kind of party, protection and receipt once, opened and verified."""
# Proves: 4.1.7 users, 4.1.7 authorities, 7.2.3 notices, 7.2.3 authorities, 7.2.3 feedback, 8.3.3 records
import datetime
import email
import email.policy
import os
import subprocess
import sys
import tempfile

from world import World, check, passed, white

PARTIES = [
    {"party": "authority", "kind": "regulator", "country": "DE", "email": "vigilance@authority.example", "key": "keys/authority.asc", "language": "de", "name": "", "route": "", "phone": "", "post_address": ""},
    {"party": "portal-authority", "kind": "regulator", "country": "FR", "email": "", "route": "portal"},
    {"party": "desk", "kind": "complaint", "country": "DE", "email": "complaints@example.com", "key": "keys/desk.asc"},
    {"party": "rsa", "kind": "hdo", "country": "DE", "email": "a@rsa.example", "key": "keys/rsa.asc", "phone": "+49 1"},
    {"party": "nist", "kind": "hdo", "country": "GB", "email": "a@nist.example", "key": "keys/nist.asc"},
    {"party": "expired", "kind": "hdo", "country": "AT", "email": "a@expired.example", "key": "keys/expired.asc"},
    {"party": "plain", "kind": "hdo", "country": "US", "email": "a@plain.example"},
    {"party": "bounces", "kind": "hdo", "country": "DE", "email": "gone@bounces.example", "post_address": "Somewhere 1"},
    {"party": "letter-only", "kind": "hdo", "country": "DE", "email": "", "post_address": "Somewhere 2"},
    {"party": "handed-over", "kind": "distributor", "country": "DE", "email": "x@handed.example", "route": "file"},
    {"party": "holds-other-things", "kind": "hdo", "country": "DE", "email": "a@other.example"},
]


def opened(world, raw):
    """Decrypt and verify a sealed notice with gpg; returns the inner message."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    check(message.get_content_type() == "multipart/encrypted", f"not sealed: {message.get_content_type()}")
    cipher = message.get_payload(1).get_payload(decode=True)
    done = world.gpg("--trust-model", "always", "--status-fd", "2", "--decrypt", stdin=cipher, check=False)
    check(b"GOODSIG" in done.stderr, f"no good signature: {done.stderr.decode()}")
    return email.message_from_bytes(done.stdout, policy=email.policy.default)


def signed(world, raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    check(message.get_content_type() == "multipart/signed", f"not signed: {message.get_content_type()}")
    mark = b"--" + message.get_boundary().encode()
    start = raw.index(mark + b"\r\n") + len(mark) + 2
    part = raw[start:raw.index(b"\r\n" + mark, start)]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "d"), "wb") as file:
            file.write(part)
        with open(os.path.join(folder, "s"), "w", encoding="ascii") as file:
            file.write(message.get_payload(1).get_payload())
        done = world.gpg("--trust-model", "always", "--status-fd", "2", "--verify", os.path.join(folder, "s"), os.path.join(folder, "d"), check=False)
    check(b"GOODSIG" in done.stderr, f"no good signature: {done.stderr.decode()}")
    return email.message_from_bytes(part, policy=email.policy.default)


def text_of(message):
    return message.get_body(preferencelist=("plain",)).get_content()


def main():
    with World(sink_rules=["--bounce", "gone@bounces.example"]) as world:
        for name, primary, sub in (("authority", "ed25519", "cv25519"), ("desk", "ed25519", "cv25519"), ("rsa", "rsa3072", "rsa3072"), ("nist", "nistp256", "nistp256")):
            address = next(row["email"] for row in PARTIES if row["party"] == name)
            world.make_key(f"{name} <{address}>", primary, sub)
            world.export(address, f"{name}.asc")
        world.gpg("--faked-system-time", "20240101T000000", "--quick-gen-key", "expired <a@expired.example>", "rsa3072", "default", "1y")
        world.export("a@expired.example", "expired.asc")
        world.table("parties.csv", PARTIES)
        world.table("installed.csv", [
            {"party": "rsa", "vendor": "Example Medical GmbH", "product": "ExampleInfuse P100", "version": "2.3.0", "serial": "=cmd()"},
            {"party": "holds-other-things", "vendor": "Somebody Else Inc.", "product": "Coffee Machine", "version": "1.0"},
        ])
        world.run("doctor")
        world.release(world.advisory(change=white))
        plan = {row["party"]: row for row in world.json("plan", "EXM-2026-0007")}
        check(not plan["holds-other-things"]["told"], "who holds other things only is left out")
        check(plan["rsa"]["level"] == "sealed" and plan["plain"]["level"] == "tls", "levels of the plan")
        check(plan["expired"]["level"] == "tls" and plan["expired"]["key_problem"], "an expired key counts as none, and is told")
        report = world.run("run", "--until-idle").out
        ids = [row["message_id"] for row in world.received()]
        check(len(ids) == len(set(ids)), "no Message-ID twice")
        to = sorted(row["to"] if isinstance(row["to"], str) else row["to"][0] for row in world.received())
        check(to == sorted(["vigilance@authority.example", "complaints@example.com", "a@rsa.example", "a@nist.example", "a@expired.example", "a@plain.example", "gone@bounces.example"]), f"who got mail: {to}")
        world.gpg("--import", os.path.join(world.site, "keys/maker.asc"))
        rsa = opened(world, world.mailbox("a@rsa.example")[0])
        for words in ("EXM-2026-0007", "CVE-2026-900071", "2.4.1", "9."):
            check(words in text_of(rsa), f"the sealed notice says {words}")
        names = {part.get_filename() for part in rsa.iter_attachments()}
        check("exm-2026-0007.json" in names and any(n.endswith(".csv") for n in names), f"attachments: {names}")
        table = next(part for part in rsa.iter_attachments() if part.get_filename().endswith(".csv")).get_payload(decode=True)
        check(b"=cmd()" in table and b"'=cmd()" in table, "a formula is defused")
        plain = signed(world, world.mailbox("a@plain.example")[0])
        check("CVE-2026-900071" in text_of(plain), "the readable notice says what it is about")
        check({part.get_filename() for part in plain.iter_attachments()} == {"exm-2026-0007.json", "evidence-checkpoint.txt"}, "no device list in a readable notice")
        for address in ("a@rsa.example", "a@nist.example", "vigilance@authority.example"):
            for secret in (b"CVE-2026", b"ExampleInfuse"):
                check(secret not in world.mailbox(address)[0], f"{secret} is readable on the way to {address}")
        check(len([n for n in os.listdir(os.path.join(world.site, "outbox")) if n.endswith(".eml")]) == 1, "the hand-over lies in the outbox")

        # What comes back: a bounce, then an answer by mail, then one by phone.
        world.run("receipt", "import", os.path.join(world.dir, "returns"))
        world.run("run", "--until-idle")
        tasks = {row["kind"]: row for row in world.json("task", "list")}
        check({"portal", "letter", "key"} == set(tasks), f"tasks: {sorted(tasks)}")
        answer = email.message.EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = "a@rsa.example", rsa["Reply-To"] or email.message_from_bytes(world.mailbox("a@rsa.example")[0])["Reply-To"], "Re: notice"
        code = next(row["code"] for row in world.json("notice", "list") if row["party"] == "rsa")
        check(code in text_of(rsa), "the notice names its answer code")
        answer.set_content(f"DONE {code}\n")
        world.run("receipt", "import", "-", stdin=answer.as_bytes())
        world.run("ack", "plain", "EXM-2026-0007", "received", "--by", "weber", "--how", "phone")
        forged = email.message.EmailMessage()
        forged["From"], forged["To"], forged["Subject"] = "evil@example.net", "psirt+aaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", "x"
        forged.set_content("DONE ABCDEFG\n")
        world.run("receipt", "import", "-", stdin=forged.as_bytes())
        status = world.json("status")[0]["advisories"][0]
        check(status["states"].get("answered") == 2, f"two answered: {status['states']}")
        portal = tasks["portal"]["task"]
        world.run("task", "done", str(portal), "--by", "meyer", expect=1)
        proof = os.path.join(world.dir, "proof.txt")
        with open(proof, "w", encoding="ascii") as file:
            file.write("receipt 4711\n")
        world.run("task", "done", str(portal), "--by", "meyer", "--proof", proof, "--ref", "4711")
        # The keys end on a day two years from now: 19 days before, a task asks for new ones.
        ends = [row["expires"] for row in world.json("key", "list") if row["state"] == "good"]
        near = datetime.date.fromisoformat(min(ends)) - datetime.timedelta(days=19)
        world.run("run", "--until-idle", "--now", f"{near}T12:00:00Z")
        warned = [row for row in world.json("task", "list") if "ends on" in row["title"]]
        check(len(warned) == 4, f"warned of keys that end: {warned}")
        world.run("run", "--until-idle", "--now", f"{near}T13:00:00Z")
        check(len([row for row in world.json("task", "list") if "ends on" in row["title"]]) == 4, "warned once")
        entries = world.run("evidence", "check").out
        for secret in ("a@rsa.example", "weber", "authority"):
            check(secret not in world.run("evidence", "show").out, f"{secret} stands in the log")
        passed("T010", {"mails": len(ids), "report": report.strip(), "log": entries.strip()})


if __name__ == "__main__":
    sys.exit(main())
