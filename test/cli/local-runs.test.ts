import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, steady, write } from "./workspace.ts";

const greet = `- { id: hello, command: "echo $ESTEIRA_PARAM_GREETING from $ESTEIRA_STEP" }
- { id: world, command: "echo oh >&2; test -f $HOME/flag" }`;

/** Fails in its second step while there is no file `flag` in the home folder. */
async function greeter() {
  const folder = await shellWorkspace({ demo: greet });
  const home = { HOME: folder.path };
  return { folder, run: (...inputs: string[]) => esteira(folder.path, inputs, home) };
}

test("from nothing deployed to a run that failed, was fixed and resumed", async () => {
  const { folder, run } = await greeter();
  await using _folder = folder;

  const planned = await run("plan");
  expect(steady(planned.out)).toBe(`demo <hash>
  + snapshot  <snapshot>
  + environment  process  esteira.yaml says so
  + release  demo 1.0.0
  + schedule  sched-demo

Plan for local: 4 to create in 1 project.`);
  expect(await run("run", "demo")).toEqual({
    code: 4,
    out: "",
    err: "error: demo is not deployed to local\n       Deploy it first: `esteira deploy demo`.",
  });

  const deployed = await run("deploy");
  expect(deployed).toMatchObject({ code: 0, err: "" });
  expect(steady(deployed.out).split("\n\n").slice(1).join("\n\n")).toMatch(
    /^Plan for local: 4 to create in 1 project\.\n\n▸ demo {2}copy the project's sources\n[^]*\n✓ demo {2}deployed \(<s>\)\n\n1 project deployed to local in <s>\.$/,
  );
  expect(await run("deploy")).toEqual({
    code: 0,
    out: "✓ local is up to date: nothing to change in 1 project.",
    err: "",
  });

  const failed = await run("run", "demo", "--param", "greeting=oi");
  expect(failed.code).toBe(1);
  expect(failed.err).toBe("");
  expect(steady(failed.out)).toBe(`demo 1.0.0 · local · demo-<id>

▸ hello started
  hello │ oi from hello
✓ hello done in <s>
▸ world started
  world │ oh
✗ world failed after <s>: exit code 1

step  status  attempts  started  duration  exit  memory
hello  ✓ succeeded  1  <time>  <s>  0  <memory>  ▏▏
world  ✗ failed  1  <time>  <s>  1  <memory>  ▏▏

✗ Failed after <s>: world ended with exit code 1: oh
  Its log has the whole story. Correct the step, deploy, and resume: finished steps are not run again.
  $ esteira logs demo-<id> --step world
  $ esteira resume demo-<id>`);

  await write(folder.path, "flag", "");
  const resumed = await run("resume", "demo");
  expect(resumed.code).toBe(0);
  expect(steady(resumed.out)).toBe(`demo 1.0.0 · local · demo-<id>
Continues after the last finished step.

- hello skipped
▸ world started
  world │ oh
✓ world done in <s>

step  status  attempts  started  duration  exit  memory
hello  - skipped  ▏▏
world  ✓ succeeded  1  <time>  <s>  0  <memory>  ▏▏

✓ Succeeded in <s>.`);

  const listed = JSON.parse((await run("runs", "--json")).out) as {
    runs: { run: string; status: string; trigger: string; actor: string; origin: string }[];
    more: boolean;
  };
  const [second, first] = listed.runs;
  expect(listed.more).toBe(false);
  expect(second).toMatchObject({
    status: "SUCCEEDED",
    trigger: "resume",
    actor: "ana",
    origin: first?.run,
  });
  expect(first).toMatchObject({ status: "FAILED", trigger: "manual", actor: "ana" });

  const byEnd = first?.run.slice(-6) ?? "";
  expect((await run("logs", byEnd, "--step", "hello")).out).toBe("  hello │ oi from hello");
  const document = JSON.parse((await run("status", byEnd, "--json")).out) as object;
  expect(document).toMatchObject({
    schema: 1,
    run: {
      run: first?.run,
      status: "FAILED",
      artifacts: `${pathToFileURL(join(folder.path, ".esteira/artifacts/demo", first?.run ?? "")).href}/`,
    },
    steps: [
      { id: "hello", status: "succeeded" },
      { id: "world", status: "failed", attempts: [{ number: 1, exitCode: 1 }] },
    ],
    diagnosis: {
      code: "run/exit-code",
      step: "world",
      message: "world ended with exit code 1: oh",
    },
  });
  expect(await run("stop", byEnd)).toMatchObject({
    code: 5,
    err: `error: ${first?.run} has ended already: it failed\n       There is nothing to stop.`,
  });
});

test("status shows every project; a run as JSON is a document a line", async () => {
  await using folder = await shellWorkspace({
    alpha: `- { id: only, command: "echo one" }`,
    beta: `- { id: only, command: "true" }`,
  });
  await esteira(folder.path, ["deploy", "alpha"]);
  const { code, out } = await esteira(folder.path, ["run", "alpha", "--json"]);
  expect(code).toBe(0);
  const documents = out.split("\n").map((line) => JSON.parse(line) as { type: string });
  expect(documents.every((document) => "schema" in document)).toBe(true);
  expect(documents.filter(({ type }) => type === "log")).toMatchObject([
    { step: "only", attempt: 1, item: null, stream: "stdout", text: "one" },
  ]);
  expect(documents.at(-1)).toMatchObject({ type: "run", run: { status: "SUCCEEDED" } });
  const overview = await esteira(folder.path, ["status"]);
  const [titles, alpha, beta] = steady(overview.out).split("\n");
  expect(titles).toMatch(/^project +deployed +last run +next run$/);
  expect(alpha).toMatch(
    /^alpha +1\.0\.0 \(<hash>\) +✓ succeeded just now +\d{4}-\d\d-\d\d 03:00 \(in .*\)$/,
  );
  expect(beta).toBe("beta  not deployed  never");
});

test("a problem in one project doesn't keep another from being deployed, and isn't mistaken for its end", async () => {
  await using folder = await shellWorkspace({
    good: `- { id: only, command: "true" }`,
    bad: `- { id: only, command: "true" }`,
  });
  expect((await esteira(folder.path, ["deploy"])).code).toBe(0);
  const yaml = projectYaml("bad", `- { id: only, comand: "true" }`);
  await write(folder.path, "src/projects/bad/config.yaml", yaml);
  const all = await esteira(folder.path, ["deploy", "--prune", "--yes"]);
  expect(all.code).toBe(3);
  expect(all.out).toBe("");
  expect(all.err).toContain("src/projects/bad/config.yaml:");
  expect(all.err).toMatch(/error: nothing was done: correct the errors above first$/);
  expect(await esteira(folder.path, ["deploy", "good", "--prune", "--yes"])).toEqual({
    code: 0,
    out: "✓ local is up to date: nothing to change in 1 project.",
    err: "",
  });
  const asJson = JSON.parse((await esteira(folder.path, ["deploy", "--json"])).out) as object;
  expect(asJson).toMatchObject({
    error: { reason: "invalid", diagnostics: [{ code: "config/unknown-key" }] },
    exit: 3,
  });
});

test("destroy asks; without a terminal it needs --yes; runs stay", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  await esteira(folder.path, ["deploy"]);
  await esteira(folder.path, ["run", "demo"]);
  const plan = `demo
  - schedule  sched-demo
  - release   demo 1.0.0  runs, logs and artifacts are kept

Plan for local: 2 to remove in 1 project.
`;
  expect(await esteira(folder.path, ["destroy", "demo"])).toEqual({
    code: 5,
    out: plan,
    err: "error: this removes something and there is no terminal to ask on\n       Look at the plan, then say so: `esteira destroy demo --yes`.",
  });
  const done = await esteira(folder.path, ["destroy", "demo", "--yes"]);
  expect(done.code).toBe(0);
  expect(steady(done.out)).toBe(`${steady(plan)}
✓ demo  removed (<s>)

1 project removed from local in <s>.`);
  expect((await esteira(folder.path, ["destroy", "demo", "--yes"])).err).toBe(
    "error: demo is not deployed to local\n       Nothing is.",
  );
  expect((await esteira(folder.path, ["runs", "demo"])).out).toContain("✓ succeeded");
});

test("environments on AWS are checked without an account; what needs one says so", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  const nobody = { HOME: folder.path, AWS_EC2_METADATA_DISABLED: "true" };
  const refusal = {
    code: 6,
    out: "",
    err: `error: could not ask AWS in us-east-1 who the credentials belong to: there are no AWS credentials (Could not load credentials from any providers)
       set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with \`aws sso login\``,
  };
  expect(await esteira(folder.path, ["plan", "-e", "dev"], nobody)).toEqual(refusal);
  expect(await esteira(folder.path, ["runs"], { ...nobody, ENV: "dev" })).toEqual(refusal);
  expect(await esteira(folder.path, ["validate"])).toEqual({
    code: 0,
    out: "✓ Checked 1 project for local, dev: valid.",
    err: "",
  });
  expect(await esteira(folder.path, ["validate", "-e", "dev"])).toEqual({
    code: 0,
    out: "✓ Checked 1 project for dev: valid.",
    err: "",
  });
  expect((await esteira(folder.path, ["validate", "-e", "prod"])).out).toContain(
    `there is no environment "prod"`,
  );
  expect((await esteira(folder.path, ["runs"], { ENV: "elsewhere" })).code).toBe(0);
});

test("what is kept of the past on this machine, and what only AWS has", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  const run = (...inputs: string[]) => esteira(folder.path, inputs);
  expect(await run("releases", "demo")).toEqual({
    code: 4,
    out: "",
    err: "error: demo was never deployed to local\n       `esteira deploy demo` does that.",
  });
  await run("deploy");
  await write(folder.path, "src/projects/demo/new.txt", "");
  await run("deploy");
  expect(steady((await run("releases", "demo")).out)).toBe(`version  release  deployed  by
▸ 1.0.0  <hash>  <date> <time>  ana  deployed now
  1.0.0  <hash>  <date> <time>  ana`);
  expect(steady((await run("audit", "-n", "1")).out)).toBe(`when  who  did  project
<date> <time>  ana  deploy  demo
Older ones: --limit 5`);
  expect(await run("rollback", "demo")).toEqual({
    code: 5,
    out: "",
    err: `error: releases are not rolled back in local: it is on this machine
       Check out the commit that you want, and \`esteira deploy demo\`.`,
  });
  expect(await run("bootstrap")).toEqual({
    code: 5,
    out: "",
    err: "error: local is on this machine and needs no bootstrap\n       On AWS: `esteira bootstrap -e dev`.",
  });
  const onlyAws = {
    verify: "error: there is no account to check in local: it is on this machine",
    gc: "error: there is nothing to collect in local: what deploys and runs keep on this machine stays",
  };
  for (const command of ["verify", "gc"] as const) {
    const { code, err } = await run(command);
    expect([code, err.split("\n")[0]]).toEqual([5, onlyAws[command]]);
  }
});

test("test runs the project's own tests; their exit code decides", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  const path = "src/projects/demo/config.yaml";
  const yaml = projectYaml("demo", `- { id: only, command: "true" }`);
  expect((await esteira(folder.path, ["test", "demo"])).err).toBe(
    "error: demo has no tests\n       Put tests into its folder tests/, or name a command: test.command in its config.yaml.",
  );
  await write(folder.path, path, `${yaml}test: { command: "echo 1 passed" }\n`);
  const passed = await esteira(folder.path, ["test", "demo"]);
  expect(passed.code).toBe(0);
  expect(passed.out).toMatch(/1 passed\n✓ demo: tests passed\.$/);
  await write(folder.path, path, `${yaml}test: { command: "echo 1 failed; exit 7" }\n`);
  const failed = await esteira(folder.path, ["test", "demo", "--json"]);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.out)).toEqual({
    schema: 1,
    project: "demo",
    command: "echo 1 failed; exit 7",
    exitCode: 7,
  });
  expect(failed.err).toMatch(/1 failed$/);
});

test("what is left behind: nothing but .esteira", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "true" }` });
  await esteira(folder.path, ["deploy"]);
  await esteira(folder.path, ["run", "demo"]);
  expect((await readdir(folder.path)).toSorted()).toEqual([".esteira", "esteira.yaml", "src"]);
});
