import { describe, expect, test } from "vitest";
import { projectOf, linesOf } from "../fixtures/checked.ts";
import { estimateOverridesLength, MAX_OVERRIDES_LENGTH } from "./overrides.ts";

const steps = (...lines: string[]) =>
  `batch:\n  pipeline:\n    steps:\n${lines.map((line) => `      - {command: x, ${line}}\n`).join("")}`;
const linesOfSteps = (...lines: string[]) => linesOf(steps(...lines)).join("\n");

describe("ids", () => {
  test("fit states, streams and folders", () => {
    expect(
      linesOfSteps("id: a b", "id: 1st", `id: ${"x".repeat(61)}`, "id: ok_-1").replaceAll(
        /x{61}/g,
        "x…",
      ),
    ).toMatchInlineSnapshot(`
      "4:26 [a b] error config/step-id: "a b" can't be the id of a step; use at most 60 letters, digits, hyphens and underscores, starting with a letter; \`name\` is for people and may be anything
      5:26 [1st] error config/step-id: "1st" can't be the id of a step; use at most 60 letters, digits, hyphens and underscores, starting with a letter; \`name\` is for people and may be anything
      6:26 [x…] error config/step-id: "x…" can't be the id of a step; use at most 60 letters, digits, hyphens and underscores, starting with a letter; \`name\` is for people and may be anything"
    `);
  });

  test("differ, also where case doesn't count", () => {
    expect(linesOfSteps("id: Score", "id: score", "id: Score")).toMatchInlineSnapshot(`
      "5:26 [score] error config/duplicate-step: the ids "Score" and "score" differ only in case; give one of them another id (recsys/config.yaml:4: the first one is here)
      6:26 [Score] error config/duplicate-step: two steps have the id "Score"; give one of them another id (recsys/config.yaml:4: the first one is here)"
    `);
  });
});

describe("dependencies", () => {
  test("exist, and are others", () => {
    expect(
      linesOfSteps("id: extract", "id: score, depends_on: [extrat, score, report]", "id: last"),
    ).toMatchInlineSnapshot(`
      "5:46 [extrat] error config/unknown-step: step "score" depends on "extrat", which is not a step of this pipeline; did you mean "extract"?
      5:54 [score] error config/depends-on-itself: step "score" depends on itself; remove the line
      5:61 [report] error config/unknown-step: step "score" depends on "report", which is not a step of this pipeline; there are "extract", "last""
    `);
  });

  test("have no cycle; a step without depends_on waits for the one before", () => {
    expect(linesOfSteps("id: a, depends_on: [c]", "id: b", "id: c")).toMatchInlineSnapshot(
      `"4:29 [depends_on] error config/cycle: steps wait for each other: a waits for c waits for b waits for a; remove one of these dependencies; a step without depends_on waits for the one before it in the list"`,
    );
  });

  test("of a long sequence are not a burden", () => {
    expect(linesOfSteps(...Array.from({ length: 500 }, (_, index) => `id: s${index}`))).toBe("");
    expect(
      linesOfSteps(...Array.from({ length: 501 }, (_, index) => `id: s${index}`)),
    ).toMatchInlineSnapshot(
      `"3:5 [steps] error config/out-of-range: steps must have at most 500 elements, not 501; choose 500 or less"`,
    );
  });
});

test("no steps and no main.py", () => {
  expect(linesOf("batch:\n  pipeline:\n    steps: []", { files: { Dockerfile: "" } }))
    .toMatchInlineSnapshot(`
    [
      "3:5 [steps] warning config/no-steps: the project has neither steps nor a main.py: there is nothing to run; add steps under batch.pipeline, or a main.py, which is then the only step",
    ]
  `);
});

test("waits between attempts", () => {
  expect(
    linesOfSteps("id: a, retry: {interval_seconds: 100, max_interval_seconds: 10}"),
  ).toMatchInlineSnapshot(
    `"4:82 [10] error config/retry-interval: max_interval_seconds (10) is less than interval_seconds (100); raise the one or lower the other (recsys/config.yaml:4: the first wait is set here)"`,
  );
  expect(linesOfSteps("id: a, retry: {interval_seconds: 1000}")).toBe("");
});

describe("for_each", () => {
  test("has one source, which comes before", () => {
    expect(
      linesOfSteps(
        "id: a, for_each: {max_concurrency: 3}",
        "id: b, for_each: {items: [1], from: a/x.json}",
        "id: c, for_each: {from: z/x.json}",
        "id: d, for_each: {from: e/x.json}",
        "id: e, for_each: {from: e/x.json}",
        "id: f, for_each: {from: e}",
        "id: g, for_each: {from: a/../x.json}",
        "id: h, for_each: {from: a/lists/x.json}",
        "id: i, for_each: {items: [1], max_items: 3}",
        "id: j, for_each: {from: a/lists/x.json, max_items: 3}",
      ),
    ).toMatchInlineSnapshot(`
      "4:29 [for_each] error config/for-each-source: for_each has neither items nor from; give the items themselves, or from: STEP/file.json to read a list that an earlier step left
      5:52 [from] error config/for-each-source: for_each has both items and from; give the items themselves, or from: STEP/file.json to read a list that an earlier step left
      12:52 [max_items] error config/for-each-source: max_items says how many items a list that is read with from may have; remove it: of items that are given here it is known
      6:46 [z] error config/unknown-step: for_each reads from "z", which is not a step of this pipeline; there are "a", "b", "d", "e", "f", "g", "h", "i", "j"
      7:46 [e/x.json] error config/for-each-order: for_each reads from "e", which doesn't come before "d"; add "e" to depends_on
      8:46 [e/x.json] error config/for-each-order: for_each reads from "e", which doesn't come before "e"; a step can't read what it leaves itself
      9:46 [e] error config/for-each-source: from must name a step and a file that it leaves, as in extract/items.json; the other steps are a, b, c, d, e, g, h, i, j
      10:46 [a/../x.json] error config/for-each-source: from must name a step and a file that it leaves, as in extract/items.json; the other steps are a, b, c, d, e, f, h, i, j"
    `);
  });

  test("has items that fit", () => {
    const big = `"${"y".repeat(4097)}"`;
    expect(
      linesOfSteps(`id: a, for_each: {items: [1, ${big}]}`).replaceAll(/y+/g, "y…"),
    ).toMatchInlineSnapshot(
      `"4:51 ["y…"] error config/for-each-size: item 2 has 4,097 by…tes; an item has at most 4,096; give a reference to the data, such as a key… or a path, instead of the data"`,
    );
    const many = Array.from({ length: 90 }, () => `"${"y".repeat(3000)}"`).join(", ");
    expect(linesOfSteps(`id: a, for_each: {items: [${many}]}`)).toMatchInlineSnapshot(
      `"4:40 [items] error config/for-each-size: the items have 270,272 bytes as JSON; a list has at most 262,144; give shorter items, or fewer"`,
    );
  });
});

test("overrides", () => {
  expect(linesOf(steps(`id: a, env_vars: {A: "${"y".repeat(9000)}"}`))).toMatchInlineSnapshot(`
    [
      "4:29 [env_vars] error config/overrides-too-long: step "a" needs about 10,708 characters of overrides; ECS takes 8,192; move variables to runtime.env_vars, and long commands into a script of the project",
    ]
  `);
  expect(linesOf(`batch: {pipeline: {steps: [{id: a, command: "${"y".repeat(9000)}"}]}}`))
    .toMatchInlineSnapshot(`
      [
        "1:36 [command] error config/overrides-too-long: step "a" needs about 10,683 characters of overrides; ECS takes 8,192; move variables to runtime.env_vars, and long commands into a script of the project",
      ]
    `);
  expect(linesOf(steps(`id: a, env_vars: {A: "${"y".repeat(5000)}"}`))).toEqual([]);
});

test.each(["", "for_each: {items: [1]}", "for_each: {from: before/list.json}"])(
  "overrides are counted exactly near the limit: %s",
  (rest) => {
    // Each of these quotes takes five characters: the shell makes four of it, and JSON escapes one
    // of them.
    const quotes = (count: number) => `batch: {pipeline: {steps: [
      {id: before, command: x}, {id: a, command: "${"'".repeat(count)}", ${rest}}
    ]}}`;
    const counts = Array.from({ length: 160 }, (_, index) => 10 * (index + 1));
    const fits = counts.filter((count) => linesOf(quotes(count)).length === 0);
    const project = projectOf(quotes(fits.at(-1) ?? 0));
    const length = estimateOverridesLength(project, project.steps[1]!);
    expect(length).toBeLessThanOrEqual(MAX_OVERRIDES_LENGTH);
    expect(length).toBeGreaterThan(MAX_OVERRIDES_LENGTH - 5 * 10);
    expect(fits).toEqual(counts.slice(0, fits.length));
  },
);
