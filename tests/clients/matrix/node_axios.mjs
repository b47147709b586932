// axios; the answer is left as text.
import { library, run } from "./calls.mjs";

const [{ default: axios }, version] = await library("axios");
await run(version, async (method, url, headers, data) => {
  const answer = await axios({ method, url, headers, data, responseType: "text", transformResponse: (text) => text });
  return answer.data;
});
