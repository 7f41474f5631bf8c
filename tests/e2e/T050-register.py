#!/usr/bin/python3
"""The same bytes twice are one advisory, other bytes under its name are refused, a newer version
supersedes; an order may be stricter and never weaker; an embargo holds."""
# Proves: 4.1.7 in time, gate.5
import os
import sys

from world import World, check, passed, white

ID = "EXM-2026-0007"


def version(number, title=None):
    def change(document):
        white(document)
        tracking = document["document"]["tracking"]
        tracking["version"] = number
        history = tracking["revision_history"]
        for step in [f"{major}.0.0" for major in range(2, int(number[0]))] + [number]:
            if step not in [r["number"] for r in history]:
                history.append({"date": tracking["current_release_date"], "number": step, "summary": "More."})
        if title:
            document["document"]["title"] = title
    return change


def order(world, name, text):
    path = os.path.join(world.dir, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def main():
    with World() as world:
        world.table("parties.csv", [{"party": f"h{i}", "kind": "hdo", "country": "DE", "email": f"a@h{i}.example"} for i in range(5)])
        first = world.advisory("a.json", version("1.0.0"))
        world.run("submit", first)
        check("already" in world.run("submit", first).out, "the same bytes twice are one advisory")
        check(len(world.json("status")[0]["advisories"]) == 1, "one row")
        other = world.run("submit", world.advisory("b.json", version("1.0.0", "Another title")), expect=1)
        check("other bytes" in other.err, other.err)
        # Orders: weaker than the label, for another advisory, malformed.
        amber = world.advisory("amber.json", lambda d: d["document"]["tracking"].update(id="EXM-2026-0050"))
        done = world.run("submit", amber, "--order", order(world, "w.order", 'tlp = "CLEAR";\n'), expect=1)
        check("is weaker" in done.out, done.out)
        world.run("submit", amber, "--order", order(world, "x.order", 'advisory = "EXM-1";\n'), expect=1)
        done = world.run("submit", amber, "--order", order(world, "y.order", "tlp = \n"), expect=1)
        check("y.order" in done.err, done.err)
        check(len(world.json("status")[0]["advisories"]) == 1, "nothing of that was taken in")
        world.run("submit", amber, "--order", order(world, "z.order", 'tlp = "RED"; embargo = "2099-01-01T00:00:00Z";\n'))
        world.run("approve", "EXM-2026-0050", "--by", "meyer", "--yes")
        world.run("run", "--until-idle")
        check(not world.received(), "nothing leaves before the embargo")
        [clock] = [clock for clock in world.json("status")[0]["clocks"] if clock["kind"] == "embargo"]
        check((clock["safe"], clock["late"]) == ("2099-01-01T00:00:00Z", False) and "everybody is told" in clock["waits_for"], clock)
        check("SUMMARY:EXM-2026-0050 embargo: " in world.run("status", "--ical").out, "the calendar has it, too")
        check(not world.json("task", "list"), "nor does its task")
        # A newer version, approved while the older one waits: the older never leaves.
        world.run("approve", ID, "--version", "1.0.0", "--by", "meyer", "--yes")
        world.run("submit", world.advisory("c.json", version("2.0.0")))
        world.run("submit", world.advisory("d.json", version("1.5.0")))
        world.stop_sink()
        world.run("run", "--until-idle")
        check(not world.received(), "the relay was down")
        world.run("approve", ID, "--version", "2.0.0", "--by", "meyer", "--yes")
        world.start_sink()
        world.run("run", "--until-idle")
        states = {row["version"]: row for row in world.json("status", ID)[0]["advisories"]}
        check(states["1.0.0"]["state"] == "superseded" and states["1.0.0"]["states"] == {"superseded": 5}, states["1.0.0"])
        check(len(world.received()) == 5, f"only the newer version left: {len(world.received())}")
        # An older version after a newer one is not sent, and no longer taken in.
        done = world.run("submit", world.advisory("f.json", version("1.6.0")), expect=1)
        check("1.6.0 is lower than 2.0.0" in done.err, done.err)
        done = world.run("approve", ID, "--version", "1.5.0", "--by", "meyer", "--yes", expect=1)
        check("newer" in done.err, done.err)
        # Those who were told are told of the next one as an update.
        world.run("submit", world.advisory("e.json", version("3.0.0")))
        kinds = {row["notice"] for row in world.json("plan", ID)}
        check(kinds == {"update"}, f"kinds {kinds}")
        world.run("evidence", "check")
        passed("T050", {"versions": 4, "mails": 5})


if __name__ == "__main__":
    sys.exit(main())
