import type { HttpBindings } from "@hono/node-server";

import type { ApiParts } from "./api/api.ts";
import type { Hub } from "./events/hub.ts";
import type { Origins } from "./http/origins.ts";
import type { Session, Sessions } from "./http/sessions.ts";
import type { Variables } from "./variables.ts";

export interface AppParts extends ApiParts {
  readonly hub: Hub;
  readonly origins: Origins;
  readonly sessions: Sessions;
  readonly port: number;
  /** Cookies are only sent over TLS: a proxy speaks it. */
  readonly secure: boolean;
  readonly pages: (path: string, acceptsBrotli: boolean) => Response;
}

export type Env = { Bindings: HttpBindings; Variables: Variables };

/** Who asks, by the cookie or the token of a request. */
export type SessionOf = (header: (name: string) => string | undefined) => Session | undefined;
