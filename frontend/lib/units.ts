// How units are shown: in which one, and with how many digits. The one place for it.
const digits: Record<string, number> = { "°C": 1, "%RH": 0, kW: 2, PUE: 2, count: 0 };

export function digitsOf(unit: string) {
  return digits[unit] ?? 1;
}

/** The smallest difference that can be seen. */
export function smallestStep(unit: string) {
  return 10 ** -digitsOf(unit);
}

/** Power is shown in kW, whatever the sensor sends. */
export function inShownUnit(value: number, unit: string) {
  return unit === "W" ? { value: value / 1000, unit: "kW" } : { value, unit };
}

/** What the numbers of a state sensor mean, by its kind (docs/simulators.md). */
const states: Record<string, Record<number, string>> = {
  leak: { 0: "dry", 1: "wet" },
  "crac-state": { 0: "off", 1: "on", 2: "fault" },
  redundancy: { 0: "as designed", 1: "lost" },
  "ups-state": { 1: "online", 2: "on battery", 3: "depleted", 4: "fault" },
};

export function stateWord(kind: string, value: number) {
  return states[kind]?.[value] ?? `state ${value}`;
}

export function statesOf(kind: string) {
  return Object.entries(states[kind] ?? {}).map(([value, word]) => ({ value: Number(value), word }));
}
