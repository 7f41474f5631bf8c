"""Where `tocsin check` and the reference validator differ, and how a document shows it.

docs/csaf-differences.md has the sentences of the specifications; the names here are its headings.
"""
import datetime
import json
import re

ODD_DATE = re.compile(r"T\d\d:\d\d:60|^0000-|[tz]|[+-]\d\d(\d\d)?$|\d\d \d\d:|^\d{4}-\d\d-\d\dT[\d:]+\.\d{10,}", re.S)
RANGE_WORD = "(after|all|before|earlier|later|prior|versions)"
RANGE_BESIDE_SIGNS = rf"""[()\[\]{{}},.;!?"']{RANGE_WORD}\b|\b{RANGE_WORD}[()\[\]{{}},.;!?"']"""
TRACKING_TESTS = {"6.1.14", "6.1.16", "6.1.21", "6.2.5", "6.2.6"}


def texts(value, names):
    """Every text that is a member of one of these names."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in names and isinstance(inner, str):
                yield inner
            yield from texts(inner, names)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, names)


def get(doc, *path):
    for name in path:
        doc = doc.get(name) if isinstance(doc, dict) else None
    return doc


def languages(doc):
    return [x for x in (get(doc, "document", "lang"), get(doc, "document", "source_lang")) if isinstance(x, str)]


def dates(doc):
    return list(texts(doc, {"date", "current_release_date", "initial_release_date", "discovery_date", "release_date"}))


def instant(text):
    """Two texts of one instant give one value."""
    try:
        return datetime.datetime.fromisoformat(str(text).upper().replace("Z", "+00:00")).timestamp()
    except ValueError:
        return text


def major(version):
    """The first number of a version, -1 for what has none."""
    digits = re.match(r"\d+", str(version))
    return int(digits.group()) if digits else -1


def revisions(doc):
    history = get(doc, "document", "tracking", "revision_history")
    return [r for r in history if isinstance(r, dict)] if isinstance(history, list) else []


def vulnerabilities(doc):
    found = get(doc, "vulnerabilities")
    return [v for v in found if isinstance(v, dict)] if isinstance(found, list) else []


def has_rounded_scores(doc):
    """Temporal or environmental scores of v2 or v3.0."""
    for v in vulnerabilities(doc):
        for score in v.get("scores", []):
            for kind in ("cvss_v2", "cvss_v3"):
                cvss = score.get(kind) if isinstance(score, dict) else None
                if isinstance(cvss, dict) and cvss.get("version") != "3.1" and any(
                        name.startswith(("temporal", "environmental")) for name in cvss):
                    return True
    return False


CVSS_MEMBERS = {
    "cvss_v2": """accessComplexity accessVector authentication availabilityImpact availabilityRequirement baseScore collateralDamagePotential
        confidentialityImpact confidentialityRequirement environmentalScore exploitability integrityImpact integrityRequirement remediationLevel
        reportConfidence targetDistribution temporalScore vectorString version""".split(),
    "cvss_v3": """attackComplexity attackVector availabilityImpact availabilityRequirement baseScore baseSeverity confidentialityImpact
        confidentialityRequirement environmentalScore environmentalSeverity exploitCodeMaturity integrityImpact integrityRequirement
        modifiedAttackComplexity modifiedAttackVector modifiedAvailabilityImpact modifiedConfidentialityImpact modifiedIntegrityImpact
        modifiedPrivilegesRequired modifiedScope modifiedUserInteraction privilegesRequired remediationLevel reportConfidence scope temporalScore
        temporalSeverity userInteraction vectorString version""".split()}


def has_odd_cvss(doc):
    """A member that FIRST's schemas do not name, in an object of CVSS."""
    scores = [s for v in vulnerabilities(doc) for s in v.get("scores", []) if isinstance(s, dict)]
    return any(set(s[kind]) - set(names) for s in scores for kind, names in CVSS_MEMBERS.items() if isinstance(s.get(kind), dict))


def is_odd_uri(text):
    """A scheme and nothing, or nothing but a query or fragment, behind it: path-empty of RFC 3986."""
    return re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:([?#].*)?$", text) is not None


def explain_schema(doc, who):
    if who == "ours" and any(re.search(r"[+-]\d\d(\d\d)?$|\d\s\d", d) for d in dates(doc)):
        return "Offsets without a colon, a space for T"
    if who == "theirs" and any(re.match(r"cpe:2\.3:.*[^\w*?.:\\~-]|cpe:2\.3:([^:]*:){11}|.+cpe:/", c, re.S) for c in texts(doc, {"cpe"})):
        return "CPE names with words around them"
    if who == "theirs" and any(map(is_odd_uri, texts(doc, {"url", "namespace", "uri"}))):
        return "URIs with an empty path"
    return None


def explain_revisions(doc, test):
    if any(ODD_DATE.search(d) for d in dates(get(doc, "document", "tracking"))):
        return "Dates that the reference cannot read"
    ordered = [(r.get("date"), r.get("number")) for r in revisions(doc)]
    majors = [major(n) for _, n in sorted(ordered, key=lambda r: (str(instant(r[0])), major(r[1])))]
    if test == "6.1.21" and majors != sorted(majors):
        return "Versions that go back"
    plain = [re.sub(r"\+.*", "", str(n)) for _, n in ordered]
    if test == "6.1.14" and len({n + ".0.0" if n.isdigit() else n for n in plain}) < len(ordered):
        return "A number that comes again"
    if test in ("6.1.14", "6.1.16", "6.1.21") and len({instant(d) for d, _ in ordered}) < len(ordered):
        return "Revisions of one date"
    return None


def one_for_all(doc, test, who):
    """The reference makes these tests only when every vulnerability has the member."""
    member = {"6.1.29": "remediations", "6.1.32": "flags", "6.1.33": "flags", "6.2.2": "product_status", "6.2.3": "product_status"}.get(test)
    if who == "ours" and member and any(member not in v for v in vulnerabilities(doc)):
        return "One vulnerability for all"
    return None


def explain_mandatory(doc, test, who):
    if test == "6.1.12" and who == "theirs" and any(re.search(r"-([a-z0-9]{5,8}|\d[a-z0-9]{3})\b", x, re.I) for x in languages(doc)):
        return "Variants of a language"
    if test == "6.1.26" and who == "ours":
        return "Values of profiles among prohibited names"
    if test == "6.1.31" and who == "ours" and any(re.search(RANGE_BESIDE_SIGNS, n, re.I) for n in texts(doc, {"name"})):
        return "Words of a range next to other signs"
    if test == "6.1.27.2" and who == "theirs" and any("category" not in r for r in get(doc, "document", "references") or [] if isinstance(r, dict)):
        return "References without a category"
    if test == "6.1.28" and who == "ours" and len({x.lower() for x in languages(doc)}) == 1:
        return "Languages in capital letters"
    if test == "6.1.9" and has_rounded_scores(doc):
        return "Scores that binary fractions change"
    if test == "6.1.13" and who == "theirs" and "pkg:golang/" in json.dumps(doc):
        return "Versions of Go packages"
    if test == "6.1.13" and who == "ours" and any("?" in purl for purl in texts(doc, {"purl"})):
        return "Package URLs that are repaired"
    if test == "6.1.13" and who == "ours" and any(re.match(r"pkg:/*[^/?#]+/+@[^/?#]*/*([?#]|$)", purl, re.I) for purl in texts(doc, {"purl"})):
        return "Package URLs without a name"
    if test == "6.1.24" and who == "ours":
        return "Involvements"
    return one_for_all(doc, test, who)


def explain_optional(doc, test, who):
    if test == "6.2.1" and who == "theirs" and any("flags" in v for v in vulnerabilities(doc)):
        return "References by flags"
    if test == "6.2.14" and who == "ours" and any(re.search(r"\bx-|-(AA|ZZ|Q[M-Z]|X[A-Z]|Qa[ab][a-z])\b", x, re.I) for x in languages(doc)):
        return "Private parts of a language"
    if test == "6.2.15" and who == "ours":
        return "Languages in capital letters"
    if test == "6.2.20" and who == "ours" and has_odd_cvss(doc):
        return "Members that CVSS does not know"
    if test == "6.2.13" and re.search(r'"[^"]*[A-Z0-9][^"]*":', json.dumps(doc)):
        return "The order of capital letters and digits"
    return one_for_all(doc, test, who)


def explain(doc, test, who):
    """The heading of the reason, or None."""
    if test == "schema":
        return explain_schema(doc, who)
    if test in TRACKING_TESTS:
        return explain_revisions(doc, test)
    return explain_mandatory(doc, test, who) or explain_optional(doc, test, who)
