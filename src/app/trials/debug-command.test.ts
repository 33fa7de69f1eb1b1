import { expect, test } from "vitest";

import { debugCommand } from "./debug-command.ts";

const options = "-X frozen_modules=off -m debugpy --listen 127.0.0.1:5678 --wait-for-client";
const soon = "DEBUGPY_PROCESS_SPAWN_TIMEOUT=${DEBUGPY_PROCESS_SPAWN_TIMEOUT:-10}";

test.each([
  ["python train.py --rows 5", `${soon} python ${options} train.py --rows 5`],
  ["python3.11 -m demand.train", `${soon} python3.11 ${options} -m demand.train`],
  ["  python3 -u -OO train.py", `  ${soon} python3 -u -OO ${options} train.py`],
  ["python train.py\npython more.py", `${soon} python ${options} train.py\npython more.py`],
])("the debugger comes between Python and what %j runs", (command, expected) => {
  expect(debugCommand("train", command, 5678)).toEqual({ ok: true, value: expected });
});

test.each(["sh train.sh", "pythonic train.py", "python", "cd x && python train.py"])(
  "there is no place for a debugger in %j",
  (command) => {
    expect(debugCommand("train", command, 5678)).toMatchObject({
      ok: false,
      error: {
        exit: "refused",
        message:
          "the command of train doesn't begin with python, so that no debugger can be put before it",
      },
    });
  },
);
