import { expect, test } from "vitest";

import { installLock } from "./dockerfile.ts";

const withoutCache = (text: string): readonly string[] =>
  text.split("\n").filter((line) => /uv export|uv pip/.test(line));

test("a lock is installed as it is, and the project where it is a package", () => {
  expect(withoutCache(installLock("uv.lock", true))).toEqual([
    '    && UV_SYSTEM_CERTS=true /tmp/uv/bin/uv export "$cache" --quiet --frozen --no-dev --no-emit-project --output-file=/tmp/uv-locked.txt \\',
    '    && UV_SYSTEM_CERTS=true /tmp/uv/bin/uv pip install "$cache" --system --link-mode=copy --compile-bytecode -r /tmp/uv-locked.txt \\',
    '    && UV_SYSTEM_CERTS=true /tmp/uv/bin/uv pip install "$cache" --system --link-mode=copy --no-deps . \\',
  ]);
  expect(withoutCache(installLock("pylock.toml", false))).toEqual([
    '    && UV_SYSTEM_CERTS=true /tmp/uv/bin/uv pip install "$cache" --system --link-mode=copy --compile-bytecode -r pylock.toml \\',
  ]);
});
