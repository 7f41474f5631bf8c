#!/usr/bin/python3
"""A real Postfix and a real OpenSMTPD carry the notices, and what they report is read back.

`tocsin run` hands everything to Postfix, over STARTTLS with a CA of our own and AUTH. Postfix delivers, relays,
expands, puts off and bounces; some of it goes through OpenSMTPD, which does the same. Both put their
reports into the Maildir of mail.return. Each notice must end where the servers' own words lead.
"""
# Proves: P1, 7.2.3 feedback, 4.1.7 users
import importlib.util
import os
import subprocess
import sys
import tempfile
import time

from world import SOURCE, TOCSIN, World, check, passed, skip, white

sys.path.insert(0, os.path.join(SOURCE, "tests", "tools"))
import mail_servers  # noqa: E402

CONFIG = 'retry = { first = "1s"; most = "2s"; uncertain = "1s"; };'
SECONDS = 240  # at most; idle machines need 25

PASSWORD = "correct horse"
# That the two write about all this. A machine that stands still for a moment may make them write more.
REPORTS = {"bounce": 11, "delayed": 2, "delivered": 2, "other": 1, "relayed": 6}

# Recipients of a party in order; where it ends: state, grade, address of the last route.
TASK = ("tasked", "bounced")
PARTIES = {
    # Postfix alone
    "pf-mailbox": (["ok@house.example"], ("accepted", "delivered")),
    "pf-relayed": (["ok@hop.example"], ("accepted", "passed-on")),
    "pf-lmtp": (["ok@lmtp.example"], ("accepted", "passed-on")),
    "pf-expanded": (["all@house.example"], ("accepted", "passed-on")),
    "pf-refused": (["no@hop.example"], TASK),
    "pf-refused-then-second": (["no@lmtp.example", "second@hop.example"], ("accepted", "passed-on")),
    "pf-refused-after-data": (["full@lmtp.example"], TASK),
    "pf-unknown-here": (["nobody@house.example"], TASK),
    "pf-too-large": (["ok@small.example"], TASK),
    "pf-put-off-then-given-up": (["later@hop.example"], TASK),
    # through OpenSMTPD
    "os-mailbox": (["ok@box.example"], ("accepted", "delivered")),
    "os-relayed": (["ok@hop2.example"], ("accepted", "passed-on")),
    "os-lmtp": (["ok@lmtp2.example"], ("accepted", "passed-on")),
    "os-refused": (["no@hop2.example"], TASK),
    "os-refused-then-second": (["no@lmtp2.example", "second@house.example"], TASK),
    "os-refused-after-data": (["full@lmtp2.example"], TASK),
    "os-unknown-here": (["nobody@box.example"], TASK),
    # It calls that "delayed", with a status of "delivery time expired": a person must look.
    "os-put-off-then-given-up": (["later@hop2.example"], ("accepted", "taken")),
}


def sink_tool():
    spec = importlib.util.spec_from_file_location("smtp_sink", os.path.join(SOURCE, "tests/tools/smtp-sink.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def every(copies):
    """(party, its recipients, its end): each of PARTIES so many times."""
    return [(f"{party}-{copy}", addresses, end) for party, (addresses, end) in PARTIES.items() for copy in range(copies)]


def ends(world):
    """{party: (state, grade)} as they are now."""
    return {n["party"]: (n["state"], n["grade"]) for n in world.json("notice", "list")}


def reports(world):
    """[(kind, outcome)] of all that was read."""
    return [tuple(line.split()[2:4]) for line in world.run("receipt", "list").out.splitlines()]


def by_kind(read):
    return {kind: sum(row[0] == kind for row in read) for kind in sorted({row[0] for row in read})}


def wait_for_the_end(world, copies):
    wanted = {party: end for party, _, end in every(copies)}
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        now, kinds = ends(world), by_kind(reports(world))
        # The last report may change no state: OpenSMTPD's about what it gave up.
        if now == wanted and all(kinds.get(kind, 0) >= count * copies for kind, count in REPORTS.items()):
            return
        time.sleep(0.5)
    raise AssertionError("\n".join([f"after {SECONDS} s: reports {kinds}, of each {copies} times {REPORTS}",
                                    *(f"{p}: {now.get(p)}, not {wanted[p]}" for p in wanted if now.get(p) != wanted[p])]))


def serve(world, copies, postfix, opensmtpd):
    with open(os.path.join(world.dir, "run.log"), "wb") as log:
        service = subprocess.Popen([TOCSIN, "run"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=world.env)
    try:
        wait_for_the_end(world, copies)
        check(service.poll() is None, "tocsin run goes on")
    except AssertionError as error:
        for server in (postfix, opensmtpd):
            print(server.said()[-20000:], file=sys.stderr)
        print(world.run("receipt", "list").out, file=sys.stderr)
        raise error
    finally:
        service.terminate()
        service.wait(60)


def prove(world):
    """What came back was read whole, each report once, and the log holds."""
    read = reports(world)
    wrong = [row for row in read if row not in (("bounce", "applied"), ("delivered", "applied"), ("relayed", "applied"),
                                                ("delayed", "no-change"), ("other", "suspect"))]
    check(not wrong, f"every report was understood: {wrong}")
    tasks = world.json("task", "list")
    check(any(t["kind"] == "inbound" for t in tasks), f"the given up notice is with a person: {tasks}")
    check(not os.listdir(os.path.join(world.inbox, "new")), "nothing is left unread")
    world.run("evidence", "check")
    return by_kind(read)


def use(world, postfix):
    """The relay and the inbox of the site are Postfix's."""
    path = os.path.join(world.site, "tocsin.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = text.replace(f"localhost:{world.port}", f"localhost:{postfix.port}")
    password = os.path.join(world.site, "secret", "relay")
    with open(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(PASSWORD + "\n")
    text = text.replace("mail    = {", f'mail    = {{ inbox = "{postfix.inbox}"; user = "psirt"; password_file = "{password}";', 1)
    check(str(postfix.port) in text and postfix.inbox in text, "the configuration names relay and inbox")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    for package in ("postfix", "opensmtpd"):
        why = mail_servers.missing(package)
        if why:
            skip(f"torture.mta: {why}")
    copies = 10 if "--whole" in sys.argv[1:] else 1
    started = time.monotonic()
    hop, lmtp, small = mail_servers.Hop(), mail_servers.Hop(lmtp=True), mail_servers.Hop(size=1000)
    with World(config=CONFIG) as world, tempfile.TemporaryDirectory(prefix="tocsin-mta-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        ca = os.path.join(world.dir, "ca")
        postfix = mail_servers.Postfix(folder, os.path.join(ca, "cert.pem"), os.path.join(ca, "key.pem"), PASSWORD, [
            ("hop.example", "smtp", hop.port), ("lmtp.example", "lmtp", lmtp.port), ("small.example", "smtp", small.port)])
        opensmtpd = mail_servers.OpenSMTPD(folder, postfix.inbox, [("hop2.example", "smtp", hop.port), ("lmtp2.example", "lmtp", lmtp.port)])
        world.inbox = postfix.inbox
        world.table("parties.csv", [{"party": party, "kind": "hdo", "country": "DE", "email": address, "phone": ""}
                                    for party, addresses, _ in every(copies) for address in addresses])
        try:
            opensmtpd.start()
            postfix.route([(name, "smtp", opensmtpd.port) for name in ("box.example", "hop2.example", "lmtp2.example")])
            postfix.start()
            use(world, postfix)
            world.release(world.advisory(change=white))
            serve(world, copies, postfix, opensmtpd)
            kinds = prove(world)
            asked, agreed = postfix.passwords.asked, postfix.passwords.agreed
            check(0 < asked == agreed, f"Postfix asked for the password and agreed: {agreed} of {asked}")
        finally:
            postfix.stop()
            opensmtpd.stop()
            for server in (hop, lmtp, small, postfix.passwords):
                server.stop()
        left = postfix.left() + opensmtpd.left()
        check(not left, f"no process of them is left: {left}")
        passed("torture.mta", {"notices": len(every(copies)), "ended as the servers said": len(every(copies)), "reports read": sum(kinds.values()),
                               **kinds, "seconds": round(time.monotonic() - started)})


if __name__ == "__main__":
    sys.exit(main())
