import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, resolve } from "node:path";

import { consoleDocuments } from "../../../src/app/documents/console.ts";
import { seedAnswers, type SeedOptions } from "../seeds/answers.ts";
import { picture } from "../seeds/artifacts.ts";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".html": "text/html; charset=utf-8",
};

/** The policy that the real server sends: what it forbids must fail here too. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface Seeded extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`. */
  readonly address: string;
  /** What was asked of it, such as `POST /environments/prd/deploy {}`. */
  readonly asked: readonly string[];
}

/**
 * Serves the built pages over invented documents, each held to the schema of its route: states that
 * a real workspace is not easily brought into, such as 500 projects or credentials that have run
 * out.
 *
 * @param pages the folder of the built pages, absolute
 */
export async function seeded(pages: string, options: SeedOptions = {}, port = 0): Promise<Seeded> {
  const asked: string[] = [];
  const answers = seedAnswers(options);
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(
        `data: ${JSON.stringify({ type: "hello", at: Date.now(), missed: false })}\n\n`,
      );
      return;
    }
    if (!url.pathname.startsWith("/api/v1/")) {
      await sendPage(pages, url.pathname, response);
      return;
    }
    const path = url.pathname.slice("/api/v1".length);
    if (request.method === "POST") {
      asked.push(`POST ${decodeURIComponent(path)} ${await bodyOf(request)}`);
    }
    if (path.endsWith("/artifacts/raw")) {
      response.writeHead(200, { "content-type": "image/svg+xml" });
      response.end(picture);
      return;
    }
    if (path !== "/session") await options.held?.();
    const found = answers(request.method ?? "GET", decodeURIComponent(path), url.searchParams);
    const schema = consoleDocuments[found.name];
    const body = schema.parse(found.document);
    response.writeHead(found.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }

  await new Promise<void>((done) => {
    server.listen(port, "127.0.0.1", done);
  });
  const at = server.address();
  const address = `http://127.0.0.1:${typeof at === "object" ? at?.port : ""}`;
  return {
    address,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
}

async function sendPage(pages: string, path: string, response: ServerResponse): Promise<void> {
  const name = path.startsWith("/assets/") ? path : "/index.html";
  const bytes = await readFile(join(pages, name));
  response.writeHead(200, {
    "content-type": types[extname(name)] ?? "application/octet-stream",
    "content-security-policy": policy,
    ...(name === path ? { "cache-control": "public, max-age=31536000, immutable" } : {}),
  });
  response.end(bytes);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

if (import.meta.main) {
  const pages = resolve(import.meta.dirname, "../../../dist/web");
  const { address } = await seeded(pages, { projects: Number(process.argv[2] ?? 36) }, 4600);
  process.stdout.write(`${address}\n`);
}
