"use strict";

const { existsSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

// Compiled code is kept between starts: about half of the time to the first line of output.
enableCompileCache();

// Node announces on stderr that it calls these two experimental; everything else that it has to say comes through.
const announced = /^(SQLite|Type Stripping) is an experimental feature/;
const emitWarning = process.emitWarning;
process.emitWarning = function (warning, ...rest) {
  if (announced.test(String(warning?.message ?? warning))) return;
  emitWarning.call(process, warning, ...rest);
};

// A checkout runs its sources, so that a build of before never stands in for them; what is shipped has dist/ and no sources.
// With the cache both start equally fast.
const sources = join(__dirname, "..", "src", "cli", "main.ts");
const entry = existsSync(sources) ? sources : join(__dirname, "..", "dist", "cli", "main.js");
import(pathToFileURL(entry).href)
  .then((main) => main.start())
  .catch((error) => {
    // Nothing of ours could be loaded: the installation is incomplete.
    process.stderr.write(`internal error: ${error.message}; install esteira again, or report it\n`);
    process.exit(70);
  });
