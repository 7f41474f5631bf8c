// Renders cases with the reference implementation: node oracle.js MODULES CASES RESULTS
// CASES holds one {"data","text","partials"} per line; RESULTS gets one JSON string per line.
const fs = require("fs");
const path = require("path");
const [modules, cases, results] = process.argv.slice(2);
const mustache = require(path.join(modules, "mustache"));
// The specification asks for these four; the package escapes more by default.
const entity = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
mustache.escape = (value) => String(value).replace(/[&<>"']/g, (sign) => entity[sign]);
const lines = fs.readFileSync(cases, "utf8").split("\n").filter((line) => line !== "");
const rendered = lines.map((line) => {
  const one = JSON.parse(line);
  mustache.clearCache();
  return JSON.stringify(mustache.render(one.text, one.data, one.partials));
});
fs.writeFileSync(results, rendered.join("\n") + "\n");
