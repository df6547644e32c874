// How units are shown: in which one, and with how many digits. The one place for it.
const digits: Record<string, number> = { "°C": 1, "%RH": 0, kW: 2 };

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
