import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

const pem = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/localhost.${name}.pem`, import.meta.url), "utf8");

/** A certificate for `localhost` and 127.0.0.1 that nobody trusts who wasn't configured to. */
export const certificate = pem("cert");
export const key = pem("key");

export interface ReceivedMail {
  /** Who it was given to, by the envelope. */
  readonly to: readonly string[];
  readonly raw: string;
  readonly parsed: ParsedMail;
}

export interface MailRig extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Recipients that were asked for, those that were refused as well. */
  readonly asked: readonly string[];
}

export interface MailRigOptions {
  /** What the server says to a recipient; undefined: it takes it. */
  readonly refuse?: (
    recipient: string,
  ) => { readonly code: number; readonly text: string } | "hang up" | undefined;
  readonly user?: { readonly name: string; readonly password: string };
  readonly server?: SMTPServerOptions;
}

/** A real SMTP server that keeps what it gets. */
export async function mailRig(options: MailRigOptions = {}): Promise<MailRig> {
  const mails: ReceivedMail[] = [];
  const asked: string[] = [];
  const { user, refuse } = options;
  const server = new SMTPServer({
    authOptional: user === undefined,
    key,
    cert: certificate,
    onAuth(auth, _session, callback) {
      if (auth.username === user?.name && auth.password === user?.password) {
        callback(null, { user: auth.username });
      } else {
        callback(smtpError(535, "5.7.8 Authentication credentials invalid"));
      }
    },
    onRcptTo({ address }, _session, callback) {
      asked.push(address);
      const answer = refuse?.(address);
      if (answer === "hang up") {
        for (const socket of sockets) socket.destroy();
        return;
      }
      callback(answer === undefined ? null : smtpError(answer.code, answer.text));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks);
        void simpleParser(raw).then((parsed) => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          mails.push({ to, raw: raw.toString("latin1"), parsed });
          callback(null, "queued");
        });
      });
    },
    ...options.server,
  });
  const sockets = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("error", () => undefined); // a client that hangs up
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function smtpError(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

export interface ReceivedPost {
  readonly path: string;
  readonly body: unknown;
}

export interface WebhookRig extends AsyncDisposable {
  readonly url: string;
  readonly posts: readonly ReceivedPost[];
}

/** A real HTTPS server that answers as `answer` does, after it has kept what it got. */
export async function webhookRig(
  answer: (response: ServerResponse, post: ReceivedPost) => void,
): Promise<WebhookRig> {
  const posts: ReceivedPost[] = [];
  const server = createServer({ key, cert: certificate }, (request, response) => {
    void textOf(request).then((text) => {
      const post = { path: request.url ?? "", body: JSON.parse(text) as unknown };
      posts.push(post);
      answer(response, post);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    posts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
