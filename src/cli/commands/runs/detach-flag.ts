import { booleanFlag } from "../flags.ts";

/** Of commands that start a run and else follow it. */
export const detachFlag = { ...booleanFlag("Start it and return at once"), short: "d" } as const;
