#!/usr/bin/python3
"""Waivers: what only a waiver is wanting for waits and is not lost; a named person lets a finding pass, for these
bytes and no others; then the advisory goes its way, also from the watched folder."""
# Proves: waivers, gate.4, gate.14
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

from world import TOCSIN, World, check, passed

ID = "EXM-2026-0007"
POINTER = "/document/publisher"


def without_contact(document):
    del document["document"]["publisher"]["contact_details"]


def vague_too(document):
    without_contact(document)
    document["vulnerabilities"][1]["notes"][0]["text"] = "Various security improvements."


def draft_too(document):
    without_contact(document)
    document["document"]["tracking"]["status"] = "draft"


def wait_for(what, why, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    raise AssertionError(why)


def board(world):
    return world.json("status")[0]


def waive(world, test="gate.4", pointer=POINTER, by="meyer", reason="The service number is printed on every pump.", tracking=ID, expect=0, extra=()):
    return world.run("waive", tracking, test, pointer, "--by", by, "--reason", reason, *extra, expect=expect)


def entries(world, kind):
    return [line for line in (json.loads(text) for text in world.run("evidence", "show", "--json").out.splitlines() if text) if line.get("kind") == kind]


def by_hand(world):
    """Refused, waived by a person, released; nothing else lets it pass."""
    path = world.advisory(change=vague_too)
    waive(world, expect=1)  # nothing waits yet
    refused = world.run("submit", path, expect=1)
    check("waivable gate.4" in refused.out and "waits for 2 waivers" in refused.err, refused.out + refused.err)
    check([row["id"] for row in board(world)["held"]] == [ID] and not board(world)["advisories"], str(board(world)))
    check("waits for waivers" in world.run("status").out, "the board tells of it")
    check("waits for waivers" in world.run("plan", ID, expect=1).err, "plan tells of it")
    world.run("approve", ID, "--by", "meyer", "--yes", expect=1)
    refusals = ({"by": "nobody"}, {"by": ""}, {"reason": ""}, {"test": "gate.11"}, {"pointer": "/document"}, {"test": "gate.33", "pointer": "/document"})
    for words in refusals:
        waive(world, expect=(1, 2), **words)
    check(not entries(world, "waiver.recorded"), "a waiver that is refused leaves nothing")
    check(board(world)["held"], "and the set still waits")
    check("waits for 1 waiver" in waive(world).out, "one of two")
    check("waived already" in waive(world, expect=1).err, "once is enough")
    check("goes on waiting" in waive(world, extra=("--withdraw",)).out, "taken back while it waits")
    check("waits for 2 waivers" in world.run("submit", path, expect=1).err and "waits for 1 waiver" in waive(world).out, "both are wanting again, then one")
    # Other bytes of the same id and version take its place; the waiver was for those before.
    other = world.advisory("other.json", change=lambda document: (vague_too(document), document["document"].update(title="Another title of it")))
    check("waits for 2 waivers" in world.run("submit", other, expect=1).err, "a waiver of other bytes does not count")
    waive(world, by="weber")
    check("taken in" in waive(world, "gate.9a", "/vulnerabilities/1/notes/0/text", reason="The service manual tells more.").out, "the last one")
    check([row["state"] for row in board(world)["advisories"]] == ["submitted"] and not board(world)["held"], str(board(world)))
    check("other bytes" in world.run("submit", path, expect=1).err, "the bytes before cannot come in their place")
    world.run("submit", other)  # the same bytes again are harmless
    with open(other, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    plan = world.run("plan", ID).out
    check("waived: gate.4" in plan and "printed on every pump" in plan, plan)
    check("waived: gate.4" in world.run("status", ID).out, "status tells who waived it")
    # A person takes it back: nobody can approve it until the finding is waived anew.
    for words in ({"by": "nobody"}, {"reason": ""}, {"test": "gate.11"}, {"pointer": "/document"}, {"tracking": "EXM-NONE"}):
        waive(world, extra=("--withdraw",), expect=(1, 2), **words)
    back = waive(world, extra=("--withdraw",), reason="Nobody answers that number.").out
    check("taken back by meyer" in back and "nobody can approve it" in back, back)
    waive(world, extra=("--withdraw",), expect=1)  # it is in force no more
    check("taken back by meyer" in world.run("plan", ID).out and "Nobody answers" in world.run("status", ID).out, "plan and status tell of it")
    check("was taken back by meyer: waive it anew" in world.run("approve", ID, "--by", "meyer", "--yes", expect=1).err, "it cannot be approved")
    world.run("submit", other)  # the same bytes are harmless still
    check("can be approved" in waive(world, by="weber").out, "waived anew")
    taken = entries(world, "waiver.withdrawn")[-1]
    check(taken["data"]["sha256"] == digest and taken["data"]["test"] == "gate.4" and "answers that" not in json.dumps(taken), str(taken))
    logged = entries(world, "waiver.recorded")
    check(sorted(line["data"]["sha256"] == digest for line in logged) == [False, False, True, True, True], str(logged))
    check("printed on every pump" not in json.dumps(logged), "the reason stands as a commitment in the log")
    world.run("approve", ID, "--by", "meyer", "--yes")
    world.run("run", "--until-idle")
    check(len(world.received()) == 1, f"{len(world.received())} mails")
    late = waive(world, extra=("--withdraw",), by="weber", reason="It is out of print.").out
    check("approved already" in late and "newer version" in late, late)
    world.run("evidence", "export", "--advisory", ID, "--to", os.path.join(world.dir, "bundle"))
    with open(os.path.join(world.dir, "bundle", "report.html"), encoding="utf-8") as file:
        page = file.read()
    check('class="waived"' in page and "Nobody answers that number." in page and "It is out of print." in page, "the report shows both")
    return len(refusals) + 6


def never(world):
    """A finding that nobody may waive keeps the set out, whatever else is waived."""
    path = world.advisory("never.json", change=lambda document: (draft_too(document), document["document"]["tracking"].update(id="EXM-NEVER")))
    refused = world.run("submit", path, expect=1)
    check("refused by the gate" in refused.err, refused.err)
    check("no such set waits" in waive(world, tracking="EXM-NEVER", expect=1).err, "it does not wait")
    return 1


def coverage(world):
    """A supported version of the register without a status: asked by submit, and, read-only, by check where there is an installation."""
    world.run("run", "--until-idle")  # no table is read while a plan is being made
    world.table("products.csv", [{"product": "ExampleInfuse P100", "version": "2.5", "vendor": "Example Medical GmbH", "state": "supported", "item_class": "maintained"}])
    path = world.advisory("cover.json", change=lambda document: document["document"]["tracking"].update(id="EXM-COVER"))
    alone = world.run("check", "--json", path, env={"TOCSIN_CONFIG": ""})
    check("gate.14" in json.loads(alone.out)["skipped"] and not alone.err, alone.out + alone.err)
    early = world.run("check", path)  # reads the store, takes nothing in
    check("has changed since it was read" in early.err and "not asked here: gate.14" in early.out, early.out + early.err)
    refused = world.run("submit", path, expect=1)
    check("gate.14" in refused.out and "ExampleInfuse P100 2.5, class maintained" in refused.out, refused.out)
    check("gate.14" in world.run("check", path, expect=1).out, "check asks the register, too")
    points = [line.split(" at ")[1].split(":")[0] for line in refused.out.splitlines() if "waivable gate.14" in line]
    for number, pointer in enumerate(points):
        out = waive(world, "gate.14", pointer, reason="2.5 goes to one ward only.", tracking="EXM-COVER").out
        check(("taken in" in out) == (number == len(points) - 1), out)
    [checked] = world.json("check", path)
    check({finding["waived"] for finding in checked["findings"] if finding["test"] == "gate.14"} == {"meyer"} and not {"gate.8", "gate.14"} & set(checked["skipped"]), str(checked))
    with open(path[:-5] + ".order", "w", encoding="utf-8") as file:
        file.write('safety_notice = true;\n')
    check("reject gate.21" in world.run("check", path, expect=1).out, "what lies beside it is asked")
    with open(path[:-5] + ".order", "w", encoding="utf-8") as file:
        file.write("hazzard = 1;\n")
    check("did you mean hazard" in world.run("check", path, expect=2).err, "an order that cannot be read")
    os.remove(path[:-5] + ".order")
    check("no such file" in world.run("check", "--config", path + ".conf", path, expect=(1, 2)).err, "a configuration that is named must be there")
    check("not asked: " in world.run("check", path, env={"TOCSIN_CONFIG": path}).err, "one at hand may be no good")
    check(any(row["id"] == "EXM-COVER" for row in board(world)["advisories"]), "taken in")
    # The register learns of another version: what was taken in stays taken in.
    world.table("products.csv", [{"product": "ExampleInfuse P100", "version": version, "vendor": "Example Medical GmbH", "state": "supported"} for version in ("2.5", "2.6")])
    world.run("submit", path)
    return len(points)


def watched(world):
    """The watched folder waits, and goes on when the waiver is there."""
    path = world.advisory("w.json", change=lambda document: (without_contact(document), document["document"]["tracking"].update(id="EXM-WATCH")))
    with open(path, "rb") as file:
        data = file.read()
    signature = world.gpg("--local-user", "meyer@example.com", "--armor", "--detach-sign", stdin=data).stdout
    folder = os.path.join(world.site, "incoming")
    for name, content in (("w.json", data), ("w.json.asc", signature)):
        with open(os.path.join(folder, ".part"), "wb") as file:
            file.write(content)
        os.rename(os.path.join(folder, ".part"), os.path.join(folder, name))
    service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: any(row["id"] == "EXM-WATCH" for row in board(world)["held"]), "it waits")
        wait_for(lambda: "waiver" in str((board(world)["watch"] or {}).get("waiting")), f"the board says for what: {board(world)}")
        check(sorted(name for name in os.listdir(folder) if name.startswith("w.")) == ["w.json", "w.json.asc"], "its files stay")
        waive(world, tracking="EXM-WATCH")
        wait_for(lambda: any(row["id"] == "EXM-WATCH" and row["state"] != "submitted" for row in board(world)["advisories"]), f"it goes on: {board(world)}")
        wait_for(lambda: not any(name.startswith("w.") for name in os.listdir(folder)), "its files go to done/")
        service.send_signal(signal.SIGTERM)
        check(service.wait(60) == 0, "an orderly end")
    finally:
        if service.poll() is None:
            service.kill()
            service.wait()
    return 1


def main():
    with World(config='watch = "incoming";') as world:
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "a@h.example"}])
        counts = {"refused waivers": by_hand(world) + never(world), "watched": watched(world), "waived coverage": coverage(world)}
        world.run("evidence", "check")
        world.run("store", "check")
        passed("T175", counts)


if __name__ == "__main__":
    sys.exit(main())
