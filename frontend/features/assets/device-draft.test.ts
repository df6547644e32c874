import { expect, test } from "vitest";
import type { DeviceType } from "./assets-types";
import { changesOf, documentOf, draftOf, newDraft, withoutNulls, withType } from "./device-draft";
import { at, device } from "./test-data";

const type = (more: Partial<DeviceType>): DeviceType => ({
  ...{ id: 7, version: 1, manufacturer: "Nordwind", model: "R420", role: "server", height_u: 2, full_depth: true },
  ...{ width: "full", airflow: null, weight_kg: null, power_nameplate_w: null, power_typical_w: null, inlets: 2 },
  ...{ part_number: null, devices: 0, images: { front: null, rear: null } },
  ...more,
});

test("only what was changed is sent, and what is emptied becomes null", () => {
  const given = device(1, { position: at(12, 2), owner: "Payments", tags: ["web", "eu"] });
  const before = documentOf(draftOf(given));
  expect(changesOf(before, documentOf(draftOf(given)))).toEqual({});
  const after = documentOf({ ...draftOf(given), owner: " ", tags: "web", u: "14" });
  expect(changesOf(before, after)).toEqual({ owner: null, tags: ["web"], position: at(14, 2) });
});

test("out of its rack it has no place, and stands in a room", () => {
  const draft = { ...draftOf(device(1, { position: at(12) })), rackId: "" };
  expect(documentOf(draft)).toMatchObject({ rack_id: null, room_id: 1, position: null });
});

test("a type brings role, height and depth; one of 0 U hangs at a side", () => {
  const draft = newDraft({ name: "x", rackId: "3", mount: "rack", u: "7", height: "1" });
  expect(withType(draft, type({}))).toMatchObject({ typeId: "7", height: "2", face: "both", side: "full" });
  expect(withType(draft, type({ full_depth: false, width: "half" }))).toMatchObject({ face: "front", side: "left" });
  const strip = withType({ ...draft, face: "both" }, type({ height_u: 0, role: "pdu" }));
  expect(documentOf(strip).position).toEqual({ mount: "side", face: "rear", side: "left" });
  expect(strip.role).toBe("pdu");
});

test("of a new one nothing is said that is not known", () => {
  expect(withoutNulls(documentOf(newDraft({ name: "x", rackId: "3", mount: "rack", u: "7" })))).toEqual({
    ...{ name: "x", role: "server", status: "active", rack_id: 3 },
    position: { mount: "rack", u: 7, face: "front", side: "full" },
  });
});
