import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, numberFlag, optionalNumberFlag, textFlag } from "../flags.ts";
import { portNumber, wholeNumber } from "../parameters.ts";

export const upCommand = defineCommand({
  brief: "Run the schedules of an environment on this machine",
  more: "Until Ctrl-C or SIGTERM. Resumes runs whose process is gone, sees new deploys by itself, and hands running steps over to the next one. One process an environment; made for systemd and containers.",
  environment: "any",
  flags: {
    drain: numberFlag(
      "SECONDS",
      "How long running runs are waited for at the end, before they are handed over",
      wholeNumber,
      0,
    ),
    console: booleanFlag("Serve the console too, to people with a token, read-only"),
    port: optionalNumberFlag(
      "N",
      "Port of the console (7300, or the next that is free)",
      portNumber,
    ),
    host: textFlag("ADDRESS", "Address of the console (127.0.0.1)"),
    origin: textFlag("URL", "What people type where a proxy is in front of the console"),
    allowChanges: booleanFlag("Allow actions to people with a token"),
  },
  examples: [
    ["esteira up"],
    ["esteira up --console", "for a team's own machine"],
    ["esteira up --drain 600", "give running runs ten minutes when it is asked to end"],
  ],
});

export type UpFlags = FlagsOf<typeof upCommand>;
