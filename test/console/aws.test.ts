import { afterAll, beforeAll, expect, test } from "vitest";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { type ConsoleDocumentName, consoleDocuments } from "../../src/app/documents/console.ts";
import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, useMoto } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { awsWorkspace, credentials, pushImage } from "../cli/aws-workspace.ts";
import { projectYaml, write } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { type OpenConsole, openedConsole } from "./rig/opened.ts";

const program = await registryProgram();
const emulator = moto();
const parts =
  "missing" in program ? program : "missing" in emulator ? emulator : { program, emulator };

describeWith(parts, "an environment on AWS beside the one of this machine", (found) => {
  const server = useMoto(() => found().emulator);
  let registry: OwnRegistry;
  beforeAll(async () => {
    registry = await startRegistry(found().program);
  });
  afterAll(() => registry.stop());

  const script: Script = ({ step }) =>
    step === "score"
      ? { lines: ["Traceback (most recent call last):", "ValueError: no rows"], end: 1 }
      : { lines: [`${step} works`], end: 0 };

  test("is looked at in the same words, its logs by event; without credentials it says so", async () => {
    const sfn = await startSfnServer({
      target: server().url,
      timing: systemTiming,
      script,
      logs: server().clients().logs,
    });
    await using _stopped = { [Symbol.asyncDispose]: () => sfn.stop() };
    await using workspace = await awsWorkspace({ ...server(), url: sfn.url }, registry.address, [
      "recsys",
    ]);
    const { run, path } = workspace;
    const steps = `- { id: extract, command: "echo extract" }\n- { id: score, command: "echo score" }`;
    await write(path, "src/projects/recsys/config.yaml", projectYaml("recsys", steps));
    await run("bootstrap", "-e", "dev", "--yes");
    await pushImage(registry.address, "ml", "recsys-1.0.0");
    expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
    expect(await run("run", "recsys", "-e", "dev")).toMatchObject({ code: 1 });

    const variables = { HOME: path, AWS_EC2_METADATA_DISABLED: "true" };
    await using opened = await openedConsole(path, [], { ...variables, ...credentials });
    const dev = "/environments/dev";
    const fleet = await ask(opened, "fleet", `${dev}/fleet`);
    expect(fleet["projects"]).toMatchObject([
      {
        project: "recsys",
        state: "failed",
        deployed: { version: "1.0.0" },
        lastRun: { status: "FAILED" },
        diagnosis: { message: expect.stringMatching(/^score ended with exit code 1/) as string },
      },
    ]);
    const [{ lastRun }] = fleet["projects"] as [{ readonly lastRun: { readonly run: string } }];
    const failed = `${dev}/runs/${lastRun.run}`;
    expect(await ask(opened, "run", failed)).toMatchObject({
      remedy: `esteira resume ${lastRun.run} -e dev`,
      diagnosis: { code: "run/exit-code", step: "score" },
      steps: [{ status: "succeeded" }, { status: "failed" }],
    });
    const log = await ask(opened, "log", `${failed}/log?step=score`);
    expect(log).toMatchObject({
      by: "event",
      total: null,
      lines: [
        { number: null, text: "Traceback (most recent call last):" },
        { number: null, text: "ValueError: no rows" },
      ],
    });
    expect(
      await ask(opened, "log-search", `${failed}/log/search?step=score&q=value`),
    ).toMatchObject({
      hits: [{ text: "ValueError: no rows", marks: [[0, 5]] }],
      searched: { lines: 2 },
    });
    for (const [name, where] of [
      ["tonight", `${dev}/tonight`],
      ["project", `${dev}/projects/recsys`],
      ["runs", `${dev}/projects/recsys/runs`],
      ["durations", `${dev}/projects/recsys/durations`],
      ["releases", `${dev}/projects/recsys/releases`],
      ["compare-runs", `${failed}/compare`],
      ["artifacts", `${failed}/artifacts`],
      ["audit", `${dev}/audit`],
      ["fleet", "/environments/local/fleet"],
    ] as const) {
      await ask(opened, name, where);
    }

    await using without = await openedConsole(path, [], variables);
    const answer = await without.get(`/api/v1${dev}/fleet`);
    expect(answer.status).toBe(503);
    const { error } = consoleDocuments.error.parse(await answer.json());
    expect(error.message).toMatch(/credentials/);
    await ask(without, "fleet", "/environments/local/fleet");
  });
});

/** An answer, which has to be what its schema says. */
async function ask(
  console: OpenConsole,
  name: ConsoleDocumentName,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await console.get(`/api/v1${path}`);
  const document = (await answer.json()) as Readonly<Record<string, unknown>>;
  const parsed = consoleDocuments[name].safeParse(document);
  if (parsed.success) return document;
  throw new Error(`${path}: ${parsed.error.message}\n${JSON.stringify(document)}`);
}
