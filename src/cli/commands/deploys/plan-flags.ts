import { booleanFlag, textFlag } from "../flags.ts";

/** What a person may choose of a plan, in `plan` as in `deploy`. */
export const planFlags = {
  prune: booleanFlag("Remove projects whose folder is gone"),
  refresh: booleanFlag("Compare every field, even where nothing seems to have changed"),
  adopt: booleanFlag("Take over resources of the right names that nobody owns yet (AWS)"),
  noBuild: booleanFlag("Build no image: take what is in the registry (AWS)"),
  withoutModelGate: textFlag(
    "REASON",
    "Continue whatever the model registry says; the reason is audited",
  ),
} as const;
