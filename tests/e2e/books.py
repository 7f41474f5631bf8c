"""The books after a torture: what the relay, the outbox and the log say of each notice must agree, and
nothing may be left of what was killed. Used by kills.py and disk.py in tests/torture."""
import collections
import json
import os
import types

from world import check


class Relay:
    """What the relay has taken, read on from where it was read last."""

    def __init__(self, world):
        self.path = world.log
        self.at = 0
        self.different = set()

    def fresh(self):
        rows = []
        if os.path.exists(self.path):
            with open(self.path, "rb") as file:
                file.seek(self.at)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    self.at += len(line)
                    rows.append(json.loads(line))
        self.different.update(row["message_id"] for row in rows)
        return rows


def judge(world):
    """Checks the books; returns counts: notices, attempts, lost, tasked, doubles, allowed (doubles that
    lost answers allow), open_most (ends of data that were open at a time, all that one fault can
    make uncertain). Lost is who is not with a person and whose message nobody has."""
    came = collections.defaultdict(list)
    outbox = os.path.join(world.site, "outbox")
    for name in os.listdir(outbox):  # a second time the same file takes its place
        if name.endswith(".json"):
            with open(os.path.join(outbox, name), encoding="utf-8") as file:
                envelope = json.load(file)
            if os.path.exists(os.path.join(outbox, name[:-5] + ".eml")):
                came[envelope["message_id"].strip("<>")].append(envelope["sha256"])
    for row in world.received():
        came[row["message_id"].strip("<>")].append(row["sha256"])
    message, attempts, of_notice = {}, {}, collections.defaultdict(list)
    open_now, open_most = set(), 0
    for line in world.run("evidence", "show").out.splitlines():
        entry = json.loads(line)
        kind, data, subject = entry["kind"], entry["data"], entry["subj"]
        if kind == "notice.sealed":
            message[subject] = data["message_id"]
        check(kind != "key.refused", f"a key is blamed for a kill: {line}")
        if kind == "attempt.begin":
            check(data["attempt"] not in attempts, f"attempt {data['attempt']} begins twice")
            attempts[data["attempt"]] = {"message": message.get(subject), "dot": False, "verdict": None}
        elif kind == "attempt.dot":
            a = attempts[data["attempt"]]
            check(not a["dot"] and a["verdict"] is None, f"attempt {data['attempt']}: a dot out of order")
            a["dot"] = True
            open_now.add(data["attempt"])
            open_most = max(open_most, len(open_now))
        elif kind == "attempt.outcome":
            a = attempts[data["attempt"]]
            check(a["verdict"] is None, f"attempt {data['attempt']} ends twice")
            a["verdict"] = data["verdict"]
            open_now.discard(data["attempt"])
    for number, a in attempts.items():
        check(a["verdict"] is not None, f"attempt {number} is open for ever")
        check(a["dot"] or a["verdict"] not in ("accepted", "uncertain"), f"attempt {number}: {a['verdict']} without a dot")
        of_notice[a["message"]].append(a)
    false = [m for m, list_ in of_notice.items() if sum(a["verdict"] == "accepted" for a in list_) > len(came.get(m, []))]
    check(not false, f"{len(false)} false acceptances: {false[:3]}")
    check(set(came) <= set(of_notice), "the relay has messages that the evidence does not know")
    doubles, allowed = 0, 0
    for m, bodies in came.items():
        check(len(set(bodies)) == 1, f"{m}: sent twice with different bytes")
        lost_answers = sum(a["dot"] and a["verdict"] != "accepted" for a in of_notice[m])
        check(len(bodies) - 1 <= lost_answers, f"{m}: came {len(bodies)} times, {lost_answers} answers were lost")
        doubles += len(bodies) - 1
        allowed += lost_answers
    notices = world.json("notice", "list")
    lost = [n["uid"] for n in notices if n["state"] != "tasked" and message.get(n["uid"], "").strip("<>") not in came]
    return types.SimpleNamespace(notices=len(notices), attempts=len(attempts), lost=lost, doubles=doubles, allowed=allowed, open_most=open_most,
                                 tasked=sum(n["state"] == "tasked" for n in notices))


def left_behind(world):
    """Processes and files that no start after the last kill has cleaned away."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{pid}/environ", "rb") as file:
                said = file.read().split(b"\0")
            # What our program starts has little in its environment, but whose it is.
            ours = f"TOCSIN_CONFIG={world.env['TOCSIN_CONFIG']}".encode() in said or any(
                word.startswith((b"TOCSIN_RUNTIME=", b"TOCSIN_GPG=")) and word.split(b"=", 1)[1].startswith(place)
                for word in said for place in (world.dir.encode() + b"/", world.env["XDG_RUNTIME_DIR"].encode() + b"/"))
        except OSError:
            continue
        if ours and world.home.encode() not in words and words[0]:
            out.append(b" ".join(words).decode("utf-8", "replace"))
    out += [os.path.join(world.env["XDG_RUNTIME_DIR"], name) for name in os.listdir(world.env["XDG_RUNTIME_DIR"])]
    for folder, _, names in os.walk(world.site):
        for name in names:
            if ".tmp-" in name or name.startswith(".#") or name.startswith("S.") or name.endswith((".lock", ".sock")) and name not in ("tocsin.db.lock", "log.lock"):
                out.append(os.path.join(folder, name))
    return out
