import { execa } from "execa";
import { expect, inject, test } from "vitest";

import { projectYaml, shellWorkspace, write } from "../cli/workspace.ts";

const program = inject("program");

async function esteira(cwd: string, ...inputs: readonly string[]) {
  const env = { PATH: process.env["PATH"], HOME: cwd, USER: "ana", TZ: "UTC" };
  const { stdout, stderr, exitCode } = await execa(process.execPath, [program, ...inputs], {
    cwd,
    reject: false,
    extendEnv: false,
    env,
  });
  return { out: stdout, err: stderr, code: exitCode };
}

const steps = `- { id: extract, command: "echo extract >> $HOME/done" }
- { id: score, command: "echo score $ESTEIRA_PARAM_GREETING >> $HOME/done; test -f $HOME/flag" }
- { id: publish, command: "echo publish >> $HOME/done" }`;

const order = {
  Comment: "what ${they} wrote stays",
  StartAt: "Get the data",
  States: {
    "Get the data": { Type: "Task", Resource: "${step:extract}", Next: "Rest" },
    Rest: { Type: "Wait", Seconds: 0, Next: "Two ways" },
    "Two ways": {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "Score it",
          States: { "Score it": { Type: "Task", Resource: "${step:score}", End: true } },
        },
        { StartAt: "Do nothing", States: { "Do nothing": { Type: "Pass", End: true } } },
      ],
      Next: "publish",
    },
    publish: { Type: "Task", Resource: "${step:publish}", End: true },
  },
};

async function workspace(definition: object) {
  const folder = await shellWorkspace({});
  const config = projectYaml("own", steps).replace(
    "    steps:",
    "    definition: order.asl.json\n    steps:",
  );
  await write(folder.path, "src/projects/own/Dockerfile", "FROM python:3.11-slim\n");
  await write(folder.path, "src/projects/own/config.yaml", config);
  const text = JSON.stringify(definition, undefined, 2);
  await write(folder.path, "src/projects/own/order.asl.json", text);
  return folder;
}

async function reported(cwd: string): Promise<string> {
  const { out } = await esteira(cwd, "status", "own", "--json");
  const { run, steps } = JSON.parse(out) as {
    readonly run: { readonly status: string };
    readonly steps: readonly { readonly id: string; readonly status: string }[];
  };
  return [run.status, ...steps.map(({ id, status }) => `${id} ${status}`)].join(", ");
}

test("an order of one's own is checked, deployed, run, shown and resumed", async () => {
  await using folder = await workspace(order);
  const done = async () => (await execa("cat", [`${folder.path}/done`])).stdout.split("\n");

  expect(await esteira(folder.path, "validate")).toMatchObject({ code: 0 });
  expect(await esteira(folder.path, "deploy", "own")).toMatchObject({ code: 0, err: "" });
  expect(await esteira(folder.path, "run", "own", "-p", "greeting=oi")).toMatchObject({ code: 1 });
  expect(await reported(folder.path)).toBe(
    "FAILED, extract succeeded, score failed, publish pending",
  );
  expect(await done()).toEqual(["extract", "score oi"]);

  await write(folder.path, "flag", "");
  expect(await esteira(folder.path, "resume", "own")).toMatchObject({ code: 0 });
  expect(await reported(folder.path)).toBe(
    "SUCCEEDED, extract skipped, score succeeded, publish succeeded",
  );
  expect(await done()).toEqual(["extract", "score oi", "score oi", "publish"]);

  expect(await esteira(folder.path, "run", "own", "--only", "extract")).toMatchObject({ code: 0 });
  expect((await done()).slice(4)).toEqual(["extract"]);
});

test("what Step Functions would refuse is at its place in the file", async () => {
  const rest = { Type: "Wait", Next: "Two way" };
  await using folder = await workspace({ ...order, States: { ...order.States, Rest: rest } });
  const { code, out } = await esteira(folder.path, "validate");
  expect(code).toBe(3);
  expect(out).toContain(`src/projects/own/order.asl.json:12:15  error  definition/invalid
  Missing 'Next' target: Two way

  12 |       "Next": "Two way"
     |               ~~~~~~~~~

  help: Step Functions says MISSING_TRANSITION_TARGET at /States/Rest/Next
`);
  const deployed = await esteira(folder.path, "deploy", "own");
  expect(deployed).toMatchObject({ code: 3 });
  expect(deployed.err).toContain(
    "src/projects/own/order.asl.json:12:15  error  definition/invalid",
  );
});
