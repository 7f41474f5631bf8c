#!/usr/bin/python3
"""Who may release, over which bytes: both forms of approval, four eyes, and every refusal."""
# Proves: 8.3.3 release, gate.40
import os
import sys

from world import World, check, passed

ID = "EXM-2026-0007"


def state(world):
    return world.json("status")[0]["advisories"][0]["state"]


def clear_signed(world, text, address):
    return world.gpg("--local-user", address, "--clear-sign", stdin=text.encode()).stdout


def offer(world, name, signature, expect):
    path = os.path.join(world.dir, name)
    with open(path, "wb") as file:
        file.write(signature)
    return world.run("approve", ID, "--signature", path, expect=expect)


def main():
    refused = 0
    with World(config="release = { approvals = 2; };") as world:
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "a@h.example"}])
        path = world.advisory()
        world.make_key("Stranger <stranger@example.net>", "ed25519", None)
        world.run("approve", ID, "--by", "weber", "--yes", expect=1)          # not submitted yet
        world.run("submit", path)
        world.run("approve", ID, "--by", "weber", expect=2)                   # nobody to ask, no --yes
        world.run("approve", ID, "--by", "nobody", "--yes", expect=2)
        world.run("approve", ID, "--by", "weber", "--role", "quality", "--yes", expect=1)  # not weber's role
        world.run("approve", ID, "--by", "weber", "--role", "psirt", "--yes", expect=1)    # does not release
        statement = world.run("approve", ID, "--by", "weber", "--print").out
        check(statement.startswith(f"Tocsin approval 1\nadvisory: {ID} 1.0.0\nsha256: "), statement)
        for name, text, who in (("unknown key", statement, "stranger@example.net"),
                                ("another's name", statement, "meyer@example.com"),
                                ("other bytes", statement.replace("sha256: ", "sha256: 0", 1), "weber@example.com"),
                                ("other version", statement.replace("1.0.0", "1.0.1"), "weber@example.com"),
                                ("other meaning", statement.replace("approved for release", "looked at"), "weber@example.com"),
                                ("a line more", statement + "also: this\n", "weber@example.com"),
                                ("not a statement", "hello\n", "weber@example.com")):
            done = offer(world, "signature", clear_signed(world, text, who), 1)
            check(done.err.startswith("tocsin: "), f"{name}: {done.err}")
            refused += 1
        good = clear_signed(world, statement, "weber@example.com")
        offer(world, "flipped", good.replace(b"role: regulatory", b"role: regulatorY"), 1)
        offer(world, "no signature", b"nothing here\n", 1)
        refused += 2
        check(state(world) == "submitted", "nothing of that released it")
        done = offer(world, "weber.approval", good, 0)
        check("1 of 2 signatures" in done.out, done.out)
        world.run("run", "--until-idle")
        check(not world.received(), "one signature of two sends nothing")
        offer(world, "weber.approval", good, 1)                                # the same person twice
        world.run("approve", ID, "--by", "weber", "--yes", expect=1)
        check(state(world) == "submitted", "the same person twice is one")
        # The second one in the other form: detached, over the exact bytes, found beside the file.
        stray = path + ".asc"
        with open(stray, "wb") as file:
            file.write(world.gpg("--local-user", "meyer@example.com", "--armor", "--detach-sign", stdin=b"other bytes").stdout)
        world.run("submit", path, expect=1)
        with open(path, "rb") as file, open(stray, "wb") as out:
            out.write(world.gpg("--local-user", "meyer@example.com", "--armor", "--detach-sign", stdin=file.read()).stdout)
        done = world.run("submit", path)
        check("approved for release" in done.out, done.out)
        world.run("approve", ID, "--by", "meyer", "--yes", expect=1)
        world.run("evidence", "check")
        passed("T040", {"refused signatures": refused + 3, "released by": 2})


if __name__ == "__main__":
    sys.exit(main())
