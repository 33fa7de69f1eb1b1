import { actHandlers } from "./act-handlers.ts";
import { fileHandlers } from "./file-handlers.ts";
import type { AnyHandler, HandlersOf } from "./handler.ts";
import { readHandlers } from "./read-handlers.ts";
import type { RouteName } from "./routes.ts";

type Names = Exclude<RouteName, "session" | "openapi">;

const all: HandlersOf<Names> = { ...readHandlers, ...fileHandlers, ...actHandlers };

/** What answers each route: it is asked what the route's schemas have checked, and nothing else. */
export const handlers = all as unknown as Readonly<Record<Names, AnyHandler>>;
