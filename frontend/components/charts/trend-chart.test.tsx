import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Series } from "./chart-model";
import { TrendChart } from "./trend-chart";

// The canvas is the browser's; what it is given is seen here.
const drawn = vi.fn();
vi.mock("next/dynamic", () => ({
  default: () => (props: { curves: { key: string }[]; onPoint: (ts?: number) => void }) => {
    drawn(props.curves.map(({ key }) => key));
    return (
      <button type="button" onClick={() => props.onPoint(60_000)}>
        point
      </button>
    );
  },
}));

const series: Series[] = [
  {
    key: "a",
    label: "A01",
    gapMs: 120_000,
    rows: [
      [0, 20, 19, 21],
      [60_000, 24, 22, 27],
    ],
  },
  { key: "b", label: "A02", gapMs: 120_000, rows: [[60_000, 30]] },
  { key: "a day", label: "A01, day before", gapMs: 120_000, rows: [[0, 90]], ghost: true },
];

const open = () =>
  render(
    <TrendChart
      {...{ label: "inlet temperature", unit: "°C", timeZone: "UTC", from: 0, to: 120_000, series }}
      resolution="every reading"
      marks={[{ ts: 30_000, until: 90_000, label: "Major: hot", token: "--major" }]}
    />,
  );

test("its summary is of what was measured, not of what it is compared with", () => {
  open();
  expect(screen.getByRole("img", { name: "inlet temperature: 3 readings from 19.0 to 30.0 °C" })).toBeTruthy();
  expect(screen.getByText("every reading")).toBeTruthy();
});

test("the crosshair reads time, each curve with its extremes, and the alarm that stood", async () => {
  open();
  await userEvent.click(screen.getByRole("button", { name: "point" }));
  const caption = screen.getByRole("figure").querySelector("figcaption")?.textContent;
  expect(caption).toContain("00:01:00 · A01 24.0 °C (22.0–27.0)");
  expect(caption).toContain("A02 30.0 °C");
  expect(caption).toContain("Major: hot");
});

test("a click on the legend leaves one curve alone, another one brings all back", async () => {
  open();
  const legend = within(screen.getByRole("list", { name: "Curves" }));
  await userEvent.click(legend.getByRole("button", { name: "A02" }));
  expect(drawn).toHaveBeenLastCalledWith(["b"]);
  await userEvent.click(legend.getByRole("button", { name: "A02" }));
  expect(drawn).toHaveBeenLastCalledWith(["a", "b", "a day"]);
});

test("the table says what is drawn, the newest first", async () => {
  open();
  await userEvent.click(screen.getByRole("button", { name: "inlet temperature as a table" }));
  const rows = within(screen.getByRole("table")).getAllByRole("row");
  expect(rows[1]?.textContent).toBe("01 Jan, 00:01:0024.022.027.030.0–");
});

test("the CSV is of what is shown", async () => {
  const blobs: Blob[] = [];
  URL.createObjectURL = (blob: Blob) => {
    blobs.push(blob);
    return "blob:x";
  };
  URL.revokeObjectURL = () => {};
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  open();
  await userEvent.click(within(screen.getByRole("list", { name: "Curves" })).getByRole("button", { name: "A01" }));
  await userEvent.click(screen.getByRole("button", { name: "inlet temperature as CSV" }));
  expect(await blobs[0]?.text()).toBe(
    'time,"A01, °C","A01, °C, lowest","A01, °C, highest"\r\n' +
      "1970-01-01T00:00:00.000Z,20,19,21\r\n1970-01-01T00:01:00.000Z,24,22,27\r\n",
  );
});

test("by keyboard the crosshair moves, and says what it reads", () => {
  open();
  const slider = screen.getByRole("slider", { name: "Crosshair of inlet temperature" });
  fireEvent.change(slider, { target: { value: "60000" } });
  expect(slider.getAttribute("aria-valuetext")).toContain("00:01:00, A01 24.0 °C, A02 30.0 °C");
});
