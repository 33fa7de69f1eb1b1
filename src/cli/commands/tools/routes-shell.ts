import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { jsonFlag, type CommonFlags } from "../flags.ts";

const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export const completion = buildCommand<CommonFlags, [Shell], CliContext>({
  loader: lazily(async () => (await import("./completion.ts")).completion),
  parameters: {
    flags: jsonFlag,
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "bash, zsh or fish",
          placeholder: "SHELL",
          parse: (input: string): Shell => {
            const shell = shells.find((name) => name === input);
            if (shell !== undefined) return shell;
            throw new Error("it is bash, zsh or fish");
          },
          proposeCompletions: () => shells,
        },
      ],
    },
  },
  docs: describe("Print a script that completes commands in your shell", {
    usage: "bash|zsh|fish",
    examples: [
      ['eval "$(esteira completion bash)"', "in ~/.bashrc"],
      ['eval "$(esteira completion zsh)"', "in ~/.zshrc, after compinit"],
      ["esteira completion fish | source", "in ~/.config/fish/config.fish"],
    ],
  }),
});
