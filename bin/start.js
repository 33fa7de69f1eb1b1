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

// What is shipped is dist/; a checkout that was never built runs its sources.
const built = join(__dirname, "..", "dist", "cli", "main.js");
const entry = existsSync(built) ? built : join(__dirname, "..", "src", "cli", "main.ts");
import(pathToFileURL(entry).href).then((main) => main.start());
