import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, optionalNumberFlag, textFlag } from "../flags.ts";
import { portNumber } from "../parameters.ts";

export const consoleOpenCommand = defineCommand({
  brief: "Open a web page with every environment of the workspace",
  more: "The word open may be left out. Listens on this machine until Ctrl-C, and acts with your own credentials; the address that it opens lets in one browser, once. On another address it is read-only unless --allow-changes is given, people enter a token of `esteira console token`, and TLS is a proxy's.",
  environment: "any",
  arguments: [],
  flags: {
    port: optionalNumberFlag("N", "Port to listen on (7300, or the next that is free)", portNumber),
    host: textFlag("ADDRESS", "Address to listen on (127.0.0.1)"),
    origin: textFlag("URL", "What people type where a proxy is in front"),
    noOpen: booleanFlag("Print the address on a line of stdout and open no browser"),
    readOnly: booleanFlag("Allow no actions"),
    allowChanges: booleanFlag("Allow actions to people with a token"),
  },
  examples: [
    ["esteira console"],
    ["esteira console --no-open", "print the address that opens it"],
    ["esteira console --host 10.0.0.5 --origin https://esteira.acme.com", "for a team"],
  ],
});

export type ConsoleFlags = FlagsOf<typeof consoleOpenCommand>;
