import { getRequestListener } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import type { RequestListener, Server } from "node:http";
import { join } from "node:path";

import type { ConsoleContext } from "../app/console/context.ts";
import { openEnvironments } from "../app/console/environments.ts";
import type {
  ConsoleFace,
  ConsoleHost,
  ConsoleOptions,
  OpenedConsole,
} from "../app/console/face.ts";
import { openLateWatch } from "../app/console/late.ts";
import { openObservations } from "../app/console/observations.ts";
import { openOperations } from "../app/console/operations.ts";
import { openTokenCheck } from "../app/console/tokens.ts";
import { failed, usage, type Failure } from "../app/failure.ts";
import { ok, type Result } from "../core/result.ts";
import { packageFile } from "../platform/package-files.ts";
import { handlers } from "./api/handlers.ts";
import { consoleApp } from "./app.ts";
import { openHub } from "./events/hub.ts";
import { watchers } from "./events/watchers.ts";
import { isLoopback, originsOf } from "./http/origins.ts";
import { boundedServer } from "./http/server.ts";
import { openSessions } from "./http/sessions.ts";
import { staticFiles } from "./http/static-files.ts";
import type { May } from "./variables.ts";

const firstPort = 7300;
const triedPorts = 20;

export const consoleFace: ConsoleFace = { open: openConsole };

/** Opens a console over the workspace around the working folder, and listens. */
async function openConsole(
  host: ConsoleHost,
  options: ConsoleOptions,
): Promise<Result<OpenedConsole, Failure>> {
  const { address, origin, shared } = options;
  const proxy = origin === undefined ? undefined : URL.parse(origin);
  if (proxy === null || (proxy !== undefined && proxy.pathname !== "/")) {
    return usage(
      `--origin can't be ${origin}: it is an address without a path`,
      "Give what people type: `--origin https://console.acme.com`.",
    );
  }
  const environments = await openEnvironments(host, options.env);
  if (!environments.ok) return environments;
  const tokens = shared || !isLoopback(address);
  const may = mayChange(options, tokens);
  const hub = openHub(
    watchers(
      () => context,
      (topic, event) => hub.publish(topic, event),
      host.reportBug,
    ),
  );
  const news = (environment: string): void =>
    hub.publish(`fleet:${environment}`, {
      type: "fleet",
      environment,
      at: host.clock.now(),
    });
  const operations = openOperations(host.clock, host.reportBug, ({ id, state }) => {
    const at = host.clock.now();
    hub.publish(`operation:${id}`, { type: "operation", id, state, at });
  });
  const { root } = environments.value;
  const context: ConsoleContext = {
    host,
    environments: environments.value,
    zone: environments.value.workspace.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    late: openLateWatch(host, news),
    observations: openObservations(join(root, ".esteira", "cache", "console")),
    operations,
  };
  const sessions = openSessions(openTokenCheck(root), !tokens);
  const server = await listenSomewhere(options);
  if (!server.ok) {
    await environments.value.close();
    return server;
  }
  const { port } = server.value.address() as AddressInfo;
  const app = consoleApp({
    context,
    may,
    reportBug: host.reportBug,
    handlers,
    hub,
    origins: originsOf({ address, port }, origin),
    sessions,
    port,
    secure: proxy?.protocol === "https:",
    pages: staticFiles(packageFile("dist/web")),
  });
  server.value.on("request", answering(app));
  return ok({
    address: openingAddress(options, port, sessions.code),
    changes: may.changes,
    tokens,
    port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.value.close(() => resolve());
      });
      server.value.closeAllConnections();
      await closed;
      await operations.close();
      await environments.value.close();
    },
  });
}

function mayChange({ readOnly, allowChanges }: ConsoleOptions, tokens: boolean): May {
  if (readOnly) {
    return { changes: false, because: "It was started with --read-only: start it without." };
  }
  if (tokens && !allowChanges) {
    return {
      changes: false,
      because: "Start it with --allow-changes for that; the command line does the same.",
    };
  }
  return { changes: true, because: "" };
}

function openingAddress(
  { address, origin }: ConsoleOptions,
  port: number,
  code: string | undefined,
): string {
  const shown = address.includes(":") ? `[${address}]` : address;
  const base = origin === undefined ? `http://${shown}:${port}` : new URL(origin).origin;
  return code === undefined ? `${base}/` : `${base}/open?code=${code}`;
}

function listen(address: string, port: number): Promise<Result<Server, NodeJS.ErrnoException>> {
  const server = boundedServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ ok: false, error }));
    server.listen(port, address, () => resolve(ok(server)));
  });
}

function answering({ fetch }: ReturnType<typeof consoleApp>): RequestListener {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}

/** The port that was named, or the first that is free of some. */
async function listenSomewhere({
  port,
  address,
}: ConsoleOptions): Promise<Result<Server, Failure>> {
  const ports =
    port === undefined
      ? Array.from({ length: triedPorts }, (_, index) => firstPort + index)
      : [port];
  let error: NodeJS.ErrnoException | undefined;
  for (const one of ports) {
    const server = await listen(address, one);
    if (server.ok) return server;
    ({ error } = server);
    if (error.code !== "EADDRINUSE") break;
  }
  const last = ports.at(-1);
  const which = ports.length === 1 ? `port ${last}` : `each port from ${firstPort} to ${last}`;
  const message =
    error?.code === "EADDRINUSE"
      ? `${which} of ${address} is in use`
      : `nothing can listen on ${address}, port ${last} (${error?.code ?? "unknown"})`;
  return failed({
    exit: "unavailable",
    reason: "unavailable",
    message,
    help: "Choose another with `--port`, or an address of this machine with `--host`.",
  });
}
