import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { dockerEngine } from "../rig/docker.ts";
import { describeWith } from "../rig/parts.ts";
import { openTerminal } from "../rig/terminal.ts";
import { binary, esteira, start } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

const read = `import json, os, sys
from urllib.parse import unquote, urlparse

for uri in json.loads(os.environ["ESTEIRA_TRIGGER_URIS"]):
    path = unquote(urlparse(uri).path)
    print("found", open(path).read().strip())
    try:
        open(path, "a")
    except OSError as error:
        print("left alone:", error.strerror)
sys.exit(int(os.environ["ESTEIRA_PARAM_GREETING"] == "fail"))
`;

/** A project that waits for CSV files in the workspace's folder `in`, whose step runs in Docker. */
async function watching() {
  const made = await shellWorkspace({ orders: '- { id: read, command: "python3 read.py" }' });
  const change = async (path: string, from: string, to: string): Promise<void> => {
    const text = await readFile(join(made.path, path), "utf8");
    await write(made.path, path, text.replace(from, to));
  };
  await change("esteira.yaml", "executor: process", "executor: docker");
  await change(
    "src/projects/orders/config.yaml",
    'cron: "0 3 * * *"',
    'on: { files: "in/*.csv", s3: "s3://acme-in/orders/*.csv" }',
  );
  await write(
    made.path,
    "src/projects/orders/Dockerfile",
    "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n",
  );
  await write(made.path, "src/projects/orders/read.py", read);
  await write(made.path, "in/before.csv", "before\n");
  return made;
}

describeWith(await dockerEngine(), "a watched folder and steps in Docker", (engine) => {
  test("up starts a run for a file, whose container finds it where it is and can't change it", async () => {
    await using made = await watching();
    const variables = { DOCKER_HOST: engine().host, DOCKER_BUILDKIT: "0", HOME: made.path };
    const deployed = await esteira(made.path, ["deploy"], variables);
    expect(deployed).toMatchObject({ code: 0 });
    const up = start(made.path, ["up", "--json"], variables);
    const ended: string[] = [];
    for await (const line of up) {
      const { kind, status } = JSON.parse(line) as { kind: string; status?: string };
      if (kind === "started") {
        await sleep(50);
        await write(made.path, "in/março 1.csv", "marzo\n");
      }
      if (kind === "ended") {
        ended.push(status ?? "");
        if (ended.length === 2) up.kill("SIGTERM");
        else await write(made.path, "in/b.csv", "second\n");
      }
    }
    expect(ended).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    const listed = await esteira(made.path, ["runs", "--json"], variables);
    const { runs } = JSON.parse(listed.out) as { runs: { run: string; trigger: string }[] };
    expect(runs.map(({ trigger }) => trigger)).toEqual(["on", "on"]);
    const logs = await Promise.all(
      runs.map(async ({ run }) => {
        const { out } = await esteira(made.path, ["logs", run, "--json"], variables);
        return out.split("\n").map((line) => (JSON.parse(line) as { text?: string }).text);
      }),
    );
    expect(logs).toEqual([
      expect.arrayContaining(["found second", "left alone: Read-only file system"]),
      expect.arrayContaining(["found marzo", "left alone: Read-only file system"]),
    ]);
    expect(await readFile(join(made.path, "in/março 1.csv"), "utf8")).toBe("marzo\n");
  }, 180_000);

  test("a container that is held after a failure has the folder too", async () => {
    await using made = await watching();
    const variables = { DOCKER_HOST: engine().host, DOCKER_BUILDKIT: "0", HOME: made.path };
    await write(made.path, "in/a.csv", "there\n");
    expect((await esteira(made.path, ["deploy"], variables)).code).toBe(0);
    const words = ["run", "orders", "--param", "greeting=fail", "--hold-on-failure", "10m"];
    const run = await esteira(made.path, words, variables);
    expect(run.code).toBe(1);
    const [, id = ""] = /esteira stop (\S+)/.exec(run.out) ?? [];
    await using terminal = openTerminal([process.execPath, binary, "shell", id, "--step", "read"], {
      cwd: made.path,
      env: { PATH: process.env["PATH"], USER: "ana", TERM: "dumb", ...variables },
    });
    await terminal.waitFor(") $ ");
    terminal.type(`echo "+$(cat '${join(made.path, "in/a.csv")}')+"\r`);
    await terminal.waitFor("+there+");
    terminal.type("exit\r");
    expect(await terminal.ended).toBe(0);
    expect((await esteira(made.path, ["stop", id], variables)).code).toBe(0);
  }, 180_000);
});
