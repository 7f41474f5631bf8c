#!/usr/bin/python3
"""Digests: a week after an advisory one leaves, sealed, and names it; a site that is not concerned gets an empty
one; a second run sends nothing; what was in a digest that was refused is in the next one again."""
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
        {"party": "quiet", "kind": "hdo", "country": "DE", "email": "quiet@h.example"}])
    world.table("installed.csv", [{"party": party, "product": "ExampleInfuse P100", "version": version}
                                  for party, version in (("h1", "2.3.6"), ("plain", "2.3.6"), ("spared", "2.4.1"), ("quiet", "2.4.1"))])


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


def last_mail(world, address, count):
    mails = world.mailbox(address)
    check(len(mails) == count, f"{address} has {len(mails)} mails, not {count}")
    return email.message_from_bytes(mails[-1], policy=email.policy.default)


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
    inner = opened(world, last_mail(world, "h1@h.example", 2))
    text = text_of(inner)
    check("1 new, 0 changed" in text and FIRST in text and SECOND not in text, text)
    names = [part.get_filename() for part in inner.walk() if part.get_filename()]
    check("digest.csv" in names and "exm-2026-0007.json" in names, names)
    outer = last_mail(world, "h1@h.example", 2)
    check(FIRST not in outer["Subject"] and "digest" in outer["Subject"], outer["Subject"])
    # AMBER and no key: the reference, and not a word of what it is about.
    readable = world.mailbox("plain@h.example")[-1]
    plain = text_of(email.message_from_bytes(readable, policy=email.policy.default))
    check(FIRST in plain and "ExampleInfuse" not in plain and b"CVE-" not in readable, plain)
    spared = text_of(last_mail(world, "spared@h.example", 1))
    check("Nichts Neues" in spared, spared)
    check(world.mailbox("quiet@h.example") == [], "an empty one goes only where it is wanted")
    log = world.json("evidence", "show")
    turns = [entry["data"]["outcome"] for entry in log if entry["kind"] == "digest.turn"]
    check(sorted(turns) == ["empty", "planned", "planned", "planned"], turns)


def main():
    with World(config=CONFIG) as world:
        make_world(world)
        world.gpg("--import", f"{world.site}/keys/maker.asc")
        submit_both(world)
        world.run("run", "--until-idle")
        check(len(world.json("digest", "list")) == 2, "two schedules")
        [schedule] = world.json("digest", "next", "h1")
        check(len(schedule["next"]) == 10 and "Europe/Berlin" in schedule["words"], schedule)
        after_a_week(world)
        mails = len(world.received())
        world.run("run", "--until-idle", "--now", instant(8.01))
        check(len(world.received()) == mails, "a second run sends nothing")
        # The second advisory leaves, and the digest that tells of it is refused; the one after that tells of it again.
        world.run("run", "--until-idle", "--now", instant(9.5))
        world.stop_sink()
        world.start_sink(["--refuse", "h1@h.example=550"])
        world.run("run", "--until-idle", "--now", instant(15.5))
        check([n["state"] for n in world.json("notice", "list") if n["kind"] == "digest" and n["party"] == "h1"][-1] == "tasked", "refused")
        world.stop_sink()
        world.start_sink()
        before = len(world.mailbox("h1@h.example"))
        world.run("run", "--until-idle", "--now", instant(22.5))
        text = text_of(opened(world, last_mail(world, "h1@h.example", before + 1)))
        check("1 new" in text and SECOND in text, text)
        states = [n["state"] for n in world.json("notice", "list") if n["kind"] == "digest" and n["party"] == "h1"]
        check(states == ["passed", "superseded", "accepted"], states)
        world.run("digest", "send", "h1", "--by", "nobody", "--reason", "x", expect=(1, 2))
        done = world.run("digest", "send", "h1", "--by", "weber", "--reason", "they asked for it", "--now", instant(22.6))
        check("in the queue" in done.out, done.out)
        world.run("run", "--until-idle", "--now", instant(22.7))
        last_mail(world, "h1@h.example", before + 2)
        passed("T220", {"mails": len(world.received())})


if __name__ == "__main__":
    main()
