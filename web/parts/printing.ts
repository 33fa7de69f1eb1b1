import { signal } from "@preact/signals";

/** Whether the page is being printed: lists are then drawn whole. */
export const printing = signal(false);

addEventListener("beforeprint", () => {
  printing.value = true;
});
addEventListener("afterprint", () => {
  printing.value = false;
});
