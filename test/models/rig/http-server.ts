import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A server that answers as a test says; gone with `[Symbol.asyncDispose]`. */
export interface FakeServer extends AsyncDisposable {
  readonly url: string;
  /** What was asked so far: `GET /api/…`. */
  readonly asked: readonly string[];
  requests(): number;
}

export async function fakeServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FakeServer> {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    answer(request, response);
  };
  const server: Server =
    tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    asked,
    requests: () => asked.length,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * Another address of a server, at which requests are counted.
 *
 * @param before is awaited before a request is passed on
 */
export function countingProxy(
  url: string,
  before: (request: string) => Promise<void> = () => Promise.resolve(),
): Promise<FakeServer> {
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    await before(`${request.method ?? ""} ${request.url ?? ""}`);
    const { method = "GET" } = request;
    const answer = await fetch(`${url}${request.url ?? ""}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(method === "GET" ? {} : { body }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  };
  return fakeServer((request, response) => void forward(request, response));
}
