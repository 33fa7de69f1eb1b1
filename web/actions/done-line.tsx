import { Command } from "../parts/command.tsx";
import { Glyph } from "../parts/outcome.tsx";
import { doneHere } from "./done.ts";

/** What was done last, with the command that does the same. */
export function DoneLine() {
  const done = doneHere.value;
  return (
    <div role="status">
      {done !== undefined && (
        <div class="done noprint">
          <span class="outcome succeeded">
            <Glyph of="succeeded" />
          </span>
          {done.text}
          <Command line={done.command} />
        </div>
      )}
    </div>
  );
}
