import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpServer {
  /** `http://127.0.0.1:34567` */
  readonly url: string;
  readonly address: string;
  stop(): Promise<void>;
}

/** A server of HTTP for one test. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<HttpServer> {
  const server: Server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}`,
    address,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** What a proxy in front of a registry may do with an answer. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: Buffer;
}

/**
 * A proxy in front of a real registry. Notes each request as `GET /v2/…`; `change` may answer in
 * the registry's place: give another status and body, or undefined to let it pass.
 */
export async function startProxy(
  registry: string,
  change: (
    passing: Passing,
  ) => { readonly status: number; readonly body: string | Buffer } | undefined = () => undefined,
): Promise<HttpServer & { readonly requests: string[] }> {
  const requests: string[] = [];
  const server = await startServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const method = request.method ?? "GET";
    const path = request.url ?? "/";
    requests.push(`${method} ${path.split("?")[0]}`);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !["host", "connection", "transfer-encoding", "content-length"].includes(name),
      ),
    ) as Record<string, string>;
    const answer = await fetch(`http://${registry}${path}`, {
      method,
      headers,
      ...(pieces.length === 0 ? {} : { body: Buffer.concat(pieces) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const changed = change({ method, path, status: answer.status, body });
    const out: Record<string, string> = {};
    for (const name of [
      "content-type",
      "docker-content-digest",
      "www-authenticate",
      "link",
      "docker-upload-uuid",
      "docker-distribution-api-version",
      "range",
    ]) {
      const value = answer.headers.get(name);
      if (value !== null) out[name] = value;
    }
    const location = answer.headers.get("location");
    if (location !== null) out["location"] = location.replace(registry, server.address);
    if (method === "HEAD") {
      out["content-length"] = answer.headers.get("content-length") ?? "0";
    }
    response.writeHead(changed?.status ?? answer.status, out);
    response.end(changed?.body ?? body);
  });
  return { ...server, requests };
}
