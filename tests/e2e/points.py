"""Where kills.py strikes: which system call of which role, by its number, from what an undisturbed run did.

A role is who a process is by what it executes; "ending" is the dispatcher from the moment it is told to end.
A point is a list of strikes for tests/torture/strike: the last of them is the kill."""
import collections
import itertools
import random
import re

WORKERS = ("sealer", "carrier", "gpg", "gpg-seal", "gpg-agent", "fork")
STARTING = ("parent-gpg", "parent-fork")  # there are some at each start, and then no more
SHARE = {  # of the quick set, and at least of the whole, which takes each call by its number
    "parent": (0.38, 0.24), "ending": (0.04, 0.06), "sealer": (0.13, 0.16), "carrier": (0.16, 0.20), "gpg": (0.04, 0.05),
    "gpg-seal": (0.09, 0.15), "gpg-agent": (0.04, 0.05), "fork": (0.04, 0.04), "parent-gpg": (0.01, 0.01),
    "parent-fork": (0.02, 0.01), "command": (0.05, 0.03)}
# How one process of the machine is looked at, by the letters of LETTERS: there are as many of these as there
# are processes on the machine, at each start and each end, and nothing changes between them.
LETTERS = {"newfstatat": "n", "getuid": "u", "openat": "o", "read": "r", "close": "c"}
LOOKS = re.compile("(?:nuonr+c){9,}")
LOOK = re.compile("nuonr+c")


def numbers(calls):
    """The numbers of the calls of a process, from 1; of a long row of looks at other processes the first two and the last two."""
    letters = "".join(LETTERS.get(call, ".") for call in calls)
    left_out = set()
    for row in LOOKS.finditer(letters):
        looks = [look.span() for look in LOOK.finditer(letters, *row.span())]
        left_out.update(range(looks[2][0], looks[-2][0]))
    return [i + 1 for i in range(len(calls)) if i not in left_out]


def spread(processes, rare, count, role):
    """`count` points over all kinds of calls of a role, each kind at its first, last, middle …; `rare` are
    processes that did something seldom, too: kinds of calls that only they make are taken once."""
    most = collections.Counter()
    for calls in rare:
        most.update({call: 1 for call in calls if not most[call]})
    for calls in processes:
        for call, n in collections.Counter(calls).items():
            most[call] = max(most[call], n)
    for call in ("exit_group", "exit", "rt_sigreturn", "execve"):
        most.pop(call, None) if role == "parent" else None
    nths = {}
    for call, n in most.items():
        n = max(1, n * 2 // 3)  # a fresh process comes so far soon
        order = [1, n] + [max(1, n * k // 2 ** depth) for depth in range(1, 8) for k in range(1, 2 ** depth, 2)]
        nths[call] = list(dict.fromkeys(order))
    points, depth = [], 0
    while len(points) < count and any(len(v) > depth for v in nths.values()):
        points += [(call, v[depth]) for call, v in sorted(nths.items()) if len(v) > depth]
        depth += 1
    return points[:count] if len(points) > count and depth > 1 else random.sample(points, min(count, len(points)))


def strikes(role, call, nth, told):
    """`told`: at which calls of a run the dispatcher may be told to end."""
    if role == "ending":
        return [f"parent:any:{random.choice(told)}:term", f"parent:{call}:+{nth}:kill"]
    return [f"{role}:{call}:{nth}:kill"]


def plan(near, far, rare, points, whole, shard):
    """{role: points}. `near` and `far` are the calls of a short and of a long undisturbed run. `whole` takes each
    call of the longest process of the short one by its number, then more by chance of the long one."""
    chosen = {}
    told = range(len(near["parent"][0]) // 2, len(near["parent"][0]))
    for role, share in SHARE.items():
        if role not in far:
            continue
        count = round(points * share[whole])
        if whole:
            pairs = [("any", nth) for nth in numbers(max(near.get(role, [[]]), key=len))]
        else:
            pairs = spread(far[role], rare.get(role, []), count, role)
        some = [nth for calls in far[role] for nth in numbers(calls)]
        while len(pairs) < count:
            pairs.append(("any", random.choice(some)))
        pairs = pairs[shard[0] - 1::shard[1]]
        random.shuffle(pairs)
        chosen[role] = [strikes(role, *pair, told) for pair in (in_turn(pairs) if whole and role in WORKERS else pairs)]
    return chosen


def in_turn(pairs):
    """One that dies early, then one that lives long: who dies early again and again is started ever more slowly."""
    pairs = sorted(pairs, key=lambda pair: pair[1])
    half = len(pairs) // 2
    late = pairs[half:]
    random.shuffle(late)
    return [pair for both in itertools.zip_longest(pairs[:half], late) for pair in both if pair]


def beside(chosen):
    """The points of all workers in two rows, each of which has some of its roles in every part: one for what
    happens while sealers start, one for what happens while they work."""
    sealers, carriers = chosen.get("sealer", []), chosen.get("carrier", [])
    few = sealers[::6]
    most = [point for i, point in enumerate(sealers) if i % 6]
    return [even([most, carriers[::2], chosen.get("fork", []), chosen.get("gpg", [])]),
            even([chosen.get("gpg-seal", []), chosen.get("gpg-agent", []), carriers[1::2], few])]


def even(rows):
    places = [(i / len(row), spec) for row in rows for i, (spec,) in enumerate(row)]
    return [spec for _, spec in sorted(places)]
