import type { LogOf } from "./log-lines.ts";
import { logWords } from "./words.ts";

/** `score_segment[3] · try 2`: of what a log is. */
export function LogName({ of: { step, item, attempt } }: { readonly of: LogOf }) {
  return (
    <>
      {step}
      {item !== undefined && `[${item}]`}
      {attempt !== undefined && ` · ${logWords().try(attempt)}`}
    </>
  );
}
