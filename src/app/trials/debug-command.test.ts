import { expect, test } from "vitest";

import { threadMs } from "../../core/fixtures/thread-time.ts";
import { debugCommand } from "./debug-command.ts";

const options = "-X frozen_modules=off -m debugpy --listen 127.0.0.1:5678 --wait-for-client";
const soon = "DEBUGPY_PROCESS_SPAWN_TIMEOUT=${DEBUGPY_PROCESS_SPAWN_TIMEOUT:-10}";

test.each([
  ["python train.py --rows 5", `${soon} python ${options} train.py --rows 5`],
  ["python3.11 -m demand.train", `${soon} python3.11 ${options} -m demand.train`],
  ["  python3 -u -OO train.py", `  ${soon} python3 -u -OO ${options} train.py`],
  ["python train.py\npython more.py", `${soon} python ${options} train.py\npython more.py`],
  ["python3 -X dev train.py", `${soon} python3 -X dev ${options} train.py`],
  [
    "python -Xdev -W 'ignore::Foo bar' -u t.py",
    `${soon} python -Xdev -W 'ignore::Foo bar' -u ${options} t.py`,
  ],
  ["python -um demand.train -v", `${soon} python -u ${options} -m demand.train -v`],
  ["python -mdemand.train", `${soon} python ${options} -m demand.train`],
  [`python -uc'import a'`, `${soon} python -u ${options} -c 'import a'`],
  ["python -c 'import a'", `${soon} python ${options} -c 'import a'`],
  ["python \\\n  train.py", `${soon} python ${options} \\\n  train.py`],
  ["python train.py\r\npython more.py", `${soon} python ${options} train.py\r\npython more.py`],
])("the debugger comes between Python and what %j runs", (command, expected) => {
  expect(debugCommand("train", command, 5678)).toEqual({ ok: true, value: expected });
});

test.each<[string, string]>([
  ["sh train.sh", "doesn't begin with python"],
  ["pythonic train.py", "doesn't begin with python"],
  ["python", "doesn't begin with python"],
  ["cd x && python train.py", "doesn't begin with python"],
  ["ROWS=5 python train.py", "doesn't begin with python"],
  ["python -u", "gives python no file, module or code"],
  ["python - < train.py", "gives python no file, module or code"],
  ["python --version", "gives python no file, module or code"],
  ["python -S train.py", "gives python no file, module or code"],
  ["python  ", "gives python no file, module or code"],
])("there is no place for a debugger in %j", (command, why) => {
  expect(debugCommand("train", command, 5678)).toMatchObject({
    ok: false,
    error: {
      exit: "refused",
      message: `the command of train ${why}, so that no debugger can be put before it`,
    },
  });
});

test("quotes that nothing closes are looked at once", () => {
  const start = threadMs();
  const command = `python -W ${'""'.repeat(5_000)}" train.py`;
  expect(debugCommand("train", command, 5678).ok).toBe(false);
  expect(threadMs() - start).toBeLessThan(500);
});
