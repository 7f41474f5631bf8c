#!/usr/bin/python3
"""Show a mail as a person sees it: the protected headers, the text, the names of attachments.

    show-mail.py [--verify] FILE

--verify checks an OpenPGP multipart/signed with gpg (GNUPGHOME) first, over the exact bytes.
"""
import email
import email.policy
import os
import subprocess
import sys
import tempfile


def signed_bytes(raw, boundary):
    """The exact bytes of the first part of a multipart/signed (RFC 3156 section 5)."""
    mark = b"--" + boundary.encode("ascii")
    start = raw.index(mark + b"\r\n") + len(mark) + 2
    return raw[start:raw.index(b"\r\n" + mark, start)]


def verify(raw, message):
    if message.get_content_type() != "multipart/signed":
        sys.exit("show-mail: not signed")
    part = signed_bytes(raw, message.get_boundary())
    with tempfile.TemporaryDirectory() as folder:
        data, signature = os.path.join(folder, "data"), os.path.join(folder, "data.asc")
        with open(data, "wb") as file:
            file.write(part)
        with open(signature, "w", encoding="ascii") as file:
            file.write(message.get_payload(1).get_payload())
        done = subprocess.run(["gpg", "--batch", "--trust-model", "always", "--verify", signature, data],
                              capture_output=True, text=True, check=False)
    print(next((line for line in done.stderr.splitlines() if "signature" in line), done.stderr))
    if done.returncode != 0:
        sys.exit("show-mail: the signature does not hold")
    return email.message_from_bytes(part, policy=email.policy.default)


def main():
    arguments = sys.argv[1:]
    with open(arguments[-1], "rb") as file:
        raw = file.read()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if arguments[0] == "--verify":
        message = verify(raw, message)
    for name in ("From", "To", "Subject", "Date"):
        if message[name]:
            print(f"{name}: {message[name]}")
    print()
    body = message.get_body(preferencelist=("plain",))
    print(body.get_content() if body else "(no text)")
    for part in message.iter_attachments():
        print(f"[attachment: {part.get_filename()}, {part.get_content_type()}]")


if __name__ == "__main__":
    main()
