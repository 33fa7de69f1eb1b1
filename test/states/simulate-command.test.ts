import { execa } from "execa";
import { describe, expect, inject, test } from "vitest";

import { temporaryFolder } from "../cli/cli.ts";
import { projectYaml, shellWorkspace, write } from "../cli/workspace.ts";

const program = inject("program");

async function simulate(cwd: string, ...inputs: readonly string[]) {
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    [program, "simulate", ...inputs],
    { cwd, reject: false, extendEnv: false, env: { PATH: process.env["PATH"] } },
  );
  return { out: stdout, err: stderr, code: exitCode };
}

const steps = `- { id: extract, command: "true", retries: 1 }
- { id: score, command: "true", retries: 2 }
- { id: publish_x2, command: "true" }`;

describe("a project", () => {
  test("whose step fails twice", async () => {
    await using folder = await shellWorkspace({ recsys: steps });
    const { out, code } = await simulate(folder.path, "recsys", "--fail", "scorex2");
    expect(`${out}\n`).toBe(`Simulation of recsys 1.0.0, local
Virtual time: nothing is started, and nothing waits.

     at  step        attempt  what happens                         takes
  +0.0s  extract           1  ✓ succeeds                            1.0s
  +1.0s  score             1  ✗ fails: exit 1, States.TaskFailed    1.0s
  +2.0s  score                ↻ waits, then attempt 2             1m 00s
+1m 02s  score             2  ✗ fails: exit 1, States.TaskFailed    1.0s
+1m 03s  score                ↻ waits, then attempt 3             2m 00s
+3m 03s  score             3  ✓ succeeds                            1.0s
+3m 04s  publish_x2        1  ✓ succeeds                            1.0s

✓ Succeeds after 3m 05s: 5 attempts, 2 of them failed, 3m 00s of waiting between attempts.
`);
    expect(code).toBe(0);
  });

  test("whose step is named as if it were counted, and takes too long", async () => {
    await using folder = await shellWorkspace({ recsys: steps });
    const { out, code } = await simulate(
      folder.path,
      "recsys",
      "--fail",
      "publish_x2=States.Timeout",
    );
    expect(out.split("\n").slice(-4)).toEqual([
      "+2.0s  publish_x2        1  ✗ runs out of time  1h 02m",
      "",
      "✗ Fails after 1h 02m: 3 attempts, 1 of them failed.",
      "  States.Timeout",
    ]);
    expect(code).toBe(1);
  });

  test("of which only some steps run, as data", async () => {
    await using folder = await shellWorkspace({ recsys: steps });
    const input = '{"only": ["score"]}';
    const { out, code } = await simulate(folder.path, "recsys", "--input", input, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      subject: "recsys 1.0.0, local",
      status: "SUCCEEDED",
      timeline: [
        { state: "extract", kind: "state", outcome: "skipped", startedAt: 0 },
        { state: "score", kind: "attempt", outcome: "succeeded", attempt: 1, endedAt: 1000 },
        { state: "publish_x2", kind: "state", outcome: "skipped" },
      ],
    });
  });

  test("that is given wrongly", async () => {
    await using folder = await shellWorkspace({ recsys: steps });
    await write(folder.path, "outcomes.json", '[{"state": "score"}, {"output": 1}]');
    const said = async (...inputs: string[]) => {
      const { err, code } = await simulate(folder.path, ...inputs);
      return `${code} ${err}`;
    };
    expect(await said("recsys", "--fail", "scores")).toBe(
      "4 error: recsys 1.0.0, local has no step scores\n       Did you mean score?",
    );
    expect(await said("recsys", "--fail", "score=x2")).toBe(
      "2 error: --fail score=x2 names no error\n       Write it as STEP, STEP=ERROR or STEP=ERRORx2.",
    );
    expect(await said("recsys", "--outcomes", "outcomes.json")).toBe(
      '2 error: outcomes.json is not a list of outcomes: outcome 2 names no state\n       Write a JSON list of {"state": …, "output": …} and {"state": …, "error": …, "cause": …}.',
    );
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    expect(await said("recsys", "--input", deep)).toBe(
      "2 error: --input nests deeper than 1000 levels\n       No state hands on what nests as deep: give a flatter one.",
    );
    expect(await said("recsys", "--input", "@gone.json")).toBe(
      "4 error: there is no file gone.json\n       Check its path.",
    );
    expect(await said("--batch", "recsys")).toBe(
      "2 error: --batch can't be combined with anything else\n       What to simulate is read from stdin, a line each.",
    );
  });
});

describe("a file", () => {
  const machine = {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: {
          StartAt: "Work",
          States: {
            Work: {
              Type: "Task",
              Resource: "arn:aws:states:::lambda:invoke",
              Parameters: { "item.$": "$" },
              Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 1 }],
              End: true,
            },
          },
        },
        Next: "Rest",
      },
      Rest: { Type: "Wait", Seconds: 3600, Next: "Tell" },
      Tell: {
        Type: "Task",
        Resource: "arn:aws:states:::sns:publish",
        Parameters: {},
        TimeoutSeconds: 90,
        End: true,
      },
    },
  };

  test("with a Map and a wait", async () => {
    await using folder = await temporaryFolder();
    await write(folder.path, "order.asl.json", JSON.stringify(machine));
    await write(folder.path, "items.json", "[7, 8]");
    await write(
      folder.path,
      "outcomes.json",
      JSON.stringify([
        { state: "Tell", output: "said", seconds: 9 },
        { state: "Work", error: "Busy" },
      ]),
    );
    const inputs = ["order.asl.json", "--input", "@items.json", "--outcomes", "outcomes.json"];
    const { out } = await simulate(folder.path, ...inputs);
    expect(`${out}\n`).toBe(`Simulation of order.asl.json
Virtual time: nothing is started, and nothing waits.

     at  step     attempt  what happens              takes
  +0.0s  Each                                         7.0s
  +0.0s  Work[0]        1  ✗ fails: Busy              1.0s
  +0.0s  Work[1]        1  ✓ succeeds                 1.0s
  +1.0s  Work[0]           ↻ waits, then attempt 2    5.0s
  +6.0s  Work[0]        2  ✓ succeeds                 1.0s
  +7.0s  Rest              ↻ waits                  1h 00m
+1h 00m  Tell           1  ✓ succeeds                 9.0s

✓ Succeeds after 1h 00m: 4 attempts, 1 of them failed, 5.0s of waiting between attempts.
  output "said"
`);
  });

  test("that is wrong, with its place", async () => {
    await using folder = await temporaryFolder();
    const text = JSON.stringify(machine, undefined, 2).replace('"Next": "Tell"', '"Next": "Tel/l"');
    await write(folder.path, "wrong.asl.json", text);
    await write(folder.path, "broken.asl.json", '{\n  "StartAt": oops\n}\n');
    const wrong = await simulate(folder.path, "wrong.asl.json");
    expect(wrong.code).toBe(3);
    expect(wrong.err).toContain(`wrong.asl.json:33:15  error  definition/invalid
  Missing 'Next' target: Tel/l

  33 |       "Next": "Tel/l"
     |               ~~~~~~~

  help: Step Functions says MISSING_TRANSITION_TARGET at /States/Rest/Next
`);
    const broken = await simulate(folder.path, "broken.asl.json");
    expect(broken.code).toBe(3);
    expect(broken.err).toContain(`broken.asl.json:2:14  error  definition/syntax
  this is not a definition in JSON: a value is expected here`);
  });
});

describe("a project's own definition", () => {
  test("is simulated as it would be deployed", async () => {
    await using folder = await shellWorkspace({});
    await write(folder.path, "src/projects/own/Dockerfile", "FROM python:3.11-slim\n");
    await write(
      folder.path,
      "src/projects/own/config.yaml",
      projectYaml("own", steps).replace("    steps:", "    definition: order.asl.json\n    steps:"),
    );
    const task = (id: string, where: object) => ({
      Type: "Task",
      Resource: `\${step:${id}}`,
      ...where,
    });
    const order = {
      StartAt: "First",
      States: {
        First: task("extract", { Next: "Score it" }),
        "Score it": task("score", {
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Publish" }],
          Next: "Publish",
        }),
        Publish: task("publish_x2", { End: true }),
      },
    };
    await write(
      folder.path,
      "src/projects/own/order.asl.json",
      JSON.stringify(order, undefined, 2),
    );
    const { out, err } = await simulate(folder.path, "own", "--fail", "scorex3");
    expect(err).toBe("");
    expect(out.split("\n").slice(3)).toEqual([
      "     at  step        attempt  what happens                         takes",
      "  +0.0s  extract           1  ✓ succeeds                            1.0s",
      "  +1.0s  score             1  ✗ fails: exit 1, States.TaskFailed    1.0s",
      "  +2.0s  score                ↻ waits, then attempt 2             1m 00s",
      "+1m 02s  score             2  ✗ fails: exit 1, States.TaskFailed    1.0s",
      "+1m 03s  score                ↻ waits, then attempt 3             2m 00s",
      "+3m 03s  score             3  ✗ fails: exit 1, States.TaskFailed    1.0s",
      "+3m 04s  publish_x2        1  ✓ succeeds                            1.0s",
      "",
      "✓ Succeeds after 3m 05s: 5 attempts, 3 of them failed, 3m 00s of waiting between attempts.",
      expect.stringMatching(/^ {2}output \{"Error":"States\.TaskFailed","Cause":.*…$/),
    ]);
  });
});
