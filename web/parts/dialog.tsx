import "./dialog.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * A dialog over the page: the focus stays in it and returns to where it was, and Escape closes it.
 *
 * @param close called when it is closed, by whatever means
 */
export function Dialog({
  label,
  kind,
  close,
  children,
}: {
  readonly label: string;
  readonly kind: "ask" | "palette" | "sheet";
  readonly close: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key is handled, which is meant for the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-label={label}
      onClose={close}
      onClick={(event) => {
        // A press on the veil around it.
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div>{children}</div>
    </dialog>
  );
}
