import { computed, signal } from "@preact/signals";

/** Where the browser is: everything that a page shows follows from it. */
interface Place {
  readonly path: string;
  readonly search: string;
  readonly hash: string;
}

const read = (): Place => ({
  path: location.pathname,
  search: location.search,
  hash: location.hash,
});

const place = signal<Place>(read());

/** The address's path, such as `/e/prd/tonight`. */
export const path = computed(() => place.value.path);

/** What follows `#`, without it, such as `L120-140`. */
export const hash = computed(() => place.value.hash.slice(1));

const query = computed(() => new URLSearchParams(place.value.search));

/** A parameter of the address, such as the text of a filter; `undefined`: it isn't there. */
export function parameter(name: string): string | undefined {
  return query.value.get(name) ?? undefined;
}

type Step = "push" | "replace";

/**
 * Goes to an address of the console without loading it anew.
 *
 * @param how `push`: the back button leads to where one was; `replace`: it doesn't
 */
export function go(address: string, how: Step = "push"): void {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) return;
  if (url.href === location.href && how === "push") return;
  const samePage = url.pathname === location.pathname;
  if (how === "push") history.pushState({ scroll: samePage ? scrollY : 0 }, "", url);
  else history.replaceState(history.state, "", url);
  place.value = read();
  if (!samePage) {
    scrollTo(0, 0);
    onPageChange();
  }
}

/**
 * The address of this page with other parameters; `undefined` removes one. Parameters that aren't
 * named stay.
 */
export function withParameters(changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(place.value.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return `${place.value.path}${text === "" ? "" : `?${text}`}${place.value.hash}`;
}

/** Changes parameters of the address; what is typed replaces, what is chosen is pushed. */
export function setParameters(
  changes: Readonly<Record<string, string | undefined>>,
  how: Step = "replace",
): void {
  go(withParameters(changes), how);
}

let onPageChange = (): void => {};

/**
 * Follows links to the console's own pages and the back button, and keeps how far each page was
 * scrolled.
 *
 * @param arrived called after another page was opened
 */
export function startLocation(arrived: () => void): void {
  onPageChange = arrived;
  history.scrollRestoration = "manual";
  addEventListener("popstate", ({ state }) => {
    const before = place.value.path;
    place.value = read();
    if (before !== place.value.path) arrived();
    scrollBack((state as { readonly scroll?: number } | null)?.scroll ?? 0);
  });
  addEventListener("scrollend", () => {
    const state = history.state as object | null;
    history.replaceState({ ...state, scroll: scrollY }, "");
  });
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (link === null || link.matches("[target], [download]") || !isPlainClick(event)) return;
    // A link in a drawing is another kind of element than one in a text.
    const { href, origin, pathname } = new URL(link.getAttribute("href") ?? "", location.href);
    if (origin !== location.origin || pathname.startsWith("/api/")) return;
    event.preventDefault();
    go(href);
  });
}

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 &&
  !event.defaultPrevented &&
  !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** Scrolls as soon as the page is long enough: what it shows may still be on its way. */
function scrollBack(top: number, until = performance.now() + 1_000): void {
  scrollTo(0, top);
  if (Math.abs(scrollY - top) < 1 || performance.now() > until) return;
  requestAnimationFrame(() => scrollBack(top, until));
}
