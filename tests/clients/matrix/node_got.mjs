// got.
import { library, run } from "./calls.mjs";

const [{ default: got }, version] = await library("got");
await run(version, (method, url, headers, body) => got(url, { method, headers, body }).text());
