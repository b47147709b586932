// Node's own fetch.
import { version } from "node:process";
import { run } from "./calls.mjs";

await run(`Node ${version.slice(1)}`, async (method, url, headers, body) => {
  const answer = await fetch(url, { method, headers, body });
  return answer.text();
});
