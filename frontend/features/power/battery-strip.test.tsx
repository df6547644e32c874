import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { readingsStore } from "@/lib/readings-store";
import { sensor } from "@/lib/test-data";
import { openPage } from "@/lib/testing";
import { BatteryStrip } from "./battery-strip";
import type { Ups } from "./ups-model";

afterEach(() => vi.unstubAllGlobals());

const block = (at: number) => ({
  number: String(at).padStart(2, "0"),
  voltage: sensor(at, "block-voltage", { unit: "V" }),
  resistance: undefined,
  temperature: undefined,
});

test("an outlier is marked and named, and every block says its value to the keyboard", async () => {
  const blocks = [1, 2, 3, 4].map(block);
  const ups = {
    ...{ deviceId: 1, name: "ups-01", sensors: [], byKind: new Map(), element: undefined, worstLoss: undefined },
    battery: { deviceId: 2, name: "ups-01 battery", byKind: new Map(), blocks },
  } satisfies Ups;
  const now = Date.now();
  readingsStore.replace([1, 2, 3].map((id) => [id, now, id === 3 ? 14.4 : 13.6, 0]));
  openPage(<BatteryStrip ups={ups} />, {});
  await act(() => new Promise((done) => requestAnimationFrame(done)));
  expect(screen.getByTestId("outliers-ups-01").textContent).toBe("1 outlier: 03 (+5.9 %)");
  expect(screen.getByRole("button", { name: /Block 03.*outlier, major/ })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Block 04, voltage, not known" })).toBeTruthy();
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.tab();
  expect(screen.getByTestId("block-reading").textContent).toContain("Block 01 13.60 V, +0.0 % of the median");
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(screen.getByTestId("block-reading").textContent).toContain("Block 03 14.40 V");
});
