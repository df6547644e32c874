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
export type Health = Schemas["Health"];
export type OverviewTrends = Schemas["OverviewTrends"];
export type Environment = Schemas["Environment"];
export type Compliance = Schemas["Compliance"];
export type AirVerdict = Schemas["AirVerdict"];
export type RoomStatus = Schemas["RoomStatus"];
export type Readings = Schemas["Readings"];
export type CombinedReadings = Schemas["CombinedReadings"];
export type ReadingsOfMany = Schemas["ReadingsOfMany"];
export type DiscoveredTopic = Schemas["DiscoveredTopic"];
export type IssuedCredentials = Schemas["IssuedCredentials"];
export type RejectedMessage = Schemas["RejectedMessage"];
export type AuditEntry = Schemas["AuditEntry"];
export type Ready = Schemas["Ready"];
export type Severity = Schemas["Severity"];
export type System = Schemas["System"];
export type Alarm = Schemas["Alarm"];
export type AlarmSource = Schemas["AlarmSource"];
export type AlarmChange = Schemas["AlarmChange"];
export type AlarmDetail = Schemas["AlarmDetail"];
export type AlarmCounts = Schemas["AlarmCounts"];
export type SeverityCounts = Schemas["SeverityCounts"];
export type AlarmPage = { items: Alarm[]; next_cursor: string | null; total: number };
export type AlarmRule = Schemas["AlarmRule"];
export type AlarmRuleDocument = Schemas["AlarmRuleDocument"];
export type AlarmRuleTest = Schemas["AlarmRuleTest"];
export type Limits = Schemas["Limits"];
export type RuleLevel = Schemas["RuleLevel"];
export type NotificationChannel = Schemas["NotificationChannel"];
export type NotificationChannelDocument = Schemas["NotificationChannelDocument"];
export type NotificationRoute = Schemas["NotificationRoute"];
export type NotificationRouteDocument = Schemas["NotificationRouteDocument"];
export type Notification = Schemas["Notification"];
export type List<T> = { items: T[] };
export type Versioned = { id: number; version: number };

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string,
    readonly retryAfterSeconds?: number,
    /** All of the problem: some have members of their own. */
    readonly problem?: unknown,
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

/** The audit row of a change, when the server names it: what can be undone. */
export type Changed<T> = { body: T; changeId: number | undefined };

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await requestChange<T>(path, init)).body;
}

async function requestChange<T>(path: string, init: RequestInit): Promise<Changed<T>> {
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
  const changeId = Number(response.headers.get("X-Change-Id")) || undefined;
  if (response.status === 204) return { body: undefined as T, changeId };
  const body = await response.json().catch(() => null);
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After"));
    throw new ApiError(
      response.status,
      body?.detail ?? `The server answered ${response.status}.`,
      body?.field,
      retryAfter || undefined,
      body,
    );
  }
  return { body: body as T, changeId };
}

type Query = Record<string, string | number | null | undefined>;

/** What is null, undefined or empty is left out. */
export function withQuery(path: string, query: Query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal) {
  return request<T>(withQuery(path, query), { signal });
}

/** `version`: what was edited; the server refuses it when somebody else has changed it since. */
function sending(
  method: string,
  body: string | Blob | undefined,
  version?: number,
  type = "application/json",
): RequestInit {
  return {
    method,
    headers: {
      "Content-Type": type,
      "X-CSRF-Token": csrfToken,
      ...(version !== undefined && { "If-Match": `"${version}"` }),
    },
    body,
  };
}

const jsonOf = (body: unknown) => (body === undefined ? undefined : JSON.stringify(body));
const send = <T>(method: string, path: string, body?: unknown, version?: number) =>
  request<T>(path, sending(method, jsonOf(body), version));

export const post = <T>(path: string, body?: unknown) => send<T>("POST", path, body);
export const put = <T>(path: string, body: unknown, version: number) => send<T>("PUT", path, body, version);
export const remove = (path: string, version?: number) => send<void>("DELETE", path, undefined, version);
/** Text of another kind than JSON: a file that somebody has chosen. */
export const postText = <T>(path: string, type: string, text: string) =>
  request<T>(path, sending("POST", text, undefined, type));

/** A file as somebody has chosen it; what it is the server reads from its content. */
export const putImage = <T>(path: string, file: Blob) =>
  request<T>(path, sending("PUT", file, undefined, file.type.startsWith("image/") ? file.type : "image/png"));

/** As `send`, with what can be undone of it. */
export const change = <T>(method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown, version?: number) =>
  requestChange<T>(path, sending(method, jsonOf(body), version));
