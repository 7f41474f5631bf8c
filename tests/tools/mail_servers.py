"""Debian's Postfix and OpenSMTPD as private servers on loopback, and a next hop for them.

They are unpacked by mta-unpack and not installed. Each runs in a mount namespace of its own, where a
passwd and a group file of ours stand in the place of the machine's, so that the accounts they insist
on need not exist; that takes root (skip() says so). All their files are in one folder.
"""
import asyncio
import base64
import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.path.join(SOURCE, ".tools")
WAIT = 60  # seconds, for what takes one or two
CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
# Ours, in the namespace only: owner of the queue, of what is looked up, of the mailboxes.
ACCOUNTS = {"postfix": 64201, "postdrop": 64202, "opensmtpd": 64203, "opensmtpq": 64204, "post": 64205}
POST = ACCOUNTS["post"]


def missing(package):
    """Why this server cannot run here; None when it can."""
    if not os.path.exists(os.path.join(TOOLS, package, "depends")):
        return f"{package} is not unpacked here: tests/tools/mta-unpack"
    if os.geteuid() != 0:
        return f"{package} needs root (it changes accounts, and gets a mount namespace of its own)"
    done = subprocess.run([sys.executable, os.path.abspath(__file__), "--try"], capture_output=True, check=False)
    if done.returncode != 0:
        return f"{package} needs a mount namespace, which this machine does not give: {done.stderr.decode()[-200:]}"
    return None


def free_port(claims=[]):  # pylint: disable=dangerous-default-value
    """A port that is ours until we end. The server opens it later, so it must not be one that the kernel gives to
    somebody's connection meanwhile; and a name in the kernel's list of sockets keeps other tests like this one off."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        low, high = map(int, file.read().split())
    ports = [p for p in range(10000, 65536) if not low <= p <= high] or list(range(10000, 65536))
    first = os.getpid() * 61
    for i in range(len(ports)):
        port = ports[(first + i) % len(ports)]
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0tocsin-mail-server-{port}")
            with socket.socket() as s:
                s.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        claims.append(claim)
        return port
    raise AssertionError("no port is free")


def greets(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as s:
            s.settimeout(20)
            return s.recv(3) == b"220"
    except OSError:
        return False


def call(name, *words):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def enter(binds):
    """A mount namespace with [(ours, place)] bound."""
    call("unshare", CLONE_NEWNS)
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    for ours, place in binds:
        call("mount", ours.encode(), place.encode(), None, MS_BIND, None)


class Server:
    """A mail server in a folder of its own; start() returns when it greets, stop() when it is gone."""

    def __init__(self, folder, package):
        self.dir = os.path.join(folder, package)
        os.makedirs(self.dir, 0o755)
        self.tree = os.path.join(self.dir, "tree")
        shutil.copytree(os.path.join(TOOLS, package), self.tree, symlinks=True)
        self.inbox = os.path.join(self.dir, "inbox")
        for part in ("", "new", "cur", "tmp"):
            os.makedirs(os.path.join(self.inbox, part), exist_ok=True)
            os.chown(os.path.join(self.inbox, part), POST, POST)
        self.port = None
        self.process = None
        self.log = os.path.join(self.dir, "log")
        for name, shape in (("passwd", "{0}:x:{1}:{1}::/nonexistent:/usr/sbin/nologin\n"), ("group", "{0}:x:{1}:\n")):
            with open("/etc/" + name, encoding="utf-8") as file:
                text = "".join(line for line in file if line.split(":")[0] not in ACCOUNTS)
            with open(os.path.join(self.dir, name), "w", encoding="utf-8") as file:
                file.write(text + "".join(shape.format(*account) for account in ACCOUNTS.items()))

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def run(self, command, binds=(), env=None):
        """The server itself, not a child of some script: it is ended by its id. Whether it greets."""
        pairs = [(os.path.join(self.dir, n), "/etc/" + n) for n in ("passwd", "group")] + list(binds)
        words = [word for pair in pairs for word in pair]
        with open(os.path.join(self.dir, "output"), "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, os.path.abspath(__file__), "--enter", str(len(pairs)), *words, *command], stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})})
        until = time.monotonic() + WAIT
        while self.process.poll() is None and time.monotonic() < until:
            if greets(self.port):
                return True
            time.sleep(0.05)
        return False

    def start(self):
        """On another port when somebody else has opened ours since we chose it."""
        for _ in range(3):
            self.port = free_port()
            self.configure()
            if self.launch():
                return
            self.stop()
        raise AssertionError(f"{type(self).__name__} greets nobody on port {self.port}:\n{self.said()[-4000:]}")

    def stop(self):
        """What does not end when it is told to is killed. A killed process may be seen for a moment more."""
        if not self.process:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(WAIT / 2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(WAIT)
        self.process = None
        until = time.monotonic() + WAIT
        while (left := self.left()) and time.monotonic() < until:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    def left(self):
        """Processes that run a program of our copy."""
        out = []
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and os.readlink(f"/proc/{name}/exe").startswith(self.tree + "/"):
                    out.append(int(name))
            except OSError:
                pass
        return out

    def said(self):
        out = ""
        for name in ("output", "log"):
            path = os.path.join(self.dir, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    out += file.read()
        return out


class Postfix(Server):
    """Takes mail over STARTTLS from who gives the password; psirt+ANY@example.com goes to the inbox."""

    MAIN = """\
compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
command_directory = {tree}/usr/sbin
daemon_directory = {tree}/usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
import_environment = LD_LIBRARY_PATH MAIL_CONFIG TZ LANG=C
maillog_file = {dir}/log
maillog_file_prefixes = {dir}
myhostname = relay.example.com
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_tls_auth_only = yes
smtpd_reject_unlisted_recipient = no
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = encrypt
recipient_delimiter = +
disable_dns_lookups = yes
smtp_host_lookup = native
lmtp_host_lookup = native
alias_maps =
virtual_alias_maps = texthash:{dir}/aliases
virtual_mailbox_domains = example.com, house.example
virtual_mailbox_base = {dir}
virtual_mailbox_maps = texthash:{dir}/mailboxes
virtual_uid_maps = static:{post}
virtual_gid_maps = static:{post}
transport_maps = texthash:{dir}/transport
notify_classes =
default_destination_recipient_limit = 1
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
maximal_queue_lifetime = 15s
bounce_queue_lifetime = 15s
delay_warning_time = 1s
"""
    MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

    def __init__(self, folder, cert, key, password, transport):
        super().__init__(folder, "postfix")
        self.passwords = Passwords("psirt", password)
        self.write("etc/main.cf", self.MAIN.format(dir=self.dir, tree=self.tree, cert=cert, key=key, post=POST,
                                                   auth=self.passwords.port))
        self.write("mailboxes", "psirt@example.com inbox/\nok@house.example house/\n")
        self.write("aliases", "all@house.example ok@house.example, ok2@house.example\nok2@house.example ok@house.example\n")
        self.transport = ""
        self.route(transport)
        for name, mode in (("data", 0o700), ("house", 0o700), *((f"queue/{q}", 0o700) for q in (
                "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")),
                ("queue/public", 0o710), ("queue/maildrop", 0o730), ("queue/pid", 0o755)):
            path = os.path.join(self.dir, name)
            os.makedirs(path, exist_ok=True)
            group = ACCOUNTS["postdrop"] if name in ("queue/public", "queue/maildrop") else 0
            owner = POST if name == "house" else 0 if name == "queue/pid" else ACCOUNTS["postfix"]
            os.chown(path, owner, group)
            os.chmod(path, mode)

    def route(self, transport):
        """[(domain, "smtp" or "lmtp", port)]; before start()."""
        for domain, kind, port in transport:
            self.transport += f"{domain} lmtp:inet:127.0.0.1:{port}\n" if kind == "lmtp" else f"{domain} smtp:[127.0.0.1]:{port}\n"
        self.write("transport", self.transport)

    def configure(self):
        self.write("etc/master.cf", self.MASTER.format(port=self.port))

    def launch(self):
        lib = os.path.join(self.tree, "usr/lib/postfix")
        return self.run([os.path.join(lib, "sbin/master"), "-c", os.path.join(self.dir, "etc"), "-d"],
                        env={"LD_LIBRARY_PATH": lib, "MAIL_CONFIG": os.path.join(self.dir, "etc")})


class OpenSMTPD(Server):
    """A server behind the relay, as a hospital has one; its reports go into the inbox `back`.

    Without TLS: Debian 12's cannot do it as a server (it was built for OpenSSL 1.1 and runs on 3.0).
    ok@box.example has a mailbox here.
    """

    CONF = """\
table boxes file:{dir}/mailboxes
queue ttl {ttl}s
bounce warn-interval 1s
listen on 127.0.0.1 port {port} hostname mx.box.example
action "box" maildir "{dir}/house" virtual <boxes>
action "back" maildir "{back}" virtual <boxes>
{actions}match from any for domain "box.example" action "box"
match from local for domain "example.com" action "back"
{matches}"""

    def __init__(self, folder, back, transport, ttl=20):
        super().__init__(folder, "opensmtpd")
        actions = "".join(f'action "{domain}" relay host "{kind}://127.0.0.1:{port}"\n' for domain, kind, port in transport)
        matches = "".join(f'match from any for domain "{domain}" action "{domain}"\n' for domain, _, _ in transport)
        self.words = {"dir": self.dir, "back": back, "ttl": ttl, "actions": actions, "matches": matches}
        self.conf = os.path.join(self.dir, "smtpd.conf")
        self.write("mailboxes", "ok@box.example post\npsirt@example.com post\n")
        for name in ("house/new", "house/cur", "house/tmp", "lib/opensmtpd/empty", "spool", "run"):
            os.makedirs(os.path.join(self.dir, name))
            os.chmod(os.path.join(self.dir, name), 0o755)
        for name in ("house", "house/new", "house/cur", "house/tmp"):
            os.chown(os.path.join(self.dir, name), POST, POST)

    def configure(self):
        self.write("smtpd.conf", self.CONF.format(port=self.port, **self.words), 0o600)

    def launch(self):
        binds = [(os.path.join(self.dir, "lib"), "/var/lib"), (os.path.join(self.dir, "spool"), "/var/spool"),
                 (os.path.join(self.dir, "run"), "/run"), (os.path.join(self.tree, "usr/libexec"), "/usr/libexec")]
        return self.run([os.path.join(self.tree, "usr/sbin/smtpd"), "-d", "-f", self.conf], binds)


class Listener(threading.Thread):
    """Something that is served on loopback, in a thread of its own, from now to stop()."""

    def __init__(self):
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.start()
        self.ready.wait(WAIT)

    def run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(WAIT)


class Passwords(Listener):
    """Knows one user; Postfix asks it in the words of Dovecot's authentication protocol."""

    def __init__(self, user, password):
        self.right = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.user, self.asked, self.agreed = user, 0, 0
        super().__init__()

    async def serve(self, reader, writer):
        writer.write(b"VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00112233445566778899aabbccddeeff\nDONE\n")
        while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\n"):
            words = line.split("\t")
            if words[0] != "AUTH":
                continue
            agreed = words[-1] == "resp=" + self.right
            self.asked += 1
            self.agreed += agreed
            writer.write(f"OK\t{words[1]}\tuser={self.user}\n".encode() if agreed else f"FAIL\t{words[1]}\n".encode())
        writer.close()


class Hop(Listener):
    """The next hop: SMTP without DSN, or LMTP. The local part of a recipient says what comes of it.

    no: refused at RCPT. full: refused after the data. later: put off for ever. Others are taken.
    """

    def __init__(self, lmtp=False, size=None):
        self.lmtp, self.size, self.taken = lmtp, size, []
        super().__init__()

    async def serve(self, reader, writer):
        def say(text):
            writer.write(text.encode() + b"\r\n")

        recipients = []
        say("220 hop.example ready")
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            verb = line.split()[0].upper()
            address = re.search(r"<(.*?)>", line)
            if verb in ("EHLO", "LHLO"):
                say("250-hop.example" if self.size else "250 hop.example")
                if self.size:
                    say(f"250 SIZE {self.size}")
            elif verb == "RCPT":
                local = address[1].split("@")[0]
                if local == "no":
                    say(f"550 5.1.1 <{address[1]}> nobody here by that name")
                elif local == "later":
                    say("451 4.7.1 come back later")
                else:
                    recipients.append(address[1])
                    say("250 2.1.5 ok")
            elif verb == "DATA" and recipients:
                say("354 go on")
                data = b""
                while (part := await reader.readline()) not in (b".\r\n", b""):
                    data += part
                for to in recipients if self.lmtp else recipients[:1]:
                    full = to.startswith("full@")
                    say(f"552 5.2.2 <{to}> mailbox is full" if full else f"250 2.0.0 <{to}> saved")
                    if not full:
                        self.taken.append(to)
                recipients = []
            elif verb == "DATA":
                say("503 5.5.1 no recipients")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                recipients = [] if verb in ("MAIL", "RSET") else recipients
                say("250 ok")
        writer.close()


if __name__ == "__main__":
    if sys.argv[1] == "--try":
        enter([("/etc/hosts", "/etc/hosts")])
    elif sys.argv[1] == "--enter":
        count = int(sys.argv[2])
        names = sys.argv[3:3 + 2 * count]
        enter(list(zip(names[::2], names[1::2])))
        command = sys.argv[3 + 2 * count:]
        os.execv(command[0], command)
