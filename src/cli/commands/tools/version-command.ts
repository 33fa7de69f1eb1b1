import { defineCommand } from "../definition.ts";
import { booleanFlag } from "../flags.ts";

export const versionCommand = defineCommand({
  brief: "Say which Esteira this is",
  more: "Its version, where it and its pages are, and the Node that it runs on. Nothing looks for newer versions but `--check`.",
  environment: "none",
  flags: { check: booleanFlag("Ask npm's registry, as it is configured, for the newest version") },
  examples: [["esteira version"], ["esteira version --check", "is there a newer one?"]],
});
