import { signal } from "@preact/signals";

/** The time by minutes, in milliseconds since 1970: "in 18 h" follows it. */
export const minute = signal(Date.now());

/** The time by seconds, which runs only while something that is drawn reads it. */
export const second = signal(Date.now(), {
  watched: () => {
    ticking = setInterval(() => {
      second.value = Date.now();
    }, 1_000);
  },
  unwatched: () => clearInterval(ticking),
});

let ticking: ReturnType<typeof setInterval> | undefined;

/** Keeps the time while somebody looks. */
export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) minute.value = Date.now();
  };
  setInterval(tick, 15_000);
  document.addEventListener("visibilitychange", tick);
}
