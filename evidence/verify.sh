#!/bin/sh
# verify.sh [--in FOLDER] [--anchor NOTE] [--disclosed FILE] - judges an evidence bundle: the one in whose folder it
# lies, or FOLDER (a copy of this script that the auditor trusts more than the one in the bundle).
#
# Needs no program of the maker: POSIX shell, coreutils, awk, sed, jq, xxd, openssl. What is checked,
# in which order, and what each reason means stands in bundle.md of the Tocsin documentation; the
# same in short is in README.txt beside this file. Prints "good: ..." (exit 0) or
# "bad: WHERE: REASON" for the first fault (exit 1); exit 2: it cannot be read.
set -u
LC_ALL=C
export LC_ALL

# Kinds of entry and the members of each one's data: T text, N integer, B boolean, H hash, I instant, P commitment,
# L list; a ? behind it: entries older than this member lack it. "?" alone: reserved, its members are not judged.
shapes="
    log.start mode:T origin:T version:T
    log.key by:P key:T previous:T reason:P
    config.loaded acknowledge_days:N? news_ms:N? sha256:P triage_ms:N? unassigned_ms:N?
    party.imported added:N changed:N file_sha256:P removed:N rows:N
    product.imported added:N changed:N file_sha256:P removed:N rows:N
    installed.imported added:N changed:N file_sha256:P removed:N rows:N
    contact.corrected by:P now:P party:P reason:P was:P
    key.pinned algo:T expires:I fpr:P party:P state:T sub_fpr:P
    key.changed algo:T expires:I fpr:P old_fpr:P party:P state:T sub_fpr:P
    key.refused fpr:P party:P reason:T state:T
    tls.refused attempt:N endpoint:T peer:H reason:T
    advisory.submitted order_sha256:H sha256:H tlp:T tracking:P version:T
    advisory.refused count:N findings:L sha256:H
    advisory.approved approval_sha256:P complete:B form:T fpr:P order_sha256:H person:P role:T sha256:H signed_at:I
    advisory.superseded by:T
    case.opened by:P how:T number:P reporter:P reporter_mail:P source:T title:P
    case.assigned by:P owner:P reason:P
    case.state back:T by:P from:T reason:P state:T
    case.linked by:P kind:T ref:P
    case.message address:P message_id:P sha256:P way:T
    report.received encrypted:B message_id:P notice:T outcome:T parts_sha256:P reason:P sender:P sha256:P text_sha256:P
    case.told by:P how:T said:P? sha256:P
    case.closed by:P disclosure:T outcome:P role:T
    case.reviewed by:P note:P source:T
    fact.recorded at:I by:P class:T fact:N from:N jurisdiction:T kind:T person:P source:P stated:T supersedes:N zone:T
    fact.chosen by:P fact:N reason:P
    decision.recorded by:P decision:N jurisdiction:T person:P proof_sha256:P reason:P supersedes:N verdict:T
    decision.countersigned by:P decision:N
    rules.adopted form:T fpr:P pack_sha256:H person:P previous_sha256:H role:T rules:N signature_sha256:P signed_at:I
    policy.written basis_sha256:H cvd_sha256:H expires:I person:P procedure_sha256:H security_txt_sha256:H
    policy.published basis_sha256:H person:P published_at:I url:T
    hold.set hold:N jurisdiction:T kind:T left:N places:T? rule:T since:I? until:I version:N why:T
    hold.ended by:P hold:N how:T proof_sha256:P reason:P
    hold.bypassed by:P hold:N how:T proof_sha256:P reason:P
    waiver.recorded finding:P person:P pointer:T reason:P role:T sha256:H test:T
    waiver.withdrawn finding:P person:P pointer:T reason:P role:T sha256:H test:T
    digest.schedule anchor:I rule:T schedule:P since:I
    digest.run empty:N missed:N no_mail:N planned:N
    digest.issued items:N sha256:H tlp:T tracking:P version:T
    digest.turn by:P missed:N outcome:T party:P reason:P run:I schedule:P wall:N
    drill.run answer_by:I by:P count:N deadline:I drill:N missed:N of:T order_sha256:H run:I sha256:H tlp:T tracking:P version:T wall:N
    drill.finished answered:N drill:N facts_sha256:H faults:N passed:B recipients:N report_sha256:H taken:N
    drill.signed drill:N signed_sha256:H
    drill.failed missed:N run:I why:P
    canary.due advisory:T due:I name:P notice:T
    canary.seen advisory:T message_id:T name:P
    canary.needless advisory:T message_id:T name:P
    canary.missed advisory:T message_id:T name:P
    embargo.released answer_by:I? at:I by:P deadline:I embargo:I reason:P
    node.lease ?
    duty.planned cascade:T country:T deliverable:T derivation:T due_legal:T due_safe:T duty:N jurisdiction:T legal:I owner:P rule:T rule_sha256:H safe:I state:T trigger:T version:N was_legal:T was_safe:T was_state:T was_version:N?
    duty.recomputed cascade:T country:T deliverable:T derivation:T due_legal:T due_safe:T duty:N jurisdiction:T legal:I owner:P rule:T rule_sha256:H safe:I state:T trigger:T version:N was_legal:T was_safe:T was_state:T was_version:N?
    duty.met by:P duty:N late_ms:N number:P proof_sha256:P reason:P rule:T told_at:I version:N
    duty.explained by:P duty:N reason:P rule:T
    duty.waived by:P duty:N reason:P rule:T
    plan.created answer_by:I count:N deadline:I left_out:N root:H
    plan.finished count:N
    plan.first count:N root:H
    notice.planned advisory:T answer_by:I country:T deadline:I form:T kind:T level:T next_at:I? party:P party_kind:T priority:N route:T
    notice.sealed address:P form:T? key_fpr:P level:T message_id:T next_at:I? plain_sha256:P sha256:H
    notice.held until:I why:T
    notice.moved event:T form:T? from:T level:T next_at:I route:T state:T task:N? why:P
    notice.superseded by:T
    notice.cancelled by:P reason:P
    attempt.begin attempt:N endpoint:T parcel_sha256:H sending:N why:T
    attempt.dot attempt:N
    attempt.outcome attempt:N code:N enhanced:T next_at:I peer:H said:P state:T tls:T transcript_sha256:P verdict:T
    bounce.received best:T? detail:P grade:T how:T next_at:I? sha256:P state:T status:T
    dsn.received best:T? detail:P grade:T how:T next_at:I? sha256:P state:T status:T
    mdn.received best:T? detail:P grade:T how:T next_at:I? sha256:P state:T status:T
    ack.received answer:T best:T? by:P detail:P grade:T how:T sha256:P state:T units:N
    task.opened cause:P deadline:I joined:B kind:T owner:P task:N
    task.done by:P notices:N proof_sha256:P ref:P task:N
    deadline.warned deadline:I left_ms:N what:T
    deadline.missed by_ms:N deadline:I what:T
    escalation.sent deadline:I to:P what:T
    notice.closed grade:T state:T why:T
    admin.action action:T by:P detail:P
    clock.jump by_ms:N from:I off_ms:N? to:I
    clock.set by:P by_ms:N to:I
    fault.detected detail:P fault:T where:T
    heartbeat notices_open:N tasks_open:N
    anchor.tsa authority:T cert_end:I serial:T sha256:H size:N told_at:I url:T
    anchor.witness ?
    personal.erased blobs:N by:P kept:N names_sha256:P? notices:N reason:P rows:N subject:T values:N
    export.created party:P reader:T scope:T start:N
    epoch.end first_by:P first_fpr:P first_sha256:P head:N head_prev:H last_root:H last_size:N next:T origin:T reason:P second_by:P second_fpr:P second_sha256:P
"

usage() {
    echo "usage: sh verify.sh [--in FOLDER] [--anchor NOTE] [--disclosed FILE]" >&2
    exit 2
}
anchor=
disclosed=
folder=$(dirname "$0")
while [ $# -gt 0 ]; do
    case $#$1 in
    [246]--anchor) anchor=$2 ;;
    [246]--disclosed) disclosed=$2 ;;
    [246]--in) folder=$2 ;;
    *) usage ;;
    esac
    shift 2
done
for tool in awk cmp jq openssl sed sha256sum split sort xargs xxd; do
    command -v $tool >/dev/null || {
        echo "verify.sh: $tool is missing: install it" >&2
        exit 2
    }
done
if [ -n "$anchor" ] && [ ! -s "$anchor" ]; then
    echo "verify.sh: $anchor: cannot be read, or is empty" >&2
    exit 2
fi
# Each leaf and node is a file for a moment: in memory where there is such a place.
temp=${TMPDIR:-/tmp}
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || temp=/dev/shm
work=$(mktemp -d "$temp/tocsin-verify-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT PIPE TERM
[ -z "$anchor" ] || cp "$anchor" "$work/anchor" || exit 2
[ -z "$disclosed" ] || cp "$disclosed" "$work/disclosed" || exit 2
cd "$folder" || exit 2
none=1
for name in SHA256SUMS SHA256SUMS.sig checkpoint entries.jsonl log.vkey start; do
    if [ -e "$name" ] || [ -L "$name" ]; then none=0; fi
done
if [ $none -eq 1 ]; then
    echo "verify.sh: $folder: is no bundle: it has none of a bundle's files" >&2
    exit 2
fi

bad() { # WHERE REASON
    echo "bad: $1: $2"
    tell_epochs
    exit 1
}
epochs=0
tell_epochs() {
    [ $epochs -eq 0 ] || echo "EPOCH: signed history was lost $epochs times, and the log begun anew: read entry $epoch_at"
}
node() { # LEFT RIGHT: sets hash
    hash=$(printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum)
    hash=${hash%% *}
}
is_number() {
    case $1 in
    '' | *[!0-9]* | 0?* | ???????????????????*) return 1 ;;
    esac
}

# --- names: regular files, in at most one folder, [A-Za-z0-9._-]
find . -mindepth 1 ! -path . >"$work/names.raw" 2>/dev/null || exit 2
good_name='([A-Za-z0-9_][A-Za-z0-9._-]*/)?[A-Za-z0-9_][A-Za-z0-9._-]*'
is_good() { # NAME: harmless to print, too
    [ ${#1} -le 100 ] && [ "$(printf '%s\n' "$1" | grep -cxE "$good_name")" -eq 1 ]
}
first_name() { # of the list of find -print0 that comes in
    tr '\n\0' '\001\n' | sed 's#^\./##' | sort | sed -n 1p
}
find . -mindepth 1 ! -type d ! -type f -print0 >"$work/odd"
if [ -s "$work/odd" ]; then
    name=$(first_name <"$work/odd")
    is_good "$name" || name="a file"
    bad "$name" not-a-file
fi
newline=$(printf '\nx')
newline=${newline%x}
find . -mindepth 1 -type d -print0 | tr '\n\0' '\001\n' | sed 's#^\./##' | sort >"$work/folders"
wrong=$(awk -v good="^[A-Za-z0-9_][A-Za-z0-9._-]*$" 'length($0) > 100 || $0 !~ good { print; exit }' "$work/folders")
if [ -n "$wrong" ]; then
    is_good "$wrong" || wrong="a folder"
    bad "$wrong" bad-name
fi
[ -z "$(find . -type f -name "*$newline*" | head -c 1)" ] || bad "a file" bad-name
find . -type f | sed 's#^\./##' | sort >"$work/files"
wrong=$(grep -avxE "$good_name" "$work/files" | head -n 1)
[ -n "$wrong" ] || wrong=$(awk 'length($0) > 100' "$work/files" | head -n 1)
if [ -n "$wrong" ]; then
    case $wrong in *[!\ -~]* | *\\*) wrong="a file" ;; esac
    bad "$wrong" bad-name
fi
for name in SHA256SUMS SHA256SUMS.sig checkpoint entries.jsonl log.vkey start; do
    [ -f "$name" ] || bad $name missing
done

# --- log.vkey: NAME+KEYID+KEY lines; key N as PEM in $work/key.N, and what belongs to it by of_key
of_key() { # N: sets key_name, key_id, key_line and key_named, the entry that names it (-1: none)
    eval "key_name=\$key_name_$1 key_id=\$key_id_$1 key_line=\$key_line_$1 key_named=\$key_named_$1"
}
key_name=
key_id=
key_line=
key_named=
is_text() { # FILE: no NUL, which the shell would not see, and a newline at its end
    tr -d '\0' <"$1" | cmp -s - "$1" && [ -z "$(tail -c 1 "$1" | tr -d '\n')" ]
}
keys=0
is_text log.vkey || bad log.vkey not-canonical
while IFS= read -r line; do
    keys=$((keys + 1))
    name=${line%%+*}
    rest=${line#*+}
    id=${rest%%+*}
    key=$(printf %s "${rest#*+}" | base64 -d 2>/dev/null | xxd -p -c 33)
    sum=$({ printf '%s\n' "$name" && printf %s "$key" | xxd -r -p; } | sha256sum)
    if [ $keys -gt 32 ] || [ "$rest" = "$line" ] || [ ${#key} -ne 66 ] || [ "${key#01}" = "$key" ] ||
        [ "$(printf '%s\n' "name $name" "key ${rest#*+}" | grep -cxE 'name [!-*,-~]{1,127}|key [A-Za-z0-9+/]{44}')" -ne 2 ] ||
        [ "${sum%"${sum#????????}"}" != "$id" ]; then
        bad log.vkey not-canonical
    fi
    {
        echo "-----BEGIN PUBLIC KEY-----"
        printf '302a300506032b6570032100%s' "${key#01}" | xxd -r -p | base64
        echo "-----END PUBLIC KEY-----"
    } >"$work/key.$keys"
    eval "key_name_$keys=\$name key_id_$keys=\$id key_line_$keys=\$line key_named_$keys=-1"
done <log.vkey
[ $keys -gt 0 ] || bad log.vkey not-canonical

# --- start: entries left out, prev, frontier
head -c 8192 start >"$work/start"
cmp -s start "$work/start" || bad start too-long
is_text start || bad start not-canonical
{ IFS= read -r magic; IFS= read -r first; IFS= read -r prev; } <start
[ "$magic" = tocsin.bundle/1 ] && is_number "$first" || bad start not-canonical
ones=0
n=$first
while [ "$n" -gt 0 ]; do
    ones=$((ones + n % 2))
    n=$((n / 2))
done
hashes=$(awk 'NR > 2 && (length($0) != 64 || /[^0-9a-f]/) { bad = 1 } END { print bad ? "bad" : NR - 3 }' start)
[ "$hashes" = $ones ] || bad start not-canonical
sed 1,3d start >"$work/frontier"
zeros=$(printf '%064d' 0)
[ "$first" -ne 0 ] || [ "$prev" = "$zeros" ] || bad start not-canonical

# --- entries: the first line of each fault that a line can have by itself
total=$(tr -cd '\n' <entries.jsonl | wc -c)
case $(tail -c 1 entries.jsonl | xxd -p) in '' | 0a) ;; *) total=$((total + 1)) ;; esac
long=$(awk 'length($0) > 65534 { print NR; exit }' entries.jsonl)
head -n $((${long:-$((total + 1))} - 1)) entries.jsonl >"$work/short"
jq -cS . "$work/short" >"$work/canonical" 2>/dev/null
odd=
if ! cmp -s "$work/short" "$work/canonical"; then
    odd=$(awk -v other="$work/canonical" '{ if ((getline line <other) <= 0 || line != $0) { print NR; exit } }' "$work/short")
    odd=${odd:-$(wc -l <"$work/canonical")} # its newline is missing, or NUL bytes
fi
head -n $((${odd:-$((total + 1))} - 1)) "$work/short" >"$work/lines"

# What of the dialect jq does not show, and the form of the members. A line is split at its quotes: texts stand
# between structure. What is left when each text is one sign for its form and each number one N, is the skeleton of the line; few
# are different, and each of them is judged once. Of escapes \" and \\ count as one sign, so they become one first.
awk -v shapes="$shapes" '
    BEGIN {
        FS = "\""
        lines = split(shapes, line, "\n")
        for (i = 1; i <= lines; i++) {
            n = split(line[i], part, " ")
            if (n == 0) continue
            known[part[1]] = 1
            if (part[2] == "?") { reserved[part[1]] = 1; continue }
            members[part[1]] = n - 1
            for (k = 2; k <= n; k++) {
                split(part[k], half, ":")
                name[part[1], k - 1] = half[1]
                type[part[1], k - 1] = substr(half[2], 1, 1)
                younger[part[1], k - 1] = substr(half[2], 2)
            }
        }
    }
    function word(text) { return length(text) >= 1 && length(text) <= 64 && text !~ /[^\001 -~]/ }
    function instant(t,   y, m, d, last) {
        if (t !~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9][0-9][0-9]Z$/) return 0
        y = substr(t, 1, 4) + 0; m = substr(t, 6, 2) + 0; d = substr(t, 9, 2) + 0
        last = m == 2 ? 28 + (y % 4 == 0 && y % 100 != 0 || y % 400 == 0) : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31
        return m >= 1 && m <= 12 && d >= 1 && d <= last && substr(t, 12, 2) + 0 < 24 && substr(t, 15, 2) + 0 < 60 && substr(t, 18, 2) + 0 < 60
    }
    function form(text,   size) { # Q: any text; I instant, H hash, P commitment, X 32 hex digits
        size = length(text)
        if (size == 64) return text ~ /[^0-9a-f]/ ? "Q" : "H"
        if (size == 24) return instant(text) ? "I" : "Q"
        if (size == 67) return text ~ /^c1:[0-9a-f]+$/ ? "P" : "Q"
        if (size == 32) return text ~ /[^0-9a-f]/ ? "Q" : "X"
        return "Q"
    }
    function skeleton(   s, i, text) {
        s = $1
        for (i = 2; i < NF; i += 2) {
            text = $(i + 1)
            if (substr(text, 1, 1) == ":") {
                s = s ($i ~ /^[a-z][a-z0-9_]*$/ ? $i : "!")
                if ($i == "v") { s = s text; continue }
            } else s = s form($i)
            # Numbers that need a closer look stay as they are: they make a skeleton of their own.
            if (length(text) > 1 && text !~ /-0|[0-9]e|[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]/) gsub(/[0-9]+/, "N", text)
            s = s text
        }
        return s
    }
    function large(text) { # is there a number beyond 2^53-1?
        while (match(text, /[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+/)) {
            if (RLENGTH > 16 || substr(text, RSTART, RLENGTH) "" > "9007199254740991") return 1
            text = substr(text, RSTART + RLENGTH)
        }
        return 0
    }
    function deep(text,   i, depth) {
        gsub(/[^][{}]/, "", text)
        if (length(text) <= 30) return 0
        for (i = 1; i <= length(text); i++) {
            depth += index("{[", substr(text, i, 1)) > 0 ? 1 : -1
            if (depth > 15) return 1
        }
        return 0
    }
    function flat(text) {
        while (gsub(/[{][^][{}]*[}]/, "O", text) || gsub(/[[][^][{}]*[]]/, "A", text));
        return text
    }
    function is_of(value, t) {
        if (value == "null") return 1
        if (t == "T") return value ~ /^[QIHPX]$/
        if (t == "N") return value ~ /^-?[N0-9]+$/
        if (t == "B") return value == "true" || value == "false"
        if (t == "L") return value == "A"
        return value == t
    }
    function fits(kind, s,   n, i, at, part, half) {
        match(s, /,data:[{]/)
        s = substr(s, RSTART + 7)
        match(s, /[}],idx:-?[N0-9]+,kind:.,prev:.,subj:.,up_ms:[N0-9]+,v:1[}]$/)
        n = split(flat(substr(s, 1, RSTART - 1)), part, ",")
        at = 1
        for (i = 1; i <= members[kind]; i++) {
            split(part[at], half, ":")
            if (at > n || half[1] != name[kind, i]) { if (younger[kind, i] == "") return 0 }
            else if (!is_of(half[2], type[kind, i])) return 0
            else at++
        }
        return at == n + 1
    }
    function judge(s, kind,   top) {
        if (substr(s, 1, 1) != "{" || s ~ /[^][{},:a-z0-9_NQIHPX-]|[[,:]-0|[[,:]-?[0-9N]+e/ || large(s) || deep(s)) return "not-canonical"
        top = flat(substr(s, 2, length(s) - 2))
        if (match("," top, /,v:-?[0-9]+/) && substr("," top, RSTART, RLENGTH) != ",v:1") return "bad-version"
        if (top !~ /^actor:[QIHPX],at:I,boot:X,data:O,idx:-?[N0-9]+,kind:[QIHPX],prev:H,subj:[QIHPX],up_ms:[N0-9]+,v:1$/) return "bad-member"
        return "ok " (!(kind in known) ? "bad-kind" : kind in reserved || fits(kind, s) ? "good" : "bad-data")
    }
    {
        odd = index($0, "\177") # judged before anything else: it may stand in any text
        if (index($0, "\\")) { gsub(/\\["\\]/, "\001"); gsub(/\\./, "\002") }
        s = skeleton()
        kind = $(NF > 16 ? NF - 13 : 1)
        if (!((kind, s) in told)) told[kind, s] = judge(s, kind)
        fault = odd ? "not-canonical" : told[kind, s]
        if (fault ~ /^ok/ && (!word($4) || !word($(NF - 5)) || length(kind) > 95 || kind ~ /[\001\002]/)) fault = "bad-member"
        if (fault !~ /^ok/) { print fault "\t\t\t\t"; next }
        print fault "\t" substr($(NF - 16), 2, length($(NF - 16)) - 2) "\t" $(NF - 9) "\t" $12 "\t" substr($(NF - 2), 2, length($(NF - 2)) - 2)
    }
' "$work/lines" >"$work/told"

hash_all() ( # FOLDER: hashes of its files (at most 5,000, names of ours) in the order of their names; empties it
    cd "$1" || exit
    set -- *
    [ ! -f "$1" ] || sha256sum "$@" | cut -c 1-64
    rm -f "$@"
)
# 5,000 at a time, so that they never fill the place.
from=1
count=$(wc -l <"$work/lines")
mkdir "$work/hashed"
while [ $from -le "$count" ]; do
    sed -n "$from,$((from + 4999))p; $((from + 4999))q" "$work/lines" |
        awk -v folder="$work/hashed" '{ name = sprintf("%s/%09d", folder, NR); printf "%c%s\n", 0, $0 >name; close(name) }'
    hash_all "$work/hashed"
    from=$((from + 5000))
done >"$work/level.0"

fault=$(paste "$work/told" "$work/level.0" | awk -F '\t' -v idx="$first" -v prev="$prev" '
    {
        if ($1 !~ /^ok /) reason = $1
        else if ($2 != idx) reason = "bad-index"
        else if ($3 != prev) reason = "bad-prev"
        else if ($1 != "ok good") reason = substr($1, 4)
        else if ($4 == boot && $5 + 0 < up) reason = "time-backwards-in-boot"
        if (reason != "") { print idx, reason; exit }
        idx++; prev = $6; boot = $4; up = $5 + 0
    }')
[ -z "$fault" ] || bad "entry ${fault% *}" "${fault#* }"
[ -z "$odd" ] || bad "entry $((first + odd - 1))" not-canonical
[ -z "$long" ] || bad "entry $((first + long - 1))" too-long
size=$((first + total))
# Signed history before such an entry is lost, and two persons said so.
grep -n '"kind":"epoch.end"' "$work/lines" | sed 's/:.*//' | while read -r number; do
    sed -n "${number}p" "$work/lines" | jq -r 'select(.kind == "epoch.end") | .idx'
done >"$work/epochs"
epochs=$(wc -l <"$work/epochs")
epoch_at=$(tail -n 1 "$work/epochs")

# --- the tree: level K has the hash of each whole subtree of 2^K leaves, from the index in the K-th word of offsets on
level=0
offset=$first
offsets=
have=$total
ahead=$ones # hashes of the frontier not yet used: the last one is the smallest tree
while :; do
    if [ $((offset % 2)) -eq 1 ]; then
        sed -n "${ahead}p" "$work/frontier" >"$work/joined"
        cat "$work/level.$level" >>"$work/joined"
        mv "$work/joined" "$work/level.$level"
        ahead=$((ahead - 1))
        offset=$((offset - 1))
        have=$((have + 1))
    fi
    offsets="$offsets$offset "
    [ $have -gt 1 ] || [ $ahead -gt 0 ] || break
    from=1
    while [ $from -le $((have / 2)) ]; do
        awk -v from=$from 'NR % 2 { left = $0; next } NR >= 2 * from { print "01" left $0 } NR == 2 * from + 9998 { exit }' "$work/level.$level" |
            xxd -r -p | (cd "$work/hashed" && split -a 6 -b 65 -)
        hash_all "$work/hashed"
        from=$((from + 5000))
    done >"$work/level.$((level + 1))"
    level=$((level + 1))
    offset=$((offset / 2))
    have=$((have / 2))
done
root_of() { # SIZE, from start on: sets root
    if [ "$1" -eq 0 ]; then
        root=$(sha256sum </dev/null)
        root=${root%% *}
        return
    fi
    n=$1
    level=0
    rows=
    for offset in $offsets; do
        [ $((n % 2)) -eq 0 ] || rows="$rows $level $((n - offset))"
        n=$((n / 2))
        level=$((level + 1))
    done
    root=
    for hash in $(awk -v rows="$rows" -v level="$work/level." 'BEGIN {
        n = split(rows, row, " ")
        for (i = 1; i < n; i += 2) {
            while (row[i + 1]-- > 0) getline hash <(level row[i])
            print hash
        }
    }'); do
        [ -z "$root" ] || node "$hash" "$root"
        root=$hash
    done
}
root_of $size
last_root=$root

# --- signed notes: form, whose signature, size and root
dash=$(printf '\342\200\224 ')
read_note() { # FILE: sets note_key (0: none), note_size, note_root; fails when it is no note
    note_key=0
    note_size=
    [ "$(wc -c <"$1")" -le 1024 ] || return 1
    # Five lines of which the fourth is empty, and not a byte that the shell has not read.
    { read -r origin && read -r note_size && read -r root64 && read -r line && read -r line; } <"$1" || return 1
    printf '%s\n' "$origin" "$note_size" "$root64" "" "$line" | cmp -s - "$1" || return 1
    is_number "$note_size" || return 1
    signer=${line#"$dash"}
    [ "$signer" != "$line" ] && [ "${signer#* }" != "$signer" ] || return 1
    sig64=${signer#* }
    signer=${signer%% *}
    # A name, and base64 of 32 and of 68 bytes in the only way to write it.
    [ "$(printf '%s\n' "name $origin" "root $root64" "signature $sig64" |
        grep -cxE 'name [!-*,-~]{1,127}|root [A-Za-z0-9+/]{42}[048AEIMQUYcgkosw]=|signature [A-Za-z0-9+/]{90}[048AEIMQUYcgkosw]=')" -eq 3 ] || return 1
    note_root=$(printf %s "$root64" | base64 -d | xxd -p -c 32)
    signature=$(printf %s "$sig64" | base64 -d | xxd -p -c 68)
    note_id=${signature%"${signature#????????}"}
    printf '%s\n' "$origin" "$note_size" "$root64" >"$work/signed"
    printf %s "${signature#"$note_id"}" | xxd -r -p >"$work/signature"
    k=1
    while [ $k -le $keys ]; do
        of_key $k
        if [ "$origin" = "$key_name" ] && [ "$signer" = "$origin" ] && [ "$note_id" = "$key_id" ] &&
            check_bytes $k "$work/signature" "$work/signed"; then
            note_key=$k
            return 0
        fi
        k=$((k + 1))
    done
    return 0
}
check_bytes() { # KEY SIGNATURE DATA
    openssl pkeyutl -verify -pubin -inkey "$work/key.$1" -rawin -in "$3" -sigfile "$2" >/dev/null 2>&1
}
# Which entries name later keys.
k=2
while [ $k -le $keys ]; do
    of_key $k
    named=$(grep -n '"kind":"log.key"' "$work/lines" | sed 's/:.*//' | while read -r number; do
        if [ "$(sed -n "${number}p" "$work/lines" | jq -r 'select(.kind == "log.key") | .data.key')" = "$key_line" ]; then
            echo $((first + number - 1))
            break
        fi
    done)
    eval "key_named_$k=${named:--1}"
    k=$((k + 1))
done

# $work/notes: FILE NAMED(-1: none) KEY SIZE FITS, one a line, ascending; the checkpoint and the anchor last
sed -n 's#^checkpoints/\(.*\)\.note$#\1#p' "$work/files" | sort -n >"$work/sizes"
grep '^checkpoints/' "$work/files" | while IFS= read -r name; do
    base=${name#checkpoints/}
    case $base in
    *.note) is_number "${base%.note}" || echo "$name" ;;
    *.tsr)
        rest=${base%.tsr}
        is_number "${rest%%.*}" && [ "$rest" != "${rest%%.*}" ] && is_number "${rest#*.}" && [ "${rest#*.}" -ge 1 ] || echo "$name"
        ;;
    *) echo "$name" ;;
    esac
done >"$work/wrong"
[ ! -s "$work/wrong" ] || bad "$(sed -n 1p "$work/wrong")" bad-name
one_note() { # FILE WHERE NAMED
    if ! read_note "$1"; then
        echo "$2 $3 none - -"
        return
    fi
    fits=unseen
    if [ "$note_key" -gt 0 ] && [ "$note_size" -ge "$first" ] && [ "$note_size" -le $size ]; then
        fits=no
        root=$last_root
        [ "$note_size" -eq $size ] || root_of "$note_size"
        [ "$root" != "$note_root" ] || fits=yes
    fi
    echo "$2 $3 $note_key $note_size $fits"
}
{
    while read -r named; do
        one_note "checkpoints/$named.note" "checkpoints/$named.note" "$named"
    done <"$work/sizes"
    one_note checkpoint checkpoint -1
    [ -z "$anchor" ] || one_note "$work/anchor" anchor -2
} >"$work/notes"
# A later key counts when a checkpoint of the key before covers the entry that names it.
counts=1
while [ $counts -lt $keys ]; do
    of_key $((counts + 1))
    [ "$key_named" -ge 0 ] || break
    awk -v key=$counts -v named="$key_named" '$3 == key && $5 == "yes" && $4 > named { found = 1 } END { exit !found }' "$work/notes" || break
    counts=$((counts + 1))
done
notes=0
while read -r where named key told fits; do
    [ "$key" != none ] || bad "$where" not-canonical
    [ "$key" -gt 0 ] && [ "$key" -le $counts ] && of_key "$key" && [ "$told" -gt "$key_named" ] || bad "$where" bad-signature
    [ "$named" -lt 0 ] || [ "$named" = "$told" ] || bad "$where" bad-size
    [ "$fits" != unseen ] || bad "$where" bad-size
    [ "$named" -ne -1 ] || [ "$told" -eq $size ] || bad "$where" bad-size
    [ "$fits" = yes ] || bad "$where" bad-root
    [ "$where" = anchor ] || notes=$((notes + 1))
done <"$work/notes"

# --- time-stamps, each at the time that it states
stamps=0
is_der() { # FILE: one value that fills it; openssl would overlook what lies behind
    whole=$(wc -c <"$1")
    [ "$whole" -ge 2 ] && [ "$whole" -le 65536 ] || return 1
    head=$(head -c 6 "$1" | xxd -p)
    case $head in
    30[0-7]*) [ $((0x$(echo "$head" | cut -c 3-4) + 2)) -eq "$whole" ] ;;
    3081??*) [ $((0x$(echo "$head" | cut -c 5-6) + 3)) -eq "$whole" ] ;;
    3082????*) [ $((0x$(echo "$head" | cut -c 5-8) + 4)) -eq "$whole" ] ;;
    3083??????*) [ $((0x$(echo "$head" | cut -c 5-10) + 5)) -eq "$whole" ] ;;
    *) return 1 ;;
    esac
}
for name in $(grep -E '^checkpoints/[0-9]+\.[0-9]+\.tsr$' "$work/files"); do
    [ -f tsa-ca.pem ] || bad "$name" missing
    base=${name#checkpoints/}
    note=checkpoints/${base%%.*}.note
    [ -f "$note" ] || bad "$name" missing
    is_der "$name" || bad "$name" bad-stamp
    at=$(openssl ts -reply -in "$name" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
    at=$(date -u -d "$at" +%s 2>/dev/null)
    openssl ts -verify -data "$note" -in "$name" -CAfile tsa-ca.pem -attime "${at:-0}" >/dev/null 2>&1 || bad "$name" bad-stamp
    stamps=$((stamps + 1))
done

# --- disclosed values: salt and value fit the commitment
values=0
judge_values() { # LIST NAME
    canon=
    jq -cS . "$1" 2>/dev/null | cmp -s - "$1" || canon=no
    # A field is a path of names and a salt is hex, or no column of this table could be trusted.
    jq -r 'def ok: type == "object" and keys == ["field", "idx", "salt", "value"] and
            (.idx | type == "number" and . <= 9007199254740991 and (tostring | test("^(0|[1-9][0-9]*)\\z"))) and
            all(.field, .salt, .value; type == "string" and (explode | any(. == 0 or . == 127) | not)) and (.field | utf8bytelength) < 64 and
            (.field | test("^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*\\z")) and (tojson | utf8bytelength) < 1048576;
        def hex: if test("^[0-9a-f]{64}\\z") then . else "none" end;
        if ok then "\(.idx)\t\(.field)\t\(.salt | hex)\t\(.value | @uri)" else "-\t-\t-\t-" end' "$1" >"$work/values" 2>/dev/null
    if [ "${canon-}" = no ]; then
        # Judged up to the first line that is not canonical.
        jq -cS . "$1" 2>/dev/null >"$work/values.canonical"
        good=$(awk -v other="$work/values.canonical" '{ if ((getline line <other) <= 0 || line != $0) { print NR - 1; found = 1; exit } } END { if (!found) print NR - 1 }' "$1")
        head -n "$good" "$work/values" >"$work/values.good"
        printf -- '-\t-\t-\t-\n' >>"$work/values.good"
        mv "$work/values.good" "$work/values"
    fi
    # The commitments that are asked for, all at once.
    awk -F '\t' -v first="$first" -v size=$size '
        $1 == "-" { print "F not-canonical"; exit }
        NR > 1 && ($1 + 0 < idx || ($1 + 0 == idx && $2 <= field)) { print "F", $1, "bad-index"; exit }
        $1 + 0 < first || $1 + 0 >= size { print "F", $1, "bad-index"; exit }
        { idx = $1 + 0; field = $2; print "V", $1 }' "$work/values" >"$work/order"
    asked=$(grep -c '^V' "$work/order")
    head -n "$asked" "$work/values" | awk -F '\t' -v first="$first" '{ print $1 - first + 1 "\t" $2 }' >"$work/asked"
    awk -v wanted="$work/asked" 'BEGIN { FS = "\t"; more = (getline want <wanted) > 0 }
        more { split(want, part, "\t") }
        more && part[1] == FNR {
            while (more && part[1] == FNR) {
                print part[2] "\t" $0
                if (more = (getline want <wanted) > 0) split(want, part, "\t")
            }
        }' "$work/lines" >"$work/wanted"
    jq -rR 'index("\t") as $tab | (.[:$tab] | split(".")) as $path | .[$tab + 1:] | fromjson |
        (try getpath($path) catch null) | if type == "string" and test("^c1:[0-9a-f]{64}$") then . else "-" end' "$work/wanted" >"$work/commitments"
    head -n "$asked" "$work/values" | awk -F '\t' '{ print $3 }' >"$work/salts"
    # salt and value as bytes, one file each
    from=1
    while [ $from -le "$asked" ]; do
        head -n "$asked" "$work/values" | sed -n "$from,$((from + 4999))p; $((from + 4999))q" | awk -F '\t' -v folder="$work/hashed" '
            BEGIN { for (i = 0; i < 256; i++) { byte[sprintf("%02x", i)] = i; byte[sprintf("%02X", i)] = i } }
            {
                name = sprintf("%s/%09d", folder, NR)
                for (i = 1; i + 1 <= length($3); i += 2) printf "%c", byte[substr($3, i, 2)] >name
                n = split($4, part, "%")
                printf "%s", part[1] >name
                for (i = 2; i <= n; i++) { printf "%c", byte[substr(part[i], 1, 2)] >name; printf "%s", substr(part[i], 3) >name }
                close(name)
            }'
        hash_all "$work/hashed"
        from=$((from + 5000))
    done | sed 's/^/c1:/' >"$work/computed"
    wrong=$(paste "$work/commitments" "$work/computed" "$work/salts" | awk -F '\t' '$1 != $2 || $3 !~ /^[0-9a-f]+$/ || length($3) != 64 { print NR; exit }')
    if [ -n "$wrong" ]; then
        bad "entry $(sed -n "${wrong}p" "$work/values" | cut -f 1)" bad-value
    fi
    fault=$(sed -n 's/^F //p' "$work/order")
    case $fault in
    '') ;;
    not-canonical) bad "$2" not-canonical ;;
    *) bad "entry ${fault% *}" "${fault#* }" ;;
    esac
    values=$((values + asked))
}
[ ! -s disclosed/values.jsonl ] || judge_values disclosed/values.jsonl disclosed/values.jsonl
[ ! -s "$work/disclosed" ] || judge_values "$work/disclosed" disclosed

# --- blobs: the name is the hash
grep '^blobs/' "$work/files" >"$work/blobs"
blobs=$(wc -l <"$work/blobs")
wrong=$(xargs -r sha256sum <"$work/blobs" | awk '{ name = $2; sub(/^blobs\//, "", name); if ($1 != name) { print $2; exit } }')
[ -z "$wrong" ] || bad "$wrong" bad-hash

# --- SHA256SUMS: signed by the last key, lists every other file
if [ $counts -ne $keys ] || [ "$(wc -c <SHA256SUMS.sig)" -ne 64 ] || ! check_bytes $keys SHA256SUMS.sig SHA256SUMS; then
    bad SHA256SUMS.sig bad-signature
fi
grep -vxE 'SHA256SUMS(\.sig)?' "$work/files" | xargs -r sha256sum >"$work/sums"
if ! cmp -s "$work/sums" SHA256SUMS; then
    # Signed all the same: what differs is between list and folder. A line that sha256sum does not print is x here.
    tr '\0' '\001' <SHA256SUMS | sed -E "\\#^[0-9a-f]{64}  ($good_name)\$#!s/.*/x/" >"$work/listed"
    [ -z "$(tail -c 1 SHA256SUMS | tr -d '\n')" ] || sed -i '$s/.*/x/' "$work/listed"
    fault=$(awk '
        NR == FNR { hash[++n] = $1; name[n] = $2; next }
        NF != 2 || length($2) > 100 { print "SHA256SUMS not-canonical"; exit }
        { i++; if (i > n || name[i] > $2) { print $2, "missing"; exit }
          if (name[i] < $2) { print name[i], "not-listed"; exit }
          if (hash[i] != $1) { print $2, "bad-hash"; exit } }
        END { if (i < n) print name[i + 1], "not-listed" }' "$work/sums" "$work/listed" | head -n 1)
    bad "${fault% *}" "${fault#* }"
fi

after=
[ "$first" -eq 0 ] || after=" behind the first $first"
echo "good: $total entries$after, $notes checkpoints, $stamps time-stamps, $values values, $blobs blobs"
echo "root: $last_root"
more=
[ $keys -eq 1 ] || more=" and its successors"
of_key 1
echo "signed by: $key_name+$key_id$more"
if [ -n "$anchor" ]; then
    echo "anchor: the log only grew since"
else
    echo "anchor: none given: compare the key above"
fi
tell_epochs
