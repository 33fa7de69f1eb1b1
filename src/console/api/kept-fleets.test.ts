import fc from "fast-check";
import { expect, test } from "vitest";

import type { ConsoleDocumentOf } from "../../app/documents/console.ts";
import { documentText } from "../http/answers.ts";
import { FleetRows } from "./kept-fleets.ts";

type Fleet = ConsoleDocumentOf<"fleet">;

test("rows that stay are not written again, and the text is what it would be without that", () => {
  const leaf = fc.constantFrom(undefined, null, 0, 1, "", "1", true);
  const cell = fc.record({ outcome: leaf, durationMs: leaf, run: leaf }, { requiredKeys: [] });
  const row = fc.record({
    project: fc.constantFrom("a", "b", "c"),
    state: leaf,
    owner: leaf,
    nights: fc.array(fc.option(cell), { maxLength: 3 }),
  });
  const fleet = fc.record({
    environment: fc.constant("local"),
    at: fc.nat(2),
    projects: fc.uniqueArray(row, { selector: ({ project }) => project }),
  });
  fc.assert(
    fc.property(fc.array(fleet, { minLength: 1, maxLength: 6 }), (readings) => {
      const rows = new FleetRows();
      for (const reading of readings) {
        const document = reading as unknown as Fleet;
        expect(rows.textOf(document)).toBe(documentText<"fleet">(document));
      }
    }),
  );
});
