#!/usr/bin/python3
"""The equations of CVSS once more, in exact fractions, against `tocsin cvss`.

    cvss_reference.py PROGRAM [--random N] [--seed N]

Written from the specifications of FIRST alone, sharing no table and no trick with the program: every
number is a Fraction of the decimal that the specification prints, powers are not cut, and rounding
is on the fraction itself. Walked through whole: all base vectors of v2, v3.0 and v3.1; all inputs
that the environmental equations can have before the temporal metrics come in; all products of a
rounded score with temporal metrics. Then N random vectors of each version with metrics of all
groups in random order. Last, that nothing which the program cuts off can matter: how near
the values of a power come to where their rounding turns.

Where the reference validator was fetched (csaf-reference-install), FIRST's own calculators are asked, too: they
must say the same base scores, and for v3.1, which defines its rounding for binary fractions, the same of all.
"""
# Proves: 4.1.7 score
import argparse
import functools
import itertools
import json
import math
import os
import random
import shutil
import subprocess
import sys
from fractions import Fraction as F

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.environ.get("TOCSIN_CSAF_REFERENCE",
                         os.path.join(HERE, "..", "..", "build", "csaf-reference", "node_modules"))
V2 = {
    "AV": {"L": "0.395", "A": "0.646", "N": "1"},
    "AC": {"H": "0.35", "M": "0.61", "L": "0.71"},
    "Au": {"M": "0.45", "S": "0.56", "N": "0.704"},
    "C": {"N": "0", "P": "0.275", "C": "0.660"},
    "E": {"U": "0.85", "POC": "0.9", "F": "0.95", "H": "1", "ND": "1"},
    "RL": {"OF": "0.87", "TF": "0.90", "W": "0.95", "U": "1", "ND": "1"},
    "RC": {"UC": "0.90", "UR": "0.95", "C": "1", "ND": "1"},
    "CDP": {"N": "0", "L": "0.1", "LM": "0.3", "MH": "0.4", "H": "0.5", "ND": "0"},
    "TD": {"N": "0", "L": "0.25", "M": "0.75", "H": "1", "ND": "1"},
    "CR": {"L": "0.5", "M": "1", "H": "1.51", "ND": "1"},
}
V2["I"] = V2["A"] = V2["C"]
V2["IR"] = V2["AR"] = V2["CR"]
V3 = {
    "AV": {"N": "0.85", "A": "0.62", "L": "0.55", "P": "0.2"},
    "AC": {"L": "0.77", "H": "0.44"},
    "PR": {"N": "0.85", "L": "0.62", "H": "0.27"},
    "UI": {"N": "0.85", "R": "0.62"},
    "S": {"U": "0", "C": "0"},
    "C": {"H": "0.56", "L": "0.22", "N": "0"},
    "E": {"X": "1", "H": "1", "F": "0.97", "P": "0.94", "U": "0.91"},
    "RL": {"X": "1", "U": "1", "W": "0.97", "T": "0.96", "O": "0.95"},
    "RC": {"X": "1", "C": "1", "R": "0.96", "U": "0.92"},
    "CR": {"X": "1", "H": "1.5", "M": "1", "L": "0.5"},
}
V3["I"] = V3["A"] = V3["C"]
V3["IR"] = V3["AR"] = V3["CR"]
PR_CHANGED = {"N": "0.85", "L": "0.68", "H": "0.50"}
BASE = {"2.0": ["AV", "AC", "Au", "C", "I", "A"],
        "3": ["AV", "AC", "PR", "UI", "S", "C", "I", "A"]}
OPTIONAL = {"2.0": ["E", "RL", "RC", "CDP", "TD", "CR", "IR", "AR"],
            "3": ["E", "RL", "RC", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI",
                  "MA"]}


@functools.lru_cache(maxsize=None)
def fraction(text):
    return F(text)


def weight(table, metrics, name, undefined):
    return fraction(table[name][metrics.get(name, undefined)])


def half_up(value):
    """To tenths; a half goes up."""
    return math.floor(value * 10 + F(1, 2))


def v2_sum(metrics, adjusted):
    left = F(1)
    for name in "CIA":
        need = weight(V2, metrics, name + "R", "ND") if adjusted else 1
        left *= 1 - weight(V2, metrics, name, None) * need
    impact = F("10.41") * (1 - left)
    if adjusted:
        impact = min(F(10), impact)
    reach = 20 * math.prod(weight(V2, metrics, name, None) for name in ("AV", "AC", "Au"))
    return (F("0.6") * impact + F("0.4") * reach - F("1.5")) * (0 if impact == 0 else F("1.176"))


def v2_temporal(tenths, metrics):
    return half_up(F(tenths, 10) * math.prod(weight(V2, metrics, name, "ND")
                                             for name in ("E", "RL", "RC")))


def scores_v2(metrics):
    base = half_up(v2_sum(metrics, False))
    temporal = v2_temporal(base, metrics)
    if all(metrics.get(name, "ND") == "ND" for name in OPTIONAL["2.0"][3:]):
        return base, temporal, temporal
    again = F(v2_temporal(half_up(v2_sum(metrics, True)), metrics), 10)
    raised = again + (10 - again) * weight(V2, metrics, "CDP", "ND")
    return base, temporal, min(max(half_up(raised * weight(V2, metrics, "TD", "ND")), 0), 100)


def round_up(version, value):
    whole = math.floor(value * 100000 + F(1, 2))
    by_31 = whole // 10000 if whole % 10000 == 0 else whole // 10000 + 1
    by_30 = math.ceil(value * 10)
    # No exact value tells the two apart: what made calculators of v3.0 differ was noise.
    assert by_30 == by_31, value
    return by_30 if version == "3.0" else by_31


@functools.lru_cache(maxsize=None)
def v3_impact(version, adjusted, changed, losses):
    iss = 1 - math.prod(1 - loss for loss in losses)
    if adjusted:
        iss = min(iss, F("0.915"))
    if not changed:
        return F("6.42") * iss
    steep = F("3.25") * ((iss * F("0.9731") - F("0.02")) ** 13 if adjusted and version == "3.1"
                         else (iss - F("0.02")) ** 15)
    return F("7.52") * (iss - F("0.029")) - steep


def v3_sum(version, metrics, adjusted):
    def effective(name):
        value = metrics.get("M" + name, "X") if adjusted else "X"
        return metrics[name] if value == "X" else value
    changed = effective("S") == "C"
    losses = tuple(sorted(fraction(V3[name][effective(name)]) *
                          (weight(V3, metrics, name + "R", "X") if adjusted else 1)
                          for name in "CIA"))
    impact = v3_impact(version, adjusted, changed, losses)
    reach = F("8.22") * math.prod(fraction(V3[name][effective(name)]) for name in ("AV", "AC", "UI"))
    reach *= fraction((PR_CHANGED if changed else V3["PR"])[effective("PR")])
    if impact <= 0:
        return F(0)
    return min((impact + reach) * (F("1.08") if changed else 1), F(10))


def v3_temporal(version, tenths, metrics):
    return round_up(version, F(tenths, 10) * math.prod(weight(V3, metrics, name, "X")
                                                       for name in ("E", "RL", "RC")))


def scores_v3(version, metrics):
    base = round_up(version, v3_sum(version, metrics, False))
    again = round_up(version, v3_sum(version, metrics, True))
    return base, v3_temporal(version, base, metrics), v3_temporal(version, again, metrics)


def scores(version, metrics):
    return scores_v2(metrics) if version == "2.0" else scores_v3(version, metrics)


def values_of(version, name):
    """All values of a metric."""
    if version == "2.0":
        return list(V2[name])
    if name[0] == "M":
        return ["X", *V3[name[1:]]]
    return list(V3[name])


def vector_of(version, metrics, order=None):
    text = "/".join(f"{name}:{metrics[name]}" for name in order or metrics)
    return text if version == "2.0" else f"CVSS:{version}/{text}"


def every(version, names):
    for values in itertools.product(*(values_of(version, name) for name in names)):
        yield dict(zip(names, values))


def kind(version):
    return "2.0" if version == "2.0" else "3"


def multisets(version, impact, need):
    """Each metric of impact with each requirement; the three letters are alike in the equations."""
    pairs = list(itertools.product(values_of(version, impact), need))
    return itertools.combinations_with_replacement(pairs, 3)


def all_environments(version):
    """Every input of the adjusted equation, once."""
    old = version == "2.0"
    need = ["L", "M", "H"]
    reach = ["AV", "AC", "Au"] if old else ["AV", "AC", "PR", "UI", "S"]
    for row in multisets(version, "C", need):
        given = {}
        for name, (impact, requirement) in zip("CIA", row):
            given[name if old else "M" + name] = impact
            given[name + "R"] = requirement
        for metrics in every(version, reach):
            if old:
                yield {**metrics, **given}
            else:  # by way of the modified ones, the base metrics saying something else
                yield {"AV": "P", "AC": "H", "PR": "H", "UI": "R", "S": "U", "C": "N", "I": "L",
                       "A": "N", **{"M" + name: value for name, value in metrics.items()}, **given}


def all_temporal(version):
    """A vector for every base score there is, with all temporal metrics (and all CDP, TD)."""
    found = {}
    for metrics in every(version, BASE[kind(version)]):
        found.setdefault(scores(version, metrics)[0], metrics)
    names = OPTIONAL[kind(version)][:5 if version == "2.0" else 3]
    for metrics in found.values():
        for more in every(version, names):
            if not {"X", "ND"} & set(more.values()):  # as another one in the equations
                yield {**metrics, **more}


def some_random(version, count, rng):
    for _ in range(count):
        metrics = {name: rng.choice(values_of(version, name)) for name in BASE[kind(version)]}
        for name in OPTIONAL[kind(version)]:
            if rng.random() < 0.8:
                metrics[name] = rng.choice(values_of(version, name))
        yield metrics


def severity(version, tenths):
    words = [(90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"), (0, "NONE")]
    if version == "2.0":
        words = [(70, "HIGH"), (40, "MEDIUM"), (0, "LOW")]
    return next(word for least, word in words if tenths >= least)


def compare(program, version, what, cases):
    """How many agree; prints those that do not."""
    lines = []
    for order, metrics in cases:
        wanted = scores(version, metrics)
        vector = vector_of(version, metrics, order)
        lines.append((vector, wanted))
    done = subprocess.run([program, "cvss", "--json", "-"], capture_output=True, text=True,
                          input="".join(vector + "\n" for vector, _ in lines), check=False)
    answers = done.stdout.splitlines()
    if done.returncode != 0 or len(answers) != len(lines):
        sys.exit(f"CVSS {version}, {what}: exit {done.returncode}, {len(answers)} answers to "
                 f"{len(lines)} vectors: {done.stderr[:400]}")
    wrong = 0
    for (vector, wanted), line in zip(lines, answers):
        is_ = json.loads(line)
        got = tuple(is_[name] for name in ("base", "temporal", "environmental"))
        right = (is_["vector"] == vector and is_["version"] == version and
                 got == tuple(tenths / 10 for tenths in wanted) and
                 is_["severity"] == severity(version, wanted[0]))
        if not right and (wrong := wrong + 1) <= 5:
            print(f"{vector}: {line}, not {wanted}", file=sys.stderr)
    print(f"CVSS {version}: {what}: {len(lines) - wrong} of {len(lines)} agree")
    return wrong


def compare_calculators(version, cases):
    """The fractions above against the calculators; how many differ."""
    lines = [(vector_of(version, metrics), scores(version, metrics)) for metrics in cases]
    done = subprocess.run(["node", os.path.join(HERE, "cvss-calculator.mjs"), MODULES], text=True,
                          input="".join(vector + "\n" for vector, _ in lines), capture_output=True,
                          check=True)
    which = 3 if version == "3.1" else 1
    wrong = 0
    for (vector, wanted), line in zip(lines, done.stdout.splitlines(), strict=True):
        said = json.loads(line)
        if said is None or said[:which] != [tenths / 10 for tenths in wanted[:which]]:
            wrong += 1
            print(f"{vector}: {line}, not {wanted}", file=sys.stderr)
    print(f"CVSS {version}: {'all' if which == 3 else 'base'} scores of the calculators: "
          f"{len(lines) - wrong} of {len(lines)} agree")
    return wrong


def ask_calculators(count, rng):
    if not os.path.isdir(os.path.join(MODULES, "@secvisogram")) or shutil.which("node") is None:
        print("SKIP: FIRST's calculators are not there: tests/tools/csaf-reference-install fetches them")
        return 0
    return sum(compare_calculators(version, itertools.chain(
        every(version, BASE[kind(version)]), some_random(version, count, rng)))
        for version in ("2.0", "3.0", "3.1"))


def distance(version, value):
    """How far from where its rounding turns."""
    if version == "3.0":
        scaled, unit = value * 10, F(1, 10)
    else:
        scaled, unit = value * 100000 - F(1, 2), F(1, 100000)
    part = scaled - math.floor(scaled)
    return min(part, 1 - part) * unit


def nearest(version):
    """Over all values of an equation with a power, base and environmental."""
    found = F(1)
    for metrics in itertools.chain(every(version, BASE["3"]), all_environments(version)):
        for adjusted in (False, True):
            changed = metrics.get("MS", metrics["S"]) if adjusted else metrics["S"]
            value = v3_sum(version, metrics, adjusted) if changed == "C" else F(0)
            if 0 < value < 10:
                found = min(found, distance(version, value))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--random", type=int, default=34000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    wrong = 0
    for version in ("2.0", "3.0", "3.1"):
        def plain(cases):
            return ((None, metrics) for metrics in cases)

        def shuffled(cases):
            for metrics in cases:
                order = list(metrics)
                rng.shuffle(order)
                yield order, metrics
        wrong += compare(args.program, version, "all base vectors",
                         plain(every(version, BASE[kind(version)])))
        wrong += compare(args.program, version, "all adjusted sums", plain(all_environments(version)))
        wrong += compare(args.program, version, "all products with temporal metrics",
                         plain(all_temporal(version)))
        wrong += compare(args.program, version, f"random, seed {args.seed}",
                         shuffled(some_random(version, args.random, rng)))
    wrong += ask_calculators(args.random // 10, rng)
    for version in ("3.0", "3.1"):
        least = nearest(version)
        print(f"CVSS {version}: no power comes nearer to a turn of its rounding than {float(least):.1e}")
        wrong += least < F(1, 10 ** 12)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
