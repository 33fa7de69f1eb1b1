import { signal } from "@preact/signals";

import { refreshShown } from "../api/documents.ts";

/** What was done last, for the line that says so; its command can be copied. */
export interface Done {
  readonly text: string;
  readonly command: string;
  /** Address of what came of it, such as the run that was started. */
  readonly link?: string | undefined;
}

export const lastDone = signal<Done | undefined>(undefined);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what was done, and reads anew what is shown. */
export function sayDone(done: Done): void {
  lastDone.value = done;
  clearTimeout(timer);
  timer = setTimeout(() => {
    lastDone.value = undefined;
  }, 12_000);
  refreshShown();
}
