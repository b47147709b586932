"""linksfield-sandbox for pytest, in one file: copy it beside your conftest.py and write there

    from linksfield_sandbox import *

Standard library and pytest alone. It brings

    sandbox          a session of its own for each test, named after the test: its own orders, clock, rules, journal
    sandbox_server   the server of the run; the workers of pytest-xdist share one
    @pytest.mark.needs_control                      skipped where there is no control: SANDBOX_TARGET is set
    @pytest.mark.sandbox(seed=7, scenario="flaky")  what the session of a test starts from

A test that fails shows the last entries of its session's journal. Where the server comes from, in this order:

    SANDBOX_TARGET=https://…       the vendor's test environment, or any other base URL: no control, nothing is started
    LINKSFIELD_SANDBOX_URL=http://…   a sandbox that runs already (`linksfield-sandbox exec -- pytest`); it is not stopped
    LINKSFIELD_SANDBOX_BIN=/path   this program is started; else `linksfield-sandbox` on the PATH
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import pytest

__all__ = [
    "Server", "Session", "SandboxError", "NoControl", "sandbox", "sandbox_server", "start_server",
    "pytest_configure", "pytest_runtest_setup", "pytest_runtest_makereport",
]

CONTRACT = 1
HOW_TO_GET_IT = (
    "linksfield-sandbox is not on the PATH, and LINKSFIELD_SANDBOX_BIN is not set.\n"
    "  have a checkout:  cargo build --release && export LINKSFIELD_SANDBOX_BIN=$PWD/target/release/linksfield-sandbox\n"
    "  have it running:  export LINKSFIELD_SANDBOX_URL=http://127.0.0.1:8484\n"
    "  want the vendor's test environment:  export SANDBOX_TARGET=https://…"
)


class SandboxError(Exception):
    """What the sandbox, or the way to it, has to say."""


class NoControl(SandboxError):
    """A test asked for control of a target that has none."""


# No proxy, whatever the environment says: the sandbox is on this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _control(method, url, body=None, passing=()):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    if os.environ.get("LINKSFIELD_SANDBOX_CONTROL_TOKEN"):
        headers["Authorization"] = "Bearer " + os.environ["LINKSFIELD_SANDBOX_CONTROL_TOKEN"]
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with _direct.open(request, timeout=60) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refused:
        text = refused.read()
        if refused.code not in passing:
            error = json.loads(text).get("error", {}) if text.startswith(b"{") else {}
            said = " ".join(filter(None, [error.get("message", text.decode(errors="replace")), error.get("pointer")]))
            help_line = f"\n  help: {error['help']}" if error.get("help") else ""
            raise SandboxError(f"{method} {url} was answered {refused.code}: {said}{help_line}") from None
    except OSError as gone:
        raise SandboxError(f"{method} {url}: nobody answers ({gone}). Has the server been stopped?") from gone
    return json.loads(text) if text else None


class Session:
    """A whole sandbox in miniature. Give `base_url` to the client under test."""

    def __init__(self, made, control):
        self.name = made["id"]
        self.base_url = made["urls"]["path"]
        self.seed = made.get("seed")
        # Of an account that is there from the start; `token` goes into x-access-token.
        self.account = made["demoUser"]
        self._token = made.get("token")
        self._at = control and f"{control}/sessions/{self.name}"

    @property
    def has_control(self):
        return self._at is not None

    @property
    def token(self):
        self._need("token")
        return self._token

    def control(self, method, path="", body=None, passing=()):
        """Any other call of the session's control API: `sandbox.control("GET", "/profiles")`."""
        self._need(f"{method} {path}")
        return _control(method, self._at + path, body, passing)

    def fail_next(self, on="*", **what):
        """fail_next("pre-order", code=6006), fail_next("webhook", fault="lost", commit=True), times=2, http=…"""
        return self.control("POST", "/fail-next", {"on": on, **what})["id"]

    def advance(self, by):
        """Moves the session's clock, "61m" or "3d"; what happened on the way is in the answer's `fired`."""
        return self.control("POST", "/clock/advance", {"by": by})

    def pay(self, order, **how):
        """The partner's server tells the vendor: outcome="fail", amount=…, copies=2, after="61m"."""
        return self.control("POST", f"/orders/{order}/pay", how)

    def orders(self):
        return self.control("GET", "/orders?limit=1000")["orders"]

    def journal(self, **filters):
        """journal(on="pre-order", code=0, last=5)"""
        query = "&".join(f"{key}={value}" for key, value in filters.items())
        return self.control("GET", "/journal" + (query and "?" + query))["entries"]

    def verify(self, *expect):
        """verify({"orders": {"payStatus": "paid"}, "count": 1}); of none, what the session's scenario expects."""
        found = self.control("POST", "/verify", {"expect": list(expect)} if expect else {}, passing=(409,))
        if not found.get("met"):
            raise AssertionError(found.get("diff") or found["error"]["message"])

    def drop(self):
        if self._at:
            _control("DELETE", self._at, passing=(404, 410))

    def excerpt(self, last=10):
        """The last entries of the journal, a line each, for somebody who looks at a failed test."""
        lines = [f"session {self.name}, seed {self.seed}, {self.base_url}"]
        for entry in self.journal(last=last):
            asked, told = entry["request"], entry["response"]
            line = f"turn {entry['turn']:<3} {asked['method']} {asked['target']}  {told['status']}"
            line += f" code {told['code']}" if told.get("code") is not None else ""
            if told.get("code"):
                line += f" {(told.get('body') or {}).get('message', '')!r}"
            line += f"  rule {entry['rule']}" if entry["rule"] else ""
            lines.append("; ".join([line, *entry["wire"], *entry["notes"]]))
        return "\n".join(lines if len(lines) > 1 else [*lines, "no call has reached it"])

    def _need(self, what):
        if not self._at:
            raise NoControl(f"{what} needs control, and {self.base_url} is a target without: mark the test needs_control")


class Server:
    """Makes sessions. `stop()` ends what `start_server` began."""

    def __init__(self, url, process=None, pid=None, has_control=True):
        self.url = url
        self.has_control = has_control
        self.pid = process.pid if process else pid
        self._process = process
        self._control = f"{url}/__sandbox" if has_control else None

    def session(self, name, **options):
        """session("my test", seed=7, scenario="sold-out"). The server makes a slug of the name."""
        if not self.has_control:
            account = {
                "email": os.environ.get("SANDBOX_TARGET_EMAIL", "mei.tan@traveller.example"),
                "passwd": os.environ.get("SANDBOX_TARGET_PASSWD", "dea5c48620abe0fa8fdab91b05d469cf"),
                "partnerCode": os.environ.get("SANDBOX_TARGET_PARTNER", "1000000005"),
            }
            return Session({"id": "target", "urls": {"path": self.url}, "demoUser": account}, None)
        wanted, at = name, 1
        while True:
            made = _control("POST", f"{self._control}/sessions", {"name": wanted, **options}, passing=(409,))
            if "id" in made:
                return Session(made, self._control)
            if made["error"]["code"] != "session-exists":
                raise SandboxError(f"no session for {name!r}: {made['error']['message']}")
            at += 1
            wanted = f"{at}-{name}"

    def stop(self):
        """In words, and if nobody listens by force."""
        if not self.pid:
            return
        with contextlib.suppress(SandboxError):
            _control("POST", f"{self._control}/shutdown")
        until = time.monotonic() + 5
        while self._is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        if self._is_alive():
            with contextlib.suppress(OSError):
                os.kill(self.pid, 9)
        if self._process:
            self._process.wait()
            self._process.stdin and self._process.stdin.close()
        self.pid = None

    def _is_alive(self):
        return self._process.poll() is None if self._process else _is_alive(self.pid)


def _is_alive(pid):
    """Of a process that may be somebody else's child. One that is dead and not buried yet is not alive."""
    if os.path.isdir("/proc/self"):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
        return True
    except OSError:
        return False


def _begin(args, log, parent):
    binary = os.environ.get("LINKSFIELD_SANDBOX_BIN") or shutil.which("linksfield-sandbox")
    if not binary:
        raise SandboxError(HOW_TO_GET_IT)
    command = [binary, "serve", "--listen", "127.0.0.1:0", *args]
    if os.name == "posix":
        command += ["--parent-pid", str(parent or os.getpid())]
    if not parent:
        command.append("--exit-on-stdin-eof")
    stdin = subprocess.DEVNULL if parent else subprocess.PIPE
    own = {key: value for key, value in os.environ.items() if key not in ("LINKSFIELD_SANDBOX_BIN", "LINKSFIELD_SANDBOX_URL")}
    # A group of its own: Ctrl-C is pytest's, and what it does then still finds the server.
    group = {"start_new_session": True} if os.name == "posix" else {}
    try:
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=log, env=own, **group)
    except OSError as error:
        raise SandboxError(f"{binary} cannot be started: {error}. LINKSFIELD_SANDBOX_BIN names it.") from None
    line = process.stdout.readline()
    process.stdout.close()
    if not line:
        status = process.wait()
        log.seek(0)
        raise SandboxError(f"{' '.join(command)} ended with {status}:\n{log.read().decode(errors='replace')}")
    try:
        ready = json.loads(line)
    except ValueError:
        ready = {}
    if ready.get("contract") != CONTRACT:
        process.kill()
        process.wait()
        raise SandboxError(
            f"{binary} says {line.decode(errors='replace').strip()!r}; this helper knows contract {CONTRACT}. "
            "Copy linksfield_sandbox.py anew from the version that you run."
        )
    return Server(ready["url"], process)


def start_server(*args, log=None):
    """A server of your own: start_server("--scenario", "sold-out"). It ends with this process, whatever becomes of it."""
    return _begin(args, log or tempfile.TemporaryFile(), None)


def _found():
    """A server that is not ours to start."""
    if os.environ.get("SANDBOX_TARGET"):
        return Server(os.environ["SANDBOX_TARGET"].rstrip("/"), has_control=False)
    if os.environ.get("LINKSFIELD_SANDBOX_URL"):
        return Server(os.environ["LINKSFIELD_SANDBOX_URL"].rstrip("/"))
    return None


@contextlib.contextmanager
def _shared(folder):
    """One server for all workers of a run: the first one starts it, the last one stops it, and it never outlives pytest itself."""
    import fcntl

    # Every worker is a child of pytest: whoever starts the server, it is pytest that it follows.
    state, parent = folder / "linksfield-sandbox.json", os.getppid()

    @contextlib.contextmanager
    def locked():
        with open(folder / "linksfield-sandbox.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    with locked():
        now = json.loads(state.read_text()) if state.exists() else None
        if now:
            server = Server(now["url"], pid=now["pid"])
        else:
            with open(folder / "linksfield-sandbox.log", "w+b") as log:
                server = _begin((), log, parent)
            now = {"url": server.url, "pid": server.pid, "users": []}
        state.write_text(json.dumps({**now, "users": [*now["users"], os.getpid()]}))
    try:
        yield server
    finally:
        with locked():
            now = json.loads(state.read_text())
            # A worker that was killed is no user any more.
            now["users"] = [pid for pid in now["users"] if pid != os.getpid() and _is_alive(pid)]
            if now["users"]:
                state.write_text(json.dumps(now))
            else:
                state.unlink()
                server.stop()


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory):
    """The server of the run."""
    server = _found()
    if server:
        yield server
    elif os.environ.get("PYTEST_XDIST_WORKER") and os.name == "posix":
        with _shared(tmp_path_factory.getbasetemp().parent) as server:
            yield server
    else:
        # Without xdist; and on Windows each worker has a server of its own.
        server = start_server()
        yield server
        server.stop()


@pytest.fixture
def sandbox(request, sandbox_server):
    """A session for this test alone, named after it; dropped when the test is over."""
    mark = request.node.get_closest_marker("sandbox")
    file, _, test = request.node.nodeid.partition("::")
    name = f"{os.path.splitext(os.path.basename(file))[0]}-{test}"
    session = sandbox_server.session(name, **(mark.kwargs if mark else {}))
    request.node._sandbox = session
    yield session
    session.drop()


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_control: skipped where SANDBOX_TARGET is set, for it cannot be steered")
    config.addinivalue_line("markers", "sandbox(seed=…, scenario=…): what the session of the test starts from")


def pytest_runtest_setup(item):
    if os.environ.get("SANDBOX_TARGET") and item.get_closest_marker("needs_control"):
        pytest.skip(f"needs control, and SANDBOX_TARGET={os.environ['SANDBOX_TARGET']} has none")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    session = getattr(item, "_sandbox", None)
    if report.when == "call" and report.failed and session and session.has_control:
        try:
            report.sections.append(("sandbox: the last calls of this test", session.excerpt()))
        except SandboxError as error:
            report.sections.append(("sandbox", str(error)))
