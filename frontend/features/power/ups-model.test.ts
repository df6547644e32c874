import { expect, test } from "vitest";
import { sensor } from "@/lib/test-data";
import type { Element } from "./power-types";
import { upsOf } from "./ups-model";

const ups = (id: number, kind: string, device: number) =>
  sensor(id, kind, {
    ...{ device_id: device, device_type: "ups", device: `ups-0${device}`, topic: `dc/s/power/ups-0${device}/status` },
  });
const block = (id: number, number: string, what: string, device: number) =>
  sensor(id, `block-${what}`, {
    ...{ device_id: 10 + device, device_type: "battery-monitor", device: `ups-0${device} battery` },
    ...{ name: `block ${number} ${what}`, topic: `dc/s/power/ups-0${device}/battery` },
  });

test("a unit has its own sensors, its battery's blocks in their order, and its element", () => {
  const sensors = [
    { ...ups(8, "failover-load", 1), topic: "computed/element-9" },
    ups(1, "ups-state", 2),
    ups(2, "ups-state", 1),
    ups(3, "battery-charge", 1),
    block(4, "02", "voltage", 1),
    block(5, "10", "voltage", 1),
    block(6, "02", "resistance", 1),
    sensor(7, "rack-power"),
  ];
  const element = { id: 9, kind: "ups", device_id: 1 } as Element;
  const [first, second] = upsOf(sensors, [element]);
  expect([first?.name, second?.name]).toEqual(["ups-01", "ups-02"]);
  expect(first?.byKind.get("battery-charge")?.id).toBe(3);
  expect(first?.element).toBe(element);
  expect(
    first?.battery?.blocks.map(({ number, voltage, resistance }) => [number, voltage?.id, resistance?.id]),
  ).toEqual([
    ["02", 4, 6],
    ["10", 5, undefined],
  ]);
  expect([second?.battery, second?.element]).toEqual([undefined, undefined]);
});
