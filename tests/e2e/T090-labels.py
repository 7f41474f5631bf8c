#!/usr/bin/python3
"""Each label against each kind of contact, with hostile words in every text field: what must be sealed
never leaves in clear, and every mail has exactly the planned headers, recipient and parts (P12, P15)."""
# Proves: P12, P15
import email
import email.policy
import sys

from world import World, check, passed

HOSTILE = "X\r\nBcc: evil@example.net\r\n\r\n`<script>alert(1)</script>`\u202eabc\u2066 =cmd|' /C calc'!A0 \u2028 {{title}} \ufeff ünïcödé"
CANARY = ("CANARYTITLE", "CANARYNOTE", "CANARYPRODUCT")
WANTED_OUTER = {"from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type", "references", "x-tlp",
                "content-transfer-encoding"}


def hostile(label, tracking):
    def change(document):
        body = document["document"]
        body["distribution"] = {"tlp": {"label": label}}
        body["tracking"]["id"] = tracking
        body["title"] = CANARY[0] + HOSTILE
        body["publisher"]["name"] = "Maker " + HOSTILE
        for vulnerability in document["vulnerabilities"]:
            vulnerability["title"] = CANARY[1] + HOSTILE
            for note in vulnerability["notes"]:
                note["text"] = CANARY[1] + HOSTILE + note["text"]
                note["title"] = HOSTILE
            for remediation in vulnerability["remediations"]:
                remediation["details"] += HOSTILE

        def walk(branches):
            for branch in branches:
                if "product" in branch:
                    branch["product"]["name"] = CANARY[2] + " " + branch["product"]["name"] + HOSTILE
                walk(branch.get("branches", []))
        walk(document["product_tree"]["branches"])
    return change


def decrypted(world, raw):
    outer = email.message_from_bytes(raw, policy=email.policy.default)
    done = world.gpg("--trust-model", "always", "--decrypt", stdin=outer.get_payload(1).get_payload(decode=True))
    return email.message_from_bytes(done.stdout, policy=email.policy.default)


def check_frame(raw, address):
    check(b"\r\n" in raw and b"\n" not in raw.replace(b"\r\n", b""), "CRLF only")
    check(all(byte < 128 for byte in raw), "7-bit clean")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    names = [name.lower() for name in message.keys()]
    check(set(names) <= WANTED_OUTER and len(names) == len(set(names)), f"headers: {names}")
    check([a.addr_spec for a in message["To"].addresses] == [address], f"To: {message['To']}")
    check(not message.defects, f"defects: {message.defects}")
    return message


def main():
    counts = {"sealed": 0, "tls": 0, "waiting": 0, "task": 0}
    with World() as world:
        world.gpg("--import", f"{world.site}/keys/maker.asc")
        world.make_key("Keyed <keyed@a.example>", "ed25519", "cv25519")
        world.make_key("Person <person@b.example>", "ed25519", "cv25519")
        world.export("keyed@a.example", "keyed.asc")
        world.export("person@b.example", "person.asc")
        blank = {"email": "", "name": "", "phone": "", "key": "", "post_address": "", "language": ""}
        world.table("parties.csv", [
            dict(blank, party="keyed", kind="hdo", country="DE", email="keyed@a.example", key="keys/keyed.asc", phone="+49 1"),
            dict(blank, party="person", kind="hdo", country="DE", email="person@b.example", name='Dr "Q", <x@y> \u202e Ünal', key="keys/person.asc", language="de"),
            dict(blank, party="mailonly", kind="hdo", country="DE", email="mail@c.example", phone="+49 2"),
            dict(blank, party="nomail", kind="hdo", country="DE", post_address="Somewhere 3"),
        ])
        expected = {"WHITE": {"keyed": "sealed", "person": "sealed", "mailonly": "tls", "nomail": "task"},
                    "GREEN": {"keyed": "sealed", "person": "sealed", "mailonly": "waiting", "nomail": "task"},
                    "AMBER": {"keyed": "sealed", "person": "sealed", "mailonly": "waiting", "nomail": "task"},
                    "RED": {"keyed": "task", "person": "sealed", "mailonly": "task", "nomail": "task"}}
        for label, levels in expected.items():
            tracking = f"EXM-{label}-1"
            before = len(world.received())
            world.release(world.advisory(f"{label}.json", hostile(label, tracking)), tracking)
            plan = {row["party"]: row for row in world.json("plan", tracking)}
            check({p: row["level"] for p, row in plan.items()} == levels, f"{label}: {plan}")
            world.run("run", "--until-idle")
            mails = sum(level != "task" for level in levels.values())
            check(len(world.received()) == before + mails, f"{label}: {len(world.received()) - before} mails of {mails}")
            for address, party in (("keyed@a.example", "keyed"), ("person@b.example", "person"), ("mail@c.example", "mailonly")):
                if levels[party] == "task":
                    continue
                raw = world.mailbox(address)[-1]
                check_frame(raw, address)
                counts[levels[party]] += 1
                readable = levels[party] == "tls"
                for canary in CANARY + ("CVE-2026",):
                    check((canary.encode() in raw) <= readable, f"{label}: {canary} leaks to {address}")
                if levels[party] == "sealed":
                    inner = decrypted(world, raw)
                    check(inner["Bcc"] is None and CANARY[0] in inner["Subject"] and "\n" not in inner["Subject"], f"{inner['Subject']}")
                    text = inner.get_body(preferencelist=("plain",)).get_content()
                    check(CANARY[1] in text and CANARY[2] in text and "\u202e" not in text, "the sealed text is whole and harmless")
                    page = inner.get_body(preferencelist=("html",)).get_content()
                    check("<script" not in page and "&lt;script" in page, "HTML is escaped")
            counts["task"] += sum(level == "task" for level in levels.values())
        # A key comes: whoever had to wait gets the text, sealed, once, for each advisory.
        world.make_key("Late <mail@c.example>", "ed25519", "cv25519")
        world.export("mail@c.example", "late.asc")
        before = len(world.mailbox("mail@c.example"))
        check("2 waiting notices" in world.run("key", "import", f"{world.site}/keys/late.asc", "--party", "mailonly").out, "the text follows")
        world.run("key", "import", f"{world.site}/keys/late.asc", "--party", "mailonly")
        world.run("run", "--until-idle")
        late = world.mailbox("mail@c.example")[before:]
        check(len(late) == 2 and all(CANARY[0] in decrypted(world, raw)["Subject"] for raw in late), f"{len(late)} texts followed")
        world.run("evidence", "check")
        passed("T090", counts)


if __name__ == "__main__":
    sys.exit(main())
