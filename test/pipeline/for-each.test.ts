import { describe, expect, test } from "vitest";
import type { ForEach } from "../../src/config/model.ts";
import { stepId } from "../../src/core/ids.ts";
import { project, step } from "../../src/pipeline/fixtures/project.ts";
import { diagnose } from "../../src/runs/diagnose.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { run } from "./run.ts";

function pipeline(forEach: ForEach, retries = 0) {
  return project({
    steps: [
      step("list"),
      step("each", { after: ["list"], forEach, retries }),
      step("end", { after: ["each"] }),
    ],
  });
}

describe("items that the config has", () => {
  test("are given as they are", async () => {
    const items = ["plain", "", "1.10", "01310", '{"b":1}', '"q"', "{% $uppercase('x') %}", "${x}"];
    const { status, order, attempts } = await run(
      pipeline({ kind: "items", items, maxConcurrency: 40 }),
      {},
    );
    expect(status).toBe("SUCCEEDED");
    const given = attempts.filter((one) => one["ESTEIRA_STEP"] === "each");
    expect(given.map((one) => one["ESTEIRA_ITEM"])).toEqual(items);
    expect(order.at(-1)).toBe("end");
  });

  test("run so many at a time and no more", async () => {
    const { history } = await run(
      pipeline({ kind: "items", items: ["1", "2", "3", "4", "5"], maxConcurrency: 2 }),
      {},
    );
    let open = 0;
    let most = 0;
    for (const { type } of history) {
      if (type === "MapIterationStarted") open += 1;
      if (type === "MapIterationSucceeded") open -= 1;
      most = Math.max(most, open);
    }
    expect(most).toBe(2);
  });

  test("have their own retries; one that fails for good ends the run", async () => {
    const failing = { state: "Item of each", error: "States.TaskFailed", cause: "no" };
    const forEach = { kind: "items", items: ["x", "y"], maxConcurrency: 1 } as const;
    expect(await run(pipeline(forEach, 1), {}, [failing])).toMatchObject({
      status: "SUCCEEDED",
      order: ["list", "each[x]", "each[x]", "each[y]", "end"],
    });
    expect(await run(pipeline(forEach, 1), {}, [failing, failing])).toMatchObject({
      status: "FAILED",
      error: "States.TaskFailed",
      order: ["list", "each[x]", "each[x]"],
    });
  });

  test("aren't run where the step is skipped", async () => {
    const forEach = { kind: "items", items: ["x"], maxConcurrency: 1 } as const;
    expect(await run(pipeline(forEach), { skip: "each" })).toMatchObject({
      order: ["list", "end"],
    });
  });
});

describe("items that an earlier step leaves", () => {
  const from = {
    kind: "artifact",
    step: stepId("list"),
    file: 'deep/it"ems.json',
    maxConcurrency: 10,
  } as const;
  const read = (body: string) => [{ state: "Read items of each", output: { Body: body } }];

  test("are read from the origin's artifacts, and the run continues after them", async () => {
    const { status, order, history } = await run(
      pipeline(from),
      { origin: "recsys-before" },
      read('["a", {"k": 1}, 3]'),
    );
    expect({ status, order }).toEqual({
      status: "SUCCEEDED",
      order: ["list", "each[a]", 'each[{"k":1}]', "each[3]", "end"],
    });
    const asked = history.find(({ details }) => details["resource"] === "getObject");
    expect(asked?.details["parameters"]).toEqual({
      Bucket: "bucket",
      Key: 'artifacts/recsys/recsys-before/list/deep/it"ems.json',
    });
  });

  test.each([
    ["[]", []],
    ['["only"]', ["each[only]"]],
    ["[[]]", ["each[[]]"]],
    ["[null]", ["each[null]"]],
    ["[[1,2]]", ["each[[1,2]]"]],
  ])("%s is a list", async (body, items) => {
    expect(await run(pipeline(from), {}, read(body))).toMatchObject({
      status: "SUCCEEDED",
      order: ["list", ...items, "end"],
    });
  });

  test.each([
    ["1234567890123456", "1234567890123456"],
    ["-9007199254740992", "-9007199254740992"],
    ["3.141592653589793", "3.141592653589793"],
    ["0.30000000000000004", "0.30000000000000004"],
    ["1.7976931348623157e308", "1.7976931348623157e308"],
    ['{"customer":1764430000123456,"of":[1234567890123456, 7]}', null],
    ['"915072913478905857"', "915072913478905857"],
    [String.raw`{"note":"\" 915072913478905857 \\","n":1234567890123456}`, null],
    ["0.00000000000000012345", "0.00000000000000012345"],
    ["1e100", "1e100"],
  ])("%s arrives as it is", async (written, arrives) => {
    const { status, attempts } = await run(pipeline(from), {}, read(`[0, ${written}]`));
    const items = attempts.flatMap((one) => one["ESTEIRA_ITEM"] ?? []);
    expect({ status, items }).toEqual({
      status: "SUCCEEDED",
      items: ["0", arrives ?? written.replace(", 7", ",7")],
    });
  });

  test.each([
    ["[1, 915072913478905857]", "915072913478905857"],
    ['[{"customer": 9007199254740993}]', "9007199254740993"],
    ["[-9007199254740993]", "-9007199254740993"],
    ["[[0.1234567890123456789]]", "0.1234567890123456789"],
    ["[1e309]", "1e309"],
    ["[1, NaN]", "NaN"],
    ["[-Infinity]", "-Infinity"],
  ])("%s is refused, and how to write it is said", async (body, number) => {
    const { error, cause } = await run(pipeline(from), {}, read(body));
    expect({ error, cause }).toEqual({
      error: "Esteira.InvalidItems",
      cause: `list/deep/it"ems.json has the number ${number}, which doesn't pass through JSON exactly: write such values as strings`,
    });
  });

  test("2,500 items and an item of 4,096 characters are admitted", async () => {
    const long = "x".repeat(4096);
    expect(await run(pipeline(from), {}, read(JSON.stringify([long])))).toMatchObject({
      status: "SUCCEEDED",
    });
    const many = await run(pipeline(from), {}, read(JSON.stringify(Array(2500).fill(1))));
    expect(many).toMatchObject({ status: "SUCCEEDED" });
    expect(many.history.length).toBeLessThan(25_000);
  });

  const file = 'list/deep/it"ems.json';
  test.each([
    ["{}", `${file} is no JSON list`],
    ['"text"', `${file} is no JSON list`],
    ["null", `${file} is no JSON list`],
    ["[1,", `${file} is no JSON`],
    ["", `${file} is no JSON`],
    [
      JSON.stringify(Array(2501).fill(1)),
      `${file} has 2501 items; the step runs for at most 2500: set for_each.max_items to as many as the list may have`,
    ],
    [JSON.stringify(["x".repeat(4097)]), `${file} has an item of more than 4096 characters`],
    [
      JSON.stringify([1, { a: "x".repeat(4090) }]),
      `${file} has an item of more than 4096 characters`,
    ],
  ])("%.20s is refused", async (body, cause) => {
    const { status, error, cause: reported, order } = await run(pipeline(from), {}, read(body));
    expect({ status, error, cause: reported, order }).toEqual({
      status: "FAILED",
      error: "Esteira.InvalidItems",
      cause,
      order: ["list"],
    });
  });

  test("a file that isn't there is said to be missing", async () => {
    const missing = {
      state: "Read items of each",
      error: "S3.NoSuchKeyException",
      cause: "no key",
    };
    expect(await run(pipeline(from), {}, [missing])).toMatchObject({
      status: "FAILED",
      error: "Esteira.InvalidItems",
      cause: 'step list left no file deep/it"ems.json',
    });
  });

  const refused = "Access Denied (Service: S3, Status Code: 403, Request ID: 1)";
  const down = "Please reduce your request rate. (Service: S3, Status Code: 503, Request ID: 1)";
  const failing = (cause: string) => ({
    state: "Read items of each",
    error: "S3.S3Exception",
    cause,
  });

  test("a refusal of S3 ends the run at once, and says what it was", async () => {
    const { history, ...ran } = await run(pipeline(from), {}, [failing(refused)]);
    expect(ran).toMatchObject({
      status: "FAILED",
      error: "S3.S3Exception",
      cause: `list/deep/it"ems.json can't be read: ${refused}`,
      order: ["list"],
    });
    expect(history.filter(({ type }) => type === "WaitStateEntered")).toEqual([]);
    expect(diagnose(foldRun(history, pipeline(from).steps))).toMatchObject({
      code: "run/permission",
      message: `each could not begin: a role lacks a right: list/deep/it"ems.json can't be read: ${refused}`,
    });
  });

  test("a failure of S3 that passes is waited for, longer each time, five times at most", async () => {
    const passing = [1, 2, 3, 4].map(() => failing(down));
    const ran = await run(pipeline(from), {}, [...passing, ...read('["a"]')]);
    expect(ran).toMatchObject({ status: "SUCCEEDED", order: ["list", "each[a]", "end"] });
    const waits = ran.history.filter(({ type }) => type.startsWith("WaitState"));
    expect(
      waits.flatMap(({ type, timestamp }, index) =>
        type === "WaitStateExited" ? [timestamp - (waits[index - 1]?.timestamp ?? 0)] : [],
      ),
    ).toEqual([2000, 4000, 8000, 16_000]);

    expect(await run(pipeline(from), {}, [...passing, failing(down)])).toMatchObject({
      status: "FAILED",
      error: "S3.S3Exception",
      cause: `list/deep/it"ems.json can't be read: ${down}`,
      order: ["list"],
    });
  });
});
