import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query holds, as a signal. */
function media(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const holds = signal(list.matches);
  list.addEventListener("change", () => {
    holds.value = list.matches;
  });
  return holds;
}

/** The screen is narrow: rows fold and tables stack, as the sheets of style have it at 760 px. */
export const narrow = media("screen and (max-width: 760px)");

/** There is no room for two columns beside each other, as the sheets have it at 1080 px. */
export const oneColumn = media("screen and (max-width: 1080px)");
