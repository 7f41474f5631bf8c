#!/usr/bin/python3
"""A well-behaved SMTP relay on 127.0.0.1 that keeps what it takes, for tests and the demonstration.

STARTTLS (1.2 or newer) is required before MAIL; AUTH too when --user is given. Each accepted
message becomes one file in a Maildir, byte for byte as it came, below header lines of ours:
X-Envelope-From, X-Envelope-To and, when the sender asked for DSNs, X-Envelope-Id, X-Envelope-Orcpt,
X-Envelope-Notify, X-Envelope-Ret. A message is on disk before its 250 goes out.

    smtp-sink.py --make-cert DIR --maildir DIR --port-file FILE [--log FILE] [rules]
    smtp-sink.py --cert cert.pem --key key.pem --maildir DIR --port-file FILE ...

--make-cert writes DIR/ca.pem (what clients trust), DIR/cert.pem and DIR/key.pem for --name and 127.0.0.1.
The port file appears (by rename) when connections are taken. SIGTERM and SIGINT end it with 0.
"""
import argparse
import asyncio
import email.parser
import email.policy
import email.utils
import hashlib
import json
import logging
import os
import signal
import ssl
import subprocess
import sys
import time

from aiosmtpd.smtp import SMTP, AuthResult

DSN_MAIL = ("RET", "ENVID")
DSN_RCPT = ("NOTIFY", "ORCPT")


def make_cert(folder, name):
    """A CA of our own and a certificate signed by it; returns the paths of certificate and key."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    ca, ca_key, cert, key, request, extensions = (
        os.path.join(folder, n)
        for n in ("ca.pem", "ca-key.pem", "cert.pem", "key.pem", "request.pem", "extensions"))

    def openssl(*arguments):
        done = subprocess.run(("openssl",) + arguments, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"smtp-sink: openssl {arguments[0]}: {done.stderr.strip()}")

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", ca, "-days", "7",
            "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
    with open(extensions, "w", encoding="ascii") as file:
        file.write(f"subjectAltName=DNS:{name},IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
            "-out", cert, "-days", "7", "-extfile", extensions)
    return cert, key


class Maildir:
    """tmp, new, cur; a message appears by rename and is synced first."""

    def __init__(self, path):
        self.path = path
        self.count = 0
        for part in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(path, part), exist_ok=True)

    def add(self, content):
        self.count += 1
        name = f"{time.time_ns()}.P{os.getpid()}Q{self.count}.sink"
        temporary = os.path.join(self.path, "tmp", name)
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, os.path.join(self.path, "new", name))


class Rules:
    """What becomes of a recipient: refused or deferred at RCPT, bounced or confirmed after 250."""

    def __init__(self, arguments):
        self.bounce = {a.lower() for a in arguments.bounce}
        self.confirm = {a.lower() for a in arguments.confirm}
        self.refuse = {}
        self.defer = {}
        for rule in arguments.refuse:
            address, _, code = rule.rpartition("=")
            self.refuse[address.lower()] = int(code)
        for rule in arguments.defer:
            address, _, how = rule.rpartition("=")
            code, _, times = how.partition(":")
            self.defer[address.lower()] = [int(code), int(times) if times else -1]

    def at_rcpt(self, address):
        """The reply that turns the recipient down, or None."""
        address = address.lower()
        if address in self.refuse:
            return f"{self.refuse[address]} 5.1.1 <{address}>: no such mailbox"
        code, left = self.defer.get(address, (0, 0))
        if left == 0:
            return None
        self.defer[address][1] = left - 1
        return f"{code} 4.2.1 <{address}>: try again later"


class Crowd:
    """How many and how fast: --most-connections, --rate. Who is turned away is written down."""

    def __init__(self, arguments):
        self.most = arguments.most_connections
        self.rate = arguments.rate
        self.log = open(arguments.turned_away, "a", encoding="ascii") if arguments.turned_away else None
        self.here = 0
        self.begins = []

    def note(self, why):
        if self.log:
            self.log.write(f"{time.monotonic():.3f} {why}\n")
            self.log.flush()

    def too_fast(self):
        if not self.rate:
            return False
        now = time.monotonic()
        self.begins = [t for t in self.begins if now - t < 1]
        if len(self.begins) < self.rate:
            self.begins.append(now)
            return False
        self.note("rate")
        return True


class Session(SMTP):
    """aiosmtpd knows no DSN parameters (RFC 3461): take them out before it looks."""

    def __init__(self, *arguments, crowd=None, **options):
        super().__init__(*arguments, **options)
        self.crowd = crowd
        self.counted = None
        self.command_size_limits["MAIL"] = 512 + 26 + 110
        self.command_size_limits["RCPT"] = 512 + 500

    def connection_made(self, transport):
        if self.counted is None:  # not again after STARTTLS
            self.counted = not self.crowd.most or self.crowd.here < self.crowd.most
            if not self.counted:
                self.crowd.note("connection")
                transport.write(b"421 4.7.0 Too many connections from you\r\n")
                transport.close()
                return
            self.crowd.here += 1
        super().connection_made(transport)

    def connection_lost(self, error):
        if self.counted:
            self.crowd.here -= 1
        if self.counted is not False:
            super().connection_lost(error)
        self.counted = False

    def cut_dsn(self, argument, names):
        kept, found = [], {}
        for word in (argument or "").split(" "):
            name, equals, value = word.partition("=")
            if equals and name.upper() in names:
                found[name.upper()] = value
            else:
                kept.append(word)
        return " ".join(kept), found

    async def smtp_MAIL(self, arg):
        if self.crowd.too_fast():
            await self.push("450 4.7.1 Rate limit exceeded, try again later")
            return
        arg, found = self.cut_dsn(arg, DSN_MAIL)
        self.envelope.dsn = found
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        arg, found = self.cut_dsn(arg, DSN_RCPT)
        if hasattr(self.envelope, "dsn"):
            self.envelope.dsn.update(found)
        await super().smtp_RCPT(arg)


class Sink:
    def __init__(self, arguments, rules):
        self.rules = rules
        self.name = arguments.name
        self.auth = bool(arguments.user)
        self.maildir = Maildir(arguments.maildir)
        self.returns = Maildir(arguments.returns) if arguments.returns else None
        self.log = open(arguments.log, "a", encoding="ascii") if arguments.log else None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        if not self.auth:
            responses = [r for r in responses if not r.startswith("250-AUTH")]
        return responses[:-1] + ["250-ENHANCEDSTATUSCODES", "250 DSN"]

    async def handle_RCPT(self, server, session, envelope, address, options):
        no = self.rules.at_rcpt(address)
        if no:
            return no
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        content = envelope.original_content
        dsn = getattr(envelope, "dsn", {})
        lines = [f"X-Envelope-From: {envelope.mail_from}"]
        lines += [f"X-Envelope-To: {address}" for address in envelope.rcpt_tos]
        lines += [f"X-Envelope-{header}: {dsn[word]}" for header, word in
                  (("Id", "ENVID"), ("Orcpt", "ORCPT"), ("Notify", "NOTIFY"), ("Ret", "RET"))
                  if word in dsn]
        self.maildir.add("".join(line + "\r\n" for line in lines).encode("ascii", "replace") + content)
        message = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(content)
        if self.log:
            self.log.write(json.dumps({
                "message_id": str(message.get("Message-ID", "")).strip(), "from": envelope.mail_from,
                "to": envelope.rcpt_tos, "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content), "user": session.auth_data or None,
                "up_ms": time.monotonic_ns() // 1000000, **{
                    word.lower(): dsn[word] for word in DSN_MAIL + DSN_RCPT if word in dsn}}) + "\n")
            self.log.flush()
        for address in envelope.rcpt_tos:
            if address.lower() in self.rules.bounce:
                self.report(envelope, dsn, address, content, "failed", "5.1.1",
                            "550 5.1.1 no such mailbox")
            if address.lower() in self.rules.confirm:
                self.report(envelope, dsn, address, content, "delivered", "2.0.0", "250 2.0.0 delivered")
        return "250 2.0.0 OK kept"

    def report(self, envelope, dsn, address, content, action, status, said):
        """An RFC 3464 DSN from the null sender to the envelope sender, into --returns."""
        if self.returns is None or envelope.mail_from in ("", "<>"):
            return
        edge = f"=_sink_{time.time_ns():x}"
        headers = content.partition(b"\r\n\r\n")[0].decode("latin-1") + "\r\n"
        subject = {"failed": "Undelivered Mail Returned to Sender",
                   "delivered": "Successful Mail Delivery Report"}[action]
        text = [
            "Return-Path: <>", f"Delivered-To: {envelope.mail_from}",
            f"Date: {email.utils.formatdate()}", f"From: MAILER-DAEMON@{self.name}",
            f"Subject: {subject}", f"To: {envelope.mail_from}", "Auto-Submitted: auto-replied",
            f"Message-ID: <{time.time_ns()}@{self.name}>", "MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{edge}"', "",
            f"--{edge}", "Content-Type: text/plain; charset=us-ascii", "",
            f"The mail system at {self.name} reports for <{address}>: {said}", "",
            f"--{edge}", "Content-Type: message/delivery-status", "",
            f"Reporting-MTA: dns; {self.name}",
            *([f"Original-Envelope-Id: {dsn['ENVID']}"] if "ENVID" in dsn else []),
            f"Arrival-Date: {email.utils.formatdate()}", "",
            f"Final-Recipient: rfc822; {address}",
            *([f"Original-Recipient: {dsn['ORCPT']}"] if "ORCPT" in dsn else []),
            f"Action: {action}", f"Status: {status}", f"Remote-MTA: dns; mx.{self.name}",
            f"Diagnostic-Code: smtp; {said}", "",
            f"--{edge}", "Content-Type: text/rfc822-headers", "", headers, f"--{edge}--", ""]
        self.returns.add("\r\n".join(text).encode("latin-1"))


def read_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--maildir", required=True, help="where accepted messages go")
    p.add_argument("--returns", help="Maildir for the DSNs of --bounce and --confirm")
    p.add_argument("--port", type=int, default=0, help="0: the kernel picks one")
    p.add_argument("--port-file", required=True)
    p.add_argument("--make-cert", metavar="DIR", help="make a CA and a certificate there")
    p.add_argument("--cert")
    p.add_argument("--key")
    p.add_argument("--name", default="localhost", help="the relay's name")
    p.add_argument("--user", help="require AUTH PLAIN or LOGIN as this user")
    p.add_argument("--password-file", help="its first line is the password")
    p.add_argument("--bounce", action="append", default=[], metavar="ADDRESS")
    p.add_argument("--confirm", action="append", default=[], metavar="ADDRESS")
    p.add_argument("--refuse", action="append", default=[], metavar="ADDRESS=550")
    p.add_argument("--defer", action="append", default=[], metavar="ADDRESS=451:N",
                   help="N times, then take it; without N always")
    p.add_argument("--most-connections", type=int, default=0, metavar="N", help="421 for those beyond")
    p.add_argument("--rate", type=int, default=0, metavar="N", help="450 for MAIL beyond N in a second")
    p.add_argument("--turned-away", metavar="FILE", help="a line for each of the two")
    p.add_argument("--size-limit", type=int, default=64 * 1024 * 1024)
    p.add_argument("--log", help="one JSON line per accepted message")
    arguments = p.parse_args()
    if not arguments.make_cert and not (arguments.cert and arguments.key):
        p.error("--make-cert DIR or --cert FILE --key FILE is needed")
    if bool(arguments.user) != bool(arguments.password_file):
        p.error("--user and --password-file go together")
    return arguments


async def serve(arguments):
    cert, key = arguments.cert, arguments.key
    if arguments.make_cert:
        cert, key = make_cert(arguments.make_cert, arguments.name)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.load_cert_chain(cert, key)
    password = b""
    if arguments.user:
        with open(arguments.password_file, "rb") as file:
            password = file.readline().rstrip(b"\r\n")

    def check(server, session, envelope, mechanism, data):
        good = data.login == arguments.user.encode() and data.password == password
        return AuthResult(success=good, handled=good, auth_data=data.login.decode() if good else None,
                          message=None if good else "535 5.7.8 Authentication credentials invalid")

    sink = Sink(arguments, Rules(arguments))
    crowd = Crowd(arguments)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Session(sink, crowd=crowd, hostname=arguments.name, tls_context=tls, require_starttls=True,
                        data_size_limit=arguments.size_limit, loop=loop,
                        authenticator=check if arguments.user else None,
                        auth_required=bool(arguments.user)),
        "127.0.0.1", arguments.port)
    temporary = arguments.port_file + ".tmp"
    with open(temporary, "w", encoding="ascii") as file:
        file.write(f"{server.sockets[0].getsockname()[1]}\n")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    os.rename(temporary, arguments.port_file)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own old names at each AUTH
    asyncio.run(serve(read_arguments()))
