// undici's request().
import { library, run } from "./calls.mjs";

const [{ request }, version] = await library("undici");
await run(version, async (method, url, headers, body) => {
  const answer = await request(url, { method, headers, body });
  return answer.body.text();
});
