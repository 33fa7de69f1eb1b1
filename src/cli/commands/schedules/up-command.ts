import { defineCommand } from "../definition.ts";
import { numberFlag } from "../flags.ts";
import { wholeNumber } from "../parameters.ts";

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
  },
  examples: [
    ["esteira up"],
    ["esteira up --drain 600", "give running runs ten minutes when it is asked to end"],
  ],
});
