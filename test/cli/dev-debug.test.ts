import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { openDebugger } from "../rig/debugger.ts";
import { esteira } from "./cli.ts";
import { trialsWorkspace, typed } from "./dev-workspace.ts";
import { shellWorkspace, write } from "./workspace.ts";

test("--debug waits for a debugger with the configuration that editors need", async () => {
  await using made = await trialsWorkspace();
  expect((await esteira(made.path, ["dev", "recsys", "prepare", "--once"])).code).toBe(0);
  const port = 20_000 + (process.pid % 20_000);
  await using terminal = typed(
    made.path,
    "dev",
    "recsys",
    "train",
    "--once",
    "--debug",
    "--port",
    String(port),
  );
  const shown = await terminal.waitFor("variables          esteira env recsys train");
  const [json = ""] = /\{[^]*\n\}/.exec(shown) ?? [];
  expect(JSON.parse(json)).toEqual({
    name: "recsys train",
    type: "debugpy",
    request: "attach",
    connect: { host: "127.0.0.1", port },
    pathMappings: [
      {
        localRoot: "${workspaceFolder}/src/projects/recsys",
        remoteRoot: `${made.path}/.esteira/scratch/recsys/attempt/work`,
      },
    ],
  });
  // As an editor does it: it attaches, and sets a breakpoint in the file that somebody edits.
  const [, folder = ""] = /"remoteRoot": "(.*)"/.exec(shown) ?? [];
  const source = join(made.path, "src/projects/recsys/train.py");
  await using debug = await openDebugger(port);
  expect(await debug.said("output")).toMatchObject({
    category: "telemetry",
    data: { packageVersion: "1.8.22" },
  });
  await debug.ask("initialize", { adapterID: "debugpy", clientID: "test", pathFormat: "path" });
  const attached = debug.ask("attach", {
    pathMappings: [{ localRoot: dirname(source), remoteRoot: folder }],
  });
  await Promise.race([debug.said("initialized"), attached]);
  const breakpoints = [{ line: 3 }];
  expect(
    await debug.ask("setBreakpoints", { source: { path: source }, breakpoints }),
  ).toMatchObject({ breakpoints: [{ verified: true, line: 3 }] });
  await debug.ask("configurationDone", {});
  await attached;
  const stopped = (await debug.said("stopped")) as { reason: string; threadId: number };
  expect(stopped).toMatchObject({ reason: "breakpoint" });
  const { threadId } = stopped;
  const trace = await debug.ask("stackTrace", { threadId });
  expect(trace).toMatchObject({
    stackFrames: [{ line: 3, source: { path: source } }],
  });
  const [frame] = (trace as { stackFrames: readonly { id: number }[] }).stackFrames;
  expect(
    await debug.ask("evaluate", { expression: "text", frameId: frame?.id, context: "repl" }),
  ).toMatchObject({ result: "'prepared'" });
  expect(terminal.shown()).not.toContain("first prepared");
  await debug.ask("continue", { threadId });
  await debug.said("terminated");
  await terminal.waitFor("first prepared");
  await terminal.waitFor("✓ train succeeded");
  expect(await terminal.ended).toBe(0);
});

test("a debugger that nobody attaches is left with Ctrl-C, and the step has not begun", async () => {
  await using made = await trialsWorkspace();
  expect((await esteira(made.path, ["dev", "recsys", "prepare", "--once"])).code).toBe(0);
  const port = 20_000 + ((process.pid + 1) % 20_000);
  const words = ["dev", "recsys", "train", "--once", "--debug", "--port", String(port)];
  await using terminal = typed(made.path, ...words);
  await terminal.waitFor("variables          esteira env recsys train");
  await using debug = await openDebugger(port);
  await debug.said("output");
  terminal.type("\u0003");
  expect(await terminal.ended).toBe(130);
  expect(terminal.shown()).not.toContain("first prepared");
});

/**
 * Read by each Python that finds it: the step's reaches the adapter late, and the adapter, after it
 * has looked for the step, is slow to wait for it.
 */
const slowToMeet = `import subprocess, sys, threading, time
met, waits = subprocess.Popen.wait, threading.Event.wait
def late(self, *rest, **more):
    ended = met(self, *rest, **more)
    if "--for-server" in self.args:
        time.sleep(2)
    return ended
def slow(self, *rest, **more):
    if sys._getframe(1).f_code.co_name == "wait_for_connection":
        time.sleep(3)
    return waits(self, *rest, **more)
subprocess.Popen.wait, threading.Event.wait = late, slow
`;

test("an editor that attaches before the step's Python is there is attached within seconds", async () => {
  const step = '- { id: train, env_vars: { PYTHONPATH: slow}, command: "python3 train.py" }';
  await using made = await shellWorkspace({ recsys: step });
  await write(made.path, "src/projects/recsys/train.py", "print('ran')\n");
  await write(made.path, "src/projects/recsys/slow/sitecustomize.py", slowToMeet);
  const port = 20_000 + ((process.pid + 2) % 20_000);
  const words = ["dev", "recsys", "train", "--once", "--debug", "--port", String(port)];
  await using terminal = typed(made.path, ...words);
  await terminal.waitFor("variables");
  // The adapter by itself would look again after a minute.
  await using debug = await openDebugger(port, 40_000);
  await debug.ask("initialize", { adapterID: "debugpy", clientID: "test", pathFormat: "path" });
  const attached = debug.ask("attach", { pathMappings: [] });
  await Promise.race([debug.said("initialized"), attached]);
  await debug.ask("configurationDone", {});
  await attached;
  await debug.said("terminated");
  await terminal.waitFor("✓ train succeeded");
  expect(await terminal.ended).toBe(0);
});
