import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../core/json.ts";
import { goldenNames, makeGolden, storedGolden } from "./fixtures/golden.ts";
import { GENERATION } from "./generation.ts";

/**
 * Releases as they were stored, and the configs that they were made of. Where one differs, every
 * project of every user is deployed again at the next deploy. A new optional field changes none of
 * them. Where the change is meant, raise `GENERATION` and run `npm run golden`.
 */
describe.each(goldenNames())("of %s", (name) => {
  test("the release and its fingerprint are the stored ones", () => {
    const stored = storedGolden(name);
    expect(stored?.generation).toBe(GENERATION);
    expect(makeGolden(name)).toEqual(stored?.environments);
  });

  test("the stored release still has its fingerprint", () => {
    const stored = Object.values(storedGolden(name)?.environments ?? {});
    expect(stored).toHaveLength(3);
    for (const { release, fingerprint } of stored) expect(fingerprintOf(release)).toBe(fingerprint);
  });
});
