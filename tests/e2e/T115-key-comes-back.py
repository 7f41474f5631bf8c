#!/usr/bin/python3
"""A key is revoked between plan and sending: the notice goes as a waiting one, with a call beside it. When
a new key comes, the same notice goes again, sealed, under another Message-ID, once. And before that: a text leaks, and
who had it under an embargo hears once, sealed, that the embargo is over."""
import datetime
import email
import email.policy
import os
import sys

from world import World, check, dated, passed

ID = "EXM-2026-0007"


def instant(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def the_notice(world):
    [row] = world.json("notice", "list", ID)
    return row


def by_mistake(world):
    """What is no key, and a key that is judged unfit, push out no good one; a foreign one is warned of."""
    def stand():
        return [world.run("party", "list").out, world.run("key", "list").out, world.run("task", "list").out]
    before = stand()
    told = world.run("key", "import", f"{world.site}/parties.csv", "--party", "h", expect=1)
    check("h keeps its key" in told.err and not told.out, told.err + told.out)
    world.make_key("Unfit <h@h.example>", "ed25519", None)
    world.export("Unfit", "unfit.asc")
    check("h keeps its key" in world.run("key", "import", f"{world.site}/keys/unfit.asc", "--party", "h", expect=1).err, "unfit")
    check(stand() == before, "nothing changed")
    world.make_key("Other <it@st-b.example>", "ed25519", "cv25519")
    world.export("it@st-b.example", "foreign.asc")
    check("may be another's" in world.run("key", "import", f"{world.site}/keys/foreign.asc", "--party", "h").out, "a foreign key")


def opened(world, mail):
    outer = email.message_from_bytes(mail, policy=email.policy.default)
    check(outer.get_content_type() == "multipart/encrypted", "sealed")
    return world.gpg("--trust-model", "always", "--decrypt", stdin=outer.get_payload(1).get_payload(decode=True), check=False).stdout


def leaked(world):
    """A pre-notice, then the leak: one notice more, with the code of the first one, for no answer, whatever is done twice."""
    world.make_key("BfArM <bfarm@example.com>", "ed25519", "cv25519")
    world.export("bfarm@example.com", "bfarm.asc")
    world.table("parties.csv", [{"party": "bfarm", "kind": "regulator", "country": "DE", "email": "bfarm@example.com", "key": "keys/bfarm.asc"},
                                {"party": "portal", "kind": "regulator", "country": "FR", "route": "portal"}])
    order = os.path.join(world.dir, "leak.order")
    with open(order, "w", encoding="utf-8") as file:
        file.write('embargo = "2099-01-01T00:00:00Z";\nprenotice = [ "regulator" ];\n')
    path = world.advisory("leak.json", lambda document: (dated(document), document["document"]["tracking"].update(id="EXM-2026-0050")))
    world.run("submit", path, "--order", order)
    world.run("approve", "EXM-2026-0050", "--by", "meyer", "--yes")
    world.run("run", "--until-idle")
    [first] = [row for row in world.json("notice", "list", "EXM-2026-0050") if row["party"] == "bfarm"]
    [task] = [task["task"] for task in world.json("task", "list") if task["kind"] == "portal"]
    with open(order, "rb") as file:
        world.run("task", "done", str(task), "--by", "meyer", "--ref", "F-1", "--proof", file.name)
    for _ in range(2):
        world.run("order", "release", "EXM-2026-0050", "--now", "--by", "meyer", "--reason", "it leaked")
    for _ in range(2):
        world.run("run", "--until-idle")
    [before, after] = [opened(world, mail) for mail in world.mailbox("bfarm@example.com")]
    check(b"2099" in before and b"CVE-2026" in before, "the pre-notice says until when")
    check(b"The embargo of security notice EXM-2026-0050 has ended" in after and first["code"].encode() in after, after)
    check(b"CVE-2026" not in after and b"2099" not in after, "and names no flaw")
    kinds = sorted(row["kind"] for row in world.json("notice", "list", "EXM-2026-0050"))
    check(kinds == ["immediate", "immediate", "release"], kinds)
    [call] = [task for task in world.json("task", "list") if task["kind"] == "phone"]
    check(call["items"] == 1 and call["title"].startswith("Tell whoever had the pre-notice"), call)  # the portal takes no mail
    world.run("task", "done", str(call["task"]), "--by", "meyer", "--ref", "called")
    world.run("evidence", "replay")
    world.run("evidence", "export", "--advisory", "EXM-2026-0050", "--to", os.path.join(world.dir, "leak"))


def main():
    with World() as world:
        leaked(world)
        fpr = world.make_key("Old <h@h.example>", "ed25519", "cv25519")
        world.export("h@h.example", "h.asc")
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "h@h.example", "phone": "+49 30 1", "key": "keys/h.asc"}])
        world.run("party", "import", os.path.join(world.site, "parties.csv"), "--full", "--yes")
        embargo = os.path.join(world.dir, "e.order")
        with open(embargo, "w", encoding="utf-8") as file:
            file.write(f'embargo = "{instant(1)}";\n')
        world.run("submit", world.advisory(change=dated), "--order", embargo)
        world.run("approve", ID, "--by", "meyer", "--yes")
        world.run("run", "--until-idle")
        check(the_notice(world)["level"] == "sealed", "planned for the key")
        with open(os.path.join(world.home, "openpgp-revocs.d", f"{fpr}.rev"), "rb") as file:
            world.gpg("--import", stdin=file.read().replace(b":-----BEGIN", b"-----BEGIN"))
        world.export("h@h.example", "h.asc")
        now = ("--now", instant(2))
        world.run("run", "--until-idle", *now)
        row = the_notice(world)
        check((row["state"], row["level"]) == ("accepted", "waiting"), row)
        check(any(task["kind"] == "phone" for task in world.json("task", "list")), "a call is asked for")
        [waiting] = world.mailbox("h@h.example")
        check(b"CVE-2026" not in waiting and b"ExampleInfuse" not in waiting, "nothing of the text was readable")
        world.gpg("--yes", "--delete-secret-and-public-key", fpr)
        world.make_key("New <h@h.example>", "ed25519", "cv25519")
        world.export("h@h.example", "new.asc")
        done = world.run("key", "import", f"{world.site}/keys/new.asc", "--party", "h", *now)
        check("1 waiting notice" in done.out, done.out)
        check("another's" not in done.out, done.out)
        world.run("key", "import", f"{world.site}/keys/new.asc", "--party", "h", *now)
        # Each command's clock begins at its --now: what the one before made due must lie behind it.
        world.run("run", "--until-idle", "--now", instant(3))
        mails = world.mailbox("h@h.example")
        check(len(mails) == 2, f"{len(mails)} mails")
        outer = email.message_from_bytes(mails[1], policy=email.policy.default)
        first = email.message_from_bytes(mails[0], policy=email.policy.default)
        check(outer["Message-ID"] != first["Message-ID"], "another key is another message")
        check(b"CVE-2026-900071" in opened(world, mails[1]), "the text came")
        check(not [task for task in world.json("task", "list") if task["title"].startswith("Tell the text")], "nobody needs to be called any more")
        by_mistake(world)
        world.run("evidence", "check")
        passed("T115", {"mails": len(mails)})


if __name__ == "__main__":
    sys.exit(main())
