import { defineCommand } from "../definition.ts";
import { choiceParameter } from "../parameters.ts";

const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

export const completionCommand = defineCommand({
  brief: "Print a script that completes commands in your shell",
  environment: "none",
  arguments: [choiceParameter("SHELL", shells, "bash, zsh or fish")],
  examples: [
    ['eval "$(esteira completion bash)"', "in ~/.bashrc"],
    ['eval "$(esteira completion zsh)"', "in ~/.zshrc, after compinit"],
    ["esteira completion fish | source", "in ~/.config/fish/config.fish"],
  ],
});
