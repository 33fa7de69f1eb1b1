import * as z from "zod";

import { document, text, time } from "./fields.ts";

export const consoleTokenDocument = document({
  name: text().describe("Whose it is; the audit trail has it"),
  token: text().describe("The token itself: it can't be read again"),
});

export const consoleTokensDocument = document({
  tokens: z
    .array(z.strictObject({ name: text().describe("Whose it is"), createdAt: time() }))
    .describe("By name"),
});

/** What `console` says once people can open it. */
export const consoleDocument = document({
  address: text().describe("What opens it; it may hold a code that is good for one use"),
  changes: z.boolean().describe("Actions are allowed"),
});
