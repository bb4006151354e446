"""A stand-in for the Aragora server: its health routes, its bodies, its quirks, and switches to make it fail.

How a release behaves stands in BEHAVIOUR; a word in the file `fault` of the nomic directory makes any release behave so.
"""

import datetime
import hashlib
import hmac
import http.server
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse

from aragora import __version__

BEHAVIOUR = "@BEHAVIOUR@"
BIND_ATTEMPTS = 5
STARTUP = 0.3
TOKEN_HASH = "/srv/sandbox/token.sha256"

if BEHAVIOUR == "broken-import":
    import aragora.server.router  # noqa: F401

with open(os.path.join(os.path.dirname(__file__), "answers.json"), encoding="utf-8") as file:
    ANSWERS = json.load(file)


def log(level, message):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    if os.environ.get("ARAGORA_ENV") == "production":
        line = {"level": level, "logger": "aragora.server", "message": message, "timestamp": now, "service": "aragora"}
        print(json.dumps(line), flush=True)
    else:
        print(f"{now} {level} {message}", flush=True)


def git(*arguments):
    run = subprocess.run(["git", "-c", "safe.directory=*", *arguments], capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


class UnifiedServer:
    def __init__(self, host, port, nomic_dir):
        self.address = (host, port)
        self.fault_file = os.path.join(nomic_dir, "fault")
        self.started = time.monotonic()
        self.sha = os.environ.get("ARAGORA_BUILD_SHA") or git("rev-parse", "HEAD") or "unknown"
        self.built = os.environ.get("ARAGORA_BUILD_TIME") or git("log", "-1", "--format=%cI") or "unknown"
        self.is_demo = os.environ.get("ARAGORA_USE_SECRETS_MANAGER", "").lower() != "true"

    def behaviour(self):
        try:
            with open(self.fault_file, encoding="utf-8") as file:
                return file.read().strip()
        except OSError:
            return BEHAVIOUR

    def run(self):
        log("INFO", f"Starting Aragora {__version__} ({self.sha[:8]})")
        if self.behaviour() == "broken-crash":
            raise RuntimeError("no handler registered for route '/api/debates'")
        if self.is_demo:
            log("WARNING", "No API keys detected. Starting in DEMO mode")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        for _ in range(BIND_ATTEMPTS):
            try:
                server = Listener(self.address, Handler)
            except OSError:
                log("WARNING", f"Port {self.address[1]} in use, retrying")
                time.sleep(1)
                continue
            server.app = self
            log("INFO", f"Server listening on port {self.address[1]}")
            server.serve_forever()
        # Like the real server, which stays alive without its API.
        log("ERROR", f"Failed to bind HTTP server to port {self.address[1]} after {BIND_ATTEMPTS} attempts")
        while True:
            signal.pause()

    def is_authorized(self, header):
        try:
            with open(TOKEN_HASH, encoding="ascii") as file:
                wanted = file.read().strip()
        except OSError:
            return False
        token = header[len("Bearer "):] if header.startswith("Bearer ") else ""
        return hmac.compare_digest(hashlib.sha256(token.encode()).hexdigest().upper(), wanted)

    def answer(self, path, expected, header):
        """The status code, and the name of the answer with what it is filled with."""
        behaviour = self.behaviour()
        degraded = behaviour == "degraded"
        has_started = time.monotonic() - self.started >= STARTUP and behaviour != "never-ready"
        code, status = (503, "degraded") if degraded else (200, "healthy")
        values = {
            "@status@": status,
            "@time@": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds") + "Z",
            "@version@": __version__,
            "@sha@": self.sha,
            "@short@": self.sha[:8],
            "@built@": self.built,
            "@expected@": expected,
            "#uptime#": int(time.monotonic() - self.started),
            "#epoch#": float(int(time.time())),
            "#matches#": self.sha.startswith(expected),
            "#redis#": ANSWERS["redis-failed" if degraded else "redis"],
            "#keys#": ANSWERS["keys-none" if self.is_demo else "keys"],
        }
        route = path.removeprefix("/api/v1").removeprefix("/api")
        if route in ("/health/detailed", "/health/deep", "/health/stores") or path == "/api/v1/health/database":
            if not self.is_authorized(header):
                return 401, "unauthorized", values
            return 200, route.rsplit("/", 1)[-1], values
        if path in ("/api/health", "/api/v1/health"):
            return code, "health-full" if self.is_authorized(header) else "health", values
        if path in ("/health/build", "/api/health/build", "/api/v1/health/build"):
            return 200, "build-verified" if expected else "build", values
        if path == "/healthz":
            return 200, "healthz-degraded" if degraded else "healthz", values
        if path == "/readyz":
            return (200, "ready", values) if has_started else (503, "not-started", values)
        if path == "/readyz/dependencies":
            return (200, "dependencies", values) if has_started else (503, "not-started", values)
        if path == "/api/openapi.json":
            return 200, "openapi", values
        if path == "/api/auth/health":
            return 200, "auth", values
        return 404, "not-found", values


class Listener(http.server.ThreadingHTTPServer):
    # Without it a port that a stranger listens on could still be had.
    allow_reuse_port = False
    daemon_threads = True


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        expected = urllib.parse.parse_qs(url.query).get("verify", [""])[0]
        code, name, values = self.server.app.answer(url.path, expected, self.headers.get("Authorization", ""))
        body = json.dumps(fill(ANSWERS[name], values), separators=(",", ":")).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


def fill(answer, values):
    if isinstance(answer, dict):
        return {key: fill(value, values) for key, value in answer.items()}
    if isinstance(answer, list):
        return [fill(value, values) for value in answer]
    return values.get(answer, answer) if isinstance(answer, str) else answer
