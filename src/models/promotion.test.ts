import { expect, test } from "vitest";

import { parsePlace } from "./compare.ts";
import { planPromotion, undoOf } from "./promotion.ts";
import { type ModelVersion, placeText } from "./registry.ts";

function version(number: number, stage: string, ...aliases: string[]): ModelVersion {
  return {
    model: "recsys",
    version: String(number),
    stage,
    aliases,
    status: number === 9 ? "PENDING_REGISTRATION" : "READY",
    statusMessage: undefined,
    run: undefined,
    description: "",
    createdAt: undefined,
  };
}

const versions = [
  version(9, "None"),
  version(3, "Staging", "champion"),
  version(2, "Production"),
  version(1, "None"),
];

/** `3 to Production; leaves: 2; back: 2 to Production` */
function told(wanted: string, to: string): string {
  const place = parsePlace(to);
  if (place === undefined) return "no place";
  const planned = planPromotion(versions, wanted, place);
  if (!planned.ok) return planned.error.message;
  const { replaces, done } = planned.value;
  const undo = undoOf(planned.value);
  return [
    done ? "done" : `${wanted} to ${placeText(place)}`,
    `leaves: ${replaces.map((one) => one.version).join(" ") || "none"}`,
    `back: ${undo === undefined ? "none" : `${undo.version} to ${placeText(undo.to)}`}`,
  ].join("; ");
}

test("a stage archives what is there, and the way back is to put that there again", () => {
  expect(told("3", "production")).toBe("3 to Production; leaves: 2; back: 2 to Production");
  expect(told("2", "Production")).toBe("done; leaves: none; back: 2 to Production");
  expect(told("2", "Archived")).toBe("2 to Archived; leaves: none; back: 2 to Production");
});

test("an alias leaves the version that has it; one that nobody had has no way back but to be removed", () => {
  expect(told("2", "@champion")).toBe("2 to @champion; leaves: 3; back: 3 to @champion");
  expect(told("2", "@fresh")).toBe("2 to @fresh; leaves: none; back: none");
});

test("what isn't there or isn't ready can't be promoted", () => {
  expect(told("7", "Production")).toBe("the model recsys has no version 7");
  expect(told("9", "Production")).toBe(
    "version 9 of the model recsys is not ready (PENDING_REGISTRATION)",
  );
});

test.each(["Prod", "@", "@latest", "@v3", "@a b", "champion"])("%s is no place", (place) => {
  expect(told("3", place)).toBe("no place");
});
