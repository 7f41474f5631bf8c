#!/usr/bin/python3
"""A night: exploitation seen, no advisory yet, three jurisdictions, two decisions, one reversed, one hold, forms filed with proof; then the advisory."""
import json
import os
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from world import World, check, passed, white

ID = "EXM-2026-0007"
BY = ("--by", "meyer")
SEEN = ("--at", "2026-03-02T22:30:00Z", "--source", "log of the site")


OWN = """rules = ( { id = "AU-OWN"; version = 1; title = "Our own"; status = "L"; jurisdiction = "AU"; authority = "TGA"; scope = [ "any" ];
  trigger = [ "aware_any_employee" ]; condition = "any"; recipients = [ "regulator" ]; period = { n = 3; unit = "cd"; };
  citation = { instrument = "our procedure"; article = "1"; }; read_in = "it"; deliverable = "form"; closes_on = "number"; verified_by = "meyer";
  verified_on = "2026-02-01"; tests = ( { fact = "2026-11-02"; due_safe = "2026-11-05"; due_legal = "2026-11-05"; } ); } );
"""


def entries(world, kind):
    return [line for line in (json.loads(text) for text in world.run("evidence", "show", "--json").out.splitlines() if text) if line.get("kind") == kind]


def duties(world, case):
    """{rule: (state, due_safe, due_legal)} of the lines that begin with a rule."""
    rows = [line.split() for line in world.run("case", "duties", case).out.splitlines()]
    return {row[0]: (row[2], row[3], row[4]) for row in rows if row[2] in ("waiting", "running", "met", "waived", "withdrawn")}


def decide(world, case, where, verdict):
    world.run("case", "decide", case, where, verdict, "--reason", "as the night board said", *BY)


OURS = ["meyer@example.com", "weber@example.com"]


def all_told(world):
    return sorted({to for row in world.received() for to in ([row["to"]] if isinstance(row["to"], str) else row["to"])})


def told(world):
    return [to for to in all_told(world) if to not in OURS]


def night(world, case):
    """Clocks start with facts and decisions, days before there is anything to send."""
    world.run("case", "fact", case, "exploitation_evidence", *SEEN, *BY)
    world.run("case", "fact", case, "aware_any_employee", *SEEN, *BY)
    world.run("case", "fact", case, "learned_of_vulnerability", "--at", time.strftime("%Y-%m-%d", time.gmtime(time.time() - 5 * 86400)), "--source", "log of the site", *BY)
    check(not duties(world, case), "nothing is decided yet")
    for where in ("US", "AU", "CA"):
        decide(world, case, where, "reportable")
    now = duties(world, case)
    check(now["AU-10"] == ("running", "2026-03-13", "2026-03-13") and now["AU-PRAC"][0] == "waiting", str(now))  # the 3rd in Sydney
    check(now["CA-10"][0] == "running" and now["US-806"][0] == "waiting", str(now))
    decide(world, case, "CA", "not-reportable")
    check(duties(world, case)["CA-10"][0] == "withdrawn", "a decision that is reversed takes its duties along")
    # A later fact moves nothing; one that takes the place of the first does, and the log keeps both dates.
    world.run("case", "fact", case, "aware_any_employee", "--at", "2026-03-01T22:30:00Z", "--source", "call", "--supersedes", "2", *BY)
    check(duties(world, case)["AU-10"][1] == "2026-03-12", "a day earlier")
    moved = [e["data"] for e in entries(world, "duty.recomputed") if e["data"]["rule"] == "AU-10"]
    check((moved[-1]["was_safe"], moved[-1]["due_safe"], moved[-1]["version"]) == ("2026-03-13", "2026-03-12", 1), str(moved))


def adopted_anew(world, case):
    """A rule of the site's own is adopted: the open case has it at once."""
    os.mkdir(os.path.join(world.site, "rules"))
    with open(os.path.join(world.site, "rules/local.cfg"), "w", encoding="utf-8") as file:
        file.write(OWN)
    check("AU-OWN" not in duties(world, case), "not adopted, so no duty")
    check("adopted by meyer" in world.run("rules", "adopt", *BY, "--yes").out, "adopted")
    check(duties(world, case)["AU-OWN"] == ("running", "2026-03-05", "2026-03-05"), str(duties(world, case)))
    world.run("case", "waive", case, "AU-OWN", "--reason", "not of this kind", *BY)


def proven(world, case):
    """Nothing closes without proof."""
    proof = os.path.join(world.dir, "receipt.txt")
    with open(proof, "w", encoding="utf-8") as file:
        file.write("TGA received DIR 81234\n")
    given = ("--number", "DIR 81234", "--proof", proof)
    open_before = {rule for rule, row in duties(world, case).items() if row[0] in ("waiting", "running")}
    for rule in open_before:
        world.run("case", "report", case, rule, *BY, expect=(1, 2))
        world.run("case", "report", case, rule, "--number", "1", *BY, expect=(1, 2))
        world.run("case", "report", case, rule, "--proof", proof, *BY, expect=(1, 2))
    check({rule for rule, row in duties(world, case).items() if row[0] == "met"} == set(), "none is met")
    world.run("case", "report", case, "AU-10", *given, "--at", "2026-03-20T08:00:00Z", *BY, expect=1)  # late, and nobody says why
    world.run("case", "report", case, "AU-10", *given, "--at", "2026-03-03T08:00:00Z", *BY, expect=1)  # in time, and written down when it was over
    world.run("case", "report", case, "AU-10", *given, "--at", "2026-03-03T08:00:00Z", "--reason", "from the paper file", *BY)
    now = duties(world, case)
    check(now["AU-10"][0] == "met" and now["AU-120"] == ("running", "2026-07-01", "2026-07-01"), str(now))
    world.run("case", "waive", case, "AU-48H", "--reason", "no threat to the public", *BY)
    check(duties(world, case)["AU-48H"][0] == "waived", "waived")
    return proof, len(open_before)


def reached(world):
    """Who is left out, by the market and by the adopted rules, and who comes first in each jurisdiction."""
    [agent], [osaka] = world.json("plan", ID, "--why", "agent"), world.json("plan", ID, "--why", "osaka")
    check(not agent["told"] and agent["copy"]["result"] == "not_asked" and agent["market"]["result"] == "in", agent)
    check(not osaka["told"] and osaka["market"]["result"] == "out", osaka)
    check("no rule of US asks for a copy" in world.run("plan", ID, "--why", "agent").out, "in words, too")
    places = {row["place"]: row for row in world.json("plan", ID, "--places")}
    australia, japan = places["AU"], places["JP"]
    check(australia["held"] and australia["first"]["regulator"] == 1 and australia["then"]["hdo"] == 1, australia)
    check({d["rule"]: (d["due_safe"], d["due_legal"]) for d in australia["duties"]}["AU-120"] == ("2026-07-01", "2026-07-01"), australia)
    check(not places["US"]["held"] and japan["left_out"] == 1 and not any(japan["then"].values()), places)
    check("  AU     first: 1 regulator; then: 1 hdo HELD by AU-PRAC; left out: 0" in world.run("plan", ID).out, "a table for people")


def held(world, case, proof):
    """Sydney waits, Boston does not, whoever asks the authority goes first; it ends with the agreement."""
    world.run("submit", world.advisory(change=white))
    check("no case is linked" in world.run("plan", ID).out, "said when nothing is linked")
    world.run("case", "link", case, ID, *BY)
    plan = world.run("plan", ID).out
    holds = {line.split()[1]: line for line in plan.splitlines() if line.split()[:1] in (["AU"], ["CA"])}
    check("HELD: the authority comes first" in holds["AU-PRAC"] and "HELD" not in holds["CA-64"], plan)
    [why], [first] = world.json("plan", ID, "--why", "sydney"), world.json("plan", ID, "--why", "tga")
    check(("AU-PRAC", "standing") in [(hold["rule"], hold["state"]) for hold in why["waits_for"]], why)
    check(why["told"] and first["told"] and not first["waits_for"], "who asks the authority waits for nobody")
    check("HELD: the authority comes first" in world.run("plan", ID, "--why", "sydney").out, "in words, too")
    world.run("plan", ID, "--why", "nobody", expect=1)
    reached(world)
    world.run("approve", ID, *BY, "--yes")
    world.run("run", "--until-idle")
    check(told(world) == ["boston@example.com", "desk@example.com", "tga@example.com", "toronto@example.com"], told(world))
    # What is past its date is told to our own people by mail, whatever is held for others.
    check([to for to in all_told(world) if to in OURS] == OURS, all_told(world))
    world.run("case", "hold", case, "AU", "end", "--reason", "they agreed", *BY, expect=1)  # no proof
    world.run("case", "hold", case, "AU", "bypass", *BY, expect=2)                          # no reason
    world.run("case", "hold", case, "AU", "bypass", "--reason", "x", "--by", "nobody", expect=2)
    world.run("run", "--until-idle")
    check("sydney@example.com" not in told(world), "still held")
    world.run("case", "report", case, "AU-PRAC", "--number", "RC-1", "--proof", proof, *BY)
    world.run("run", "--until-idle")
    check("sydney@example.com" in told(world), told(world))
    [ended] = [e["data"] for e in entries(world, "hold.ended") if e["data"]["how"] == "proof"]
    check(ended["hold"] == next(e["data"]["hold"] for e in entries(world, "hold.set") if e["data"]["rule"] == "AU-PRAC"), str(ended))


def undecided(world):
    """Nobody decided: held. A bypass leaves an alarm."""
    world.run("case", "open", "--source", "g", "--title", "again", "--owner", "meyer", *BY)
    case = world.json("case", "list")[-1]["number"]
    world.run("case", "link", case, ID, *BY)
    check("nobody decided whether it is reportable in AU" in world.run("plan", ID).out, "fails closed")
    world.run("case", "hold", case, "AU", "bypass", "--reason", "life in danger", *BY)
    check("ALARM: bypassed by meyer: life in danger" in world.run("plan", ID).out, "an alarm")
    [alarm] = entries(world, "hold.bypassed")
    check("danger" not in json.dumps(alarm), "words are commitments")


def at_last(world, *words, expect=(0,)):
    """Exit 3 is "another process writes: wait for it", after some seconds of waiting: so a person tries again."""
    for _ in range(60):
        done = world.run(*words, expect=(*expect, 3))
        if done.returncode in expect:
            return done.returncode
        check("another process" in done.err and not done.out, done)
    raise AssertionError(f"{words}: never done")


def at_once(world, proof):
    """Two people end one hold at the same time: one of them does, the other one is told that none stands."""
    case = world.json("case", "list")[-1]["number"]
    world.run("case", "decide", case, "CA", "reportable", "--reason", "a recall", *BY)
    before = len(entries(world, "hold.ended")) + len(entries(world, "hold.bypassed"))
    words = ("case", "hold", case, "CA")
    with ThreadPoolExecutor(2) as two:
        both = [two.submit(at_last, world, *words, "end", "--reason", "agreed", "--proof", proof, *BY, expect=(0, 1)),
                two.submit(at_last, world, *words, "bypass", "--reason", "in danger", *BY, expect=(0, 1))]
    codes = [done.result() for done in both]
    check(sorted(codes) == [0, 1], f"one of two: {codes}")
    check(len(entries(world, "hold.ended")) + len(entries(world, "hold.bypassed")) == before + 1, "one entry")
    [hold] = [row for row in world.json("case", "show", case)[0]["holds"] if row["rule"] == "CA-64"]
    check(hold["state"] == ("ended" if codes[0] == 0 else "bypassed"), hold)


def missed(world, case):
    """What is past its date is told once, to those who are there, with a task that asks why."""
    world.run("run", "--until-idle", "--now", "2030-01-01T00:00:00Z")
    late = entries(world, "deadline.missed")
    check(late and len({e["subj"] for e in late}) == len(late), "once each")
    check("AU-120 is past 2026-07-01" in world.run("status").out, "a task")
    world.run("run", "--until-idle", "--now", "2030-01-01T01:00:00Z")
    check(len(entries(world, "deadline.missed")) == len(late), "not twice")
    # Boston's notice is what Canada counts from, in the case that says so; nobody entered it.
    again = world.json("case", "show", world.json("case", "list")[-1]["number"])[0]
    own = {fact["jurisdiction"]: fact for fact in again["facts"] if fact["entered_by"] == "tocsin"}
    check({"AU", "CA", "US"} <= set(own) and own["US"]["kind"] == "customers_notified" and "to US: the first one there" in own["US"]["source"], own)
    [duty] = [duty for duty in again["duties"] if duty["rule"] == "CA-72"]
    check(duty["trigger"] == min(own[land]["stated"] for land in ("AU", "US")), (duty, own))
    # Boston was told in time; that it is sure came with the end of the watch for bounces.
    [met] = [e["data"] for e in entries(world, "duty.met") if e["data"]["rule"] == "US-CY-30"]
    check(duties(world, case)["US-CY-30"][0] == "met" and met["late_ms"] < 0, str(met))
    calendar = world.run("case", "duties", "--ical").out
    check(calendar.startswith("BEGIN:VCALENDAR") and f"SUMMARY:{case} AU-120 AU: meyer" in calendar, calendar[:200])


def board(world, case):
    """Every clock is on the board, the most urgent first, and in the calendar, which says nothing of what is sealed."""
    clocks = world.json("status", "--now", "2026-07-02T00:00:00Z")[0]["clocks"]
    safe = [clock["safe"] for clock in clocks if clock["safe"]]
    check(safe == sorted(safe) and all(clock["safe"] for clock in clocks[:len(safe)]), "by urgency, those without a time last")
    check({"duty", "case"} <= {clock["kind"] for clock in clocks}, str({clock["kind"] for clock in clocks}))
    rows = {clock["what"]: clock for clock in clocks if clock["about"] == case}
    check((rows["AU-120"]["due_safe"], rows["AU-120"]["owner"], rows["AU-120"]["late"]) == ("2026-07-01", "meyer", True), rows["AU-120"])
    check("reference number" in rows["AU-120"]["waits_for"] and rows["US-806"]["waits_for"] == "initiated_action", str(rows))
    check(len({clock["uid"] for clock in clocks}) == len(clocks), "one name each")
    text = world.run("status", "--now", "2026-07-02T00:00:00Z").out
    check(text.startswith(f"clocks: {len(clocks)}, ") and "AU-120" in text, text[:300])
    calendar = world.run("status", "--ical").out
    check(calendar.count("BEGIN:VTODO") == calendar.count("\r\nDUE:") >= len(safe) and "BEGIN:VALARM" in calendar, calendar[:300])
    check("Pump" not in calendar and "again" not in calendar and "example.com" not in calendar, "no title, no party")
    for words in (("--watch", "--json"), ("--ical", ID), ("--watch",)):  # the last one: no terminal
        world.run("status", *words, expect=2)


def exported(world, case):
    """The receipt that shows that an authority was told is in the bundle, whoever reads it."""
    folder = os.path.join(world.dir, "bundle")
    world.run("evidence", "export", "--case", case, "--reader", "regulator", "--to", folder)
    blobs = os.path.join(folder, "blobs")
    check(any(open(os.path.join(blobs, name), "rb").read() == b"TGA received DIR 81234\n" for name in os.listdir(blobs)), "the receipt")
    # A bundle of the advisory that came of it tells its clocks, decisions and holds; not its title, not who reported it.
    folder = os.path.join(world.dir, "bundle-of-advisory")
    world.run("evidence", "export", "--advisory", ID, "--to", folder)
    world.run("evidence", "verify", folder)
    with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
        report = file.read()
    for text in (f"Case {case}: what the advisory came of", "AU-120", "How its dates came about", "Holds: where an authority comes first", "ALARM: bypassed", "was bypassed at", "Gave way to", "(21 CFR 7.53)",
                 "not on the market there (JP)", "no rule of US asks for a copy to a representative"):
        check(text in report, f"the advisory's report has {text}")
    check(report.index("The four fields") < report.index(f"Case {case}: what"), "the first page first")
    with open(os.path.join(folder, "disclosed", "values.jsonl"), encoding="utf-8") as file:
        values = [json.loads(line) for line in file]
    check(any(v["field"] == "data.source" for v in values) and "Pump stops" not in report + str(values), "what proves it, and no more")


def change(world, sql, values=()):
    """Beside the log, as somebody would who can write the file."""
    base = sqlite3.connect(os.path.join(world.site, "tocsin.db"))
    with base:
        rows = base.execute(sql, values).fetchall()
    base.close()
    return rows


def replayed(world):
    """The log alone tells duties and holds; what was changed beside it is named."""
    world.run("evidence", "replay")
    [reason] = change(world, "SELECT reason FROM hold WHERE state = 'bypassed' AND jurisdiction = 'AU'")
    changes = (("duty", "UPDATE duty SET safe_ms = safe_ms + 1 WHERE rule = 'AU-120'", (), "UPDATE duty SET safe_ms = safe_ms - 1 WHERE rule = 'AU-120'", ()),
               ("end of hold", "UPDATE hold SET reason = 'x' WHERE state = 'bypassed' AND jurisdiction = 'AU'", (), "UPDATE hold SET reason = ? WHERE state = 'bypassed' AND jurisdiction = 'AU'", reason),
               ("hold", "UPDATE hold_place SET country = 'XX' WHERE hold_id = 1", (), "UPDATE hold_place SET country = 'AU' WHERE hold_id = 1", ()))
    for _, sql, values, _, _ in changes:
        change(world, sql, values)
    said = world.run("evidence", "replay", expect=1)
    lines = (said.out + said.err).splitlines()
    for what, _, _, sql, values in changes:
        check(any(f": {what} " in line and "not what the log says" in line for line in lines[1:]), f"{what}: {lines}")
        change(world, sql, values)


def crowded(world):
    """Decisions, a report by mail, a text and a signature at the same time, each a process of its own: all are done, and none is lost."""
    case = world.json("case", "list")[-1]["number"]
    before, had = len(entries(world, "decision.recorded")), len(world.json("case", "list"))
    paths = [world.advisory(f"{name}.json", lambda document, name=name: (white(document), document["document"]["tracking"].update(id=name)))
             for name in ("EXM-2026-0050", "EXM-2026-0051")]
    mail = os.path.join(world.dir, "report.eml")
    with open(mail, "w", encoding="ascii") as file:
        file.write("From: ben@finder.example\nTo: psirt@example.com\nSubject: another\nMessage-ID: <1@finder.example>\n\nIt beeps.\n")
    world.run("submit", paths[0])
    decide = [("case", "decide", case, where, verdict, "--reason", "at once", *BY)
              for where, verdict in (("EU", "reportable"), ("EU", "not-reportable"), ("UK", "not-applicable"), ("DE", "not-reportable"))]
    with ThreadPoolExecutor(7) as all_of_them:
        done = [all_of_them.submit(at_last, world, *words) for words in
                (*decide, ("case", "intake", mail), ("submit", paths[1]), ("approve", "EXM-2026-0050", *BY, "--yes"))]
    for one in done:
        one.result()
    now = world.json("case", "show", case)[0]["decisions"]
    eu = [decision["in_force"] for decision in now if decision["jurisdiction"] == "EU"]
    check(sorted(eu) == [False, True] and len(entries(world, "decision.recorded")) == before + 4, now)
    check({"UK", "DE"} <= {decision["jurisdiction"] for decision in now if decision["in_force"]}, now)
    check(len(world.json("case", "list")) == had + 1, "the report opened a case")
    states = {row["id"]: row["state"] for row in world.json("status")[0]["advisories"]}
    check(states["EXM-2026-0050"] == "approved" and states["EXM-2026-0051"] == "submitted", states)
    world.run("evidence", "check")
    world.run("evidence", "replay")


def main():
    with World() as world:
        people = (("tga", "regulator", "AU"), ("sydney", "hdo", "AU"), ("boston", "hdo", "US"), ("toronto", "hdo", "CA"), ("desk", "complaint", "DE"),
                  ("agent", "representative", "US"), ("osaka", "hdo", "JP"))
        world.table("parties.csv", [{"party": name, "kind": kind, "country": land, "email": f"{name}@example.com"} for name, kind, land in people])
        world.table("products.csv", [{"product": name, "version": version, "markets": "AU|US|CA"} for name, version in
                                     (("ExampleInfuse P100", "2.3.0"), ("ExampleInfuse P200", "3.1.0"), ("ExampleStation", "1.8.0"))])
        world.run("rules", "adopt", *BY, "--yes")
        world.run("case", "open", "--source", "f", "--title", "Pump stops", "--owner", "meyer", *BY)
        case = world.json("case", "list")[0]["number"]
        night(world, case)
        adopted_anew(world, case)
        proof, refused = proven(world, case)
        held(world, case, proof)
        undecided(world)
        at_once(world, proof)
        board(world, case)
        missed(world, case)
        world.run("evidence", "check")
        replayed(world)
        exported(world, case)
        crowded(world)
        passed("T240", {"duties refused without proof": refused})


if __name__ == "__main__":
    sys.exit(main())
