import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { exitCodes } from "../../../app/exit-codes.ts";
import { usage } from "../../../app/failure.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { simulateCommand } from "./simulate-command.ts";

export const simulate: ActionOf<typeof simulateCommand> = async (context, flags, what) => {
  if (flags.batch === true) {
    const others = [what, flags.input, flags.fail, flags.outcomes, flags.env, flags.json];
    if (others.some((other) => other !== undefined)) {
      return usage(
        "--batch can't be combined with anything else",
        "What to simulate is read from stdin, a line each.",
      );
    }
    const { answerLines } = await import("../../../app/simulate/simulate-batch.ts");
    await answerLines(context.input(), (line) => {
      if (context.out.closed()) context.leave(exitCodes.ok.code);
      context.out.line(line);
      return context.out.drained();
    });
    return ok("ok");
  }
  if (what === undefined) {
    return usage(
      "PROJECT|FILE.asl.json is missing",
      "Name a project or a file with a state machine, or read many from stdin with --batch.",
    );
  }
  const app = await import("../../../app/simulate/simulate.ts");
  const simulated = await app.simulate(context, what, {
    environment: flags.env,
    input: flags.input,
    fail: flags.fail ?? [],
    outcomes: flags.outcomes,
  });
  if (!simulated.ok) return simulated;
  const { document, simulation, timeline } = simulated.value;
  if (flags.json === true) printJson(context, "simulate", document);
  else {
    const { renderSimulation } = await import("../../render/simulate.ts");
    const { style } = context.out;
    const screen = { title: document.subject, simulation, timeline };
    context.out.lines(renderSimulation(screen, { style, width: context.out.width() }));
  }
  return ok(simulation.status === "SUCCEEDED" ? "ok" : "failed");
};
