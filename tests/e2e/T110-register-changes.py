#!/usr/bin/python3
"""The register changes while notices wait: whoever lost a contact gets the next one, whoever left
the register altogether is a task of a person; nobody waits for ever and nobody is forgotten."""
import datetime
import os
import sys

from world import World, check, dated, passed, white

ID = "EXM-2026-0007"


def instant(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    with World() as world:
        rows = [{"party": "h1", "kind": "hdo", "country": "DE", "email": "old@h1.example"},
                {"party": "h2", "kind": "hdo", "country": "DE", "email": "a@h2.example"},
                {"party": "h3", "kind": "hdo", "country": "DE", "email": ""},
                {"party": "h3", "kind": "hdo", "country": "DE", "email": "second@h3.example"},
                {"party": "h4", "kind": "hdo", "country": "DE", "email": "keyed@h4.example", "key": "keys/h4.asc"},
                {"party": "h4", "kind": "hdo", "country": "DE", "email": "other@h4.example"}]
        fpr = world.make_key("Keyed <keyed@h4.example>", "ed25519", "cv25519")
        world.export("keyed@h4.example", "h4.asc")
        world.table("parties.csv", rows)
        embargo = os.path.join(world.dir, "e.order")
        with open(embargo, "w", encoding="utf-8") as file:
            file.write(f'embargo = "{instant(1)}";\n')
        world.run("submit", world.advisory(change=lambda document: (white(document), dated(document))), "--order", embargo)
        world.run("approve", ID, "--by", "meyer", "--yes")
        world.run("run", "--until-idle")
        planned = {row["party"]: row for row in world.json("notice", "list", ID)}
        check(planned["h3"]["address"] == "second@h3.example", f"h3 goes to its second contact: {planned}")
        check(not world.received(), "nothing left before the embargo")
        # h1 gets a person as its first contact; the waiting notice is not that person's.
        # h2 leaves the register; h3 keeps one contact, and the one that was chosen is gone.
        # The key of h4 is revoked: its mailbox is still the right one, only not for sealed mail.
        check(planned["h4"]["level"] == "sealed", f"h4 has a key: {planned}")
        with open(os.path.join(world.home, "openpgp-revocs.d", f"{fpr}.rev"), "rb") as file:
            world.gpg("--import", stdin=file.read().replace(b":-----BEGIN", b"-----BEGIN"))
        world.export("keyed@h4.example", "h4.asc")
        world.table("parties.csv", [{**rows[0], "email": "", "phone": "+49 30 1", "name": "Somebody Else"}, rows[0],
                                     {**rows[3], "email": "only@h3.example"}, *rows[4:]])
        world.run("party", "import", os.path.join(world.site, "parties.csv"), "--full", "--yes")
        world.run("run", "--until-idle", "--now", instant(2))
        states = {row["party"]: row["state"] for row in world.json("notice", "list", ID)}
        check(states["h2"] == "tasked", f"who left the register is told by a person: {states}")
        h4 = {row["party"]: row for row in world.json("notice", "list", ID)}["h4"]
        check((h4["state"], h4["level"], h4["address"]) == ("accepted", "tls", "keyed@h4.example"), f"h4: {h4}")
        check(any(task["kind"] == "key" for task in world.json("task", "list")), "somebody asks for a new key")
        check(states["h1"] == "accepted" and states["h3"] == "accepted", f"the others are told: {states}")
        to = sorted(mail["to"] for mail in world.received())
        check("only@h3.example" in str(to) and len(to) == 3, f"mails {to}")
        [mail] = world.mailbox("old@h1.example")
        check(b"Somebody" not in mail, "nobody is addressed by the name of another contact")
        check("no such serial" in world.run("product", "affected", "SN-0", expect=1).err, "nobody holds it")
        product = world.json("product", "affected", "--product", "EXAMPLEINFUSE p100", "--version", "2.3.0")
        check([row["result"] for row in product] == ["affected"], f"a product in no register: {product}")
        world.run("evidence", "check")
        passed("T110", {"mails": len(to), "tasks": len(world.json("task", "list"))})


if __name__ == "__main__":
    sys.exit(main())
