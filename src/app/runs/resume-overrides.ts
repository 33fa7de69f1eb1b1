import { ok, type Result } from "../../core/result.ts";
import type { RunInput, StepOverride } from "../../runs/model.ts";
import { usage, type Failure } from "../failure.ts";

type Overrides = NonNullable<RunInput["overrides"]>;

/** What a person asked for, as it was typed: `train=8`. */
export interface OverrideWishes {
  readonly memory: readonly string[];
  readonly timeout: readonly string[];
}

/** As long as `timeout_seconds` may be in `config.yaml`: thirty days. */
const MAX_SECONDS = 2_592_000;
/** As much as `memory_gb` may be, in GiB. */
const MIN_MEMORY = 0.0625;
const MAX_MEMORY = 24_576;

/**
 * The overrides of a resumed run out of what a person typed. Whether its steps are those of the
 * release is for the platform.
 *
 * @returns undefined where nothing was asked for
 */
export function readOverrideWishes({
  memory,
  timeout,
}: OverrideWishes): Result<Overrides | undefined, Failure> {
  const found = new Map<string, StepOverride>();
  const kinds = [
    {
      flag: "--memory",
      texts: memory,
      field: "memory_gb",
      fits: (value: number) => value >= MIN_MEMORY && value <= MAX_MEMORY,
      help: "Write it as STEP=GB, for example train=8 or train=0.5.",
    },
    {
      flag: "--timeout",
      texts: timeout,
      field: "timeout_seconds",
      fits: (value: number) => Number.isInteger(value) && value >= 1 && value <= MAX_SECONDS,
      help: "Write it as STEP=SECONDS, a whole number up to thirty days: train=7200.",
    },
  ] as const;
  for (const { flag, texts, field, fits, help } of kinds) {
    for (const text of texts) {
      const [, step = "", figure = ""] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
      const value = Number(figure);
      if (step === "" || !fits(value)) return usage(`${flag} ${text} can't be read`, help);
      const before = found.get(step);
      if (before?.[field] !== undefined) {
        return usage(`${flag} is given twice for ${step}`, "Give it once.");
      }
      found.set(step, { ...before, [field]: value });
    }
  }
  return ok(found.size === 0 ? undefined : Object.fromEntries(found));
}
