import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { webhookDocument } from "../../src/app/documents/webhook.ts";
import type { Release } from "../../src/release/release.ts";
import { mailRig, webhookRig, type MailRigOptions } from "../rig/notify-servers.ts";
import { value } from "./fixture.ts";
import {
  minute,
  states,
  status,
  succeeding,
  type Notifying,
  type NotifyingWorkspace,
  notifyingWorkspace,
} from "./notifying.ts";
import { inStore } from "./store-file.ts";

let workspace: NotifyingWorkspace;
beforeEach(() => {
  workspace = notifyingWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

describe("what a message is made of", () => {
  test("a subject in Portuguese comes as it is; line breaks in it start no header", async () => {
    await using server = await mailRig();
    await using platform = await workspace.open({ port: server.port });
    const message = {
      subject: `[prd] previsão de preços: ação necessária, ${"coração ".repeat(20)}\r\nBcc: eve@example.com`,
      body: "São Paulo.\n.\n..\nFrom here\n\ttab \n",
      id: "test-1",
    };
    const reported = value(await platform.deliveries.sendTest(["ana@example.com"], message));
    expect(reported).toMatchObject([{ recipient: "ana@example.com", state: "sent" }]);
    const [{ parsed, raw, to } = expect.fail("no mail")] = server.mails;
    expect(to).toEqual(["ana@example.com"]);
    expect(parsed.headers.has("bcc")).toBe(false);
    expect(parsed.subject?.replaceAll(/\s+/g, " ")).toBe(
      `[prd] previsão de preços: ação necessária, ${"coração ".repeat(20)} Bcc: eve@example.com`.replaceAll(
        /\s+/g,
        " ",
      ),
    );
    expect(parsed.text).toBe(message.body);
    expect(Math.max(...raw.split("\r\n").map(({ length }) => length))).toBeLessThanOrEqual(78);
  });
});

const hostile = "\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u009B31mred\u202E";

test("nothing in a mail or in what a webhook gets commands where it is shown", async () => {
  await using mails = await mailRig();
  await using hooks = await webhookRig((response) => response.end("ok"));
  await using platform = await workspace.open({ port: mails.port });
  const message = { subject: `a ${hostile} b`, body: `Error: ${hostile}\n`, id: "test-1" };
  value(await platform.deliveries.sendTest(["ana@example.com", `${hooks.url}/x`], message));
  const [mail = expect.fail("no mail")] = mails.mails;
  expect(mail.parsed.subject).toBe("a red b");
  expect(mail.parsed.text).toBe("Error: red\n");
  expect(hooks.posts).toEqual([
    {
      path: "/x",
      body: expect.objectContaining({ text: "*a red b*\n```\nError: red\n```" }) as object,
    },
  ]);
});

describe("encryption and passwords", () => {
  const user = { name: "esteira", password: "segredo" };
  const credentials = { ESTEIRA_SMTP_USER: user.name, ESTEIRA_SMTP_PASSWORD: user.password };
  const notify = async (rig: MailRigOptions, notifying: Notifying) => {
    await using server = await mailRig(rig);
    await using platform = await workspace.open({ port: server.port, ...notifying });
    const message = { subject: "test", body: "test\n", id: "test-1" };
    const [reported] = value(await platform.deliveries.sendTest(["ana@example.com"], message));
    const error = reported?.error?.replaceAll(String(server.port), "PORT");
    return { state: reported?.state, error, mails: server.mails.length };
  };
  const sent = { state: "sent", error: undefined, mails: 1 };

  test("user and password over STARTTLS", async () => {
    expect(await notify({ user }, { environment: credentials })).toEqual(sent);
  });

  test("a connection that begins with TLS", async () => {
    expect(await notify({ server: { secure: true } }, { secure: true })).toEqual(sent);
  });

  test("a wrong password", async () => {
    const environment = { ...credentials, ESTEIRA_SMTP_PASSWORD: "wrong" };
    expect(await notify({ user }, { environment })).toEqual({
      state: "failed",
      error:
        "localhost:PORT let nobody in: 535 5.7.8 Authentication credentials invalid (ESTEIRA_SMTP_USER and ESTEIRA_SMTP_PASSWORD say who asks)",
      mails: 0,
    });
  });

  test("no password goes over a connection that can't be encrypted", async () => {
    const rig = { user, server: { hideSTARTTLS: true, disabledCommands: ["STARTTLS"] } };
    expect(await notify(rig, { environment: credentials })).toEqual({
      state: "failed",
      error: expect.stringMatching(
        /^localhost:PORT has no encrypted connection, without which no password is sent: /,
      ) as string,
      mails: 0,
    });
  });

  test("a certificate that nobody vouches for", async () => {
    expect(await notify({}, { ca: false })).toEqual({
      state: "failed",
      error:
        "localhost:PORT has a certificate that isn't trusted: self-signed certificate (NODE_EXTRA_CA_CERTS names a file with more to trust)",
      mails: 0,
    });
  });
});

describe("webhooks", () => {
  const hook = (url: string): Release["notifications"] => ({
    onSuccess: [{ kind: "webhook", url: `${url}/services/secret` }],
    onFailure: [],
  });

  test("get a document, whose text chats show that take Slack's form", async () => {
    await using server = await webhookRig((response) => response.end("ok"));
    await using platform = await workspace.open({});
    const run = await workspace.runAndTell(platform, succeeding, hook(server.url));
    const notification = value(await platform.outbox.notification(run));
    const { subject = "", body = "" } = notification ?? {};
    expect(server.posts).toEqual([
      {
        path: "/services/secret",
        body: {
          schema: 1,
          outcome: "success",
          ...notification?.about,
          url: null,
          subject,
          body,
          text: `*${subject}*\n\`\`\`\n${body.trimEnd()}\n\`\`\``,
        },
      },
    ]);
    expect(webhookDocument.safeParse(server.posts[0]?.body).error).toBeUndefined();
    expect(notification?.about).toMatchObject({ kind: "run", run, status: "SUCCEEDED" });
    expect(await states(platform, run)).toMatchObject([{ state: "sent", error: undefined }]);
  });

  const teams = (url: string): Release["notifications"] => ({
    onSuccess: [{ kind: "webhook", url: `${url}/workflow`, format: "teams" }],
    onFailure: [],
  });
  const card = (subject: string): object =>
    expect.objectContaining({
      type: "message",
      attachments: [
        expect.objectContaining({
          contentType: "application/vnd.microsoft.card.adaptive",
          content: expect.objectContaining({ fallbackText: subject }) as object,
        }),
      ],
    }) as object;

  test("one of Teams gets a card, when it is tried again and for trying, too", async () => {
    let open = false;
    await using server = await webhookRig((response) => response.writeHead(open ? 202 : 503).end());
    await using platform = await workspace.open({});
    const run = await workspace.runAndTell(platform, succeeding, teams(server.url));
    expect(await states(platform, run)).toMatchObject([{ state: "waiting", attempts: 1 }]);
    open = true;
    expect(value(await platform.deliveries.retry())).toMatchObject([{ state: "sent" }]);
    const { subject = "" } = value(await platform.outbox.notification(run)) ?? {};
    const test = { subject: "a test", body: "a test\n", id: "test-1" };
    const url = `${server.url}/workflow`;
    const formats = { [url]: "teams" } as const;
    value(await platform.deliveries.sendTest([url], { ...test, formats }));
    expect(server.posts).toEqual(
      [subject, subject, "a test"].map((title) => ({ path: "/workflow", body: card(title) })),
    );
  });

  test("what an earlier version kept is sent in the form of its host", async () => {
    let open = false;
    await using server = await webhookRig((response) => response.writeHead(open ? 200 : 503).end());
    await using platform = await workspace.open({});
    await workspace.runAndTell(platform, succeeding, teams(server.url));
    // As it was written before a notification said what it is about, and in which form.
    const sql =
      "UPDATE notifications SET notification = json_remove(notification, '$.formats', '$.about')";
    inStore(workspace.root, (store) => store.exec(sql));
    open = true;
    expect(value(await platform.deliveries.retry())).toMatchObject([{ state: "sent" }]);
    const old = server.posts.at(-1)?.body;
    expect(old).toMatchObject({ schema: 1, kind: "run", outcome: "success", run: null });
    expect(webhookDocument.safeParse(old).error).toBeUndefined();
  });

  const host = (url: string): string => new URL(url).host;
  test.each<[string, Parameters<typeof webhookRig>[0], object]>([
    [
      "a failing one is tried again",
      (response) => response.writeHead(500).end("oops\n"),
      { state: "waiting", error: "HOST answered 500: oops" },
    ],
    [
      "an answer that repeats the path isn't shown: who knows it can post to it",
      (response, { path }) => response.writeHead(404).end(`Cannot POST ${path}`),
      { state: "failed", error: "HOST answered 404" },
    ],
    [
      "one that is gone is given up",
      (response) => response.writeHead(404).end("no_service"),
      { state: "failed", error: "HOST answered 404: no_service" },
    ],
    [
      "a slow one is tried again",
      () => undefined,
      { state: "waiting", error: "HOST did not answer within 1.5 s" },
    ],
    [
      "one that hangs up is tried again",
      (response) => response.destroy(),
      { state: "waiting", error: "HOST can't be reached: socket hang up" },
    ],
    [
      "a redirect is not followed",
      (response, { path }) =>
        path === "/stolen"
          ? response.end("thanks")
          : response.writeHead(307, { location: "/stolen" }).end(),
      {
        state: "failed",
        error: "HOST redirects elsewhere (307), which is not followed: name the address itself",
      },
    ],
  ])("%s", async (_, answer, expected) => {
    await using server = await webhookRig(answer);
    await using platform = await workspace.open({});
    const run = await workspace.runAndTell(platform, succeeding, hook(server.url));
    const [reported] = await states(platform, run);
    expect({
      ...reported,
      error: reported?.error?.replace(host(server.url), "HOST"),
    }).toMatchObject(expected);
    expect(server.posts).toHaveLength(1);
    expect(await status(platform, run)).toBe("SUCCEEDED");
  });

  test("one that asks for patience gets it", async () => {
    await using server = await webhookRig((response) =>
      response.writeHead(429, { "retry-after": "600" }).end(),
    );
    await using platform = await workspace.open({});
    const before = workspace.clock.now();
    const run = await workspace.runAndTell(platform, succeeding, hook(server.url));
    const [reported] = value(await platform.deliveries.ofRun(run));
    expect(reported?.state).toBe("waiting");
    expect((reported?.nextTry ?? 0) - before).toBeGreaterThanOrEqual(10 * minute);
  });

  test("nothing goes out in the clear", async () => {
    await using platform = await workspace.open({});
    const run = await workspace.runAndTell(platform, succeeding, {
      onSuccess: [{ kind: "webhook", url: "http://127.0.0.1:9/x" }],
      onFailure: [],
    });
    expect(await states(platform, run)).toMatchObject([
      { state: "failed", error: "a webhook starts with https://" },
    ]);
  });
});
