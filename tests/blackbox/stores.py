"""Servers for tests of the shared store: nginx with WebDAV, and a server before it that has a fault."""

import http.client
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if os.path.exists("/usr/sbin/nginx") else None)

CONFIGURATION = """{user}daemon off; pid {dir}/nginx.pid; error_log {dir}/error.log warn; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {dir}/tmp; proxy_temp_path {dir}/tmp; fastcgi_temp_path {dir}/tmp;
  uwsgi_temp_path {dir}/tmp; scgi_temp_path {dir}/tmp;
  server {{
    listen 127.0.0.1:{port}; {ssl}
    location /cache/ {{ root {dir}/data; dav_methods PUT; create_full_put_path on; client_max_body_size 64m; {more} }}
    location /readonly/ {{ alias {dir}/data/cache/; }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """`folder`: for its files. `url`: what to put into a manifest. `data`: where entries are."""

    def __init__(self, folder, ssl="", more=""):
        self.port, self.folder = free_port(), folder
        self.url = f"http{'s' if ssl else ''}://127.0.0.1:{self.port}/cache"
        self.data = os.path.join(folder, "data", "cache")
        for sub in ("tmp", "data/cache"):
            os.makedirs(os.path.join(folder, sub))
        user = "user root; " if os.getuid() == 0 else ""
        text = CONFIGURATION.format(user=user, dir=folder, port=self.port, ssl=ssl, more=more)
        with open(os.path.join(folder, "nginx.conf"), "w") as file:
            file.write(text.replace(f":{self.port};", f":{self.port} ssl;") if ssl else text)
        command = [NGINX, "-p", folder, "-c", os.path.join(folder, "nginx.conf")]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def entries(self):
        folder = os.path.join(self.data, "ac")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def close(self):
        self.process.terminate()
        self.process.wait()


def wait_for(port):
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError(f"no server on port {port}")


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # the client has gone: what a faulty server is there for


class Between:
    """A server before another one. `fault(handler)`, for each request: None to pass it on; it may change
    handler.body, the answer's, by returning a function of the bytes; or answer by itself and return True."""

    def __init__(self, port, fault):
        self.requests = []
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 65536

            def log_message(self, *_):
                pass

            def pass_on(self):
                between.requests.append(self.command)
                size = int(self.headers.get("Content-Length") or 0)
                given = self.rfile.read(size)
                change = fault(self)
                if change is True:
                    return
                line = http.client.HTTPConnection("127.0.0.1", port)
                headers = {k: v for k, v in self.headers.items() if k.lower() in ("authorization", "content-type")}
                line.request(self.command, self.path, given or None, headers)
                answer = line.getresponse()
                body = answer.read()
                line.close()
                if change and answer.status == 200 and self.command == "GET":
                    body = change(body)
                self.answer(answer.status, body, answer.getheader("Content-Length") if self.command == "HEAD" else None)

            def answer(self, status, body=b"", length=None):
                self.send_response(status)
                self.send_header("Content-Length", length or str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_PUT = do_HEAD = pass_on

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/cache"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Silent:
    """Takes connections, and answers nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/cache"

    def close(self):
        self.socket.close()
