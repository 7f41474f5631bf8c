#!/usr/bin/python3
"""A drill: marked outside and inside, sealed, answered, measured, signed and in the bundle; and nothing that is real takes note of it.
Killed in its middle it goes on. Canaries: a mailbox where a run is seen, and one where it is not: that is an alarm."""
import datetime
import email
import email.policy
import os
import sqlite3
import subprocess
import time

from world import TOCSIN, World, check, dated, passed

ID, SECOND = "EXM-2026-0007", "EXM-2026-0008"
MARK = "[EXERCISE]"


def make_world(world):
    world.make_key("H1 <h1@h.example>", "ed25519", "cv25519")
    world.export("h1@h.example", "h1.asc")
    world.table("parties.csv", [
        {"party": "h1", "kind": "hdo", "country": "DE", "email": "h1@h.example", "key": "keys/h1.asc"},
        {"party": "desk", "kind": "complaint", "country": "DE", "email": "desk@example.com", "phone": "+49 30 1"},
        {"party": "called", "kind": "hdo", "country": "DE", "phone": "+49 30 2"}])
    world.table("installed.csv", [{"party": "h1", "product": "ExampleInfuse P100", "version": "2.3.6", "serial": "S-1"}])


def later(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def second(document):
    dated(document)
    document["document"]["tracking"]["id"] = SECOND


def answer(world, mail, name, which):
    code = [n["code"] for n in world.json("notice", "list") if n["party"] == "h1"][which]
    with open(os.path.join(world.site, "inbox", "new", name), "w", encoding="utf-8", newline="\r\n") as file:
        file.write(f"From: h1@h.example\nTo: {mail['Reply-To']}\nSubject: Re: {mail['Subject']}\nMessage-ID: <{name}@h.example>\n"
                   f"In-Reply-To: {mail['Message-ID']}\n\nRECEIVED {code}\n")


def real_view(world):
    """All that is asked about what is real: it must be the same with and without a drill."""
    return (world.json("status")[0]["advisories"], world.run("chase", ID).out, world.json("advisory", "list"),
            world.run("product", "affected", "S-1", expect=None).out,
            [n for n in world.json("notice", "list", ID)])


def opened(world, mail):
    done = world.gpg("--trust-model", "always", "--status-fd", "2", "--decrypt", stdin=mail.get_payload(1).get_payload(decode=True), check=False)
    check(b"DECRYPTION_OKAY" in done.stderr and b"GOODSIG" in done.stderr, done.stderr.decode())
    return parsed(done.stdout)


def marked(mail):
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content().replace("\r\n", "\n")
    check(mail["Subject"].startswith(MARK), mail["Subject"])
    check(MARK in text.splitlines()[0], text[:200])
    check(html[html.index("<body>"):].startswith(f'<body>\n<p class="alert">{MARK}'), html[:400])


def wait_for(what, why, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    check(False, why)


def killed_in_the_middle(world):
    """The relay is away, and the dispatcher is killed over it: the next one ends the drill, and nobody is told twice."""
    def mails():
        return [mail for mail in map(parsed, world.mailbox("h1@h.example")) if mail["Message-ID"].startswith("<exercise-")]
    before, seen = real_view(world), len(mails())
    world.stop_sink()
    service = subprocess.Popen([TOCSIN, "run"], env=world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: os.path.exists(os.path.join(world.site, "tocsin.db.sock")), "it runs as a service")
        world.run("drill", ID, "--to", "h1", "--by", "weber")
        wait_for(lambda: [n["state"] for n in world.json("notice", "list") if n["party"] == "h1"][-1] == "ready", "it is sealed, and waits")
    finally:
        service.kill()
        service.wait()
    world.start_sink()
    # The pause that the relay was given is over by then.
    world.run("run", "--until-idle", "--now", later(0.1))
    world.run("run", "--until-idle", "--now", later(0.2))
    check(len(mails()) == seen + 1, f"told once: {len(mails()) - seen}")
    answer(world, mails()[-1], "after-the-kill", -1)
    world.run("run", "--until-idle", "--now", later(0.3))
    check(world.json("drill", "list")[-1]["verdict"] == "passed", world.json("drill", "list")[-1])
    check("passed: 0 of 1 recipients" in world.run("drill", "report", "4").out, "it has a report")
    check(real_view(world) == before, "and nothing that is real was disturbed")


def canaries(world):
    """One reads what the relay delivers, the other one gets nothing."""
    os.makedirs(os.path.join(world.dir, "empty", "new"))
    os.makedirs(os.path.join(world.dir, "empty", "cur"))
    with open(os.path.join(world.site, "tocsin.conf"), "a", encoding="utf-8") as file:
        file.write(f'canary = ( {{ name = "sings"; party = "h1"; maildir = "{world.mail}"; within = "2h"; }},\n'
                   f'           {{ name = "silent"; party = "h1"; maildir = "{world.dir}/empty"; within = "2h"; }} );\n')
    world.run("run", "--until-idle", "--now", later(91))
    world.run("submit", world.advisory("two.json", second), "--now", later(91.1))
    world.run("approve", SECOND, "--by", "meyer", "--yes", "--now", later(91.1))
    world.run("run", "--until-idle", "--now", later(91.1))
    world.run("run", "--until-idle", "--now", later(91.11))

    def told():
        return sorted(e["kind"] for e in world.json("evidence", "show") if e["kind"].startswith("canary."))
    check(told() == ["canary.due", "canary.due", "canary.seen"], told())
    world.run("status", "--now", later(91.11))
    world.run("run", "--until-idle", "--now", later(91.3))
    check(told() == ["canary.due", "canary.due", "canary.missed", "canary.seen"], told())
    check("silent" in world.run("status", "--now", later(91.3), expect=1).out, "the board says which")
    [task] = [row for row in world.json("task", "list") if "anar" in row["title"]]
    world.run("task", "done", str(task["task"]), "--by", "weber", "--now", later(91.3))
    world.run("status", "--now", later(91.3))


def replayed(world):
    """What the log tells of both is compared with the store, to the minute that a canary is due and the runs that were missed."""
    for table, column, what in (("drill", "missed", "drills"), ("canary", "due_ms", "canaries")):
        for step in (60000, -60000):
            store = sqlite3.connect(os.path.join(world.site, "tocsin.db"))
            with store:
                store.execute(f"UPDATE {table} SET {column} = {column} + ? WHERE id = 1", (step,))
            store.close()
            done = world.run("evidence", "replay", expect=None)
            said = f"{what}: the log and the store do not say the same" in done.out + done.err
            check((done.returncode == 1 and said) == (step > 0), f"{what}: {done.out}{done.err}")


def main():
    with World() as world:
        make_world(world)
        world.gpg("--import", f"{world.site}/keys/maker.asc")
        world.release(world.advisory("one.json", dated), ID)
        world.run("drill", ID, "--to", "h1", "--by", "weber", expect=1)  # not released yet
        world.run("run", "--until-idle")
        before = real_view(world)
        world.run("drill", ID, "--to", "h1", expect=2)
        world.run("drill", ID, "--to", "h1", "--by", "weber")
        world.run("drill", "--sample", "--to", "internal")
        world.run("drill", "--sample", "--to", "called", "--by", "weber")
        world.run("run", "--until-idle")
        check([d["verdict"] for d in world.json("drill", "list")] == ["runs"] * 3, "three run")
        mail = parsed(world.mailbox("h1@h.example")[-1])
        check(mail["Subject"].startswith(MARK) and mail["Message-ID"].startswith("<exercise-"), mail["Subject"])
        marked(opened(world, mail))
        marked(parsed(world.mailbox("desk@example.com")[-1]))
        told = world.json("notice", "list")
        check(all(n["exercise"] == n["uid"].startswith("exercise-") for n in told) and sum(n["exercise"] for n in told) == 3, told)
        tasks = [task["title"] for task in world.json("task", "list")]
        check(sum(title.startswith(MARK) for title in tasks) == 2, tasks)
        # It answers the drill, and only that; the first one is over then.
        answer(world, mail, "drilled", 1)
        world.run("run", "--until-idle")
        check(real_view(world) == before, "nobody who asks for what is real sees a drill, or an answer to one")
        check([d["verdict"] for d in world.json("drill", "list")] == ["passed", "runs", "runs"], "the first is over")
        page = world.run("drill", "report", "1").out
        check(world.gpg("--verify", stdin=page.encode()).returncode == 0 and "passed: 0 of 1 recipients" in page, page)
        check(world.run("drill", "report", "1").out == page, "it is signed once")
        [facts] = world.json("drill", "report", "1")
        check([step["reached"] for step in facts["steps"]] == [1, 1, 1, 0, 1], facts["steps"])
        answer(world, parsed(world.mailbox("h1@h.example")[0]), "real", 0)
        world.run("run", "--until-idle")
        check(f"h1 " not in world.run("chase", ID).out, "an answer to the real notice counts")
        killed_in_the_middle(world)
        # Nobody answers the others: their time passes, and they have failed.
        world.run("run", "--until-idle", "--now", later(90))
        check([d["verdict"] for d in world.json("drill", "list")] == ["passed", "failed", "failed", "passed"], "no answer came")
        titles = [task["title"] for task in world.json("task", "list")]
        check(not any(title.startswith(MARK) for title in titles) and sum("Drill" in title for title in titles) == 2, titles)
        kinds = [entry for entry in world.json("evidence", "show") if entry["kind"].startswith("drill.")]
        check([entry["kind"] for entry in kinds].count("drill.finished") == 4, kinds)
        check(all(entry["subj"].startswith("exercise-") for entry in kinds), kinds)
        bundle = os.path.join(world.dir, "bundle")
        world.run("evidence", "export", "--all", "--to", bundle)
        world.run("evidence", "verify", bundle)
        with open(os.path.join(bundle, "report.html"), encoding="utf-8") as file:
            html = file.read()
        real, drills = html.split("<h2 class=\"page\">Exercises", 1)
        check("exercise:" not in real and "exercise:" in drills and "failed" in drills, "drills stand apart")
        with open(os.path.join(bundle, "drills", "1.txt"), encoding="utf-8") as file:
            check(file.read() == page, "the signed page is in the bundle")
        canaries(world)
        replayed(world)
        passed("T250", {"mails": len(world.received())})


if __name__ == "__main__":
    main()
