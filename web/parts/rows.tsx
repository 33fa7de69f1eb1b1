import { useSignal } from "@preact/signals";
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

interface RowsProperties<Row> {
  readonly rows: readonly Row[];
  /** What tells rows apart while they move, such as a name. */
  readonly keyOf: (row: Row) => string;
  /** Height of a row in pixels, before it is drawn; it is measured where `measured`. */
  readonly heightOf: (row: Row) => number;
  readonly measured?: boolean;
  readonly children: (row: Row, index: number) => ComponentChildren;
  /** The row to keep in sight, such as the chosen one. */
  readonly chosen?: number | undefined;
  /** Pixels at the top of the window that something covers. */
  readonly covered?: number;
}

/**
 * Rows in the flow of the page of which only those that are in sight are drawn. All of them are
 * when the page is printed.
 */
export function Rows<Row>({
  rows,
  keyOf,
  heightOf,
  measured = false,
  children,
  chosen,
  covered = 0,
}: RowsProperties<Row>) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useSignal(0);
  const printing = useSignal(false);
  /** Pixels of the page above the rows. */
  const above = useSignal(covered);
  /** Those in sight are painted first; some around them when there is time. */
  const overscan = useSignal(0);
  const list = useRef<Virtualizer<Window, Element>>(undefined);
  const options = {
    count: rows.length,
    getScrollElement: () => window,
    estimateSize: (index: number) => heightOf(rows[index]!),
    getItemKey: (index: number) => (rows[index] === undefined ? index : keyOf(rows[index])),
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: () => scrollY,
    scrollMargin: above.value,
    scrollPaddingStart: covered,
    scrollPaddingEnd: 40,
    overscan: overscan.value,
    onChange: () => {
      drawn.value += 1;
    },
  };
  list.current ??= new Virtualizer<Window, Element>(options);
  const virtual = list.current;
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  // Asked for where the page is laid out anyway: while drawing it would be laid out once more.
  useLayoutEffect(() => {
    above.value = box.current?.offsetTop ?? 0;
  });
  const measuredFor = useRef({ count: rows.length, heightOf });
  useLayoutEffect(() => {
    const { count, heightOf: before } = measuredFor.current;
    if (count === rows.length && before === heightOf) return;
    measuredFor.current = { count: rows.length, heightOf };
    virtual.measure();
  }, [rows.length, heightOf]);
  useEffect(() => {
    const later = setTimeout(() => {
      overscan.value = 12;
    }, 100);
    return () => clearTimeout(later);
  }, []);
  useLayoutEffect(() => {
    if (chosen !== undefined && chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [chosen]);
  useEffect(() => followPrinting(printing), []);
  void drawn.value;
  if (printing.value) return <div>{rows.map((row, index) => children(row, index))}</div>;
  const items = virtual.getVirtualItems();
  const first = (items[0]?.start ?? 0) - virtual.options.scrollMargin;
  return (
    <div ref={box} style={{ height: `${virtual.getTotalSize()}px` }}>
      <div style={{ transform: `translateY(${Math.max(0, first)}px)` }}>
        {items.map(({ key, index }) => (
          <div
            key={key}
            data-index={index}
            ref={measured ? (element: Element | null) => virtual.measureElement(element) : null}
          >
            {rows[index] !== undefined && children(rows[index], index)}
          </div>
        ))}
      </div>
    </div>
  );
}

/**
 * Rows of one height in an element that scrolls, for lists of any length, such as a log.
 *
 * @param element the element that scrolls, once it is there
 * @returns the virtualizer; who reads its items while drawing is drawn anew when they change
 */
export function useVirtualRows({
  count,
  height,
  element,
}: {
  readonly count: number;
  readonly height: number;
  readonly element: () => HTMLElement | null;
}): Virtualizer<HTMLElement, Element> {
  const drawn = useSignal(0);
  const list = useRef<Virtualizer<HTMLElement, Element>>(undefined);
  const options = {
    count,
    getScrollElement: element,
    estimateSize: () => height,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: 20,
    onChange: () => {
      drawn.value += 1;
    },
  };
  list.current ??= new Virtualizer<HTMLElement, Element>(options);
  const virtual = list.current;
  virtual.setOptions(options);
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  void drawn.value;
  return virtual;
}

function followPrinting(printing: { value: boolean }): () => void {
  const set = (value: boolean) => () => {
    printing.value = value;
  };
  const [before, after] = [set(true), set(false)];
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}
