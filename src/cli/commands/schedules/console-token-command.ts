import { defineCommand } from "../definition.ts";
import { choiceParameter, optional } from "../parameters.ts";

export const consoleTokenCommand = defineCommand({
  brief: "Make, list and take away tokens for a console that others reach",
  more: "A token is shown once, when it is made; only its hash is kept, in .esteira/console-tokens.json. The audit trail has its name beside the identity of the machine. Consoles that are open refuse a token that was removed at once.",
  environment: "none",
  arguments: [
    choiceParameter("ACTION", ["add", "list", "remove"], "What to do"),
    optional({ brief: "Whose token it is", placeholder: "NAME", parse: String }),
  ],
  flags: {},
  examples: [
    ["esteira console token add ana"],
    ["esteira console token list"],
    ["esteira console token remove ana"],
  ],
});
