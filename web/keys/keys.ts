import { useLayoutEffect, useRef } from "preact/hooks";

/** A key that does something while a page is shown. */
export interface Key {
  /** As `KeyboardEvent.key` has it, such as `j` or `Enter`. */
  readonly key: string;
  /** What it does, for the list of keys; absent: it is not listed. */
  readonly does?: string;
  readonly press: (event: KeyboardEvent) => void;
}

interface Layer {
  keys: readonly Key[];
}

const layers: Layer[] = [];

/**
 * Keys from the moment a component is shown to the moment it goes. The component that came last is
 * asked first.
 */
export function useKeys(keys: readonly Key[]): void {
  const layer = useRef<Layer>({ keys });
  layer.current.keys = keys;
  useLayoutEffect(() => {
    const mine = layer.current;
    layers.push(mine);
    return () => {
      layers.splice(layers.indexOf(mine), 1);
    };
  }, []);
}

/** The keys that do something now, for the list of keys. */
export function listedKeys(): readonly Key[] {
  const seen = new Set<string>();
  return layers
    .flatMap(({ keys }) => keys)
    .filter(({ key, does }) => does !== undefined && !seen.has(key) && seen.add(key));
}

/** Listens to the keyboard, except where a person types and while a dialog is open. */
export function startKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const within = (selector: string): boolean =>
      event.target instanceof Element && event.target.closest(selector) !== null;
    if (within("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") !== null) return;
    // Enter and space belong to what has the focus.
    if ([" ", "Enter"].includes(event.key) && within("button, a, summary")) return;
    const key = layers
      .toReversed()
      .flatMap(({ keys }) => keys)
      .find((one) => one.key === event.key);
    if (key === undefined) return;
    event.preventDefault();
    key.press(event);
  });
}
