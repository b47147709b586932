// What Node's own fetch makes of each fault: the error that reaches the application, and the code of its cause.
//
//     node node.mjs JOB…     a job is `HOW:NAME:URL`; one line `NAME<TAB>CLASS` for each, after one with the version
//
// HOW is `fresh` (a pre-order on a new connection), `kept` (one behind a good call on the same connection), `next` (one more behind
// it; both classes are told) or `get` (a detail on a new connection). fetch keeps connections by origin, so each job's is its own.
import process, { argv, version } from "node:process";

const body = JSON.stringify({
  currency: "USD", id: 1000000, packageCode: "LP20220325000000", partnerCode: "1000000005", periodNum: 1,
});
const preOrder = "/v1.2/package/preOrderPackage", detail = "/v1.1/package/detail?id=1000000";

async function judged(url, isOrder) {
  const options = isOrder ? { method: "POST", headers: { "content-type": "application/json" }, body } : {};
  try {
    const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(2000) });
    const value = await answer.json();
    return answer.status === 200 ? `code ${value.code ?? "absent"}` : `HTTP ${answer.status}`;
  } catch (error) {
    const code = error.cause?.code ?? error.cause?.name;
    // What JSON says of a text is the text's; the rest of the messages are words of fetch.
    if (error.name !== "TypeError") return error.name;
    return `TypeError: ${error.message}${code ? ` (${code})` : ""}`;
  }
}

async function run(job) {
  const [, how, name, url] = /^(.*?):(.*?):(.*)$/.exec(job);
  if (how === "kept") await judged(url + detail, false);
  let found = how === "get" ? await judged(url + detail, false) : await judged(url + preOrder, true);
  if (how === "next") found += ", then " + (await judged(url + preOrder, true));
  console.log(`${name}\t${found}`);
}

console.log(`version\tNode ${version.slice(1)}`);
const jobs = argv.slice(2);
const worker = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await run(job);
};
await Promise.all(Array.from({ length: 16 }, worker));
process.exit(0);
