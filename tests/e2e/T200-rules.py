#!/usr/bin/python3
"""Rules: explained without an installation, adopted by a signature of the regulatory person, refused when changed behind it."""
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

from world import SOURCE, TOCSIN, World, check, passed

VECTORS = (
    ("US-806", None, "2026-12-18", "2027-01-01", "2027-01-05"),
    ("US-803-5", None, "2026-11-25", "2026-12-02", "2026-12-03"),
    ("EU-87-15", "DE", "2026-11-23", "2026-12-08", "2026-12-08"),
    ("EU-87-15", "AT", "2026-11-23", "2026-12-08", "2026-12-09"),
    ("EU-87-2", None, "2026-11-27", "2026-11-29", "2026-12-01"),
    ("EU-CRA-24", None, "2026-11-27T16:30:00Z", "2026-11-28T16:30:00Z", "2026-11-28T16:30:00Z"),
    ("CA-24", None, "2026-11-27T10:00:00-05:00", "2026-11-28T10:00:00-05:00", "2026-11-28T10:00:00-05:00"),
    ("EU-CRA-14D", None, None, None, None),
)


def bare(*words, expect=0, zone="UTC"):
    """Without a configuration, in an empty folder."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": zone, **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
    done = subprocess.run([TOCSIN, *words], capture_output=True, check=False, env=env, cwd="/", timeout=300)
    check(done.returncode == expect, f"{words}: {done.returncode}: {done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode()


def explained():
    if os.path.exists("/etc/tocsin/tocsin.conf"):
        return 0  # then there is an installation
    for number, (rule, country, fact, safe, legal) in enumerate(VECTORS):
        words = ["rules", "explain", rule, "--json", *(["--fact", fact] if fact else []), *(["--country", country] if country else [])]
        told = json.loads(bare(*words, zone=("Pacific/Kiritimati", "America/Los_Angeles")[number % 2]))
        check(told["schema"] == "tocsin.rules.explain/1" and told["rule"] == rule, str(told))
        check(told["state"] == ("running" if fact else "waiting_trigger"), str(told))
        check((told["due_safe"], told["due_legal"]) == (safe, legal), str(told))
        check(told["derivation"] and "not adopted" in told["derivation"][-1], str(told))
    bare("rules", "explain", "EU-87-15", "--fact", "yesterday", expect=2)
    bare("rules", "explain", "EU-87-15", "--fact", "2026-11-23", "--country", "US", expect=2)
    bare("rules", "explain", "EU-87-51", expect=1)
    bare("rules", "adopt", "--by", "meyer", expect=2)
    return len(VECTORS)


def uses(world):
    return {row["id"]: row["use"] for row in world.json("rules", "list")}


def put(world, name, text):
    path = os.path.join(world.site, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def shipped(world, rule):
    """The rule as `rules show` prints it reads back, and can be changed."""
    return "rules = ( {\n" + world.run("rules", "show", rule).out + "} );\n"


def adopted(world):
    """Who may adopt, and with what."""
    everybody = uses(world)
    check(everybody["US-806"] == "not adopted" and everybody["EU-CRA-24"] == "confirm first" and everybody["JP-15"] == "disabled", str(everybody))
    check("regulatory" in world.run("rules", "adopt", "--by", "weber", "--yes", expect=1).err, "weber is not regulatory")
    world.run("rules", "adopt", "--by", "nobody", "--yes", expect=2)
    world.run("rules", "adopt", "--by", "meyer", expect=2)  # no terminal to ask on
    statement = world.run("rules", "adopt", "--by", "meyer", "--print").out
    check(statement.startswith("Tocsin adoption of rules 1\npack-sha256: ") and "meaning: adopted for use\n" in statement, statement)
    forged = {
        "another key": world.gpg("--local-user", "weber@example.com", "--clear-sign", stdin=statement.encode()).stdout,
        "other rules": world.gpg("--local-user", "meyer@example.com", "--clear-sign", stdin=statement.replace("pack-sha256: ", "pack-sha256: 0").encode()).stdout,
        "the future": world.gpg("--local-user", "meyer@example.com", "--clear-sign", stdin=statement.replace("at: 20", "at: 21").encode()).stdout,
        "nothing": b"no signature",
        "detached over other text": world.gpg("--local-user", "meyer@example.com", "--armor", "--detach-sign", stdin=statement.encode()).stdout,
    }
    for name, signature in forged.items():
        path = os.path.join(world.dir, "signature")
        with open(path, "wb") as file:
            file.write(signature)
        world.run("rules", "adopt", "--signature", path, expect=1)
        check(uses(world)["US-806"] == "not adopted", name)
    signed = os.path.join(world.dir, "statement.asc")
    with open(signed, "wb") as file:
        file.write(world.gpg("--local-user", "meyer@example.com", "--clear-sign", stdin=statement.encode()).stdout)
    check("59 rules adopted by meyer" in world.run("rules", "adopt", "--signature", signed).out, "made elsewhere, handed in")
    check("already" in world.run("rules", "adopt", "--by", "meyer", "--yes", expect=1).err, "once is enough")
    check(uses(world)["US-806"] == "enabled" and uses(world)["EU-CRA-24"] == "confirm first", "L is in use, Q is not")
    told = world.json("rules", "explain", "US-806", "--fact", "2026-12-18")[0]
    check(told["use"] == "enabled" and "adopted by meyer" in told["derivation"][-1], str(told))
    return len(forged)


def changed(world):
    """A rule that is changed is refused for use until it is adopted, too; the others stay."""
    own = shipped(world, "US-806")
    put(world, "rules/local.cfg", own.replace("n = 10;", "n = 9;"))
    check("raise the version" in world.run("rules", "list", expect=2).err, "the same version with other words")
    put(world, "rules/local.cfg", own.replace("n = 10;", "n = 9;").replace("version = 1;", "version = 2;"))
    faults = world.run("rules", "check", expect=1).out
    check("rules/local.cfg line " in faults and "US-806: tests: due_safe is 2026-12-31, 2027-01-01 is wanted" in faults, faults)
    check("US-806: tests" in world.run("rules", "adopt", "--by", "meyer", "--yes", expect=1).err, "nobody adopts what contradicts itself")
    put(world, "rules/local.cfg", own.replace("version = 1;", "version = 2;").replace("the correction or", "our correction or"))
    refused = world.run("rules", "explain", "US-806", "--fact", "2026-12-18", expect=1)
    check("refused for use" in refused.out and "changed, not adopted" in refused.err, refused.out + refused.err)
    now = uses(world)
    check(now["US-806"] == "changed, not adopted" and now["US-803-5"] == "enabled", str(now))
    check("1 rule is not as adopted" in world.run("doctor", expect=(0, 1)).out, "doctor tells")
    text = own.replace("version = 1;", "version = 2;").replace("the correction or", "our correction or") + (
        'confirmed = ( { rule = "EU-CRA-24"; version = 1; by = "meyer"; on = "2026-11-20"; read_in = "OJ L, 2024/2847"; } );\n')
    put(world, "rules/local.cfg", text)
    # A detached signature over the manifest does, too.
    detached = os.path.join(world.dir, "manifest.asc")
    with open(detached, "wb") as file:
        file.write(world.gpg("--local-user", "meyer@example.com", "--armor", "--detach-sign", stdin=world.run("rules", "list", "--manifest").out.encode()).stdout)
    world.run("rules", "adopt", "--signature", detached)
    now = uses(world)
    check(now["US-806"] == "enabled" and now["EU-CRA-24"] == "enabled" and now["EU-CRA-72"] == "confirm first", str(now))
    put(world, "calendars/AT.ics", open(os.path.join(SOURCE, "config/calendars/DE.ics"), encoding="utf-8").read())
    now = uses(world)
    check(now["EU-87-15"] == "changed, not adopted" and now["CA-10"] == "enabled", "another calendar, other dates")
    shutil.rmtree(os.path.join(world.site, "calendars"))
    check(uses(world)["EU-87-15"] == "enabled", "as it was adopted")
    logged = [json.loads(line) for line in world.run("evidence", "show", "--json").out.splitlines() if '"rules.adopted"' in line]
    check([entry["data"]["form"] for entry in logged] == ["text", "detached"], str(logged))
    check(logged[1]["data"]["previous_sha256"] == logged[0]["data"]["pack_sha256"] != logged[1]["data"]["pack_sha256"], str(logged))
    check("meyer" not in json.dumps(logged), "persons stand as commitments in the log")
    os.remove(os.path.join(world.site, "rules/local.cfg"))
    again = re.sub(r"(?m)^at: \d{4}", "at: 2020", world.run("rules", "adopt", "--by", "meyer", "--print").out)
    earlier = os.path.join(world.dir, "earlier.asc")
    with open(earlier, "wb") as file:
        file.write(world.gpg("--local-user", "meyer@example.com", "--clear-sign", stdin=again.encode()).stdout)
    check("was signed before" in world.run("rules", "adopt", "--signature", earlier, expect=1).err, "no old signature brings old rules back")
    check(uses(world)["US-806"] == "changed, not adopted", "they stay unadopted")
    put(world, "rules/local.cfg", text)
    return len(logged)


def lost(world):
    """A record of the adoption that cannot be read any more counts as none, loudly, and a new one takes its place."""
    path = os.path.join(world.site, "tocsin.db")
    if not os.path.exists(path):
        return 0
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE blob SET data = x'00' WHERE sha256 = (SELECT value FROM meta WHERE name = 'rules.adopted')")
    check(set(uses(world).values()) <= {"not adopted", "disabled", "confirm first"}, "nothing is used by it")
    check("adopt them anew" in world.run("doctor", expect=(0, 1)).out, "doctor tells")
    world.run("evidence", "export", "--all", "--to", os.path.join(world.dir, "lost"))
    earlier = os.path.join(world.dir, "earlier.asc")
    rules = os.path.join(world.site, "rules/local.cfg")
    os.rename(rules, rules + ".kept")
    check("was signed before" in world.run("rules", "adopt", "--signature", earlier, expect=1).err, "even so, no old signature brings old rules back")
    os.rename(rules + ".kept", rules)
    # The very signature that was taken before: the same record, and its bytes are good again.
    told = world.run("rules", "adopt", "--signature", os.path.join(world.dir, "manifest.asc"))
    check("could not be read" in told.out and uses(world)["US-806"] == "enabled", told.out)
    lines = [json.loads(line) for line in world.run("evidence", "show", "--json").out.splitlines()]
    check([line["data"]["fault"] for line in lines if line["kind"] == "fault.detected" and line["data"]["where"] == "rules"] == ["corrupt"], "it is an entry")
    check(lines[-1]["data"]["previous_sha256"] is not None, "what was adopted before is known by the log")
    return 1


def malformed(world):
    """File, line and cause."""
    with open(os.path.join(SOURCE, "config/rules/eu.cfg"), encoding="utf-8") as file:
        text = file.read()
    path = os.path.join(world.dir, "eu.cfg")
    plants = ((text.replace('unit = "cd"', 'unit = "cdays"', 1), 'rules.period.unit: "cdays" is none of its words'),
              (text.replace("closes_on", "closeson", 1), "rules.closeson: unknown setting: did you mean rules.closes_on"),
              (text.replace("n = 15;", 'n = "15";', 1), "rules.period.n: is text, a whole number is wanted"),
              (text.replace("n = 15;", "n = 14;", 1), "EU-87-15: tests: due_safe is 2026-12-07, 2026-12-08 is wanted"))
    for content, said in plants:
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        out = world.run("rules", "check", path, expect=1).out
        check(said in out and f"{path} line " in out, out)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    check("0 faults" in world.run("rules", "check", path).out, "as it ships")
    world.run("rules", "check", os.path.join(world.dir, "none.cfg"), expect=2)
    return len(plants)


def main():
    counts = {"vectors": explained()}
    with World() as world:
        path = os.path.join(world.site, "tocsin.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('[ "psirt", "regulatory" ]', '[ "psirt" ]'))
        counts.update({"forged": adopted(world), "adoptions": changed(world), "lost": lost(world), "malformed": malformed(world)})
        world.run("evidence", "check")
        world.run("evidence", "export", "--all", "--to", os.path.join(world.dir, "bundle"))
        with open(os.path.join(world.dir, "bundle", "report.html"), encoding="utf-8") as file:
            check("Rules adopted</dt><dd>at 2" in file.read(), "the export says who adopted the rules")
        world.run("store", "check")
        passed("T200", counts)


if __name__ == "__main__":
    sys.exit(main())
