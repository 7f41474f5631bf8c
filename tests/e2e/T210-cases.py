#!/usr/bin/python3
"""A case from its report to its closure: facts, decisions in two jurisdictions, one reversed, links, what closing lacks, and the bundle of it."""
# Proves: 9.2 sources, 9.2 closure, 4.1.7 policy
import json
import os
import sys

from world import World, check, passed

BY = ("--by", "meyer")


def entries(world, kind):
    return [line for line in (json.loads(text) for text in world.run("evidence", "show", "--json").out.splitlines() if text) if line.get("kind") == kind]


def opened(world):
    with open(os.path.join(world.dir, "report.txt"), "w", encoding="utf-8") as file:
        file.write("Nurse Teichmann saw the pump stop after a malformed packet.\n")
    said = world.run("case", "open", "--source", "f", "--title", "Pump stops", "--reporter", "Ann Ohnesorg", "--reporter-mail", "ann@finder.example",
                     "--text", file.name, "--complaint", "4711", "--owner", "weber", *BY).out
    [line] = world.json("case", "list")
    number = line["number"]
    check(number in said and line["owner"] == "weber" and line["clock"] in ("acknowledge", "triage") and line["state"] == "received", str(line))
    [on_board] = world.json("status")[0]["cases"]
    check(on_board == line and number in world.run("status").out, "the board has it")
    plain = number.replace("-", "")
    check(world.json("case", "show", plain.lower())[0]["uid"] == line["uid"], "as people write it")
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    check("a digit is wrong" in world.run("case", "show", wrong, expect=2).err, "a digit misheard")
    log = world.run("evidence", "show", "--json").out
    check("Ohnesorg" not in log and "finder.example" not in log and number not in log and "Teichmann" not in log, "persons and words are commitments")
    return number


def known(world, number):
    """Awareness is a set of candidates; one is chosen, one corrected, none lost."""
    first = ("--at", "2025-11-20T14:05+01:00", "--source", "mail of 20 November")
    world.run("case", "fact", number, "aware_any_employee", *first, "--who", "Nurse desk", *BY)
    world.run("case", "fact", number, "aware_any_employee", "--at", "2025-11-19", "--zone", "Europe/Berlin", "--source", "ticket 12", *BY)
    world.run("case", "fact", number, "exploitation_evidence", "--at", "2025-11-20T13:30Z", "--source", "log of the site", *BY)
    refusals = (("no_such_kind", *first), ("aware_manager", "--at", "2025-11-31", "--source", "x"), ("aware_manager", "--at", "2999-01-01", "--source", "x"),
                ("aware_manager", "--at", "2025-11-20"), ("aware_manager", *first, "--jurisdiction", "Q9"), ("aware_manager", *first, "--supersedes", "1"))
    for words in refusals:
        world.run("case", "fact", number, *words, *BY, expect=(1, 2))
    world.run("case", "fact", number, "--choose", "2", "--reason", "The ticket is the first proof.", *BY)
    world.run("case", "fact", number, "aware_any_employee", *first[:2], "--source", "mail, corrected", "--supersedes", "1", *BY)
    facts = world.json("case", "show", number)[0]["facts"]
    check([(f["in_force"], f["chosen"]) for f in facts] == [(False, False), (True, True), (True, False), (True, False)], str(facts))
    check(facts[1]["at"] == "2025-11-18T23:00:00Z" and facts[0]["stated"] == first[1] and facts[3]["supersedes"] == 1, str(facts))
    return len(refusals)


def decided(world, number):
    """Two jurisdictions, one for somebody asleep, one reversed at night; the approval of the text stays."""
    path = world.advisory()
    world.run("submit", path)
    world.run("approve", "EXM-2026-0007", *BY, "--yes")
    world.run("case", "decide", number, "EU", "reportable", "--reason", "Patients may be harmed.", *BY)
    world.run("case", "decide", number, "CA", "not-reportable", "--reason", "Not sold there.", "--by", "weber", expect=1)  # no role for it
    world.run("case", "decide", number, "CA", "not-reportable", "--reason", "Not sold there.", "--by", "weber", "--recorded-for", "meyer", expect=2)
    with open(os.path.join(world.dir, "call.txt"), "w", encoding="utf-8") as file:
        file.write("Call with Dr Meyer, 23:10\n")
    world.run("case", "decide", number, "CA", "not-reportable", "--reason", "Not sold there.", "--by", "weber", "--recorded-for", "meyer", "--proof", file.name)
    world.run("case", "decide", number, "EU", "not-reportable", "--reason", "It cannot harm anybody.", *BY)
    shown = world.json("case", "show", number)[0]["decisions"]
    check([(d["jurisdiction"], d["verdict"], d["in_force"]) for d in shown] ==
          [("EU", "reportable", False), ("CA", "not-reportable", True), ("EU", "not-reportable", True)], str(shown))
    [approved] = entries(world, "advisory.approved")
    check(approved["data"]["complete"] is True and world.json("status")[0]["advisories"][0]["state"] != "submitted", "the approval of the unchanged text stays")


def closed(world, number):
    """Nothing is closed while something is missing, and each missing thing is named."""
    for state in ("acknowledged", "accepted", "triaged", "investigating", "waiting-reporter", "investigating", "confirmed"):
        world.run("case", "state", number, state, "--reason", "as found", *BY)
    check("may go to" in world.run("case", "state", number, "published", "--reason", "x", *BY, expect=1).err, "not in the table")
    world.run("case", "state", number, "withhold", "--reason", "x", "--by", "weber", expect=1)
    refused = world.run("case", "close", number, "--by", "weber", expect=1)
    lacks = [line.split(":")[1].strip().split(" ")[0] for line in refused.out.splitlines() if line.startswith("missing: ")]
    check(len(lacks) == 6 and "is not closed" in refused.err, refused.out)  # state, outcome, disclosure, reporter, role, countersignature
    for word in ("case state", "case told", "case countersign", "--outcome", "release.roles"):
        check(word in refused.out, refused.out)
    for state in ("disclose", "drafted", "published", "verified"):
        world.run("case", "state", number, state, "--reason", "It concerns every site.", *BY)
    check("advisory that discloses" in world.run("case", "close", number, "--outcome", "fixed", *BY, expect=1).out, "an advisory is missing")
    world.run("case", "link", number, "EXM-2026-0007", *BY)
    world.run("case", "link", number, "EXM-2026-0007", *BY, expect=1)
    world.run("case", "link", number, "--capa", "C-99")
    world.run("case", "told", number, "--how", "mail", "--reason", "Fixed in 2.6, advisory attached.", *BY)
    world.run("case", "countersign", number, "EU", *BY, expect=1)
    world.run("case", "countersign", number, "CA", *BY)
    world.run("evidence", "erase", "ann@finder.example", *BY, "--reason", "asked for", expect=1)  # still to be answered to
    # Another one was never released, so whoever closes says what became of it; an id like it says nothing of it.
    world.run("case", "link", number, "EXM-2026-0099", *BY)
    for outcome in ("Fixed in 2.6", "EXM-2026-00991 was one with it"):
        refused = world.run("case", "close", number, "--outcome", outcome, *BY, expect=1).out
        check(refused.count("missing: ") == 1 and "never released: EXM-2026-0099:" in refused, refused)
    world.run("case", "close", number, "--outcome", "Fixed in 2.6; EXM-2026-0099 became part of EXM-2026-0007", *BY)
    check(world.json("case", "list") == [] and world.json("case", "list", "--all")[0]["state"] == "closed", "it is over")
    shown = world.run("case", "show", number).out
    for word in ("CHOSEN", "SUPERSEDED", "Fixed in 2.6", "Teichmann", "countersigned"):
        check(word in shown, shown)


def exported(world, number):
    """The bundle of the case: its facts, decisions, words, its advisory with the notices, and nothing else's."""
    world.run("case", "open", "--source", "a", "--title", "Quite another matter", *BY)
    world.run("run", "--until-idle")
    for reader, shown in (("all", True), ("regulator", False)):
        folder = os.path.join(world.dir, "bundle-" + reader)
        world.run("evidence", "export", "--case", number.replace("-", ""), "--reader", reader, "--to", folder)
        check("good" in world.run("evidence", "verify", folder).out, "it proves itself")
        with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
            report = file.read()
        for words in (number, "aware_any_employee", "not-reportable", "It cannot harm anybody.", "From awareness to first notice", "EXM-2026-0007", "The ticket is the first proof."):
            check(words in report, f"{reader}: {words}")
        with open(os.path.join(folder, "disclosed", "values.jsonl"), encoding="utf-8") as file:
            values = file.read()
        blobs = b"".join(open(os.path.join(folder, "blobs", name), "rb").read() for name in sorted(os.listdir(os.path.join(folder, "blobs"))))
        for text, where in (("Ann Ohnesorg", report + values), ("ann@finder.example", report + values), ("Fixed in 2.6, advisory attached.", report + values), ("Teichmann", blobs.decode("utf-8", "replace"))):
            check((text in where) is shown, f"{reader}: {text}")
        check("Call with Dr Meyer" in blobs.decode("utf-8", "replace") and "Quite another" not in report + values, reader)
    nowhere = os.path.join(world.dir, "no")
    for words, code in ((("--case", number, "--reader", "party:h"), 2), (("--case", "C-26-9999-0"), (1, 2)), (("--case", number, "--all"), 2)):
        world.run("evidence", "export", *words, "--to", nowhere, expect=code)
    world.run("evidence", "erase", "ann@finder.example", *BY, "--reason", "asked for")
    check(world.json("case", "show", number)[0]["reporter_mail"] == "(erased)", "who reported it is gone, the case stays")


def registers(world):
    world.run("case", "reviewed", "h", *BY, expect=2)
    world.run("case", "reviewed", "g", *BY, "--reason", "nothing new")
    rows = world.json("case", "sources")
    check([row["source"] for row in rows] == list("abcdefg") and rows[6]["reviewed_by"] == "meyer" and rows[5]["all"] == 1 and rows[0]["reviewed"] is None, str(rows))


def promised(world):
    """The policy is of the settings in force, signed, recorded, in the bundle; other settings are told."""
    way = os.path.join(world.dir, "in-the-way")
    with open(way, "w", encoding="utf-8") as file:
        file.write("a file")
    check(f"{way}: folder cannot be made: a file of that name is in the way" in world.run("policy", "write", "--to", way + "/", *BY, expect=(1, 2, 3)).err, "what is in the way")
    check("there is no such folder" in world.run("policy", "write", "--to", os.path.join(world.dir, "no", "x"), *BY, expect=(1, 2, 3)).err, "one folder is made, no path")
    check(not os.path.exists(os.path.join(world.dir, "no")) and not entries(world, "policy.written"), "what was not written is not recorded")
    world.run("policy", "show", expect=1)
    world.run("policy", "published", "https://example.com/policy", "--at", "2026-01-01T00:00:00Z", *BY, expect=1)
    folder = os.path.join(world.dir, "papers")
    world.run("policy", "write", "--to", folder, *BY)
    texts = {name: open(os.path.join(folder, name), encoding="utf-8").read() for name in sorted(os.listdir(folder))}
    check(sorted(texts) == ["CVD-Policy.md", "PSIRT-Procedure.md", "security.txt"], str(list(texts)))
    check("| it is triaged or screened out | 72 hours |" in texts["PSIRT-Procedure.md"], "the clock that is configured")
    world.gpg("--import", os.path.join(world.site, "keys/maker.asc"))
    done = world.gpg("--trust-model", "always", "--status-fd", "2", "--decrypt", os.path.join(folder, "security.txt"))
    plain = done.stdout.decode()
    check(b"VALIDSIG" in done.stderr, "the maker signed it")
    check(plain.startswith("Contact: mailto:") and plain.count("Expires: ") == 1, plain)
    world.run("policy", "published", "https://example.com/policy", "--at", "2001-01-01T00:00:00Z", *BY, expect=2)
    world.run("policy", "published", "http://example.com/policy", "--at", "2026-01-01T00:00:00Z", *BY, expect=2)
    world.run("policy", "published", "https://example.com/policy", "--at", entries(world, "policy.written")[0]["at"], *BY)
    [shown] = world.json("policy", "show")
    check(shown["as_configured"] is True and shown["url"] == "https://example.com/policy", str(shown))
    return texts


def differs(world, texts):
    """A promise that is changed in the settings alone: doctor says that paper and clocks differ."""
    for name, text in texts.items():
        with open(os.path.join(world.dir, "bundle-regulator", "policy", name), encoding="utf-8") as file:
            check(file.read() == text, name)
    check("paper and clocks differ" not in world.run("doctor", expect=(0, 1)).out, "the same yet")
    with open(os.path.join(world.site, "tocsin.conf"), "a", encoding="utf-8") as file:
        file.write('case = { triage = "48h"; };\n')
    check("paper and clocks differ" in world.run("doctor", expect=(0, 1)).out, "no longer")
    check(world.json("policy", "show")[0]["as_configured"] is False, "shown, too")


def main():
    with World(config='release = { approvals = 1; roles = [ "quality" ]; };') as world:
        world.table("parties.csv", [{"party": "h", "kind": "hdo", "country": "DE", "email": "a@h.example"}])
        number = opened(world)
        counts = {"refused facts": known(world, number)}
        decided(world, number)
        closed(world, number)
        registers(world)
        texts = promised(world)
        exported(world, number)
        differs(world, texts)
        world.run("evidence", "check")
        world.run("evidence", "replay")
        passed("T210", counts)


if __name__ == "__main__":
    sys.exit(main())
