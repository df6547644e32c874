import { act, render, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { alarmsLive } from "@/lib/alarms-live";
import type { AlarmCounts } from "@/lib/api";
import { AlarmBadge } from "./alarm-badge";

const counts = (critical: number, minor: number): AlarmCounts => ({
  open: { critical: 5, major: 5, minor: 5, info: 5 },
  unacknowledged: { critical, major: 0, minor, info: 0 },
  rooms: [],
});
const badge = () => screen.getByTestId("alarm-badge");

test("what nobody has acknowledged is counted in the bar and in the tab, also after the page's title has changed", async () => {
  document.title = "Overview · DCIM";
  alarmsLive.clear();
  const { unmount } = render(<AlarmBadge />);
  expect(badge().textContent).toBe("Alarms: not known");
  act(() => alarmsLive.setCounts(counts(1, 2)));
  expect(badge().textContent).toBe("3 unacknowledged alarms, the worst critical3");
  expect(document.title).toBe("(3) Overview · DCIM");
  document.title = "Alarm rules · DCIM";
  await waitFor(() => expect(document.title).toBe("(3) Alarm rules · DCIM"));
  act(() => alarmsLive.setCounts(counts(0, 0)));
  expect(badge().textContent).toBe("No alarm waits to be acknowledged");
  expect(document.title).toBe("Alarm rules · DCIM");
  act(() => alarmsLive.setCounts(counts(0, 1)));
  unmount();
  expect(document.title).toBe("Alarm rules · DCIM");
});
