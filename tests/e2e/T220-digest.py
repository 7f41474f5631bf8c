#!/usr/bin/python3
"""Digests: a week after an advisory one leaves, sealed, and names it; a site that is not concerned gets an empty
one; a second run sends nothing; what was in a digest that was refused is in the next one again.
Reminders: whoever has not answered at half the answer time is asked again, at its end a person calls; the answer of
the site, by mail to the reminder or by phone, or one of its group, ends it, and the task that nobody waits for."""
import datetime
import email
import email.policy
import os

from world import World, check, dated, passed

FIRST, SECOND = "EXM-2026-0007", "EXM-2026-0008"
# Weekly, first in four and a half days: whenever this runs, no command of it is near a time of the rule.
FIRST_RUN = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=4, hours=12)
RULE = f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[FIRST_RUN.weekday()]};BYHOUR={FIRST_RUN.hour};BYMINUTE=0"
CONFIG = (f'digest = ( {{ for = "hdo"; rrule = "{RULE}"; empty = true; }}, '
          f'{{ for = "hdo"; only = "quiet"; rrule = "{RULE}"; }} );')


def instant(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_world(world):
    world.make_key("H1 <h1@h.example>", "ed25519", "cv25519")
    world.export("h1@h.example", "h1.asc")
    world.table("parties.csv", [
        {"party": "h1", "kind": "hdo", "country": "DE", "email": "h1@h.example", "zone": "Europe/Berlin", "key": "keys/h1.asc"},
        {"party": "plain", "kind": "hdo", "country": "PT", "email": "plain@h.example", "zone": "Europe/Lisbon"},
        {"party": "spared", "kind": "hdo", "country": "DE", "email": "spared@h.example", "language": "de"},
        {"party": "quiet", "kind": "hdo", "country": "DE", "email": "quiet@h.example"},
        {"party": "ward", "kind": "hdo", "country": "DE", "email": "ward@h.example", "group": "trust"}])
    world.table("installed.csv", [{"party": party, "product": "ExampleInfuse P100", "version": version, "serial": f"SN-{party}"}
                                  for party, version in (("h1", "2.3.6"), ("plain", "2.3.6"), ("spared", "2.4.1"), ("quiet", "2.4.1"), ("ward", "2.3.6"))])


def submit_both(world):
    """The second one is embargoed until after the first digest."""
    def second(document):
        dated(document)
        document["document"]["tracking"]["id"] = SECOND
    order = os.path.join(world.dir, "second.order")
    with open(order, "w", encoding="utf-8") as file:
        file.write(f'embargo = "{instant(9)}";\n')
    world.release(world.advisory("exm-2026-0007.json", dated), FIRST)
    world.run("submit", world.advisory("exm-2026-0008.json", second), "--order", order)
    world.run("approve", SECOND, "--by", "meyer", "--yes")


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def mails_of(world, address, word):
    """Those with this word in the subject that they travelled with: digests and reminders leave in any order."""
    return [mail for mail in map(parsed, world.mailbox(address)) if word in mail["Subject"]]


def last_digest(world, address, count, word="digest"):
    mails = mails_of(world, address, word)
    check(len(mails) == count, f"{address} has {len(mails)} digests, not {count}")
    return mails[-1]


def opened(world, message):
    check(message.get_content_type() == "multipart/encrypted", "it is sealed")
    done = world.gpg("--trust-model", "always", "--status-fd", "2", "--decrypt",
                     stdin=message.get_payload(1).get_payload(decode=True), check=False)
    check(b"DECRYPTION_OKAY" in done.stderr and b"GOODSIG" in done.stderr, done.stderr.decode())
    return email.message_from_bytes(done.stdout, policy=email.policy.default)


def text_of(message):
    """The text, unfolded: what a sentence says does not depend on where its lines end."""
    return " ".join(message.get_body(("plain",)).get_content().split())


def after_a_week(world):
    preview = world.run("digest", "preview", "h1", "--now", instant(8)).out
    check(FIRST in preview and SECOND not in preview, preview)
    world.run("run", "--until-idle", "--now", instant(8))
    inner = opened(world, last_digest(world, "h1@h.example", 1))
    text = text_of(inner)
    check("1 new, 0 changed" in text and FIRST in text and SECOND not in text, text)
    names = [part.get_filename() for part in inner.walk() if part.get_filename()]
    check(names[:2] == ["digest.csv", "your-devices.csv"] and "exm-2026-0007.json" in names, names)
    check("SN-h1" in text and "SN-plain" not in text, text)
    outer = last_digest(world, "h1@h.example", 1)
    check(FIRST not in outer["Subject"] and "digest" in outer["Subject"], outer["Subject"])
    # AMBER and no key: the reference, and not a word of what it is about.
    readable = last_digest(world, "plain@h.example", 1)
    plain = text_of(readable)
    check(FIRST in plain and "ExampleInfuse" not in plain and b"CVE-" not in readable.as_bytes() and "SN-" not in plain, plain)
    check([part.get_filename() for part in readable.walk() if "devices" in (part.get_filename() or "")] == [], "no devices in the open")
    check(len(world.mailbox("spared@h.example")) == 1, "one who is not concerned has nothing but their digest")
    spared = text_of(last_digest(world, "spared@h.example", 1, "Sammelmeldung"))
    check("Nichts Neues" in spared, spared)
    check(world.mailbox("quiet@h.example") == [], "an empty one goes only where it is wanted")
    log = world.json("evidence", "show")
    turns = [entry["data"]["outcome"] for entry in log if entry["kind"] == "digest.turn"]
    check(sorted(turns) == ["empty", "planned", "planned", "planned", "planned"], turns)


def asked_again(world):
    """At half the answer time, on the same run as the digest: who has not answered, and nobody else."""
    for party, wanted in (("h1", 1), ("plain", 1), ("ward", 0), ("spared", 0), ("quiet", 0)):
        check(len(mails_of(world, f"{party}@h.example", "reminder")) == wanted, f"{party} is reminded {wanted} times")
    [reminder] = mails_of(world, "plain@h.example", "reminder")
    code = next(n["code"] for n in world.json("notice", "list", FIRST) if n["party"] == "plain" and n["kind"] != "reminder")
    check(code in text_of(reminder) and "ExampleInfuse" not in text_of(reminder), text_of(reminder))
    with open(os.path.join(world.site, "inbox", "new", "answer"), "w", encoding="utf-8", newline="\r\n") as file:
        file.write(f"From: plain@h.example\nTo: {reminder['Reply-To']}\nSubject: Re: {reminder['Subject']}\nMessage-ID: <answer@h.example>\n"
                   f"In-Reply-To: {reminder['Message-ID']}\n\nRECEIVED {code}\n")
    world.run("run", "--until-idle", "--now", instant(8.02))
    check([row["party"] for row in world.json("chase", FIRST, "--now", instant(8.02))] == ["h1"], "the reminder is answered")


def calls(world):
    return [task["title"] for task in world.json("task", "list") if FIRST in task["title"] and task["title"].startswith("Call who")]


def main():
    with World(config=CONFIG) as world:
        make_world(world)
        world.gpg("--import", f"{world.site}/keys/maker.asc")
        submit_both(world)
        world.run("run", "--until-idle")
        world.run("ack", "trust", FIRST, "done", "--by", "weber", "--how", "phone")
        check(len(world.json("digest", "list")) == 2, "two schedules")
        [schedule] = world.json("digest", "next", "h1")
        check(len(schedule["next"]) == 10 and "Europe/Berlin" in schedule["words"], schedule)
        after_a_week(world)
        mails = len(world.received())
        world.run("run", "--until-idle", "--now", instant(8.01))
        check(len(world.received()) == mails, "a second run sends nothing")
        asked_again(world)
        # The second advisory leaves, and the digest that tells of it is refused; the one after that tells of it again.
        world.run("run", "--until-idle", "--now", instant(9.5))
        world.stop_sink()
        world.start_sink(["--refuse", "h1@h.example=550"])
        world.run("run", "--until-idle", "--now", instant(15.5))
        check(len(calls(world)) == 1, "at the answer date a person calls")
        world.run("ack", "h1", FIRST, "received", "--by", "weber", "--how", "phone", "--now", instant(15.5))
        check(not calls(world), "nobody waits for that call any more")
        check([n["state"] for n in world.json("notice", "list") if n["kind"] == "digest" and n["party"] == "h1"][-1] == "tasked", "refused")
        world.stop_sink()
        world.start_sink()
        world.run("run", "--until-idle", "--now", instant(22.5))
        text = text_of(opened(world, last_digest(world, "h1@h.example", 2)))
        check("1 new" in text and SECOND in text, text)
        states = [n["state"] for n in world.json("notice", "list") if n["kind"] == "digest" and n["party"] == "h1"]
        check(states == ["passed", "superseded", "accepted"], states)
        world.run("digest", "send", "h1", "--by", "nobody", "--reason", "x", expect=(1, 2))
        done = world.run("digest", "send", "h1", "--by", "weber", "--reason", "they asked for it", "--now", instant(22.6))
        check("in the queue" in done.out, done.out)
        world.run("run", "--until-idle", "--now", instant(22.7))
        last_digest(world, "h1@h.example", 3)
        world.run("evidence", "export", "--advisory", FIRST, "--to", f"{world.dir}/bundle")
        with open(f"{world.dir}/bundle/report.html", encoding="utf-8") as file:
            report = file.read()
        carried = report.split("Digests that spoke of it: ")[1].split("</table>")[0]
        check(int(carried[0]) >= 2 and carried.count("<tr>") == int(carried[0]) + 1 and SECOND not in report, f"the digests that spoke of it, and nothing of the other: {carried}")
        passed("T220", {"mails": len(world.received())})


if __name__ == "__main__":
    main()
