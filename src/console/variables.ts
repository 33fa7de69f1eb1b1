import type { Session } from "./http/sessions.ts";

/** What the server knows of a request by the time that it is answered. */
export interface Variables {
  readonly session: Session;
}

/** Whether this console changes anything, and where not, how it would. */
export interface May {
  readonly changes: boolean;
  readonly because: string;
}
