#!/usr/bin/python3
"""A newer version of an advisory: who had the older one learns what changed, who is not concerned any more learns
that, who was never concerned learns nothing; what still waited of the older one never leaves; a withdrawal says so.
Versions that are lower, the same with other bytes, or the same in other words are refused."""
# Proves: 8.3.3 release
import email
import email.policy
import json
import os
import sys

from world import World, check, passed

ID = "EXM-2026-0007"
PARTIES = {"answers": "P100,2.3.6", "free": "P200,3.1.0", "waits": "P100,2.3.6", "called": "P100,2.3.6", "never": "P100,2.4.1"}


def version(number, also=None):
    def change(document):
        document["document"]["distribution"] = {"tlp": {"label": "WHITE"}}
        tracking = document["document"]["tracking"]
        tracking["version"] = number
        if number == "1.0.0+b":
            tracking["revision_history"][0]["number"] = number
        elif number != "1.0.0":
            tracking["revision_history"].append({"date": "2026-11-28T09:00:00.000Z", "number": number, "summary": f"Version {number}."})
            tracking["current_release_date"] = "2026-11-28T09:00:00.000Z"
        if also:
            also(document)
    return change


def p200_is_free(document):
    for flaw in document["vulnerabilities"]:
        status = flaw["product_status"]
        status["known_affected"].remove("EXM-P200-AFFECTED")
        status["first_fixed"] = [one for one in status.get("first_fixed", []) if one != "EXM-P200-FIXED"]
        if not status["first_fixed"]:
            del status["first_fixed"]
        status.setdefault("known_not_affected", []).extend(["EXM-P200-AFFECTED", "EXM-P200-FIXED"])
        flaw["threats"].append({"category": "impact", "details": "The P200 has this service switched off.",
                                "product_ids": ["EXM-P200-AFFECTED", "EXM-P200-FIXED"]})
        for scored in flaw["scores"]:
            scored["products"].remove("EXM-P200-AFFECTED")
        flaw["scores"] = [scored for scored in flaw["scores"] if scored["products"]]


def text_of(mail):
    message = email.message_from_bytes(mail, policy=email.policy.default)
    body = message.get_body(("plain",)).get_content()
    return message["Subject"], " ".join(body.split())


def main():
    with World() as world:
        world.table("parties.csv", [{"party": name, "kind": "hdo", "country": "DE", "phone": "+49 30 1",
                                     "email": "" if name == "called" else f"a@{name}.example"} for name in PARTIES])
        world.table("installed.csv", [dict(zip(("party", "product", "version"), (name, *("ExampleInfuse " + held).split(","))))
                                      for name, held in PARTIES.items()])
        world.release(world.advisory("one.json", version("1.0.0")))
        world.run("run", "--until-idle")
        notices = {row["party"]: row for row in world.json("notice", "list", ID)}
        check(set(notices) == {"answers", "free", "waits", "called"}, notices)
        check(notices["called"]["state"] == "tasked", notices["called"])
        world.run("ack", "answers", ID, "received", "--by", "weber", "--how", "phone")

        refused = world.run("submit", world.advisory("same.json", version("1.0.0", lambda d: d["document"].update(title="Other"))), expect=1)
        check("with other bytes" in refused.err, refused.err)
        refused = world.run("submit", world.advisory("words.json", version("1.0.0+b")), expect=1)
        check("counts as the same version as 1.0.0" in refused.err, refused.err)

        world.release(world.advisory("two.json", version("1.1.0", p200_is_free)))
        world.run("run", "--until-idle")
        old = {row["party"]: row["state"] for row in world.json("notice", "list", ID, "--version", "1.0.0")}
        new = {row["party"]: row for row in world.json("notice", "list", ID)}
        check(old == {"answers": "answered", "free": "accepted", "waits": "accepted", "called": "superseded"}, old)
        check(set(new) == {"answers", "free", "waits", "called"}, new)
        kinds = {name: new[name]["kind"] for name in new}
        check(kinds == {"answers": "update", "free": "update", "waits": "update", "called": "immediate"}, kinds)
        tasks = world.json("task", "list")
        check([task["kind"] for task in tasks] == ["phone"], tasks)
        subject, text = text_of(world.mailbox("a@free.example")[1])
        check("corrected by 1.1.0" in subject, subject)
        check("nothing that you have is affected any more" in text, text)
        check(text.index("What changed since version 1.0.0") < text.index("no longer affected") < text.index("What: "), text)
        subject, text = text_of(world.mailbox("a@waits.example")[1])
        check("nothing that you have" not in text and "What changed since version 1.0.0" in text, text)
        check(not world.mailbox("a@never.example"), "who was never concerned hears nothing")
        shown = json.loads(world.run("advisory", "diff", ID, "1.0.0", "1.1.0", "--json").out)
        check(shown["nature"] == "correction" and shown["differences"][0]["kind"] == "affected-removed", shown)
        listed = [(row["version"], row["state"]) for row in world.json("advisory", "list")]
        check(listed == [("1.1.0", "released"), ("1.0.0", "superseded")], listed)

        refused = world.run("submit", world.advisory("lower.json", version("1.0.5")), expect=1)
        check("is lower than 1.1.0" in refused.err, refused.err)

        # The fourth version takes the third back before anything of it left.
        world.release(world.advisory("three.json", version("1.2.0")))

        def taken_back(document):
            p200_is_free(document)
            document["document"]["notes"].append({"category": "description", "title": "Reasoning for Withdrawal", "text": "A mistake."})

        world.release(world.advisory("four.json", version("2.0.0", taken_back)))
        world.run("run", "--until-idle")
        for name in ("answers", "free", "waits"):
            mails = [text_of(mail) for mail in world.mailbox(f"a@{name}.example")]
            check(len(mails) == 3, f"{name}: {[subject for subject, _ in mails]}")
            check("withdrawn with 2.0.0" in mails[2][0], mails[2][0])
            check("since version 1.1.0" in mails[2][1], mails[2][1])
        bundle = os.path.join(world.dir, "bundle")
        world.run("evidence", "export", "--advisory", ID, "--to", bundle)
        world.run("evidence", "verify", bundle)
        with open(os.path.join(bundle, "report.html"), encoding="utf-8") as file:
            story = file.read().split("Its versions")[1].split("</table>")[0].split("<tr>")[2:]
        check(len(story) == 4 and ["superseded" in row for row in story] == [True, True, True, False], f"each version, and what it gave way to: {story}")
        check(all("<td>%s<br>" % newer in row for row, newer in zip(story, ("1.1.0", "1.2.0", "2.0.0"))), story)
        world.run("evidence", "check")
        passed("T230", {"versions": 4, "parties": len(PARTIES)})


if __name__ == "__main__":
    sys.exit(main())
