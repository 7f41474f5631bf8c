"""What the measures share: keys (made once, kept in the build tree), a site, the sink, CPU by role.

Everything else lives in one temporary folder and goes at the end; nothing is left running.
"""
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXTURE = os.path.join(SOURCE, "tests", "fixtures", "advisory", "exm-2026-0007.json")
TICKS = os.sysconf("SC_CLK_TCK")
SUBKEY = {"ecc": ("ed25519", "cv25519"), "rsa": ("rsa3072", "rsa3072")}


# Who ends a measure ends it in order: what was started is ended, what was made is removed.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} x {model}, Linux {os.uname().release}, load {os.getloadavg()[0]:.1f} at start"


def build():
    """The release build of program, sink and loop; returns its folder."""
    folder = os.path.join(SOURCE, "build", "release")
    for words in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--target", "bench"]):
        done = subprocess.run(words, cwd=SOURCE, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(words)}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return folder


def gpg(home, *words, data=None, check=True):
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": home, "GNUPGHOME": home}
    return subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *words],
                          input=data, capture_output=True, check=check, env=env, timeout=600)


def end_agent(home):
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "HOME": home})


def fingerprint(home, user):
    listed = gpg(home, "--with-colons", "--list-keys", user).stdout.decode().splitlines()
    return next(line.split(":")[9] for line in listed if line.startswith("fpr"))


def recipient_keys(kind, count):
    """Paths of `count` public keys of hospitals; made once and kept below build/bench."""
    folder = os.path.join(SOURCE, "build", "bench", f"keys-{kind}")
    os.makedirs(folder, exist_ok=True)
    paths = [os.path.join(folder, f"hospital-{i:03d}.pgp") for i in range(count)]
    missing = [path for path in paths if not os.path.exists(path)]
    if not missing:
        return paths
    print(f"making {len(missing)} {kind} keys, once", flush=True)
    home = tempfile.mkdtemp(prefix="tocsin-bench-k", dir="/tmp")
    try:
        for path in missing:
            user = f"{os.path.basename(path)[:-4]}@{kind}.example"
            gpg(home, "--quick-gen-key", user, SUBKEY[kind][0], "sign", "5y")
            gpg(home, "--quick-add-key", fingerprint(home, user), SUBKEY[kind][1], "encr", "5y")
            with open(path + ".tmp", "wb") as file:
                file.write(gpg(home, "--export", user).stdout)
            os.rename(path + ".tmp", path)
    finally:
        end_agent(home)
        shutil.rmtree(home, ignore_errors=True)
    return paths


def add_to_group(text, name, settings):
    """A configuration with more settings in a group, which is made when it is not there."""
    lines = text.splitlines(True)
    for i, line in enumerate(lines):
        if line.startswith(name) and "{" in line:
            lines[i] = line.replace("{", "{ " + settings, 1)
            return "".join(lines)
    return text + f"{name} = {{ {settings} }};\n"


class Cpu(threading.Thread):
    """CPU seconds and peak memory by role of everything below a `tocsin run`, looked at now and then."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.root, self.used, self.peak_kib, self.stop = root, {}, 0, False
        self.start()

    def run(self):
        while not self.stop:
            self.look()
            time.sleep(0.2)

    def look(self):
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                    text = file.read()
                pid, rest = int(name), text[text.rindex(")") + 2:].split()
                own = int(rest[11]) + int(rest[12])
                if pid == self.root:
                    self.used[(pid, "dispatcher")] = own
                    with open(f"/proc/{name}/status", encoding="utf-8") as file:
                        self.peak_kib = max([self.peak_kib] + [int(line.split()[1]) for line in file
                                                               if line.startswith("VmHWM")])
                elif int(rest[1]) == self.root:
                    with open(f"/proc/{name}/cmdline", "rb") as file:
                        words = file.read().split(b"\0")
                    if b"sealer" in words:
                        self.used[(pid, "sealers")] = own
                    elif b"carrier" in words:
                        self.used[(pid, "carriers")] = own
                    elif words[0].endswith(b"gpg-agent"):
                        self.used[(pid, "agents")] = own
            except (OSError, ValueError, IndexError):
                continue

    def seconds(self):
        self.stop = True
        out = {}
        for (_, role), ticks in self.used.items():
            out[role] = out.get(role, 0) + ticks / TICKS
        return out


class World:
    """A folder with certificate authority, sink and one site of Tocsin."""

    def __init__(self, binaries, sink_words=()):
        self.binaries = binaries
        self.dir = tempfile.mkdtemp(prefix="tocsin-bench-", dir=os.environ.get("TMPDIR", "/tmp"))
        self.site = os.path.join(self.dir, "site")
        self.home = os.path.join(self.dir, "g")
        self.env = {"PATH": "/usr/bin:/bin", "GNUPGHOME": self.home, "LC_ALL": "C.UTF-8", "HOME": self.dir,
                    "TOCSIN_CONFIG": os.path.join(self.site, "tocsin.conf")}
        self.sink = None
        os.mkdir(self.home, 0o700)
        try:
            self.make_certificate()
            self.start_sink(sink_words)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.sink:
            self.stop_sink()
        end_agent(self.home)
        shutil.rmtree(self.dir, ignore_errors=True)

    # -- the sink
    def make_certificate(self):
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7"]

        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.dir, check=True, capture_output=True)
        openssl("req", "-x509", *new, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=Authority of a measure",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl("req", *new, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost")
        with open(os.path.join(self.dir, "extensions"), "w", encoding="ascii") as file:
            file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial",
                "-out", "cert.pem", "-days", "7", "-extfile", "extensions")

    def start_sink(self, words=()):
        port_file = os.path.join(self.dir, "port")
        self.sink = subprocess.Popen([os.path.join(self.binaries, "bench", "bench_sink"), "cert.pem", "key.pem",
                                      "port", *words], cwd=self.dir, stdout=subprocess.PIPE)
        for _ in range(200):
            if os.path.exists(port_file):
                break
            time.sleep(0.05)
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())

    def stop_sink(self):
        """What it counted."""
        self.sink.send_signal(signal.SIGTERM)
        out, _ = self.sink.communicate(timeout=30)
        self.sink = None
        return json.loads(out)

    # -- the site
    def tocsin(self, *words, expect=0):
        done = subprocess.run([os.path.join(self.binaries, "tocsin"), *words], env=self.env, capture_output=True,
                              text=True, check=False)
        if done.returncode != expect:
            raise RuntimeError(f"tocsin {' '.join(words)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def init(self, mail="", store=None, form=None, sealers=0):
        """mail: more settings of the group `mail`; form: how notices of kind immediate are made; sealers: 0 is one for each core."""
        for user in ("weber@example.com", "meyer@example.com"):
            gpg(self.home, "--quick-gen-key", user, "ed25519", "sign", "2y")
        self.tocsin("init", self.site, "--test", "--maker", "Example Medical GmbH", "--id", "EXM", "--country", "DE",
                    "--mail", "psirt@example.com", "--relay", f"localhost:{self.port}", "--ca-file", f"{self.dir}/ca.pem",
                    "--person", "Jana Weber", "--person-mail", "weber@example.com", "--phone", "+49 30 5550101",
                    *(["--store", store] if store else []))
        with open(os.path.join(self.site, "keys", "meyer.asc"), "wb") as file:
            file.write(gpg(self.home, "--armor", "--export", "meyer@example.com").stdout)
        path = os.path.join(self.site, "tocsin.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        meyer = ('{ id = "meyer"; name = "Dr Eva Meyer"; mail = "meyer@example.com"; phone = "+49 30 5550102"; '
                 'roles = [ "regulatory", "quality" ]; key = "keys/meyer.asc"; deputy = "weber"; },')
        at = text.index("(", text.index("people")) + 1
        text = text[:at] + " " + meyer + text[at:]
        text = add_to_group(text, "mail", mail)
        if form:
            text = add_to_group(text, "sealing", f'immediate = "{form}";')
        if sealers:
            text = add_to_group(text, "sealing", f"sealers = {sealers};")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def table(self, name, rows):
        with open(os.path.join(self.site, name), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(key for row in rows[:9] for key in row)))
            writer.writeheader()
            writer.writerows(rows)

    def advisory(self, tracking="EXM-2026-0007", label="AMBER"):
        with open(FIXTURE, encoding="utf-8") as file:
            document = json.load(file)
        document["document"]["tracking"]["id"] = tracking
        document["document"]["distribution"] = {"tlp": {"label": label}}
        path = os.path.join(self.dir, f"{tracking.lower()}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
        return path

    def run_until_idle(self):
        """(wall seconds, CPU seconds in all, CPU by role, peak KiB of the dispatcher)"""
        with open(os.path.join(self.dir, "run.log"), "wb") as log:
            begin = time.monotonic()
            child = subprocess.Popen([os.path.join(self.binaries, "tocsin"), "run", "--until-idle"], env=self.env,
                                     stdout=log, stderr=log)
            cpu = Cpu(child.pid)
            _, status, used = os.wait4(child.pid, 0)
            wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            with open(os.path.join(self.dir, "run.log"), encoding="utf-8", errors="replace") as file:
                raise RuntimeError(f"tocsin run: {child.returncode}\n{file.read()[-3000:]}")
        total, roles = used.ru_utime + used.ru_stime, cpu.seconds()
        roles["gpg"] = total - sum(roles.values())  # every gpg ends as a child of the dispatcher
        return wall, total, roles, cpu.peak_kib
