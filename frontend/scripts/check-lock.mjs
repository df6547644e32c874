// Fails when the lock file lacks packages that others list as optional (npm install passes, npm ci fails), or holds addresses.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, "")));
const problems = Object.entries(packages).flatMap(([key, entry]) => [
  ...Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !names.has(name))
    .map((name) => `missing from the lock file: ${key || "root"} -> ${name}`),
  ...(entry.resolved?.startsWith("http") ? [`download address in the lock file: ${key}`] : []),
]);
for (const problem of problems) console.error(problem);
process.exit(problems.length ? 1 : 0);
