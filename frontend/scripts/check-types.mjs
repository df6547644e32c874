// Fails when lib/api-types.gen.ts is not what the contract gives: run `npm run types`.
import { readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const wanted = COMMENT_HEADER + astToString(await openapiTS(new URL("../../api/openapi.yaml", import.meta.url)));
if (readFileSync("lib/api-types.gen.ts", "utf8").trim() !== wanted.trim()) {
  console.error("lib/api-types.gen.ts is not what api/openapi.yaml gives: run `npm run types`");
  process.exit(1);
}
