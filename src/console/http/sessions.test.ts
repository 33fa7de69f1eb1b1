import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { addToken, openTokenCheck, removeToken } from "../../app/console/tokens.ts";
import type { Host } from "../../app/host.ts";
import { openSessions } from "./sessions.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "esteira-sessions-"));
  mkdirSync(join(root, "src/projects"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

async function newToken(host: Host, name: string): Promise<string> {
  const added = await addToken(host, name);
  if (!added.ok) throw new Error(added.error.message);
  return added.value.token;
}

test("a browser that entered with a token is out when the token is replaced", async () => {
  const host: Host = { cwd: root, environment: {}, clock: { now: () => 0 }, actor: "ana" };
  const sessions = openSessions(openTokenCheck(root), false);
  const leaked = await newToken(host, "bia");
  const cookie = sessions.enterWithToken(leaked);
  expect(sessions.find(cookie, undefined)?.person).toBe("bia");

  // Nothing is asked in between: the name alone would let it in again.
  await removeToken(host, "bia");
  const renewed = await newToken(host, "bia");
  expect(sessions.find(cookie, undefined)).toBe(undefined);
  expect(sessions.find(undefined, leaked)).toBe(undefined);
  expect(sessions.find(undefined, renewed)?.person).toBe("bia");
});

test("the code in the address lets one browser in", () => {
  const sessions = openSessions(openTokenCheck(root), true);
  const cookie = sessions.enterWithCode(sessions.code ?? "");
  expect(sessions.find(cookie, undefined)).toMatchObject({ person: undefined });
  expect(sessions.enterWithCode(sessions.code ?? "")).toBe(undefined);
});
