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
  const ended = useRef(false);
  // The browser says that a dialog is closed a moment after it closed it. A key that is pressed in
  // that moment is meant for the page already, so the page is without the dialog at once.
  const end = (): void => {
    if (ended.current) return;
    ended.current = true;
    dialog.current?.close();
    close();
  };
  // Before the next key is handled, which is meant for the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      // What is behind an open dialog can't have the focus.
      ended.current = true;
      element?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        end();
      }}
      onClose={end}
      onClick={(event) => {
        // A press on the veil around it.
        if (event.target === dialog.current) end();
      }}
    >
      <div>{children}</div>
    </dialog>
  );
}
