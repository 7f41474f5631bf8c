#!/usr/bin/python3
"""A small SMTP server on 127.0.0.1 that misbehaves at a named step, for tests of the mail channel.

    lying-smtp.py --cert FILE --key FILE --port-file FILE --store DIR [options] [--fault STEP KIND ARG]...

STEP   greeting ehlo starttls handshake ehlo-tls auth auth-more mail rcpt data body dot rset quit;
       "rcpt#2" is that of the second message the server sees; without a number it is every one.
KIND   what is done at that step instead of the honest reply:
  say TEXT      this reply            raw TEXT      these bytes, then close
  hang -        nothing, ever         drop -        close               reset -    close with RST
  before TEXT   a reply ahead of it   after TEXT    one behind it, in the same write
  later TEXT    one behind it, 0.1 s later           early TEXT   (body) this reply before the end comes
  split -       honest, byte by byte  trickle -     honest, a byte every 0.6 s
  endless -     a reply without end   long -        a line of 2,000 bytes
  nul -         a NUL inside          lf -          honest, but ends in LF
  bare -        honest, code only     eight -       honest, with bytes beyond ASCII
  stall SECONDS (body) read nothing for so long, then go on
TEXT may hold \\r and \\n. A message is kept in DIR/N.eml, as it was before dot-stuffing, when its end
has come, whatever is replied; DIR/log has one line per command: "plain EHLO x", "tls MAIL FROM:<a>".
"""
import argparse
import base64
import os
import socket
import ssl
import struct
import sys
import threading
import time
import warnings


class Gone(Exception):
    """The client went away, or a fault says that the connection ends here."""


class Faults:
    def __init__(self, triples):
        self.list = []
        for step, kind, argument in triples:
            name, _, number = step.partition("#")
            text = argument.encode("latin-1").decode("unicode_escape")
            self.list.append((name, int(number) if number else None, kind, text))

    def at(self, step, message):
        return [(kind, text) for name, number, kind, text in self.list
                if name == step and number in (None, message)]


class Store:
    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.messages = 0
        self.kept = 0
        self.log_file = open(os.path.join(folder, "log"), "w", encoding="latin-1")

    def log(self, line):
        with self.lock:
            self.log_file.write(line + "\n")
            self.log_file.flush()

    def begin_message(self):
        with self.lock:
            self.messages += 1

    def keep(self, content):
        with self.lock:
            self.kept += 1
            path = os.path.join(self.folder, f"{self.kept}.eml")
            with open(path + ".tmp", "wb") as file:
                file.write(content)
            os.rename(path + ".tmp", path)


class Client:
    def __init__(self, server, connection):
        self.server = server
        self.connection = connection
        self.buffer = b""
        self.tls = False
        self.user = None
        self.recipients = 0

    # -- bytes --

    def send(self, data):
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise Gone from error

    def fill(self):
        try:
            data = self.connection.recv(65536)
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        self.buffer += data

    def line(self):
        while b"\r\n" not in self.buffer:
            self.fill()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line.decode("latin-1")

    def message(self):
        """Up to the final dot, without the dots that were stuffed in."""
        parts = [self.buffer]
        tail = b"\r\n" + self.buffer
        while b"\r\n.\r\n" not in tail:
            self.buffer = b""
            self.fill()
            parts.append(self.buffer)
            tail = tail[-4:] + self.buffer
        whole = b"\r\n" + b"".join(parts)
        content, _, self.buffer = whole.partition(b"\r\n.\r\n")
        return (content + b"\r\n").replace(b"\r\n.", b"\r\n")[2:]

    # -- replies --

    def reply(self, step, honest):
        faults = self.server.faults.at(step, self.server.store.messages)
        wire = (honest + "\r\n").encode("latin-1")
        later = b""
        for kind, text in faults:
            words = text.encode("latin-1")
            if kind == "say":
                wire = words + b"\r\n"
            elif kind == "raw":
                self.send(words)
                raise Gone
            elif kind == "hang":
                self.hang()
            elif kind == "drop":
                raise Gone
            elif kind == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise Gone
            elif kind == "before":
                wire = words + b"\r\n" + wire
            elif kind == "after":
                wire += words + b"\r\n"
            elif kind == "later":
                later = words + b"\r\n"
            elif kind in ("split", "trickle"):
                for byte in wire:
                    self.send(bytes([byte]))
                    time.sleep(0.6 if kind == "trickle" else 0.002)
                return True
            elif kind == "endless":
                while True:
                    self.send((wire[:3] + b"-and so on\r\n") * 20)
                    time.sleep(0.005)
            elif kind == "long":
                wire = wire[:4] + b"x" * 2000 + b"\r\n"
            elif kind == "nul":
                wire = wire[:-2] + b" \0 \r\n"
            elif kind == "lf":
                wire = wire.replace(b"\r\n", b"\n")
            elif kind == "bare":
                wire = wire[:3] + b"\r\n"
            elif kind == "eight":
                wire = wire[:-2] + b" \xff\x80\xc3\xa9\r\n"
            else:
                sys.exit(f"lying-smtp: {kind} is no kind for {step}")
        self.send(wire)
        if later:
            time.sleep(0.1)
            self.send(later)
        return wire[:1] == b"2"

    def hang(self):
        """Until the client has enough."""
        while True:
            self.fill()

    # -- commands --

    def ehlo(self):
        step = "ehlo-tls" if self.tls else "ehlo"
        words = list(self.server.options.offer)
        if self.tls and self.server.password:
            words.append("AUTH PLAIN LOGIN")
        if not self.tls and not self.server.options.no_starttls:
            words.append("STARTTLS")
        lines = [self.server.options.name] + words
        self.reply(step, "\r\n".join(
            f"250{'-' if i + 1 < len(lines) else ' '}{line}" for i, line in enumerate(lines)))

    def starttls(self):
        self.reply("starttls", "220 2.0.0 go ahead")
        self.reply_to_handshake()
        try:
            self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error
        self.tls = True
        self.buffer = b""

    def reply_to_handshake(self):
        for kind, text in self.server.faults.at("handshake", self.server.store.messages):
            if kind == "hang":
                self.hang()
            if kind == "say":
                self.fill()
                self.send(text.encode("latin-1") + b"\r\n")
            raise Gone

    def auth(self, line):
        words = line.split(" ")
        if words[1].upper() == "PLAIN":
            login = base64.b64decode(words[2]).split(b"\0")[1:]
        else:
            login = [base64.b64decode(words[2])] if len(words) > 2 else []
            while len(login) < 2:
                self.reply("auth-more", "334 " + ("VXNlcm5hbWU6", "UGFzc3dvcmQ6")[len(login)])
                login.append(base64.b64decode(self.line()))
        good = login == [self.server.options.user.encode(), self.server.password]
        self.user = login[0] if good else None
        self.reply("auth", "235 2.7.0 welcome" if good else "535 5.7.8 credentials invalid")

    def data(self):
        store = self.server.store
        faults = self.server.faults.at("data", store.messages)
        if self.recipients == 0 and not faults:
            self.send(b"554 5.5.1 no valid recipients\r\n")
            return
        self.reply("data", "354 go ahead")
        said = [text for kind, text in faults if kind == "say"]
        if said and not said[0].startswith("354"):
            return
        for kind, text in self.server.faults.at("body", store.messages):
            if kind == "early":
                time.sleep(0.05)
                self.send(text.encode("latin-1") + b"\r\n")
            elif kind == "stall":
                time.sleep(float(text))
            elif kind == "hang":
                time.sleep(3600)
            elif kind == "drop":
                self.fill()
                raise Gone
        store.keep(self.message())
        self.reply("dot", "250 2.0.0 kept")

    def serve(self):
        store = self.server.store
        self.reply("greeting", f"220 {self.server.options.name} ESMTP")
        while True:
            line = self.line()
            verb = line.split(" ")[0].upper()
            store.log(("tls " if self.tls else "plain ") + line)
            if verb == "EHLO":
                self.ehlo()
            elif verb == "STARTTLS":
                self.starttls()
            elif verb == "AUTH":
                self.auth(line)
            elif verb == "MAIL":
                store.begin_message()
                self.recipients = 0
                self.reply("mail", "250 2.1.0 sender ok")
            elif verb == "RCPT":
                self.recipients += bool(self.reply("rcpt", "250 2.1.5 recipient ok"))
            elif verb == "DATA":
                self.data()
            elif verb == "RSET":
                self.reply("rset", "250 2.0.0 forgotten")
            elif verb == "QUIT":
                self.reply("quit", "221 2.0.0 bye")
                return
            else:
                self.send(b"502 5.5.1 what?\r\n")

    def run(self):
        try:
            self.serve()
        except Gone:
            pass
        finally:
            self.connection.close()


class Server:
    def __init__(self, options):
        self.options = options
        self.faults = Faults(options.fault)
        self.store = Store(options.store)
        self.password = b""
        if options.password_file:
            with open(options.password_file, "rb") as file:
                self.password = file.readline().rstrip(b"\r\n")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if options.weak or options.old_tls:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
        self.context.load_cert_chain(options.cert, options.key)
        if options.old_tls:
            self.context.minimum_version = ssl.TLSVersion.TLSv1
            self.context.maximum_version = ssl.TLSVersion.TLSv1_1
        if options.tls12:
            self.context.maximum_version = ssl.TLSVersion.TLSv1_2

    def run(self):
        listener = socket.socket()
        # A size of its own, so that it does not grow and a client notices when nobody reads; large enough
        # that the kernel need not drop what comes in pieces of 64 KiB and have it sent again, later and later.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262144)
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        with open(self.options.port_file + ".tmp", "w", encoding="ascii") as file:
            file.write(f"{listener.getsockname()[1]}\n")
        os.rename(self.options.port_file + ".tmp", self.options.port_file)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Client(self, connection).run, daemon=True).start()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cert", required=True, help="PEM, with its chain")
    p.add_argument("--key", required=True)
    p.add_argument("--port-file", required=True)
    p.add_argument("--store", required=True)
    p.add_argument("--name", default="mail.example.com")
    p.add_argument("--offer", action="append", default=[], help="a line of the EHLO reply")
    p.add_argument("--user")
    p.add_argument("--password-file")
    p.add_argument("--no-starttls", action="store_true")
    p.add_argument("--old-tls", action="store_true", help="TLS 1.0 and 1.1 only")
    p.add_argument("--weak", action="store_true", help="use any key, however short")
    p.add_argument("--tls12", action="store_true", help="no TLS 1.3")
    p.add_argument("--fault", nargs=3, action="append", default=[], metavar=("STEP", "KIND", "ARG"))
    warnings.simplefilter("ignore", DeprecationWarning)  # of TLS 1.0, which is what we want here
    Server(p.parse_args()).run()


if __name__ == "__main__":
    main()
