import { expect, test } from "vitest";
import type { DiscoveredTopic } from "@/lib/api";
import { adoptionOf, draftOf, placeOf } from "./adopt-draft";

const sensor = (field: string) => ({ field, value: 1, name: field.slice(1), kind: "voltage", unit: "V" });
const topic: DiscoveredTopic = {
  ...{ topic: "dc/demo/room-1/rack-A01/probe", first_seen: "", last_seen: "", messages: 9, last_payload: "{}" },
  guess: {
    ...{ name: "A01 probe", role: "sensor", room_id: 1, rack_id: 11, interval_s: 30 },
    sensors: [sensor("/a"), sensor("/b"), sensor("/c")],
  },
};

test("the guess becomes a new device with all its sensors", () => {
  const draft = draftOf(topic);
  expect(adoptionOf(topic, draft)).toEqual({
    topic: topic.topic,
    device: { name: "A01 probe", role: "sensor", rack_id: 11 },
    sensors: ["a", "b", "c"].map((name) => ({ field: `/${name}`, name, kind: "voltage", unit: "V", interval_s: 30 })),
  });
});

test("without a rack it stands in the room, and an existing device is only named", () => {
  const draft = draftOf(topic);
  expect(adoptionOf(topic, { ...draft, rackId: null })).toMatchObject({ device: { rack_id: null, room_id: 1 } });
  const onto = adoptionOf(topic, { ...draft, onto: "existing", deviceId: 7 });
  expect(onto).toMatchObject({ device_id: 7 });
  expect(onto).not.toHaveProperty("device");
});

test("what is wrong with a sensor is told beside it, though others before it are left out", () => {
  const draft = draftOf(topic);
  draft.sensors = draft.sensors.map((each, i) => ({ ...each, wanted: i > 0 }));
  expect(adoptionOf(topic, draft).sensors.map(({ name }) => name)).toEqual(["b", "c"]);
  expect(placeOf("/sensors/1/kind", draft)).toBe("/sensors/2/kind");
  expect(placeOf("/sensors/0", draft)).toBe("/sensors/1/name");
  expect(placeOf("/device/name", draft)).toBe("/device/name");
});
