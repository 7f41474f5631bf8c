#!/usr/bin/python3
"""A night end to end, hour by hour: exploitation seen, nothing to send yet, three jurisdictions decided, one reversed, one held until its
authority agreed; forms filed with proof; then the advisory, its notices, closure; and the file that an inspector gets of it."""
# Proves: 9.2 closure, 4.1.7 policy
import csv
import datetime
import html
import json
import os
import re
import sqlite3
import sys

from world import World, check, passed, white

ID = "EXM-2026-0007"
DAWN = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(minutes=2)


def at(hours):
    """Hours after the night began; fractions are fine."""
    return (DAWN + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Night:
    """The same commands as a person gives them, each at its hour."""

    def __init__(self, world):
        self.world, self.hour, self.number = world, 0.0, None
        self.proof = os.path.join(world.dir, "receipt.txt")
        with open(self.proof, "w", encoding="utf-8") as file:
            file.write("TGA received DIR 81234\n")

    def run(self, *words, expect=0):
        return self.world.run(*words, "--now", at(self.hour), expect=expect)

    def case(self, verb, *words, by="meyer", expect=0):
        return self.run("case", verb, self.number, *words, "--by", by, expect=expect)

    def proven(self, rule, number, *more, expect=0):
        return self.case("report", rule, "--number", number, "--proof", self.proof, *more, expect=expect)

    def duties(self):
        """{rule: state} as `case show` tells programs."""
        return {duty["rule"]: duty["state"] for duty in json.loads(self.run("case", "show", self.number, "--json").out)["duties"]}

    def told(self):
        return {to for row in self.world.received() for to in ([row["to"]] if isinstance(row["to"], str) else row["to"])}


def opened(night):
    """Somebody reports it; for a day nobody owns it, which was promised to be less."""
    night.run("policy", "write", "--by", "meyer")
    night.hour = 1
    said = night.run("case", "open", "--source", "f", "--title", "Pump stops", "--reporter", "Ann Ohnesorg", "--reporter-mail", "ann@finder.example", "--by", "weber").out
    night.number = said.split(":")[0]
    night.case("told", "--how", "mail", "--reason", "We have your report.", by="weber")
    check("none yet: a decision brings them" in night.run("case", "duties", night.number).out, "never silent")
    said = night.case("decide", "AU", "reportable", "--reason", "uncontrolled risk").out
    check("6 rules would bring duties, and may not be used yet" in said, said)
    check("not adopted" in night.run("case", "duties", night.number).out, "nor about rules that nobody may go by")
    night.run("rules", "adopt", "--by", "meyer", "--yes")


def known(night):
    night.case("fact", "exploitation_evidence", "--at", at(0.5), "--source", "log of the site", by="weber")
    night.case("fact", "aware_any_employee", "--at", at(0.75), "--source", "call", "--who", "service desk", by="weber")
    night.case("fact", "aware_any_employee", "--at", at(0.25), "--source", "ticket 12", "--who", "service desk", "--supersedes", "2", by="weber")
    night.case("fact", "learned_of_vulnerability", "--at", at(0.25), "--source", "ticket 12", by="weber")
    night.case("fact", "--choose", "3", "--reason", "the ticket is the first that we can show", by="weber")


def decided(night):
    """Each starts its clocks at once; what is taken back takes them along."""
    for hour, where, verdict, why in ((2, "US", "reportable", "uncontrolled risk"), (2, "CA", "reportable", "uncontrolled risk"), (3, "CA", "not-reportable", "no such device was ever sold there")):
        night.hour = hour
        said = night.case("decide", where, verdict, "--reason", why).out
        check(f"{where}-" in said and ("running" in said) is (verdict == "reportable"), f"which clocks start and end is said at once: {said}")
    now = night.duties()
    check(now["AU-10"] == "running" and now["US-CY-30"] == "running" and now["AU-PRAC"] == "waiting", now)
    check(all(state == "withdrawn" for rule, state in now.items() if rule.startswith("CA-")), now)


def filed(night):
    """Forms of the authorities; without proof nothing closes, at no hour."""
    night.hour = 26
    night.run("case", "assign", night.number, "weber")
    for state in ("accepted", "triaged", "investigating", "confirmed"):
        night.case("state", state, "--reason", "as found", by="weber")
    for words in ((), ("--number", "1"), ("--proof", night.proof)):
        night.case("report", "AU-10", *words, expect=(1, 2))
    check(night.duties()["AU-10"] == "running", "still to be told")
    night.proven("AU-10", "DIR 81234", "--at", at(25))
    check(night.duties()["AU-120"] == "running", "what follows from it runs")
    for rule in ("AU-48H", "AU-30", "AU-60", "US-803-5B"):
        night.case("waive", rule, "--reason", f"{rule}: not of this kind")


def released(night):
    """The advisory is there: the States are told at once, Australia when its authority agreed, Canada needs no word of its own."""
    night.hour = 48
    night.case("fact", "decision_to_recall", "--at", at(47), "--source", "minutes")
    night.run("submit", night.world.advisory(change=white))
    night.run("case", "link", night.number, ID, "--by", "meyer")
    check("HELD: the authority comes first" in night.run("plan", ID).out, "said before anything is sent")
    night.run("approve", ID, "--by", "meyer", "--yes")
    night.run("run", "--until-idle")
    check(night.told() == {"tga@example.com", "desk@example.com", "boston@example.com"}, night.told())
    night.hour = 84
    said = night.case("close", "--outcome", "fixed", expect=1).out
    check("1 notice of its advisories that is not out: " in said and f"({ID} 1.0.0)" in said, f"who was not told keeps it open: {said}")
    night.proven("AU-PRAC", "RC-1")
    night.run("run", "--until-idle")
    check("sydney@example.com" in night.told(), night.told())


def closed(night):
    for state in ("disclose", "drafted", "published", "verified"):
        night.case("state", state, "--reason", "every site must know")
    night.hour = 160  # no mail can come back any more
    night.run("run", "--until-idle")
    night.case("told", "--how", "mail", "--reason", "The advisory is out.", by="weber")
    said = night.case("close", "--outcome", "fixed in 2.6", expect=1).out
    check("missing: proof for " in said and "not out" not in said, f"duties are open, and everybody was told: {said}")
    for rule, state in night.duties().items():
        if state == "running":
            check(f"tocsin case report {night.number} {rule} " in said, f"{rule}: {said}")
            night.proven(rule, "N-" + rule)
    night.case("close", "--outcome", "fixed in 2.6")
    check(all(state != "running" for state in night.duties().values()) and night.duties()["US-CY-30"] == "met", night.duties())


def count_without_proof(night):
    """Duties that are closed without proof: 0, by the store, by the log, by the bundle."""
    base = sqlite3.connect(os.path.join(night.world.site, "tocsin.db"))
    met, without = base.execute("SELECT count(*), sum(proof IS NULL) FROM duty WHERE state = 'met'").fetchone()
    base.close()
    entries = [json.loads(line) for line in night.run("evidence", "show", "--json").out.splitlines() if '"duty.met"' in line]
    check(len(entries) == met and all(entry["data"]["proof_sha256"] for entry in entries), f"{len(entries)} of {met}")
    night.run("store", "check")
    return met, without


def inspected(night):
    """What an inspector reads first, and the same as a table."""
    folder = os.path.join(night.world.dir, "bundle")
    night.run("evidence", "export", "--case", night.number, "--reader", "regulator", "--to", folder)
    check("good" in night.run("evidence", "verify", folder).out, "it proves itself")
    with open(os.path.join(folder, "report.html"), encoding="utf-8") as file:
        text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", file.read())))
    for words in ("From awareness to first report 1.0 days (24 h 45 min)", "From awareness to first notice 1.9 days (47 h", "no: REVERSED by meyer",
                  "no such device was ever sold there", "superseded by fact 3", "Chosen by weber: the ticket is the first that we can show",
                  "The clocks of now are those of the disclosure policy in force", "late: ", "21 CFR Part 806", "version 1", "First notice",
                  "at its end a hold stood: AU-PRAC in AU, until 20"):
        check(words in text, f"{words}: {text}")
    check("Ohnesorg" not in text and "finder.example" not in text, "an authority does not see who reported it")
    with open(os.path.join(folder, "cases.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    check({row["case"] for row in rows} == {night.number}, "of this case alone")
    def some(**wanted):
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    check([row["state"] for row in some(what="decision", place="CA")] == ["reversed", "in force"], "the reversal")
    check(len(some(what="fact", state="superseded")) == 1 and len(some(what="fact", state="chosen")) == 1, "facts")
    for row in some(what="duty", state="met"):
        check(row["proof"] in os.listdir(os.path.join(folder, "blobs")) and row["rule_version"] == ("2" if row["name"] == "AU-PRAC" else "1") and len(row["rule_sha256"]) == 64, row)
    [hold] = some(what="hold", place="AU")
    check(hold["state"] == "ended" and at(84) <= hold["done_at"] < at(85), hold)
    [owner], [triage], [notices] = some(name="unassigned"), some(name="triage"), some(what="promise", name="notices")
    check((owner["state"], triage["state"]) == ("late", "kept") and 3540 < int(owner["late_seconds"]) < 3660, rows)
    check(notices["state"] == "late" and 12 * 3600 <= int(notices["late_seconds"]) < 13 * 3600, notices)  # Sydney was held for longer
    return len(rows)


def answered_too(night):
    """Where reports came by mail and were answered, an advisory has its bundle all the same: the answers' text is no digest."""
    path = os.path.join(night.world.dir, "report.eml")
    with open(path, "w", encoding="ascii") as file:
        file.write("From: ben@finder.example\nTo: psirt@example.com\nSubject: another\nMessage-ID: <1@finder.example>\n\nIt beeps.\n")
    check("answered" in night.run("case", "intake", path).out, "answered")
    folder = os.path.join(night.world.dir, "advisory")
    night.run("evidence", "export", "--advisory", ID, "--to", folder)
    with open(os.path.join(folder, "cases.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    check({row["case"] for row in rows} == {night.number} and {"duty", "hold", "promise"} <= {row["what"] for row in rows}, f"the case behind it: {rows}")


def main():
    with World() as world:
        people = (("tga", "regulator", "AU"), ("sydney", "hdo", "AU"), ("boston", "hdo", "US"), ("desk", "complaint", "DE"))
        world.table("parties.csv", [{"party": name, "kind": kind, "country": land, "email": f"{name}@example.com"} for name, kind, land in people])
        night = Night(world)
        for step in (opened, known, decided, filed, released, closed):
            step(night)
        met, without = count_without_proof(night)
        check(without == 0, f"{without} duties are closed without proof")
        rows = inspected(night)
        answered_too(night)
        passed("T270", {"duties met": met, "of them without proof": without, "rows for the inspector": rows})


if __name__ == "__main__":
    sys.exit(main())
