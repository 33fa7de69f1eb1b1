import { createServer, type Server } from "node:http";

/** How long a connection may take for what, in milliseconds. */
export interface ServerLimits {
  /** Requests are small: a browser of ours needs no longer for the head of one. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  /**
   * Nothing was read or written: who asked for a file and doesn't take it is cut off. It is longer
   * than any answer takes to begin; event streams say sooner that they are alive.
   */
  readonly idleTimeout: number;
}

const usual: ServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  idleTimeout: 120_000,
};

/** A server that nobody can hold up: not by many connections, nor by slow ones. */
export function boundedServer({ idleTimeout, ...limits }: ServerLimits = usual): Server {
  const server = createServer({ maxHeaderSize: 16 * 1024, ...limits });
  server.maxConnections = 2000;
  server.timeout = idleTimeout;
  return server;
}
