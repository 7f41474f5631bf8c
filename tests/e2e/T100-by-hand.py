#!/usr/bin/python3
"""A person changes the course of notices: retry, resend, cancel, each with name and reason in the record."""
import os
import sys

from world import World, check, passed, white

ID = "EXM-2026-0007"
BY = ("--by", "weber", "--reason", "found the right address")


def states(world):
    return {row["party"]: row for row in world.json("notice", "list", ID)}


def corrected(world):
    """One step, without a file: the right address, and the notice goes there; an import does not bring the old one back."""
    code = states(world)["d"]["code"]
    [task] = [row for row in world.json("task", "list") if row["kind"] == "bounced"]
    check("notice resend CODE --to" in world.run("task", "show", str(task["task"])).out, "the task says how")
    world.run("notice", "resend", code, "--to", "it@d.example", expect=2)                # nobody, no reason
    world.run("notice", "resend", code, "--to", "nonsense", *BY, expect=2)
    said = world.run("notice", "resend", code, "--to", "it@d.example", *BY).out
    check("1 notice" in said and "typo@d.example is corrected to it@d.example" in said, said)
    check("was corrected to it@d.example" in world.run("party", "import", os.path.join(world.site, "parties.csv")).out, "it is said")
    check(states(world)["d"]["address"] == "it@d.example", states(world)["d"])


def main():
    refuse = ["--refuse", "wrong@a.example=550", "--refuse", "typo@d.example=550"]
    with World(sink_rules=refuse) as world:
        rows = [{"party": "a", "kind": "hdo", "country": "DE", "email": "wrong@a.example", "post_address": ""},
                {"party": "b", "kind": "hdo", "country": "DE", "email": "b@b.example", "post_address": ""},
                {"party": "c", "kind": "hdo", "country": "DE", "email": "", "post_address": "Somewhere"},
                {"party": "d", "kind": "hdo", "country": "DE", "email": "typo@d.example", "post_address": ""}]
        world.table("parties.csv", rows)
        world.release(world.advisory(change=white))
        world.stop_sink()
        world.run("run", "--until-idle")
        waiting = states(world)["b"]
        check(waiting["state"] == "ready", waiting)
        check(waiting["code"] in world.run("notice", "show", waiting["code"]).out, "show")
        world.run("notice", "cancel", waiting["code"], expect=2)                        # nobody, no reason
        world.run("notice", "cancel", "ABCDEFG", *BY, expect=1)                         # no such notice
        world.run("notice", "cancel", waiting["code"], "--by", "nobody", "--reason", "x", expect=2)
        world.run("notice", "cancel", waiting["uid"], *BY)
        world.run("notice", "cancel", waiting["code"], *BY, expect=1)                   # once is enough
        world.start_sink(refuse)
        world.run("run", "--until-idle")
        check(not world.received(), "the cancelled one did not leave, the wrong address was refused")
        after = states(world)
        check(after["b"]["state"] == "cancelled" and after["a"]["state"] == "tasked" and after["c"]["state"] == "tasked", after)
        # A bounced address is corrected and sent again in one step; history is kept.
        rows[0]["email"] = "right@a.example"
        world.table("parties.csv", rows)
        world.run("notice", "resend", ID, *BY, expect=2)                                # without --unserved
        world.run("doctor", expect=(0, 1))
        corrected(world)
        check("2 notices" in world.run("notice", "resend", "--unserved", ID, *BY).out, "two had a person")
        world.run("run", "--until-idle")
        went = sorted(row["to"] if isinstance(row["to"], str) else row["to"][0] for row in world.received())
        check(went == ["it@d.example", "right@a.example"], went)
        after = states(world)
        check(after["a"]["state"] == "accepted" and after["c"]["state"] == "tasked", after)
        check("refused" in world.run("notice", "show", after["a"]["code"]).out, "the refused attempt is still there")
        world.run("notice", "retry", after["a"]["code"], *BY, expect=1)                 # taken: nothing to retry
        owing = {row["party"]: row for row in world.json("chase", ID)}
        check(set(owing) == {"a", "c", "d"}, f"b was cancelled, the others owe an answer: {owing}")
        check((owing["a"]["result"], owing["a"]["tried_to"]) == ("accepted", "right@a.example"), owing)
        check(owing["c"]["task"] > 0 and owing["c"]["tried_at"] is None, owing)
        world.run("ack", "a", ID, "received", "--by", "weber", "--how", "phone")
        check(world.run("chase", "--csv").out.count("\n") == 3, "who answered is off the list")
        world.run("chase", "EXM-0000-0000", expect=1)                                   # no such advisory
        log = world.run("evidence", "show").out
        check("notice.cancelled" in log and "admin.action" in log and "right address" not in log, "in the record, words as commitments")
        world.run("evidence", "check")
        passed("T100", {"cancelled": 1, "resent": 2})


if __name__ == "__main__":
    sys.exit(main())
