import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { webhookDocument } from "../../src/app/documents/webhook.ts";
import { mailRig, webhookRig } from "../rig/notify-servers.ts";
import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, steady, write } from "./workspace.ts";

const certificateFile = fileURLToPath(
  new URL("../fixtures/tls/localhost.cert.pem", import.meta.url),
);

const notifications = `notifications:
  on_success: ["team@example.com"]
  on_failure: ["team@example.com", "oncall@example.com"]
`;

/** A project that succeeds, and the mail server in `esteira.yaml` where there is one. */
async function notifyingWorkspace(port: number | undefined, people = notifications) {
  const folder = await shellWorkspace({});
  const step = '- { id: only, command: "test -f $HOME/flag" }';
  await write(folder.path, "src/projects/demo/Dockerfile", "FROM python:3.11-slim\n");
  await write(
    folder.path,
    "src/projects/demo/config.yaml",
    `${projectYaml("demo", step)}${people}`,
  );
  if (port !== undefined) {
    const path = join(folder.path, "esteira.yaml");
    const mail = `    mail:\n      from: esteira@example.com\n      smtp: { host: 127.0.0.1, port: ${port} }\n`;
    const text = await readFile(path, "utf8");
    await write(folder.path, "esteira.yaml", text.replace("    executor: process\n", `$&${mail}`));
  }
  const run = async (...inputs: string[]) => {
    const { code, out, err } = await esteira(folder.path, inputs, {
      HOME: folder.path,
      NODE_EXTRA_CA_CERTS: certificateFile,
    });
    return { code, err, out: steady(out).replaceAll(`127.0.0.1:${port}`, "MAIL") };
  };
  const raw = (...inputs: string[]) => esteira(folder.path, inputs, { HOME: folder.path });
  return {
    run,
    raw,
    path: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const plain = { hideSTARTTLS: true } as const;

test("who was notified is shown behind a run, and in its status; who wasn't is notified when asked for", async () => {
  let open = false;
  await using server = await mailRig({
    server: plain,
    refuse: (to) =>
      to === "oncall@example.com" && !open ? { code: 450, text: "4.2.0 not now" } : undefined,
  });
  await using workspace = await notifyingWorkspace(server.port);
  const { run } = workspace;
  await run("deploy", "demo");
  expect((await run("run", "demo")).out.split("\n").slice(-7)).toEqual([
    "✗ Failed after <s>: only ended with exit code 1",
    "  Its log has the whole story. Correct the step, deploy, and resume: finished steps are not run again.",
    "  $ esteira logs demo-<id> --step only",
    "  $ esteira resume demo-<id>",
    "✓ Notified team@example.com.",
    "! Not notified: oncall@example.com: MAIL said: 450 4.2.0 not now (next try <time>)",
    "  $ esteira notify retry",
  ]);
  expect((await run("status", "demo")).out.split("\n").slice(-2)).toEqual([
    "✓ Notified team@example.com.",
    "! Not notified: oncall@example.com: MAIL said: 450 4.2.0 not now (next try <time>)",
  ]);
  const { deliveries } = JSON.parse((await workspace.raw("status", "demo", "--json")).out) as {
    deliveries: unknown;
  };
  expect(deliveries).toMatchObject([
    { recipient: "team@example.com", state: "sent", attempts: 1, nextTry: null, error: null },
    { recipient: "oncall@example.com", state: "waiting", attempts: 1, sentAt: null },
  ]);

  open = true;
  expect(await run("notify", "retry")).toEqual({
    code: 0,
    err: "",
    out: "✓ Notified oncall@example.com.\n  The mail server took it; look into the mailbox, too.",
  });
  expect(await run("notify", "retry")).toEqual({
    code: 0,
    err: "",
    out: "Nobody is waiting to be notified.",
  });
  expect(server.mails.map(({ to, parsed }) => `${to.join()}: ${parsed.subject}`)).toEqual([
    "team@example.com: [local] demo failed at only",
    "oncall@example.com: [local] demo failed at only",
  ]);
});

test("a run that nobody waits for notifies people all the same", async () => {
  await using server = await mailRig({ server: plain });
  await using workspace = await notifyingWorkspace(server.port);
  const { run } = workspace;
  await run("deploy", "demo");
  await run("run", "demo", "--detach");
  await expect.poll(() => server.mails.length, { timeout: 60_000 }).toBe(2);
});

test("a backfill notifies people once, at its end, and of none of its runs", async () => {
  await using server = await mailRig({ server: plain });
  await using workspace = await notifyingWorkspace(server.port);
  const { run } = workspace;
  await run("deploy", "demo");
  const backfill = "backfill demo --from 2026-01-01 --to 2026-01-03 --yes".split(" ");
  const failing = await run(...backfill);
  expect(failing.code).toBe(1);
  expect(failing.out.split("\n").slice(-4)).toEqual([
    "✗ 3 of 3 runs failed.",
    "  Once that is fixed, the same command runs what is missing:",
    "  $ esteira backfill demo --from 2026-01-01 --to 2026-01-03",
    "✓ Notified team@example.com, oncall@example.com.",
  ]);
  await write(workspace.path, "flag", "");
  expect((await run(...backfill)).out.split("\n").slice(-2)).toEqual([
    "✓ 3 runs succeeded.",
    "✓ Notified team@example.com.",
  ]);
  expect((await run(...backfill)).out).toContain("Nothing to do");
  expect(server.mails.map(({ to, parsed }) => `${to.join()}: ${parsed.subject}`)).toEqual([
    "team@example.com: [local] backfill of demo: 0 succeeded, 3 failed",
    "oncall@example.com: [local] backfill of demo: 0 succeeded, 3 failed",
    "team@example.com: [local] backfill of demo: 3 succeeded",
  ]);
  expect((await run("status", "demo-20260103T030000Z-b00002")).out.split("\n").at(-1)).toBe(
    "✓ Notified team@example.com.",
  );
});

test("a test message goes to a project's people, or to who is named", async () => {
  await using server = await mailRig({
    server: plain,
    refuse: (to) =>
      to === "oncall@example.com" ? { code: 550, text: "5.1.1 unknown" } : undefined,
  });
  await using workspace = await notifyingWorkspace(server.port);
  const { run } = workspace;
  expect(await run("notify", "test", "demo")).toEqual({
    code: 4,
    err: "error: demo is not deployed to local\n       Deploy it first: `esteira deploy demo`.",
    out: "",
  });
  await run("deploy", "demo");
  expect(await run("notify", "test", "demo")).toEqual({
    code: 1,
    err: "",
    out: "✓ Notified team@example.com.\n! Not notified: oncall@example.com: MAIL said: 550 5.1.1 unknown (not tried again)\n  The mail server took it; look into the mailbox, too.",
  });
  expect(server.mails.map(({ parsed }) => `${parsed.subject}\n\n${parsed.text}`)).toEqual([
    "[local] Esteira: a test message\n\nana tries whether notifications of demo in local reach you.\nThey do. There is nothing to do.\n",
  ]);
  const json = await run("notify", "test", "--to", "ana@example.com", "--json");
  expect(JSON.parse(json.out)).toMatchObject({
    schema: 1,
    environment: "local",
    deliveries: [{ recipient: "ana@example.com", state: "sent", attempts: 1 }],
  });
  expect(await run("notify", "test")).toMatchObject({
    code: 2,
    err: "error: nobody is named\n       Name a project, or somebody with --to.",
  });
  expect(await run("notify", "test", "--to", "http://example.com/x")).toMatchObject({
    code: 2,
    err: "error: http://example.com/… is neither an e-mail address nor a webhook\n       Write it as in ana@example.com or https://hooks.example.com/….",
  });
});

test("webhooks get the form that config.yaml gives them, when a run ends and for trying", async () => {
  await using server = await webhookRig((response) => response.writeHead(202).end());
  const teams = `${server.url}/workflow`;
  const other = `${server.url}/other`;
  await using workspace = await notifyingWorkspace(
    undefined,
    `notifications:\n  on_failure: [{url: "${teams}", format: teams}, "${other}"]\n`,
  );
  const { run } = workspace;
  await run("deploy", "demo");
  expect((await run("run", "demo")).code).toBe(1);
  expect((await run("status", "demo")).out.split("\n").at(-1)).toMatch(
    /^✓ Notified https:\/\/127\.0\.0\.1:\d+\/… \(#[0-9a-f]{6}\), https:\/\/127\.0\.0\.1:\d+\/… \(#[0-9a-f]{6}\)\.$/,
  );
  for (const inputs of [["demo"], ["demo", "--to", teams, "--to", other], ["--to", other]]) {
    expect((await run("notify", "test", ...inputs)).code).toBe(0);
  }
  const forms = server.posts.map(({ path, body }) => {
    const { success } = webhookDocument.safeParse(body);
    const { type, kind } = body as { readonly type?: string; readonly kind?: string };
    return `${path}: ${success ? `document of a ${kind}` : type}`;
  });
  expect(forms.slice(0, 2).toSorted()).toEqual(["/other: document of a run", "/workflow: message"]);
  expect(forms.slice(2).toSorted()).toEqual([
    "/other: document of a test",
    "/other: document of a test",
    "/other: document of a test",
    "/workflow: message",
    "/workflow: message",
  ]);
});

test("without a mail transport status and doctor say so, runs are quiet, and nothing fails for it", async () => {
  await using workspace = await notifyingWorkspace(undefined);
  const { run } = workspace;
  await run("deploy", "demo");
  const nobody =
    "- Nobody is notified by e-mail: local has no mail transport. Add `mail` to it in esteira.yaml.";
  const ran = await run("run", "demo");
  expect(ran.code).toBe(1);
  expect(ran.out).not.toContain("otified");
  expect((await run("doctor", "demo")).out).toMatch(
    /! mail +nobody is notified by e-mail: local has no mail transport\n +→ Add `mail` to it in esteira\.yaml\./,
  );
  expect((await run("status", "demo")).out.split("\n").at(-1)).toBe(nobody);
  expect((await run("status")).out.split("\n").slice(-2)).toEqual(["", nobody]);
  expect(await run("notify", "test", "demo")).toEqual({ code: 1, err: "", out: nobody });
});
