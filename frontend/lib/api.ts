// The server's REST contract, typed from api/openapi.yaml. A problem it answers becomes an ApiError.
import type { components } from "./api-types.gen";

type Schemas = components["schemas"];
export type Session = Schemas["Session"];
export type Site = Schemas["Site"];
export type Rack = Schemas["Rack"];
export type Room = Schemas["Room"];
export type Sensor = Schemas["Sensor"];
export type Figure = Schemas["Figure"];
export type Overview = Schemas["Overview"];
export type RoomStatus = Schemas["RoomStatus"];
export type Readings = Schemas["Readings"];
export type DiscoveredTopic = Schemas["DiscoveredTopic"];
export type RejectedMessage = Schemas["RejectedMessage"];
export type AuditEntry = Schemas["AuditEntry"];
export type List<T> = { items: T[] };

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

export function isSignedOut(error: unknown) {
  return error instanceof ApiError && error.status === 401;
}

let csrfToken = "";
export function rememberCsrfToken(token: string) {
  csrfToken = token;
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      credentials: "same-origin",
      headers: { Accept: "application/json", ...init.headers },
    });
  } catch {
    throw new ApiError(0, "The server cannot be reached.");
  }
  if (response.status === 204) return undefined as T;
  const body = await response.json().catch(() => null);
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After"));
    throw new ApiError(
      response.status,
      body?.detail ?? `The server answered ${response.status}.`,
      body?.field,
      retryAfter || undefined,
    );
  }
  return body as T;
}

export function get<T>(path: string, query: Record<string, string | number> = {}) {
  const text = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
  return request<T>(text ? `${path}?${text}` : path);
}

export function post<T>(path: string, body?: unknown) {
  return request<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}
