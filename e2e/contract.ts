// A real answer, held against api/openapi.yaml.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type APIRequestContext, expect } from "@playwright/test";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";

export const contract = parse(readFileSync(resolve(import.meta.dirname, "../api/openapi.yaml"), "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(contract, "openapi");

const inPointer = (key: string) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));

/** The schema of an answer, or null when it has no body. */
function schemaOf(path: string, method: string, status: number, type: string) {
  const answer = contract.paths[path]?.[method]?.responses?.[status];
  if (!answer) throw new Error(`the contract knows no ${status} of ${method} ${path}`);
  const shared = answer.$ref?.split("/").pop();
  const base = shared ? `#/components/responses/${shared}` : `#/paths/${inPointer(path)}/${method}/responses/${status}`;
  const content = (shared ? contract.components.responses[shared] : answer).content;
  if (!content) return null;
  if (!content[type]) throw new Error(`the contract knows no ${type} in ${status} of ${method} ${path}`);
  return ajv.compile({ $ref: `openapi${base}/content/${inPointer(type)}/schema` });
}

export type Case = {
  path: string;
  url?: string;
  method?: "get" | "post" | "put" | "patch" | "delete";
  status: number;
  data?: unknown;
  field?: string;
  version?: number;
  type?: string;
};

export async function hold(
  api: APIRequestContext,
  { path, url = path, method = "get", status, data, field, version, type }: Case,
  token?: string,
) {
  const headers = {
    ...(token && { "X-CSRF-Token": token }),
    ...(version !== undefined && { "If-Match": `"${version}"` }),
    ...(type && { "Content-Type": type }),
  };
  const answer = await api[method](url, { data, headers });
  const name = `${method} ${url} → ${status}`;
  expect(answer.status(), name).toBe(status);
  const validate = schemaOf(path, method, status, (answer.headers()["content-type"] ?? "").split(";")[0] ?? "");
  if (!validate) return;
  const isJson = /[/+]json/.test(answer.headers()["content-type"] ?? "");
  const body = isJson ? await answer.json() : await answer.text();
  validate(body);
  expect(validate.errors ?? [], name).toEqual([]);
  if (field !== undefined) expect(body.field, name).toBe(field);
}
