import type { AnyHandler } from "./handler.ts";
import { readHandlers } from "./read-handlers.ts";
import type { RouteName } from "./routes.ts";

/** What answers each route. Each was checked against its route's schemas where it is written. */
export const handlers = { ...readHandlers } as unknown as Readonly<
  Record<Exclude<RouteName, "session" | "openapi">, AnyHandler>
>;
