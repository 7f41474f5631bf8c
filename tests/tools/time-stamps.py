#!/usr/bin/python3
"""A time-stamp authority (RFC 3161, openssl ts) behind HTTP on loopback, and many that lie.

time-stamps.py --dir DIR --port-file FILE [--cert FILE --key FILE] [--log FILE]

DIR gets root.pem (and keys). What the server does stands in the path: /good stamps; the others are those of LIES below. With --cert it
speaks TLS. --log gets a line for each request. As a module: Server(folder, ...) in this process.
"""
import argparse
import http.server
import os
import ssl
import subprocess
import threading

SHA256 = bytes.fromhex("608648016503040201")  # its object identifier
CONF = """[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[authority]
serial = {dir}/serial
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.7
digests = sha256
accuracy = secs:1
signer_digest = sha256
ess_cert_id_alg = sha256
[choosy]
serial = {dir}/serial
default_policy = 1.2.3.4.1
digests = sha512
signer_digest = sha256
ess_cert_id_alg = sha256
"""


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True, timeout=60).stdout


class Authority:
    """openssl ts with a root of its own; made when it is asked for the first time."""

    def __init__(self, folder, days=3650):
        self.dir, self.days, self.lock = folder, days, threading.Lock()

    def make(self):
        if os.path.exists(f"{self.dir}/tsa.pem"):
            return
        os.makedirs(self.dir, exist_ok=True)
        with open(f"{self.dir}/conf", "w", encoding="ascii") as file:
            file.write(CONF.format(dir=self.dir))
        with open(f"{self.dir}/serial", "w", encoding="ascii") as file:
            file.write("01\n")
        for name, subject in (("root", "/CN=Example root"), ("tsa", "/O=Example/CN=Time-stamps")):
            openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{self.dir}/{name}.key", "-out",
                    f"{self.dir}/{name}.csr", "-subj", subject, "-config", f"{self.dir}/conf")
            issuer = ["-signkey", f"{self.dir}/root.key"] if name == "root" else ["-CA", f"{self.dir}/root.pem", "-CAkey", f"{self.dir}/root.key", "-CAcreateserial"]
            days = 3650 if name == "root" else self.days
            openssl("x509", "-req", "-in", f"{self.dir}/{name}.csr", *issuer, "-days", str(days), "-extfile", f"{self.dir}/conf", "-extensions", name,
                    "-out", f"{self.dir}/{name}.pem")

    def root(self):
        with self.lock:
            self.make()
        with open(f"{self.dir}/root.pem", "rb") as file:
            return file.read()

    def stamp(self, query, section="authority"):
        with self.lock:
            self.make()
            with open(f"{self.dir}/query", "wb") as file:
                file.write(query)
            return openssl("ts", "-reply", "-config", f"{self.dir}/conf", "-section", section, "-queryfile", f"{self.dir}/query", "-signer",
                           f"{self.dir}/tsa.pem", "-inkey", f"{self.dir}/tsa.key", "-chain", f"{self.dir}/root.pem")


def imprint_of(query):
    at = query.index(b"\x04\x20", query.index(SHA256)) + 2
    return query[at:at + 32]


def asked_anew(digest):
    """The same kind of question with a nonce of its own."""
    return openssl("ts", "-query", "-digest", digest.hex(), "-sha256", "-cert")


# What each path answers: bytes for a whole 200, or a function that speaks for itself.
def other_nonce(server, query):
    return server.good.stamp(asked_anew(imprint_of(query)))


def other_imprint(server, query):
    digest = imprint_of(query)
    flipped = bytes([digest[0] ^ 1]) + digest[1:]
    return server.good.stamp(query.replace(digest, flipped))


def flipped(server, query):
    """One bit of the signature."""
    reply = server.good.stamp(query)
    return reply[:-1] + bytes([reply[-1] ^ 1])


LIES = {
    "good": lambda server, query: server.good.stamp(query),
    "other-nonce": other_nonce,
    "other-imprint": other_imprint,
    "flipped": flipped,
    "stranger": lambda server, query: server.stranger.stamp(query),
    "expired": lambda server, query: server.expired.stamp(query),
    "refuses": lambda server, query: server.good.stamp(query, "choosy"),
    "longer": lambda server, query: server.good.stamp(query) + b"\0",
    "garbage": lambda server, query: b"\x30\x82\xff\xff<html>no time-stamp</html>",
    "nothing": lambda server, query: b"",
    "echo": lambda server, query: query,
}  # and /mood/...: whatever the server's `moods` say of the whole path


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def log_message(self, *_):
        pass

    def reply(self, status, body, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def speak(self, head, part, pause):
        """Without an end, until they hang up or we are closed."""
        self.close_connection = True
        self.wfile.write(head)
        while not self.server.ends.wait(pause):
            self.wfile.write(part)

    def do_POST(self):
        path = self.path.strip("/")
        name = self.server.moods.get(path, path.split("/")[0])
        size = int(self.headers.get("Content-Length", 0))
        query = self.rfile.read(size)
        self.server.note(f"{name} {size} {self.headers.get('Content-Type')} {self.headers.get('Accept')}")
        try:
            if name in LIES:
                self.reply(200, LIES[name](self.server, query))
            elif name.isdigit():
                self.reply(int(name), b"sorry")
            elif name == "redirect":
                self.reply(302, b"", ("Location", f"http://127.0.0.1:{self.server.server_port}/good"))
            elif name == "to-file":
                self.reply(302, b"", ("Location", f"file://{self.server.dir}/root.pem"))
            elif name == "endless":
                self.speak(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 0)
            elif name == "headers":
                self.speak(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n", 0)
            elif name == "drip":
                self.speak(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x", 0.05)
            elif name == "hang":
                self.speak(b"", b"", 0.05)
            elif name == "cut":
                self.close_connection = True
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + query)
            elif name == "old-http":
                self.close_connection = True
                self.wfile.write(query)
            else:
                self.reply(404, b"nothing here")
        except OSError:
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder, cert=None, key=None, log=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.dir, self.log, self.moods = folder, log, {}
        self.ends = threading.Event()
        self.good = Authority(folder)
        self.stranger = Authority(os.path.join(folder, "stranger"))
        self.expired = Authority(os.path.join(folder, "expired"), -1)
        if cert:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_):
        pass  # they hung up, or would not trust us

    def note(self, line):
        if self.log:
            with open(self.log, "a", encoding="utf-8") as file:
                file.write(line + "\n")

    def start(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        self.ends.set()
        self.shutdown()
        self.server_close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", required=True)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--log")
    given = parser.parse_args()
    server = Server(given.dir, given.cert, given.key, given.log)
    with open(given.port_file + ".part", "w", encoding="ascii") as file:
        file.write(f"{server.server_port}\n")
    os.rename(given.port_file + ".part", given.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
