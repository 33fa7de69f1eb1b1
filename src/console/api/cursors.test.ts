import { expect, test } from "vitest";

import { openCursors } from "./cursors.ts";

test("a cursor comes back for its own question, and for no other", () => {
  const cursors = openCursors();
  const sealed = cursors.seal('{"startedAt":1,"id":2}', "runs of prd");
  expect(cursors.open(sealed, "runs of prd")).toBe('{"startedAt":1,"id":2}');
  expect(cursors.open(sealed, "runs of dev")).toBe(undefined);
  expect(openCursors().open(sealed, "runs of prd")).toBe(undefined);
  const changed = `${sealed.slice(0, -2)}AA`;
  for (const text of [changed, "", "x", sealed.slice(0, 10)]) {
    expect(cursors.open(text, "runs of prd")).toBe(undefined);
  }
});
