// linksfield-sandbox for node:test, in one file: copy it beside your tests. Node 18 or later, nothing to install.
//
//     import { sandboxTest } from "./linksfield-sandbox.mjs";
//     sandboxTest("buys an eSIM", async (sandbox, t) => { …sandbox.baseUrl… });
//
// Each test has a session of its own, named after it: its own orders, clock, rules, journal. A test that fails shows the last entries of
// its session's journal. `{ needsControl: true }` as the second argument skips a test where SANDBOX_TARGET is set; it also takes
// `sandbox: { seed: 7, scenario: "flaky" }` and the options of node:test. With another test runner use `sharedServer()` and `server.session(name)`.
//
// Where the server comes from, in this order:
//     SANDBOX_TARGET=https://…          the vendor's test environment, or any other base URL: no control, nothing is started
//     LINKSFIELD_SANDBOX_URL=http://…   a sandbox that runs already (`linksfield-sandbox exec -- node --test`); it is not stopped
//     LINKSFIELD_SANDBOX_BIN=/path      this program is started; else `linksfield-sandbox` on the PATH

import { spawn } from "node:child_process";
import { basename } from "node:path";
import { after, test } from "node:test";

const CONTRACT = 1;
const HOW_TO_GET_IT = `linksfield-sandbox is not on the PATH, and LINKSFIELD_SANDBOX_BIN is not set.
  have a checkout:  cargo build --release && export LINKSFIELD_SANDBOX_BIN=$PWD/target/release/linksfield-sandbox
  have it running:  export LINKSFIELD_SANDBOX_URL=http://127.0.0.1:8484
  want the vendor's test environment:  export SANDBOX_TARGET=https://…`;

/** What the sandbox, or the way to it, has to say. */
export class SandboxError extends Error {
  name = "SandboxError";
}

const target = process.env.SANDBOX_TARGET?.replace(/\/+$/, "");

const { LINKSFIELD_SANDBOX_CONTROL_TOKEN: token } = process.env;
const bearer = token ? { Authorization: `Bearer ${token}` } : {};

async function control(method, url, body, passing = []) {
  let answer, text;
  try {
    const text = body === undefined ? undefined : JSON.stringify(body);
    answer = await fetch(url, { method, body: text, headers: { "Content-Type": "application/json", ...bearer } });
  } catch (error) {
    throw new SandboxError(`${method} ${url}: nobody answers (${error.cause?.code ?? error}). Has the server been stopped?`);
  }
  text = await answer.text();
  if (!answer.ok && !passing.includes(answer.status)) {
    const error = text.startsWith("{") ? JSON.parse(text).error ?? {} : {};
    const said = [error.message ?? text, error.pointer].filter(Boolean).join(" ");
    throw new SandboxError(`${method} ${url} was answered ${answer.status}: ${said}${error.help ? `\n  help: ${error.help}` : ""}`);
  }
  return text ? JSON.parse(text) : undefined;
}

/** A whole sandbox in miniature. Give `baseUrl` to the client under test. */
export class Session {
  #at;
  #token;

  constructor(made, at) {
    this.name = made.id;
    this.baseUrl = made.urls.path;
    this.seed = made.seed;
    // Of an account that is there from the start; `token` goes into x-access-token.
    this.account = made.demoUser;
    this.#token = made.token;
    this.#at = at && `${at}/sessions/${made.id}`;
  }

  get hasControl() {
    return this.#at !== undefined;
  }

  get token() {
    this.#need("token");
    return this.#token;
  }

  /** Any other call of the session's control API: `sandbox.control("GET", "/profiles")`. */
  async control(method, path = "", body = undefined, passing = []) {
    this.#need(`${method} ${path}`);
    return control(method, this.#at + path, body, passing);
  }

  /** failNext("pre-order", { code: 6006 }), failNext("webhook", { fault: "lost", commit: true, times: 2 }) */
  async failNext(on, what) {
    return (await this.control("POST", "/fail-next", { on, ...what })).id;
  }

  /** Moves the session's clock, "61m" or "3d"; what happened on the way is in the answer's `fired`. */
  async advance(by) {
    return this.control("POST", "/clock/advance", { by });
  }

  /** The partner's server tells the vendor: { outcome: "fail", amount, copies: 2, after: "61m" } */
  async pay(order, how = {}) {
    return this.control("POST", `/orders/${order}/pay`, how);
  }

  async orders() {
    return (await this.control("GET", "/orders?limit=1000")).orders;
  }

  /** journal({ on: "pre-order", code: 0, last: 5 }) */
  async journal(filters = {}) {
    return (await this.control("GET", `/journal?${new URLSearchParams(filters)}`)).entries;
  }

  /** verify({ orders: { payStatus: "paid" }, count: 1 }); of none, what the session's scenario expects. */
  async verify(...expect) {
    const found = await this.control("POST", "/verify", expect.length ? { expect } : {}, [409]);
    if (!found.met) throw new Error(found.diff ?? found.error.message);
  }

  async drop() {
    if (this.#at) await control("DELETE", this.#at, undefined, [404, 410]);
  }

  /** The last entries of the journal, a line each, for somebody who looks at a failed test. */
  async excerpt(last = 10) {
    const lines = (await this.journal({ last })).map(({ turn, request, response, rule, wire, notes }) => {
      let line = `turn ${String(turn).padEnd(3)} ${request.method} ${request.target}  ${response.status}`;
      if (response.code !== null) line += ` code ${response.code}`;
      if (response.code) line += ` ${JSON.stringify(response.body?.message ?? "")}`;
      if (rule) line += `  rule ${rule}`;
      return [line, ...wire, ...notes].join("; ");
    });
    return [`session ${this.name}, seed ${this.seed}, ${this.baseUrl}`, ...(lines.length ? lines : ["no call has reached it"])].join("\n");
  }

  #need(what) {
    if (!this.#at) throw new SandboxError(`${what} needs control, and ${this.baseUrl} is a target without: give the test { needsControl: true }`);
  }
}

/** Makes sessions. `stop()` ends what `startServer` began. */
export class Server {
  #child;
  #control;

  constructor(url, { child, hasControl = true } = {}) {
    this.url = url;
    this.#child = child;
    this.#control = hasControl ? `${url}/__sandbox` : undefined;
  }

  /** session("my test", { seed: 7, scenario: "sold-out" }). The server makes a slug of the name. */
  async session(name, options = {}) {
    if (!this.#control) {
      const { SANDBOX_TARGET_EMAIL, SANDBOX_TARGET_PASSWD, SANDBOX_TARGET_PARTNER } = process.env;
      const demoUser = {
        email: SANDBOX_TARGET_EMAIL ?? "mei.tan@traveller.example",
        passwd: SANDBOX_TARGET_PASSWD ?? "dea5c48620abe0fa8fdab91b05d469cf",
        partnerCode: SANDBOX_TARGET_PARTNER ?? "1000000005",
      };
      return new Session({ id: "target", urls: { path: this.url }, demoUser });
    }
    for (let at = 1; ; at++) {
      const wanted = at === 1 ? name : `${at}-${name}`;
      const made = await control("POST", `${this.#control}/sessions`, { name: wanted, ...options }, [409]);
      if (made.id) return new Session(made, this.#control);
      if (made.error.code !== "session-exists") throw new SandboxError(`no session for ${name}: ${made.error.message}`);
    }
  }

  /** In words, and if nobody listens by force. */
  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = new Promise((done) => child.once("exit", done));
    await control("POST", `${this.#control}/shutdown`).catch(() => child.kill());
    const byForce = setTimeout(() => child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(byForce);
  }
}

/** A server of your own: startServer("--scenario", "sold-out"). It ends with this process, whatever becomes of it. */
export async function startServer(...args) {
  const { LINKSFIELD_SANDBOX_BIN, LINKSFIELD_SANDBOX_URL, ...env } = process.env;
  const binary = LINKSFIELD_SANDBOX_BIN || "linksfield-sandbox";
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--exit-on-stdin-eof", ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  let out = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-10_000)));
  child.stdin.on("error", () => {});
  const line = await new Promise((found, failed) => {
    child.once("error", (error) =>
      failed(new SandboxError(error.code === "ENOENT" && !LINKSFIELD_SANDBOX_BIN ? HOW_TO_GET_IT : `${binary} cannot be started: ${error.message}. LINKSFIELD_SANDBOX_BIN names it.`)),
    );
    child.once("close", (status) => failed(new SandboxError(`${binary} ended with ${status}:\n${said}`)));
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
      if (out.includes("\n")) found(out.split("\n")[0]);
    });
  });
  let ready = {};
  try {
    ready = JSON.parse(line);
  } catch {}
  if (ready.contract !== CONTRACT) {
    child.kill("SIGKILL");
    throw new SandboxError(`${binary} says ${line}; this helper knows contract ${CONTRACT}. Copy linksfield-sandbox.mjs anew from the version that you run.`);
  }
  // Whoever forgets to stop it is not kept from ending: the server ends with its stdin.
  for (const one of [child, child.stdin, child.stdout, child.stderr]) one.unref();
  return new Server(ready.url, { child });
}

let shared;

/** The server of this process: one that is there, or one that is started once. */
export function sharedServer() {
  shared ??= target
    ? Promise.resolve(new Server(target, { hasControl: false }))
    : process.env.LINKSFIELD_SANDBOX_URL
      ? Promise.resolve(new Server(process.env.LINKSFIELD_SANDBOX_URL.replace(/\/+$/, "")))
      : startServer();
  return shared;
}

/** `test` of node:test with a session: sandboxTest(name, [options], async (sandbox, t) => { … }). Runs beside its neighbours. */
export function sandboxTest(name, ...rest) {
  const run = rest.pop();
  const { needsControl, sandbox: start, ...options } = { concurrency: true, ...rest.pop() };
  const skip = needsControl && target ? `needs control, and SANDBOX_TARGET=${target} has none` : options.skip;
  return test(name, { ...options, skip }, async (t) => {
    const session = await (await sharedServer()).session(`${basename(process.argv[1] ?? "test", ".mjs")} ${name}`, start);
    try {
      await run(session, t);
    } catch (error) {
      if (session.hasControl) {
        t.diagnostic("sandbox: the last calls of this test");
        for (const line of (await session.excerpt().catch(String)).split("\n")) t.diagnostic(`  ${line}`);
      }
      throw error;
    } finally {
      await session.drop();
    }
  });
}

after(async () => shared && (await shared.catch(() => undefined))?.stop());
