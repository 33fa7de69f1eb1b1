import { expect, test } from "vitest";

import { checkChange } from "./guard.ts";
import { originsOf } from "./origins.ts";

const origins = originsOf({ address: "127.0.0.1", port: 7300 }, undefined);
const session = { person: undefined, csrf: "known", key: "one" };
const may = { changes: true, because: "" };

function changing(headers: Readonly<Record<string, string>>): string | undefined {
  const asked = { method: "POST", header: (name: string) => headers[name] };
  return checkChange(asked, origins, session, may)?.failure.message;
}

test("a program sends its token, a page of ours its header, and nobody else changes anything", () => {
  const origin = "http://127.0.0.1:7300";
  expect(changing({ authorization: "Bearer token" })).toBe(undefined);
  expect(changing({ origin, "x-esteira-csrf": "known" })).toBe(undefined);
  expect(changing({})).toBe("this was not asked by a page of the console");
  const unknown = "the page is older than the console: its token for changes isn't known";
  expect(changing({ origin, "x-esteira-csrf": "guess" })).toBe(unknown);
  // Browsers send the name and password of an address by themselves: no token is in them.
  expect(changing({ origin, authorization: "Basic eDp5" })).toBe(unknown);
  expect(changing({ origin, authorization: "Bearer " })).toBe(unknown);
});
