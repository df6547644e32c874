import { expect, test } from "vitest";
import type { Alarm } from "@/lib/api";
import { withChanges } from "./alarm-feed";

const alarm = (id: number, severity: string, raised: string, state = "active", revision = id) =>
  ({ id, revision, severity, raised_at: `2026-11-25T${raised}:00Z`, state }) as Alarm;

test("the worst first, then the newest; what is resolved goes, what has changed counts as it is now", () => {
  const items = [alarm(1, "major", "10:00"), alarm(2, "minor", "11:00"), alarm(3, "minor", "10:30")];
  const changed = [alarm(2, "critical", "11:00"), alarm(4, "minor", "12:00"), alarm(1, "major", "10:00", "resolved")];
  expect(withChanges(items, changed).map(({ id }) => id)).toEqual([2, 4, 3]);
});
