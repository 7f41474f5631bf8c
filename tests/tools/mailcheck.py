#!/usr/bin/python3
"""Hold a mail against what it was meant to be, with Python's own e-mail parser.

    mailcheck.py EXPECTATION.json < MAIL     print every difference; exit 1 when there is one
    mailcheck.py --split DIR < MAIL          write the parts of a multipart/signed or
                                             multipart/encrypted mail as DIR/0 and DIR/1, byte for
                                             byte as a receiver takes them

The expectation is one object for the outermost entity:
    headers   list of [name, value]: every header but Content-* and MIME-Version, in order;
              value is text, {"name", "addr"} for exactly one mailbox, {"group": name} for one
              group without members, or {"outer": [name, value]} for the RFC 9788 field HP-Outer
    type      "text/plain", "multipart/mixed", ...
    params    object: parameters of Content-Type that must be there with these values
    filename  of an attachment
    text      decoded content with LF; or "sha256" of its bytes
    parts     list of the same, for a multipart
"""
import functools
import hashlib
import json
import os
import sys
from email import message_from_bytes, policy
from email.header import decode_header
from email.headerregistry import HeaderRegistry
from email.utils import getaddresses

# Nothing is refolded: what is written again is what was read.
PLAIN = policy.SMTP.clone(refold_source="none")
REGISTRY = HeaderRegistry()


@functools.lru_cache(maxsize=64)
def parsed_once(name, value):
    return PLAIN.header_fetch_parse(name, value)


class Remembering(policy.EmailPolicy):
    """Python parses a header anew each time that it is asked for a part of it."""

    def header_fetch_parse(self, name, value):
        return parsed_once(name, value)


POLICY = Remembering(linesep="\r\n", refold_source="none")
SEVEN_BITS = bytes(range(1, 127))
STRUCTURAL = ("content-", "mime-version")


def decoded(text):
    """Encoded words undone by the older of Python's two decoders."""
    out = []
    for chunk, charset in decode_header(text):
        out.append(chunk if isinstance(chunk, str) else chunk.decode(charset or "ascii"))
    return "".join(out)


class Check:
    def __init__(self):
        self.found = []

    def differ(self, where, what, got, wanted):
        self.found.append(f"{where}: {what}: got {got!r}, wanted {wanted!r}")

    def value(self, where, name, header, wanted):
        if isinstance(wanted, dict) and "outer" in wanted:
            inner, inner_wanted = wanted["outer"]
            got_name, _, got_value = header.partition(":")
            if got_name != inner:
                self.differ(where, "HP-Outer", got_name, inner)
            self.value(where, inner, got_value.strip(), inner_wanted)
        elif isinstance(wanted, dict) and "group" in wanted:
            parsed = REGISTRY("To", header)
            newer = [(g.display_name, list(g.addresses)) for g in parsed.groups]
            if newer != [(wanted["group"], [])] or getaddresses([header]) not in ([], [("", "")]):
                self.differ(where, name, (newer, getaddresses([header])), wanted["group"])
        elif isinstance(wanted, dict):
            # The newer parser keeps the space between encoded words in a name, against RFC 2047
            # 6.2, so the name is read by the older one; both must find the one address.
            parsed = REGISTRY("To", header)
            newer = [a.addr_spec for a in parsed.addresses]
            older = [(decoded(n), a) for n, a in getaddresses([header])]
            if newer != [wanted["addr"]]:
                self.differ(where, name, newer, [wanted["addr"]])
            if older != [(wanted["name"], wanted["addr"])]:
                self.differ(where, name, older, [(wanted["name"], wanted["addr"])])
            if parsed.defects:
                self.differ(where, name + " defects", [str(d) for d in parsed.defects], [])
        else:
            for reading in (str(REGISTRY("Subject", header)), decoded(header)):
                if reading != wanted:
                    self.differ(where, name, reading, wanted)

    def headers(self, where, entity, wanted):
        raw = [(n, v) for n, v in entity.raw_items() if not n.lower().startswith(STRUCTURAL)]
        if [n for n, _ in raw] != [n for n, _ in wanted]:
            self.differ(where, "header names", [n for n, _ in raw], [n for n, _ in wanted])
            return
        for (name, value), (_, expected) in zip(raw, wanted):
            unfolded = str(value).replace("\r\n", "").strip()
            self.value(where, name, unfolded, expected)

    def entity(self, where, entity, wanted):
        if entity.defects:
            self.differ(where, "defects", [str(d) for d in entity.defects], [])
        if entity.get_content_type() != wanted["type"]:
            self.differ(where, "type", entity.get_content_type(), wanted["type"])
        for name, value in wanted.get("params", {}).items():
            if entity.get_param(name) != value:
                self.differ(where, name, entity.get_param(name), value)
        if entity.get_filename() != wanted.get("filename"):
            self.differ(where, "filename", entity.get_filename(), wanted.get("filename"))
        if "headers" in wanted:
            self.headers(where, entity, wanted["headers"])
        if "parts" in wanted:
            self.parts(where, entity, wanted["parts"])
        elif entity.is_multipart():
            self.differ(where, "multipart", True, False)
        elif "text" in wanted:
            text = entity.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n")
            if text != wanted["text"]:
                self.differ(where, "text", text, wanted["text"])
        elif "sha256" in wanted:
            digest = hashlib.sha256(entity.get_payload(decode=True)).hexdigest()
            if digest != wanted["sha256"]:
                self.differ(where, "content", digest, wanted["sha256"])

    def parts(self, where, entity, wanted):
        if not entity.is_multipart() or len(entity.get_payload()) != len(wanted):
            count = len(entity.get_payload()) if entity.is_multipart() else 0
            self.differ(where, "number of parts", count, len(wanted))
            return
        if entity.preamble or (entity.epilogue or "").strip():
            self.differ(where, "text around parts", (entity.preamble, entity.epilogue), None)
        for i, (part, expected) in enumerate(zip(entity.get_payload(), wanted)):
            self.entity(f"{where}.{i + 1}", part, expected)

    def lines(self, raw):
        if raw.translate(None, SEVEN_BITS):
            self.differ("mail", "signs of 8 bits", True, False)
        if raw.replace(b"\r\n", b"").translate(None, b"\r\n") != raw.replace(b"\r\n", b""):
            self.differ("mail", "bare CR or LF", True, False)
        longest = max(len(line) for line in raw.split(b"\r\n"))
        if longest > 998:
            self.differ("mail", "longest line", longest, 998)


def main():
    raw = sys.stdin.buffer.read()
    message = message_from_bytes(raw, policy=POLICY)
    if sys.argv[1] == "--split":
        for i, part in enumerate(message.get_payload()):
            with open(os.path.join(sys.argv[2], str(i)), "wb") as out:
                out.write(part.as_bytes() if i == 0 else part.get_payload(decode=True))
        return 0
    with open(sys.argv[1], encoding="utf-8") as file:
        wanted = json.load(file)
    check = Check()
    check.lines(raw)
    check.entity("mail", message, wanted)
    print("\n".join(check.found).encode("ascii", "backslashreplace").decode())
    return 1 if check.found else 0


if __name__ == "__main__":
    sys.exit(main())
