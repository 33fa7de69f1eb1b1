import { expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

/** Waits until what the program has said there since now has the text. */
function until(
  child: ReturnType<typeof start>,
  text: string,
  stream: "stdout" | "stderr" = "stdout",
) {
  let seen = "";
  return new Promise<void>((resolve, reject) => {
    child[stream].on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(text)) resolve();
    });
    child[stream].once("end", () => reject(new Error(`it ended without ${text}: ${seen}`)));
  });
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s stops a followed run, which can be resumed",
  async (signal) => {
    await using folder = await shellWorkspace({
      demo: `- { id: slow, command: "echo begun; test -f $HOME/flag || sleep 600" }`,
    });
    const home = { HOME: folder.path };
    await esteira(folder.path, ["deploy"], home);
    const child = start(folder.path, ["run", "demo"], home);
    await until(child, "begun");
    child.kill(signal);
    const { exitCode, stdout, stderr } = await child;
    expect(stderr).toBe("Stopping: the steps get a moment to end. Ctrl-C again leaves at once.");
    // The supervisor says that it ended the step a moment before or after its history does.
    expect(steady(stdout)).toMatch(
      /■ slow stopped\n( {2}slow │ the step was asked to end, on request\n)?\nstep .*\nslow {2}■ aborted .*\n\n■ Stopped after <s>\. Finished steps are kept\.\n {2}\$ esteira resume demo-<id>$/,
    );
    expect(exitCode).toBe(130);
    const listed = await esteira(folder.path, ["runs", "--json"], home);
    expect(JSON.parse(listed.out)).toMatchObject({ runs: [{ status: "ABORTED" }] });
    await write(folder.path, "flag", "");
    expect((await esteira(folder.path, ["resume", "latest"], home)).code).toBe(0);
  },
);

test("a second Ctrl-C leaves at once and says how to take the run up", async () => {
  await using folder = await shellWorkspace({
    // It ends when its workspace is removed.
    demo: `- { id: deaf, command: "trap '' TERM; echo begun; while [ -d $HOME ]; do sleep 0.05; done" }`,
  });
  const home = { HOME: folder.path };
  await esteira(folder.path, ["deploy"], home);
  const child = start(folder.path, ["run", "demo"], home);
  await until(child, "begun");
  const stopping = until(child, "Ctrl-C again leaves at once.\n", "stderr");
  child.kill("SIGINT");
  await stopping;
  // Signals that come at once are the same Ctrl-C, so that one is repeated until it counts.
  let left = false;
  const answered = child.then((answer) => {
    left = true;
    return answer;
  });
  const pressed = (): boolean => left || !child.kill("SIGINT");
  await expect.poll(pressed, { timeout: 20_000, interval: 50 }).toBe(true);
  const { exitCode, stderr } = await answered;
  expect(exitCode).toBe(130);
  expect(steady(stderr)).toBe(`Stopping: the steps get a moment to end. Ctrl-C again leaves at once.
Left. \`esteira runs\` shows the state of the run; to resume it:
  $ esteira resume demo-<id>`);
});

test("a detached run is driven by a separate process and can be followed", async () => {
  await using folder = await shellWorkspace({
    demo: `- { id: a, command: "until [ -e $HOME/go ]; do sleep 0.05; done; echo first" }\n- { id: b, command: "echo second" }`,
  });
  const home = { HOME: folder.path };
  await esteira(folder.path, ["deploy"], home);
  const started = await esteira(folder.path, ["run", "demo", "--detach"], home);
  expect(started.code).toBe(0);
  expect(steady(started.out)).toBe("▸ demo-<id> is running.\n  $ esteira logs demo-<id> --follow");
  const following = start(folder.path, ["logs", "demo", "--follow"], home);
  await until(following, "▸ a started");
  await write(folder.path, "go", "");
  expect(steady((await following).stdout)).toBe(`▸ a started
  a │ first
✓ a done in <s>
▸ b started
  b │ second
✓ b done in <s>

✓ Succeeded in <s>.`);
});
