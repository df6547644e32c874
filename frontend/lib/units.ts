// How many digits a unit is shown with. The one place for it.
const digits: Record<string, number> = { "°C": 1, "%RH": 0, kW: 2 };

export function digitsOf(unit: string) {
  return digits[unit] ?? 1;
}
