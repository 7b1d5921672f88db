"""Drives a headless Chromium over the DevTools protocol, through a pipe: no port, no package.

    @unittest.skipUnless(chromium.found(), chromium.WHY_NOT)
    with chromium.Browser() as browser:
        browser.resize(400, 800)
        browser.open(url)                      # waits for the load event
        browser.evaluate('document.title')     # a promise is waited for
        browser.screenshot('page.png')
        browser.requests                       # every URL that was asked for since open()
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WHY_NOT = "Chromium is not installed"

SWITCHES = ("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--hide-scrollbars", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-default-apps", "--force-color-profile=srgb",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")


def found():
    return PROGRAM is not None


class PageError(Exception):
    """The page threw, or the browser refused a command."""


class Browser:
    """One browser with one page. A context manager; ends its own process only."""

    def __init__(self, width=1280, height=800, timeout=30):
        self.timeout = timeout
        self.requests = []
        self.events = []
        self._size = (width, height)
        self._last = 0
        self._buffer = b""

    def __enter__(self):
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        read_commands, self._to = os.pipe()
        self._from, write_answers = os.pipe()

        def as_3_and_4():
            # Copies above 4 first: either end may be 3 or 4 already.
            commands, answers = os.dup(read_commands), os.dup(write_answers)
            while commands < 5:
                commands = os.dup(commands)
            while answers < 5:
                answers = os.dup(answers)
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        self._process = subprocess.Popen(
            [PROGRAM, *SWITCHES, f"--user-data-dir={self._folder}", "about:blank"], close_fds=False,
            preexec_fn=as_3_and_4, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read_commands)
        os.close(write_answers)
        target = self.command("Target.createTarget", session=None, url="about:blank")["targetId"]
        self._session = self.command("Target.attachToTarget", session=None, targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.command(f"{domain}.enable")
        self.resize(*self._size)
        return self

    def __exit__(self, *_):
        try:
            self.command("Browser.close", session=None)
            self._process.wait(10)
        except (OSError, PageError, TimeoutError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        for _ in range(20):  # its helpers may still write there for a moment
            shutil.rmtree(self._folder, ignore_errors=True)
            if not os.path.exists(self._folder):
                break
            time.sleep(0.05)

    def command(self, method, session="", **parameters):
        """Sends a command and gives its result. Events that come meanwhile go into `events` and `requests`."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session or self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + self.timeout
        while True:
            answer = self._receive(deadline, method)
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise PageError(f'{method}: {answer["error"]["message"]}')
                return answer["result"]

    def _receive(self, deadline, what):
        while b"\0" not in self._buffer:
            ready = select.select([self._from], [], [], max(0, deadline - time.monotonic()))[0]
            if not ready:
                raise TimeoutError(f"Chromium: no answer to {what} within {self.timeout} s")
            piece = os.read(self._from, 1 << 16)
            if not piece:
                raise PageError(f"Chromium ended during {what}")
            self._buffer += piece
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message:
            self.events.append(message)
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
        return message

    def wait_for(self, event):
        """Waits for an event that has not come since open(), and gives its parameters."""
        deadline = time.monotonic() + self.timeout
        while True:
            for message in self.events:
                if message["method"] == event:
                    return message["params"]
            self._receive(deadline, event)

    def resize(self, width, height, density=1, mobile=False):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=density,
                     mobile=mobile)

    def open(self, url, wait=True):
        """A URL, or a file's path. `wait`: until its load event, which pictures hold up too."""
        if "://" not in str(url):
            url = pathlib.Path(url).resolve().as_uri()
        self.events.clear()
        self.requests.clear()
        answer = self.command("Page.navigate", url=str(url))
        if "errorText" in answer:
            raise PageError(f'{url}: {answer["errorText"]}')
        if wait:
            self.wait_for("Page.loadEventFired")

    def evaluate(self, script):
        """The value of a JavaScript expression, as JSON would hold it; a promise is waited for."""
        answer = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise PageError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait_until(self, script):
        """Waits until an expression is true, and gives its value."""
        deadline = time.monotonic() + self.timeout
        while True:
            value = self.evaluate(script)
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"never true: {script}")
            time.sleep(0.02)

    def press(self, key, code=0, text=""):
        """A key on the page: 'ArrowRight', 'Escape', 'a' …"""
        parameters = {"key": key, "windowsVirtualKeyCode": code}
        if text:
            parameters["text"] = text
        self.command("Input.dispatchKeyEvent", type="keyDown", **parameters)
        self.command("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def screenshot(self, path, whole_page=False):
        answer = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole_page)
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))
