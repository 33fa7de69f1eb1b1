import { afterAll, beforeAll, expect, test } from "vitest";

import { systemTiming } from "../../src/aws/sdk/timing.ts";
import { type ConsoleDocumentName, consoleDocuments } from "../../src/app/documents/console.ts";
import { registryProgram, startRegistry, type OwnRegistry } from "../aws/images-rig.ts";
import { moto, type MotoServer, useMoto } from "../aws/rig/moto.ts";
import { startSfnServer } from "../aws/rig/sfn-server.ts";
import type { Script } from "../aws/rig/sfn-tasks.ts";
import { awsWorkspace, credentials, pushImage } from "../cli/aws-workspace.ts";
import { projectYaml, write } from "../cli/workspace.ts";
import { describeWith } from "../rig/parts.ts";
import { chromiumPart, patience, useBrowser } from "./rig/browser.ts";
import { type OpenConsole, openedConsole } from "./rig/opened.ts";
import { realConsole } from "./rig/real-console.ts";

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
    await using account = await accountWith(server(), registry.address, script);
    const { path, run } = account;
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
      total: 2, // it has ended, and all of it is here
      growing: false,
      lines: [
        { number: null, text: "Traceback (most recent call last):" },
        { number: null, text: "ValueError: no rows" },
      ],
    });
    // A link to a line is to its event: the log is read from there on.
    const [, { id }] = log["lines"] as [unknown, { readonly id: string }];
    const linked = await ask(opened, "log", `${failed}/log?step=score&from_event=${id}`);
    expect(linked["lines"]).toContainEqual(
      expect.objectContaining({ id, text: "ValueError: no rows" }),
    );
    const later = await ask(opened, "log", `${failed}/log?step=score&from_event=t9999999999999`);
    expect(later["lines"]).toEqual([]);
    const wrong = await opened.get(`/api/v1${failed}/log?step=score&from_event=x`);
    expect(wrong.status).toBe(400);
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

const browserParts = "missing" in parts ? parts : chromiumPart();

describeWith(
  "missing" in browserParts ? browserParts : parts,
  "an environment on AWS, in the browser",
  (found) => {
    const server = useMoto(() => found().emulator);
    const browser = useBrowser(() => {
      const part = chromiumPart();
      if ("missing" in part) throw new Error(part.missing);
      return part;
    });
    let registry: OwnRegistry;
    beforeAll(async () => {
      registry = await startRegistry(found().program);
    });
    afterAll(() => registry.stop());

    test("is shown beside the local one; a run there is read, and a release is rolled back", async () => {
      const script: Script = ({ step }) =>
        step === "score" ? { lines: ["ValueError: no rows"], end: 1 } : { lines: ["ok"], end: 0 };
      await using account = await accountWith(server(), registry.address, script);
      const { path, run, change } = account;
      await change("src/projects/recsys/config.yaml", 'version: "1.0.0"', 'version: "1.1.0"');
      await pushImage(registry.address, "ml", "recsys-1.1.0");
      expect(await run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
      expect(await run("run", "recsys", "-e", "dev")).toMatchObject({ code: 1 });

      await using console = await realConsole(path, [], {
        HOME: path,
        AWS_EC2_METADATA_DISABLED: "true",
        ESTEIRA_ACTOR: "ana",
        ...credentials,
      });
      await using opened = await browser.open(console.address);
      const { page } = opened;
      const { origin } = new URL(console.address);
      await page.goto(`${origin}/e/local`);
      await page.locator(".environments").getByRole("link", { name: "dev" }).click();
      const row = page.locator(".row", { hasText: "recsys" });
      await row.filter({ hasText: "score ended with exit code 1" }).waitFor();
      await row.filter({ hasText: "1.1.0" }).waitFor();
      await row.locator(".name").click();
      await page.waitForURL(/\/e\/dev\/(runs|projects)\/recsys/);

      const { out } = await run("runs", "recsys", "-e", "dev", "--json");
      const [{ run: id }] = (JSON.parse(out) as { runs: [{ run: string }] }).runs;
      await page.goto(`${origin}/e/dev/runs/${id}`);
      await page.getByRole("heading", { level: 1, name: /^Failed after / }).waitFor();
      const shownLog = page.getByRole("region", { name: "Log" });
      const line = shownLog.locator(".entry", { hasText: "ValueError: no rows" });
      const link = (await line.locator("a").first().getAttribute("href")) ?? "";
      expect(link).toMatch(/^#Et\d+$/);
      await page.goto(`${origin}/e/dev/runs/${id}/log?step=score${link}`);
      await shownLog.locator(".entry.chosen", { hasText: "ValueError: no rows" }).waitFor();
      expect(await page.locator(".trouble").count()).toBe(0);

      await page.goto(`${origin}/e/dev/projects/recsys/releases`);
      const earlier = page.locator("tbody tr", { hasText: "1.0.0" });
      await earlier.getByRole("link", { name: "Roll back…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Why").fill("no rows");
      await expect
        .poll(() => dialog.locator("footer code").innerText(), patience)
        .toBe("esteira rollback recsys -e dev --to 1.0.0 --reason 'no rows'");
      await dialog.getByRole("button", { name: "Roll back" }).click();
      await page
        .getByRole("dialog", { name: /^Rollback: recsys/ })
        .getByText("succeeded")
        .waitFor();
      await page.keyboard.press("Escape");
      await page
        .locator("tbody tr", { hasText: "1.1.0" })
        .filter({ hasText: "rejected" })
        .waitFor();
      await earlier.filter({ hasText: "deployed now" }).waitFor();
      const plan = await run("plan", "-e", "dev", "recsys");
      expect(plan.out).toMatch(/no rows/);
    });
  },
);

/** An account with `recsys` 1.0.0, whose machine runs tasks by a script. */
async function accountWith(server: MotoServer, registry: string, script: Script) {
  const sfn = await startSfnServer({
    target: server.url,
    timing: systemTiming,
    script,
    logs: server.clients().logs,
  });
  const workspace = await awsWorkspace({ ...server, url: sfn.url }, registry, ["recsys"]);
  const steps = `- { id: extract, command: "echo extract" }\n- { id: score, command: "echo score" }`;
  await write(workspace.path, "src/projects/recsys/config.yaml", projectYaml("recsys", steps));
  await workspace.run("bootstrap", "-e", "dev", "--yes");
  await pushImage(registry, "ml", "recsys-1.0.0");
  expect(await workspace.run("deploy", "-e", "dev", "--no-build")).toMatchObject({ code: 0 });
  return {
    ...workspace,
    [Symbol.asyncDispose]: async () => {
      await workspace[Symbol.asyncDispose]();
      await sfn.stop();
    },
  };
}

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
