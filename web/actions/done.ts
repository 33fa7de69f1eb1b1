import { computed, signal } from "@preact/signals";

import { refreshShown } from "../api/documents.ts";
import { go, path } from "../app/location.ts";

/** What was done last, for the line that says so; its command can be copied. */
export interface Done {
  readonly text: string;
  readonly command: string;
  /** Address of what came of it, such as the run that was started; absent: it stays where it is. */
  readonly link?: string | undefined;
}

const lastDone = signal<(Done & { readonly page: string }) | undefined>(undefined);

/** What is to be said on this page: on another one it would cover what people came for. */
export const doneHere = computed(() =>
  lastDone.value?.page === path.value ? lastDone.value : undefined,
);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says what was done, goes to what came of it, and reads anew what is shown. */
export function sayDone(done: Done): void {
  if (done.link !== undefined) go(done.link);
  lastDone.value = { ...done, page: path.peek() };
  clearTimeout(timer);
  timer = setTimeout(() => {
    lastDone.value = undefined;
  }, 12_000);
  refreshShown();
}
