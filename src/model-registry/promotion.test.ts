import { describe, expect, test } from "vitest";

import { parsePlace } from "./compare.ts";
import { ok } from "../core/result.ts";
import { planPromotion, promoteDecided, undoOf } from "./promotion.ts";
import {
  isExclusive,
  type ModelRegistry,
  type ModelVersion,
  type Place,
  placeText,
} from "./registry.ts";

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
    changedAt: undefined,
  };
}

const versions = [
  version(9, "None"),
  version(3, "Staging", "champion"),
  version(2, "Production"),
  version(1, "None"),
];

/** `3 to Production; leaves: 2; back: 2 to Production, 3 to Staging` */
function textOf(wanted: string, to: string): string {
  const place = parsePlace(to);
  if (place === undefined) return "no place";
  const planned = planPromotion(versions, wanted, place);
  if (!planned.ok) return planned.error.message;
  const { replaces, done } = planned.value;
  const undo = undoOf(planned.value, versions).map((step) =>
    step.kind === "put"
      ? `${step.version} to ${placeText(step.to)}${step.beside ? " beside" : ""}`
      : `no @${step.alias}`,
  );
  return [
    done ? "done" : `${wanted} to ${placeText(place)}`,
    `leaves: ${replaces.map((one) => one.version).join(" ") || "none"}`,
    `back: ${undo.join(", ") || "none"}`,
  ].join("; ");
}

test("a stage archives what is there; the way back puts all of them where they were", () => {
  expect(textOf("3", "production")).toBe(
    "3 to Production; leaves: 2; back: 2 to Production, 3 to Staging",
  );
  expect(textOf("2", "Production")).toBe("done; leaves: none; back: none");
  expect(textOf("2", "Archived")).toBe("2 to Archived; leaves: none; back: 2 to Production");
  expect(textOf("1", "Staging")).toBe("1 to Staging; leaves: 3; back: 3 to Staging, 1 to None");
});

test("an alias leaves the version that has it; one that nobody had is taken away again", () => {
  expect(textOf("2", "@champion")).toBe("2 to @champion; leaves: 3; back: 3 to @champion");
  expect(textOf("2", "@fresh")).toBe("2 to @fresh; leaves: none; back: no @fresh");
});

describe("the way back leads to the state before", () => {
  const stages = ["None", "Staging", "Production", "Archived"];
  const places = [...stages, "@champion", "@fresh"];
  const others: readonly (readonly string[])[] = [
    [],
    ...stages.map((stage) => [stage]),
    ["Production", "Production"],
    ["Staging", "Staging", "Production"],
  ];
  const cases = stages.flatMap((from) =>
    places.flatMap((to) => others.map((beside) => [from, to, beside.join(" ") || "nothing"])),
  );

  test.each(cases)("from %s to %s, where there is %s", (from, to, beside) => {
    const neighbours = beside === "nothing" ? [] : beside.split(" ");
    const before = [
      version(8, from),
      ...neighbours.map((stage, index) =>
        version(index + 1, stage, ...(index === 0 ? ["champion"] : [])),
      ),
    ];
    const place = parsePlace(to);
    if (place === undefined) throw new Error(`${to} is no place`);
    const planned = planPromotion(before, "8", place);
    if (!planned.ok) throw new Error(planned.error.message);
    const after = undoOf(planned.value, before).reduce(
      (state, step) =>
        step.kind === "put"
          ? put(state, step.version, step.to, step.beside)
          : state.map((one) => ({
              ...one,
              aliases: one.aliases.filter((alias) => alias !== step.alias),
            })),
      planned.value.done ? before : put(before, "8", place, false),
    );
    expect(after).toEqual(before);
  });

  /** What MLflow does. */
  function put(
    state: readonly ModelVersion[],
    wanted: string,
    place: Place,
    beside: boolean,
  ): readonly ModelVersion[] {
    return state.map((one) => {
      const meant = one.version === wanted;
      if (place.kind === "alias") {
        const aliases = one.aliases.filter((alias) => alias !== place.alias);
        return { ...one, aliases: meant ? [...aliases, place.alias] : aliases };
      }
      if (meant) return { ...one, stage: place.stage };
      const archives = isExclusive(place) && !beside && one.stage === place.stage;
      return archives ? { ...one, stage: "Archived" } : one;
    });
  }
});

test("what isn't there or isn't ready can't be promoted", () => {
  expect(textOf("7", "Production")).toBe("the model recsys has no version 7");
  expect(textOf("9", "Production")).toBe(
    "version 9 of the model recsys is not ready (PENDING_REGISTRATION)",
  );
});

test.each(["Prod", "@", "@latest", "@v3", "@a b", "champion"])("%s is not a place", (place) => {
  expect(textOf("3", place)).toBe("no place");
});

/** What the last act of a deploy does that has found 3 in Staging and 2 in Production. */
async function lastAct(there: readonly ModelVersion[]): Promise<string> {
  const put: string[] = [];
  const registry = {
    versions: () => Promise.resolve(ok(there)),
    put: (_model: string, number: string) => {
      put.push(number);
      return Promise.resolve(ok(undefined));
    },
  } as unknown as ModelRegistry;
  const done = await promoteDecided(registry, {
    model: "recsys",
    version: "3",
    place: "Staging",
    promotion: { to: "Production", replaces: "2" },
    warnings: [],
  });
  return done.ok ? `put: ${put.join(" ") || "nothing"}` : done.error.message;
}

test("the last act of a deploy promotes what the plan said, or says what has moved", async () => {
  const moved = "the model recsys has moved since the plan was made";
  const [three, two] = [version(3, "Staging"), version(2, "Production")];
  expect(await lastAct([three, two])).toBe("put: 3");
  // Another candidate is another deploy's.
  expect(await lastAct([version(4, "Staging"), three, two])).toBe("put: 3");
  expect(await lastAct([version(3, "Production"), version(2, "Archived")])).toBe("put: nothing");
  expect(await lastAct([two])).toBe(`${moved}: version 3 is gone; version 3 was not promoted`);
  expect(await lastAct([version(3, "Archived"), two])).toBe(
    `${moved}: version 3 is in Archived now; version 3 was not promoted`,
  );
  expect(await lastAct([version(4, "Production"), three])).toBe(
    `${moved}: version 4 is in Production now; version 3 was not promoted`,
  );
});
