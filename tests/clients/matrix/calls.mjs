// What the Node clients share: the three calls, how their answers are told, and where the libraries are.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { argv, env } from "node:process";
import { pathToFileURL } from "node:url";

const headers = { "Accept-Language": "", "x-access-token": "" };

/// Calls `call(method, url, headers, body)`, which gives the text of the answer; a GET has no body.
export async function run(version, call) {
  const [order, detail] = argv.slice(2);
  console.log(`version\t${version}`);
  for (let count = 0; count < 2; count++) {
    const answer = await call("POST", order, { ...headers, "Content-Type": "application/json" }, env.BODY);
    console.log(`answer\t${answer}`);
  }
  console.log(`answer\t${await call("GET", detail, headers)}`);
}

/// A library from below `TOOLS`, and its name with its version.
export async function library(name) {
  const path = createRequire(`${env.TOOLS}/`).resolve(name);
  const { version } = JSON.parse(readFileSync(`${env.TOOLS}/node_modules/${name}/package.json`));
  return [await import(pathToFileURL(path)), `${name} ${version}`];
}
