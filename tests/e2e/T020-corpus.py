#!/usr/bin/python3
"""Every advisory of the corpus of real ones, from submit to the opened mailbox.

The installed base is made of the corpus's own vendors, products and versions: whoever holds a product
as the advisory writes it is told, and what arrives is what was approved, byte for byte.
"""
# Proves: 4.1.7 users, 7.2.3 notices
import email
import email.policy
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys

from world import SOURCE, World, check, passed, skip

CORPUS = os.path.join(SOURCE, "..", "shared", "corpus", "icsma")


def leaves(document):
    """(vendor, product, version) of every branch that ends in a product."""
    def walk(branches, names):
        for branch in branches:
            here = dict(names)
            here[branch["category"]] = branch["name"]
            if "product" in branch:
                yield here.get("vendor"), here.get("product_name") or here.get("product_family") or branch["product"]["name"], \
                    here.get("product_version") or here.get("product_version_range")
            yield from walk(branch.get("branches", []), here)
    yield from walk(document.get("product_tree", {}).get("branches", []), {})


def decrypt(world, raw, tool):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    cipher = message.get_payload(1).get_payload(decode=True)
    if tool == "gpg":
        done = world.gpg("--trust-model", "always", "--status-fd", "2", "--decrypt", stdin=cipher, check=False)
        good = b"GOODSIG" in done.stderr
    else:
        path = os.path.join(world.dir, "cipher")
        with open(path, "wb") as file:
            file.write(cipher)
        done = subprocess.run(["sq", "decrypt", "--recipient-key", os.path.join(world.dir, "secret.pgp"), "--signer-cert",
                               os.path.join(world.site, "keys/maker.asc"), "--signatures", "1", path], capture_output=True, check=False, timeout=180)
        good = done.returncode == 0
    check(done.returncode == 0 and good, f"{tool}: {done.stderr.decode()}")
    return email.message_from_bytes(done.stdout, policy=email.policy.default)


def main():
    files = sorted(glob.glob(os.path.join(CORPUS, "*.json")))
    if not files:
        skip("the corpus of real advisories is not beside the project")
    with World() as world:
        world.make_key("Keyed <keyed@hospital.example>", "ed25519", "cv25519")
        world.export("keyed@hospital.example", "keyed.asc")
        with open(os.path.join(world.dir, "secret.pgp"), "wb") as file:
            file.write(world.gpg("--export-secret-keys", "keyed@hospital.example").stdout)
        world.table("parties.csv", [{"party": "keyed", "kind": "hdo", "country": "DE", "email": "keyed@hospital.example", "key": "keys/keyed.asc"},
                                    {"party": "plain", "kind": "hdo", "country": "US", "email": "plain@hospital.example", "key": ""},
                                    {"party": "other", "kind": "hdo", "country": "US", "email": "other@hospital.example", "key": ""}])
        rows, hashes = [], {}
        for path in files:
            with open(path, "rb") as file:
                raw = file.read()
            document = json.loads(raw)
            hashes[document["document"]["tracking"]["id"]] = hashlib.sha256(raw).hexdigest()
            for n, (vendor, product, version) in enumerate(leaves(document)):
                rows.append({"party": "keyed" if n % 2 == 0 else "plain", "vendor": vendor or "", "product": product, "version": version or ""})
                rows.append({"party": "plain" if n % 2 == 0 else "keyed", "vendor": vendor or "", "product": product, "version": version or ""})
        rows.append({"party": "other", "vendor": "Nobody", "product": "Teapot Unconnected", "version": "1.0"})
        world.table("installed.csv", rows)
        for path in files:
            world.run("submit", path)
        left = 0
        for n, tracking in enumerate(hashes):
            if n % 8 == 0:
                plan = {row["party"]: row for row in world.json("plan", tracking)}
                check(plan["keyed"]["told"] and plan["plain"]["told"], f"{tracking}: a holder is left out: {plan}")
                left += not plan["other"]["told"]
            world.run("approve", tracking, "--by", "meyer", "--yes")
        world.run("run", "--until-idle", timeout=1500)
        world.gpg("--import", os.path.join(world.site, "keys/maker.asc"))
        tools = ["gpg"] + (["sq"] if shutil.which("sq") else [])
        opened = set()
        for n, raw in enumerate(world.mailbox("keyed@hospital.example")):
            message = decrypt(world, raw, tools[n % len(tools)])
            part = next(p for p in message.iter_attachments() if p.get_filename().endswith(".json"))
            body = part.get_payload(decode=True)
            tracking = json.loads(body)["document"]["tracking"]["id"]
            check(hashlib.sha256(body).hexdigest() == hashes[tracking], f"{tracking}: other bytes arrived")
            check(tracking in message.get_body(preferencelist=("plain",)).get_content(), f"{tracking}: the text does not name it")
            opened.add(tracking)
        check(opened == set(hashes), f"not opened: {sorted(set(hashes) - opened)}")
        check(len(world.mailbox("plain@hospital.example")) == len(hashes), "readable notices")
        print(world.run("evidence", "check").out, end="")
        passed("T020", {"advisories": len(hashes), "opened": len(opened), "readable": len(hashes), "installed rows": len(rows),
                        "left out, proven (of 16 looked at)": left, "tools": "+".join(tools)})


if __name__ == "__main__":
    sys.exit(main())
