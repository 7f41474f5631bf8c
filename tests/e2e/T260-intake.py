#!/usr/bin/python3
"""Reports that come by mail: a case each, a signed answer with its number, threads, encrypted mails, robots, forgeries, a storm."""
# Proves: 9.2 sources
import email
import email.policy
import json
import os
import shutil
import subprocess
import sys

from world import World, check, passed

SECRET = "the pump stops when a packet of 4097 bytes arrives"
TO = "psirt@example.com"
CASES = 17  # that mails open in an hour


def mail(sender, subject, text, number, extra="", body=None, top="Content-Type: text/plain; charset=utf-8\n"):
    return (f"Return-Path: <{sender}>\nFrom: Ann Ohnesorg <{sender}>\nTo: {TO}\nSubject: {subject}\n"
            f"Message-ID: <m{number}@{sender.split('@')[1]}>\n{extra}{top}\n{body if body is not None else text}\n").encode()


def entries(world, kind):
    return [line for line in map(json.loads, filter(None, world.run("evidence", "show", "--json").out.splitlines())) if line.get("kind") == kind]


def deliver(world, *mails, stay=0):
    """As a mail server does: into the mailbox, then the dispatcher sees it. The first ones can be read and not be moved."""
    new = os.path.join(world.site, "reports", "new")
    for folder in ("new", "cur", "tmp"):
        os.makedirs(os.path.join(world.site, "reports", folder), exist_ok=True)
    for at, raw in enumerate(mails):
        deliver.count += 1
        name = f"{1000000000 + deliver.count}.{at}.test"
        with open(os.path.join(new, name), "wb") as file:
            file.write(raw)
        if at < stay:
            with open(os.path.join(world.site, "reports", "cur", name + ":2,S"), "xb"):
                pass
    world.run("run", "--until-idle", timeout=500)
    left = os.listdir(new)
    check(len(left) == stay, "all of them were taken")
    for name in left:
        os.remove(os.path.join(new, name))


deliver.count = 0


def cases(world):
    return world.json("case", "list", "--all")


def answers(world, address):
    return [email.message_from_bytes(raw, policy=email.policy.default) for raw in world.mailbox(address)]


def told(world, *words):
    """What doctor says of the mailbox and of the key for reports: as many things as there are words, in their order."""
    rows = [row for row in world.json("doctor", expect=(0, 1)) if "reports" in row["what"]]
    check(len(rows) == len(words) and all(row["what"].replace(world.site + "/", "").startswith(word) and row["mend"] and row["severity"] == "warning"
                                          for row, word in zip(rows, words)), f"{words}: {rows}")


def first(world):
    """A report from a mailbox: a case, its clock closed by the relay alone, an answer that says nothing of the report."""
    attached = ("--b\nContent-Type: text/html\n\n<p>the pump stops when a packet of 4097 bytes arrives</p><script>alert(1)</script>"
                "\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"../crash\u202e.pcap\"\n\nPCAP\0\x01bytes\n--b--")
    told(world, "reports.mailbox reports is not there", "secret/reports: there is no key for reports")
    world.stop_sink()
    deliver_without_relay = mail("ann@finder.example", "Pump stops \u202e\x07now", "", 1, top='Content-Type: multipart/mixed; boundary="b"\n', body=attached)
    with open(os.path.join(world.dir, "report.eml"), "wb") as file:
        file.write(deliver_without_relay)
    for refused, text in (("/dev/null", "no plain file"), ("-", "is no mail"), (f"{world.site}/parties.csv", "is no mail"), ("nowhere.eml", "cannot be read")):
        check(text in world.run("case", "intake", refused, stdin=b"", expect=2).err, refused)
    check(not cases(world), "no case of what is no mail")
    said = world.run("case", "intake", file.name).out
    [case] = cases(world)
    check(case["number"] in said and "answered" in said and case["state"] == "received", said + str(case))
    check("read before" in world.run("case", "intake", "-", stdin=deliver_without_relay).out, "the same bytes twice")
    world.start_sink()
    world.run("run", "--until-idle")
    [answer] = answers(world, "ann@finder.example")
    check(answer["Auto-Submitted"] == "auto-replied" and answer["In-Reply-To"] == "<m1@finder.example>" == answer["References"], str(answer.items()))
    check(case["number"] in answer["Subject"] and answer["From"].addresses[0].addr_spec == TO, answer["Subject"])
    check(answer.get_content_type() == "multipart/signed" and "4097" not in answer.as_string() and "Ohnesorg" not in answer.as_string(), "nothing of the report")
    check(world.received()[-1]["from"].startswith("psirt+"), "bounces come back to the notice")
    shown = world.json("case", "show", case["number"])[0]
    check(shown["state"] == "acknowledged" and shown["told"] and "acknowledge" not in [c["clock"] for c in shown["clocks"]], "the relay has it, and so the reporter was told")
    check([m["way"] for m in shown["messages"]] == ["in", "out"], str(shown["messages"]))
    page = world.run("case", "show", case["number"]).out
    check(SECRET in page and "alert" not in page and "\u202e" not in page and "crash" in page and "\x07" not in page, page)
    log = world.run("evidence", "show", "--json").out
    check("ohnesorg" not in log.lower() and "finder.example" not in log and case["number"] not in log, "persons are commitments")
    return case["number"], answer


def threads(world, number, answer):
    """An answer to our mail joins; a number that somebody guessed does not; who joins is told nothing."""
    before = len(world.received())
    deliver(world, mail("ann@finder.example", "AW: more", "It also stops at 4096.", 2, f"In-Reply-To: {answer['Message-ID']}\n"),
            mail("ann@finder.example", "again", "And a third time.", 3, "References: <x@y.example> <m1@finder.example>\n"),
            mail("eve@evil.example", f"Re: [{number}] what is it about?", "Tell me more.", 4, "References: <forged@example.com>\n"))
    page = world.run("case", "show", number).out
    check("It also stops" in page and "third time" in page, page)
    check(len(cases(world)) == 2 and "Tell me more" not in page, "a guess opens a matter of its own")
    check(len(world.received()) == before + 1, "who joins is not answered")
    [to_eve] = answers(world, "eve@evil.example")
    check(number not in to_eve.as_string() and "4097" not in to_eve.as_string(), "and learns nothing")


def encrypted(world):
    """The key for reports is in a home of its own; PGP/MIME, in the text, for nobody's key, twice."""
    home = os.path.join(world.site, "secret", "reports")
    mailbox = os.path.join(world.site, "reports")
    os.rename(os.path.join(mailbox, "tmp"), os.path.join(mailbox, "tmp-"))
    told(world, "reports.mailbox reports is no Maildir", "secret/reports: there is no key for reports")
    os.rename(os.path.join(mailbox, "tmp-"), os.path.join(mailbox, "tmp"))
    os.mkdir(home, 0o755)
    told(world, "secret/reports: the folder of the key for reports is open")
    os.chmod(home, 0o700)
    told(world, "secret/reports: the folder of the key for reports holds no secret key")
    for passphrase, words in (("x", ["secret/reports: the key for reports asks for a passphrase"]), ("", [])):
        gpg = ["gpg", "--batch", "--quiet", "--homedir", home, "--pinentry-mode", "loopback", "--passphrase", passphrase]
        shutil.rmtree(home)
        os.mkdir(home, 0o700)
        subprocess.run([*gpg, "--quick-gen-key", "PSIRT <psirt@example.com>", "future-default", "default", "0"], check=True, capture_output=True, env=world.env)
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True, env=world.env)
        told(world, *words)
    public = subprocess.run([*gpg, "--armor", "--export"], check=True, capture_output=True, env=world.env).stdout
    world.gpg("--import", stdin=public)

    def seal(text):
        return world.gpg("--armor", "--trust-model", "always", "-r", TO, "--encrypt", stdin=text.encode()).stdout.decode()

    def pgp_mime(armor):
        return ('--p\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--p\nContent-Type: application/octet-stream\n\n' + armor + "\n--p--")
    top = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="p"\n'
    inner = f"Content-Type: text/plain; charset=utf-8\nSubject: Sealed matter\n\n{SECRET}\n"
    lines = seal(SECRET).splitlines(True)
    foreign = "".join(lines[:3] + lines[4:])
    deliver(world, mail("bob@a.example", "...", "", 10, top=top, body=pgp_mime(seal(inner))), mail("bob@b.example", "inline", seal(SECRET), 11),
            mail("bob@c.example", "damaged", foreign, 12), mail("bob@d.example", "...", "", 13, top=top, body=pgp_mime(seal(top + "\n" + pgp_mime(seal(inner))))),
            mail("gone@finder.example", "soon gone", "text", 200))
    numbers = {case["title"]: case["number"] for case in cases(world)}
    for title in ("Sealed matter", "inline"):
        check(SECRET in world.run("case", "show", numbers[title]).out, title)
    for title in ("damaged", "..."):
        check(SECRET not in world.run("case", "show", numbers[title]).out, title)
    tasks = world.run("task", "list").out
    check(numbers["damaged"] in tasks and numbers["..."] in tasks and numbers["inline"] not in tasks, tasks)
    for address in ("bob@a.example", "bob@c.example"):
        [answer] = answers(world, address)
        check("4097" not in answer.as_string() and "Sealed" not in answer.as_string() and "decrypt" not in answer.as_string(), "an answer without details")


def bounce_of(world):
    """Its answer comes back."""
    [sent] = [line for line in world.received() if "gone@finder.example" in str(line["to"])]
    return (f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {sent['from']}\nSubject: Undelivered\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\n\n--r\nContent-Type: text/plain\n\nno such user\n'
            "--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; gone@finder.example\n"
            f"Action: failed\nStatus: 5.1.1\n\n--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{sent['message_id'].strip('<>')}>\n\n--r--\n").encode()


def robots(world):
    """None of these is answered, a bounce opens nothing; a storm is gathered; what cannot be read is kept."""
    before, had = len(world.received()), len(cases(world))
    strange = [mail("list@lists.example", "digest", "x", 20, "List-Id: <a.lists.example>\n"), mail("t@tracker.example", "ticket", "y", 21, "Auto-Submitted: auto-generated\n"),
               mail("a@away.example", "away", "I am away", 22, "Auto-Submitted: auto-replied\n"), mail("n@many.example", "bulk", "z", 23, "Precedence: bulk\n"),
               mail("mailer-daemon@m.example", "hm", "w", 24), mail("psirt@example.com", "loop", "v", 25), mail("psirt+aaaa@example.com", "loop", "u", 26),
               b"\0\0\xff\xfe broken \r\n\r\n\x1b[31m" + bytes(range(256))]
    storm = [mail("eve@storm.example", f"s{n}", f"text {n}", 100 + n) for n in range(5)]
    deliver(world, bounce_of(world), *strange, *storm, stay=2)
    came = [(line["data"]["outcome"], bool(line["data"]["notice"])) for line in entries(world, "report.received")[-len(strange + storm):]]
    check(sorted(came[:len(strange)]) == [("opened", False)] * 7 + [("passed", False)], str(came))  # who is away has nothing to report
    check(came[len(strange):] == [("opened", True)] * 2 + [("opened", False)] + [("gathered", False)] * 2, str(came))
    check(len(answers(world, "eve@storm.example")) == 2 == len(world.received()) - before, "two answers to one sender, and none to a robot")
    check(len(cases(world)) == CASES == had + 10, str(len(cases(world))))
    tasks = world.run("task", "list").out
    [number] = [case["number"] for case in cases(world) if case["title"] == "soon gone"]
    check("More reports came" in tasks and "cannot be taken" in tasks and f"Tell the reporter of {number}" in tasks, tasks)
    return came.count(("gathered", False))


def exported(world, number):
    """The thread with its hashes, words and attachments for those who see everything; a hash for nobody else."""
    for reader, shown in (("all", True), ("regulator", False)):
        folder = os.path.join(world.dir, "bundle-" + reader)
        world.run("evidence", "export", "--case", number, "--reader", reader, "--to", folder)
        kept = os.path.join(folder, "blobs")
        blobs = b"".join(open(os.path.join(kept, name), "rb").read() for name in (sorted(os.listdir(kept)) if os.path.isdir(kept) else ()))
        check((SECRET.encode() in blobs) is shown and (b"PCAP\0\x01bytes" in blobs) is shown and b"Tell me more" not in blobs, reader)
        with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
            report = file.read()
        check("The thread with the reporter" in report and ("attached" in report) is shown and ("finder.example" in report) is shown, reader)


def main():
    config = f'reports = {{ mailbox = "reports"; cases_per_hour = {CASES}; answers_per_sender = 2; }};'
    with World(config=config) as world:
        number, answer = first(world)
        threads(world, number, answer)
        encrypted(world)
        counts = {"gathered": robots(world)}
        exported(world, number)
        world.run("evidence", "check")
        world.run("evidence", "replay")
        passed("T260", counts)


if __name__ == "__main__":
    sys.exit(main())
