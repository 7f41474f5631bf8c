#!/usr/bin/python3
"""The log alone tells what the store has to say: each row changed, taken out or added by hand is named."""
# Proves: P7, 8.3.3 records
import os
import shutil
import sqlite3
import sys

from world import World, check, passed, white

ID = "EXM-2026-0007"

# (what is done to the store, what the replay says of it)
PLANTED = [
    ("UPDATE notice SET state = 'ready' WHERE id = 2", "notice {2}: state: the log says {state2}, the store says ready"),
    ("UPDATE notice SET grade = 'action' WHERE id = 1", "grade: the log says {grade1}, the store says action"),
    ("UPDATE notice SET next_at_ms = next_at_ms + 1 WHERE id = 1", "notice {1}: next_at: the log says "),
    ("UPDATE notice SET deadline_ms = deadline_ms + 86400000 WHERE id = 1", "notice {1}: deadline: the log says "),
    ("UPDATE notice SET level = 'tls' WHERE id = 3", "notice {3}: level: the log says task, the store says tls"),
    ("UPDATE notice SET route = 'phone' WHERE id = 1", "notice {1}: route: the log says smtp, the store says phone"),
    ("UPDATE notice SET party = 'nobody' WHERE id = 1", "notice {1}: party: not what the log was given"),
    ("UPDATE notice SET sendings = 0 WHERE id = 1", "notice {1}: sendings: the log says 1, the store says 0"),
    ("UPDATE notice SET parcel_id = NULL WHERE id = 1", "notice {1}: parcel: not the one of the log"),
    ("UPDATE notice SET task_id = NULL WHERE id = 3", "notice {3}: task: the log says 1, the store says 0"),
    ("UPDATE attempt SET verdict = 'deferred' WHERE verdict = 'accepted'", "attempts: the log says 1, the store says 1: they say something else"),
    ("UPDATE attempt SET dot_ms = 0", "attempts: the log says 1, the store says 1: they say something else"),
    ("UPDATE attempt SET begin_ms = begin_ms + 1", "attempts: the log says 1, the store says 1: they say something else"),
    ("UPDATE attempt SET end_ms = end_ms + 1", "attempts: the log says 1, the store says 1: they say something else"),
    ("UPDATE attempt SET said = '250 of course'", "attempts: the log says 1, the store says 1: what stands behind the commitments is something else"),
    ("DELETE FROM receipt", "receipts: the log says 1, the store says 0: there are more of them, or fewer"),
    ("UPDATE receipt SET detail = 'very well'", "receipts: the log says 1, the store says 1: what stands behind"),
    ("UPDATE parcel SET address = 'other@a.example'", "parcels: the log says 1, the store says 1: what stands behind"),
    ("UPDATE advisory SET state = 'submitted'", "advisory {a}: state: the log says released, the store says submitted"),
    ("UPDATE advisory SET tlp = 'RED'", "advisory {a}: tlp: the log says CLEAR, the store says RED"),
    ("UPDATE plan SET recipients = 4", "advisory {a}: recipients: the log says 3, the store says 4"),
    ("UPDATE plan SET root = replace(root, substr(root, 1, 1), '_')", "advisory {a}: root: the log says "),
    ("DELETE FROM plan", "advisory {a}: plan: the log has one, the store does not"),
    ("UPDATE approval SET person = 'weber'", "advisory {a}: approvals: the log says 1, the store says 1: what stands behind"),
    ("UPDATE task SET open = 0", "task 1: state: the log says open, the store says done"),
    ("UPDATE task SET deadline_ms = 1 WHERE id = 1", "task 1: deadline: the log says "),
    ("UPDATE task SET owner = 'nobody' WHERE id = 1", "task 1: owner: not what the log was given"),
    ("DELETE FROM task WHERE id = 1", "task 1: the log has it, the store does not"),
    ("DELETE FROM notice WHERE id = 2", "notice number 2, of advisory {a}: the log has it, the store does not"),
    ("INSERT INTO notice SELECT 99, 'abcdefabcdefabcdefabcdef', advisory_id, lane_id, 'z', contact_id, kind, state, level, form, "
     "route, address, key, 'ZZZZZZZ', 'zzz', next_at_ms, deadline_ms, answer_by_ms, tries, sendings, crashes, parcel_id, "
     "attempt_id, task_id, grade, answer, why, created_ms, changed_ms, accepted_ms, text_group FROM notice WHERE id = 1",
     "notice abcdefabcdefabcdefabcdef: the store has it, the log does not"),
    ("UPDATE evidence_value SET value = 'weber' WHERE field = 'data.person'", "data.person: the value kept for it does not fit its commitment"),
    ("DELETE FROM evidence_value WHERE field = 'data.person'", "person: neither its value nor the mark that it was erased is kept"),
]


def change(path, sql):
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA foreign_keys = OFF")
        base.execute(sql)
    base.close()


def main():
    with World() as world:
        world.table("parties.csv", [
            {"party": "a", "kind": "hdo", "country": "DE", "email": "a@a.example", "post_address": ""},
            {"party": "b", "kind": "hdo", "country": "DE", "email": "b@b.example", "post_address": ""},
            {"party": "c", "kind": "hdo", "country": "DE", "email": "", "post_address": "Somewhere"}])
        world.release(world.advisory(change=white))
        path = os.path.join(world.site, "tocsin.db")
        world.run("run", "--until-idle")
        with sqlite3.connect(path) as base:
            rows = {row[0]: row for row in base.execute("SELECT id, uid, state, grade FROM notice")}
            advisory = base.execute("SELECT uid FROM advisory").fetchone()[0]
        base.close()
        good = world.json("evidence", "replay")[0]
        check(good["good"] and good["differences"] == 0 and good["notices"] == 3 and good["first"] is None, good)
        kept = os.path.join(world.dir, "kept.db")
        shutil.copy(path, kept)
        for sql, words in PLANTED:
            wanted = words
            for key, text in {"{1}": rows[1][1], "{2}": rows[2][1], "{3}": rows[3][1], "{a}": advisory, "{state2}": rows[2][2],
                              "{grade1}": rows[1][3]}.items():
                wanted = wanted.replace(key, text)
            change(path, sql)
            done = world.run("evidence", "replay", expect=1)
            check(wanted in done.err, f"{sql}\nwanted: {wanted}\n{done.err}")
            found = world.json("evidence", "replay", expect=1)[0]
            check(not found["good"] and found["differences"] >= 1 and found["first"] in done.err, found)
            shutil.copy(kept, path)
        # What was erased is not compared, and no fault.
        change(path, "UPDATE evidence_value SET salt = NULL, value = NULL")
        change(path, "UPDATE notice SET party = 'erased' || id")
        change(path, "UPDATE parcel SET address = NULL")
        erased = world.json("evidence", "replay")[0]
        check(erased["good"] and erased["erased"] > 10, erased)
        change(path, "UPDATE notice SET state = 'passed' WHERE id = 3")
        world.run("evidence", "replay", expect=1)
        shutil.copy(kept, path)
        # What stands beside a line says what the line says.
        for column, to in (("at_ms", "at_ms + 1"), ("kind", "'heartbeat'"), ("subj", "'-'")):
            change(path, f"UPDATE evidence SET {column} = {to} WHERE idx = (SELECT max(idx) FROM evidence WHERE kind = 'attempt.dot')")
            check(f": column {column}: " in world.run("evidence", "check", expect=1).err, column)
            shutil.copy(kept, path)
        for sql, words in (("UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'example.com/', 'example.con/') AS BLOB)", "signed over these"),
                           ("UPDATE checkpoint SET size = 1000000 WHERE size = (SELECT max(size) FROM checkpoint)", "entries only"),
                           ("UPDATE checkpoint SET size = size + 1 WHERE size = (SELECT min(size) FROM checkpoint)", "signed over these")):
            change(path, sql)
            done = world.run("evidence", "check", expect=1)
            check("bad: checkpoint " in done.err and words in done.err, f"{sql}: {done.err}")
            shutil.copy(kept, path)
        # A log that is not good itself is not replayed.
        change(path, "UPDATE evidence SET line = CAST(replace(CAST(line AS TEXT), 'tasked', 'passed') AS BLOB) WHERE kind = 'notice.moved'")
        check("bad: entry " in world.run("evidence", "replay", expect=None).err, "a bad log")
        shutil.copy(kept, path)
        passed("T170", {"planted": len(PLANTED), "found": len(PLANTED)})


if __name__ == "__main__":
    if os.environ.get("TOCSIN_TEST_PG"):
        sys.exit(77)
    main()
