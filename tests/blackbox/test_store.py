"""The shared store: nginx with WebDAV and folders, whole and with every fault between."""

import base64
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

import harness
import pictures
import stores
from harness import Case, Report, Result, environment

SOURCES = 12
VARIANTS = [{"name": "t", "width": 40}, {"name": "p", "width": 16, "format": "png"}]
OUTPUTS = SOURCES * len(VARIANTS)


def store_counts(report):
    return tuple(report.summary[key] for key in ("storeHits", "storeMisses", "storeErrors"))


class Shared(Case):
    """Clones of one project, each without a cache."""

    servers = ()

    def tearDown(self):
        for server in self.servers:
            server.close()

    def started(self, server):
        self.servers = (*self.servers, server)
        return server

    def nginx(self, **options):
        if not stores.NGINX:
            self.skipTest("nginx is not installed (Debian: nginx-light)")
        os.makedirs(self.at("../nginx"), exist_ok=True)
        return self.started(stores.Nginx(os.path.join(self.root, "nginx"), **options))

    def between(self, fault, port):
        return self.started(stores.Between(port, fault))

    def prepare(self):
        for i in range(SOURCES):
            self.put(f"in/{i}.png", pictures.png(pictures.noise(90, 60, seed=i)))

    def clone(self, store):
        """A fresh clone that uses this store: outputs, index, lockfile and cache are not there yet."""
        for name in ("out", ".thumbs", "index.json", "thumbs.lock"):
            path = self.at(name)
            shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
        top = {"index": "index.json", "lock": "thumbs.lock", **({"store": store} if store else {})}
        self.manifest(VARIANTS, top=top)

    def cloned(self, store, *arguments, **options):
        self.clone(store)
        return self.build(*arguments, **options)

    def made(self):
        return {**self.contents("out"), "index": self.get("index.json"), "lock": self.get("thumbs.lock")}

    def warning(self, report):
        found = [w for w in report["warnings"] if w.startswith("store ")]
        self.assertEqual(len(found), 1, report)
        return found[0]


class Folders(Shared):
    def test_a_second_clone_decodes_nothing(self):
        plain = self.cloned(None)
        self.assertNotIn("storeHits", plain.summary)
        expected = self.made()
        first = self.cloned("../store")
        self.assertEqual(store_counts(first), (0, OUTPUTS, 0))
        self.assertEqual(first.summary["bytesRead"], plain.summary["bytesRead"], "each source is read once")
        self.assertEqual(len(self.files("../store/ac")), OUTPUTS)
        second = self.cloned(self.at("../store"))
        self.assertEqual(store_counts(second), (OUTPUTS, 0, 0))
        self.assertEqual((second.summary["decoded"], second.summary["built"]), (0, OUTPUTS))
        self.assertEqual(second["warnings"], [])
        self.assertEqual(self.made(), expected)
        self.assertEqual(first.reasons(), second.reasons())
        self.assertEqual(self.files("../store/tmp"), [])
        self.clone("../store")
        self.assertIn(f"built {OUTPUTS} ({OUTPUTS} from the store), index written", self.thumbs("build").out)
        self.assertEqual(store_counts(self.build()), (0, 0, 0))

    def test_only_reading_changes_nothing(self):
        os.makedirs(self.at("../store"))
        before = self.files("../store")
        self.assertEqual(store_counts(self.cloned("../store", "--store-readonly")), (0, OUTPUTS, 0))
        self.assertEqual(self.files("../store"), before)

    def test_what_was_made_alone_and_what_is_forced(self):
        self.cloned("../store", "in/1.png", "--variant", "t")
        self.assertEqual(len(self.files("../store/ac")), 1)
        self.assertEqual(store_counts(self.build()), (0, OUTPUTS - 1, 0))
        forced = self.build("--force")
        self.assertEqual((store_counts(forced), forced.summary["decoded"]), ((0, 0, 0), SOURCES))

    def test_folders_that_are_none(self):
        self.cloned(None)
        expected = self.made()
        self.put("../file", "x")
        self.assertIn("Not a directory", self.warning(self.cloned("../file/store")))
        self.assertEqual(self.made(), expected)
        os.makedirs(self.at("../odd/ac"))
        os.makedirs(self.at("../odd/tmp"))
        if os.getuid() != 0:
            os.chmod(self.at("../odd/ac"), 0)
            self.assertIn("Permission denied", self.warning(self.cloned("../odd")))
            os.chmod(self.at("../odd/ac"), 0o755)

    def test_poisoned_entries_are_refused_and_mended(self):
        self.cloned("../store")
        expected, entries = self.made(), self.files("../store/ac")
        good = {name: self.get("../store/ac/" + name) for name in entries}
        poisons = [
            lambda data: b"",
            lambda data: data[:-1],
            lambda data: data + b"\0",
            lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
            lambda data: b"<html>404</html>",
            lambda data: good[entries[-1]],
            lambda data: data.replace(b"width ", b"width 1", 1),
        ]
        for name, poison in zip(entries, poisons):
            self.put("../store/ac/" + name, poison(good[name]))
        report = self.cloned("../store")
        self.assertEqual(store_counts(report), (OUTPUTS - len(poisons), 0, len(poisons)))
        self.assertEqual(self.made(), expected)
        self.assertIn("was refused", self.warning(report))
        self.assertEqual(store_counts(self.cloned("../store")), (OUTPUTS, 0, 0), "they were replaced")

    def test_a_full_disk(self):
        script = "mount -t tmpfs -o size=16k none ../full && touch ../mounted"
        os.makedirs(self.at("../full"))
        self.clone("../full")
        run = subprocess.run(
            ["unshare", "-m", "sh", "-c", f"{script} || exit 0; exec \"$1\" build --json", "sh", harness.PROGRAM],
            cwd=self.project, capture_output=True, text=True,
        )
        if not os.path.exists(self.at("../mounted")):
            self.skipTest("cannot mount here")
        report = Report(Result(["full disk"], run.returncode, run.stdout, run.stderr))
        self.assertEqual((run.returncode, report.summary["built"]), (0, OUTPUTS))
        self.assertIn("No space left on device", self.warning(report))

    def test_a_killed_run_leaves_no_process_and_no_open_pipe(self):
        # A fifo that nobody writes to: the store hangs in it until the run is gone.
        self.clone("../store")
        os.makedirs(self.at("../store"))
        for index in range(40):
            self.put(f"in/large{index}.png", pictures.large_png(900, 900, bytes([index, 2, 3]) * 900))
        run = subprocess.Popen([harness.PROGRAM, "build", "-v", "--progress=plain"], cwd=self.project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        run.stdout.readline()
        helpers = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True).stdout.split()
        run.send_signal(signal.SIGKILL)
        start = time.monotonic()
        run.stdout.read()  # to its end: nobody else holds it
        self.assertLess(time.monotonic() - start, 1)
        run.wait()
        run.stdout.close()
        for _ in range(200):
            left = [pid for pid in helpers if os.path.exists(f"/proc/{pid}") and "Z" not in open(f"/proc/{pid}/stat").read().split()[2]]
            if not left:
                break
            time.sleep(0.01)
        self.assertEqual(left, [])
        self.assertEqual(store_counts(self.build())[2], 0)


class Urls(Shared):
    def test_a_second_clone_decodes_nothing(self):
        nginx = self.nginx()
        self.cloned(None)
        expected = self.made()
        self.assertEqual(store_counts(self.cloned(nginx.url)), (0, OUTPUTS, 0))
        self.assertEqual(len(nginx.entries()), OUTPUTS)
        self.assertTrue(all(len(name) == 64 for name in nginx.entries()))
        second = self.cloned(nginx.url + "/")
        self.assertEqual((store_counts(second), second.summary["decoded"]), ((OUTPUTS, 0, 0), 0))
        self.assertEqual(self.made(), expected)
        # The folder behind it is a store as well.
        folder = self.cloned(nginx.data, "--store-readonly")
        self.assertEqual((store_counts(folder), folder.summary["decoded"]), ((OUTPUTS, 0, 0), 0))

    def test_a_server_that_only_gives(self):
        nginx = self.nginx()
        self.cloned(nginx.url)
        readonly = nginx.url.replace("/cache", "/readonly")
        self.assertEqual(store_counts(self.cloned(readonly)), (OUTPUTS, 0, 0))
        shutil.rmtree(nginx.data)
        self.assertEqual(self.cloned(readonly, "--store-readonly")["warnings"], [])
        report = self.cloned(readonly)
        self.assertEqual(store_counts(report)[:2], (0, OUTPUTS))
        self.assertIn("HTTP 405 Method Not Allowed", self.warning(report))
        self.assertIn("--store-readonly", self.warning(report))

    def test_head_spares_uploads_of_what_is_there(self):
        nginx = self.nginx()
        between = self.between(lambda request: None, nginx.port)
        self.cloned(nginx.url)
        self.manifest(VARIANTS, top={"index": "index.json", "lock": "thumbs.lock", "store": between.url})
        os.remove(os.path.join(nginx.data, "ac", nginx.entries()[0]))
        self.build("--force")
        self.assertEqual((between.requests.count("HEAD"), between.requests.count("PUT")), (OUTPUTS, 1))
        self.assertEqual(len(nginx.entries()), OUTPUTS)

    def test_certificates_names_and_passwords(self):
        if not shutil.which("openssl"):
            self.skipTest("no openssl")
        os.makedirs(self.at("../nginx"))
        key, certificate, users = (os.path.join(self.root, name) for name in ("key", "certificate", "users"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            check=True, capture_output=True,
        )
        self.put("../users", "me:{PLAIN}secret\n")
        os.chmod(self.root, 0o755)
        ssl = f"ssl_certificate {certificate}; ssl_certificate_key {key};"
        nginx = self.nginx(ssl=ssl, more=f"auth_basic store; auth_basic_user_file {users};")
        said = self.warning(self.cloned(nginx.url))
        self.assertTrue("certificate" in said or "does not answer" in said, said)  # the latter where the machine is busy
        trusting = environment(CURL_CA_BUNDLE=certificate, HOME=self.root)
        self.assertIn("HTTP 401 Unauthorized", self.warning(self.cloned(nginx.url, env=trusting)))
        self.put("../.netrc", "machine 127.0.0.1 login me password secret\n")
        self.assertEqual(store_counts(self.cloned(nginx.url, env=trusting)), (0, OUTPUTS, 0))
        os.remove(self.at("../.netrc"))
        named = nginx.url.replace("https://", "https://me:secret@")
        self.assertEqual(store_counts(self.cloned(named, env=trusting)), (OUTPUTS, 0, 0))
        wrong = nginx.url.replace("https://", "https://me:other@")
        said = self.warning(self.cloned(wrong, env=trusting))
        self.assertIn(f"store {nginx.url}: ", said)
        self.assertNotIn("other@", said)

    def test_a_proxy(self):
        nginx = self.nginx()
        between = self.between(lambda request: None, nginx.port)
        through = environment(http_proxy=between.url.replace("/cache", ""))
        report = self.cloned("http://store.invalid/cache", env=through)
        self.assertGreater(store_counts(report)[1], OUTPUTS // 2)
        self.assertGreater(len(nginx.entries()), OUTPUTS // 2)
        not_through = {**through, "no_proxy": "store.invalid"}
        self.assertIn("Could not resolve host", self.warning(self.cloned("http://store.invalid/cache", env=not_through)))

    # Python's servers may be too slow for a run on a busy machine: what comes through them need not all come in time.
    def test_every_fault_between(self):
        nginx = self.nginx()
        self.cloned(nginx.url)
        expected = self.made()

        def status(number, methods=("GET", "PUT", "HEAD")):
            def fault(request):
                if request.command not in methods:
                    return None
                request.answer(number)
                return True
            return fault

        def changed(change):
            return lambda request: change

        def cut(request):
            request.send_response(200)
            request.send_header("Content-Length", "5000")
            request.end_headers()
            request.wfile.write(b"x" * 100)
            request.close_connection = True
            return True

        def closed(request):
            request.close_connection = True
            return True

        def trickle(request):
            request.send_response(200)
            request.send_header("Content-Length", "50000")
            request.end_headers()
            while True:
                request.wfile.write(b"x")
                request.wfile.flush()
                time.sleep(0.05)

        def every_third(request):
            request.server.seen.append(1)
            if len(request.server.seen) % 3:
                return None
            request.answer(500)
            return True

        # what, fault, what is said, how many hits there may be
        faults = [
            ("500", status(500), "HTTP 500 Internal Server Error", (0,)),
            ("429", status(429), "HTTP 429 Too Many Requests", (0,)),
            ("302 to nowhere", status(302), "HTTP 302", (0,)),
            ("wrong bytes", changed(lambda body: body[:-4] + b"xxxx"), "not those that were stored", (0,)),
            ("wrong length", changed(lambda body: body[: len(body) // 2]), "not those that were stored", (0,)),
            ("nothing", changed(lambda body: b""), "no entry of thumbs", (0,)),
            ("too much", changed(lambda body: body * 2), "not those that were stored", (0,)),
            ("cut", cut, "transfer closed", (0,)),
            ("closed", closed, "Empty reply from server", (0,)),
            ("trickle", trickle, "does not answer", (0,)),
            ("every third", every_third, "HTTP 500", range(1, OUTPUTS)),
        ]
        for name, fault, said, hits in faults:
            with self.subTest(name):
                between = self.between(fault, nginx.port)
                between.server.seen = []
                report = self.cloned(between.url)
                self.assertEqual(report.summary["built"], OUTPUTS)
                self.assertIn(store_counts(report)[0], hits)
                self.assertGreater(store_counts(report)[2], 0)
                self.assertIn(said, self.warning(report))
                self.assertEqual(self.made(), expected)
        with self.subTest("latency"):
            between = self.between(lambda request: time.sleep(0.06), nginx.port)
            report = self.cloned(between.url)
            self.assertGreater(store_counts(report)[0], OUTPUTS // 2)
        with self.subTest("a full disk"):
            shutil.rmtree(nginx.data)
            between = self.between(status(507, ("PUT",)), nginx.port)
            report = self.cloned(between.url)
            self.assertGreater(store_counts(report)[1], OUTPUTS // 2)
            self.assertIn("HTTP 507 Insufficient Storage", self.warning(report))

    def test_away_and_silent_stores_cost_next_to_nothing(self):
        silent = self.started(stores.Silent())
        gone = f"http://127.0.0.1:{stores.free_port()}/cache"
        took = {}
        for name, store in (("none", None), ("gone", gone), ("silent", silent.url)):
            start = time.monotonic()
            report = self.cloned(store)
            took[name] = time.monotonic() - start
            self.assertEqual(report.summary["built"], OUTPUTS)
            if store:
                self.assertGreater(report.summary["storeErrors"], 0)
                self.warning(report)
        for name in ("gone", "silent"):
            self.assertLess(took[name], 1.1 * took["none"] + 1.5, took)

    def test_a_silent_store_does_not_hold_up_an_interrupt(self):
        silent = self.started(stores.Silent())
        for index in range(40):
            self.put(f"in/more{index}.png", pictures.large_png(900, 900, bytes([index, 2, 3]) * 900))
        self.clone(silent.url)
        run = subprocess.Popen([harness.PROGRAM, "build", "-q"], cwd=self.project, preexec_fn=harness.heed_signals)
        silent.socket.settimeout(harness.TIMEOUT)
        silent.socket.accept()[0].close()  # it is at work
        run.send_signal(signal.SIGINT)
        start = time.monotonic()
        self.assertIn(run.wait(), (130, 0))
        self.assertLess(time.monotonic() - start, 2)


class Manifests(Shared):
    def test_stores_that_cannot_be(self):
        for store, said in (
            ("s3://bucket", 'use a folder, or a URL that begins with http:// or https://'),
            ("http://", "names no host"),
            ("http://host/?x", 'must not contain "?"'),
            ("http://ho st/", "is not a URL"),
            ("", "must not be empty"),
        ):
            self.clone(None)
            self.manifest(VARIANTS, top={"store": store})
            run = self.thumbs("build", code=2)
            self.assertIn("/store: ", run.err)
            self.assertIn(said, run.err)

    def test_looking_asks_nobody(self):
        silent = self.started(stores.Silent())
        self.clone(silent.url)
        for command in (["check"], ["status"], ["build", "-n"], ["explain", "in/1.png"]):
            report = self.report(*command, code=(0, 3))
            self.assertEqual((store_counts(report), report["warnings"]), ((0, 0, 0), []))


if __name__ == "__main__":
    unittest.main()
