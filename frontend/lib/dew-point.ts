/** Dew point, °C, by the Magnus formula over water (a = 17.62, b = 243.12 °C); null when the air cannot be so dry. */
export function dewPoint(celsius: number, relativeHumidity: number) {
  if (!(relativeHumidity > 0)) return null;
  const gamma = Math.log(Math.min(relativeHumidity, 100) / 100) + (17.62 * celsius) / (243.12 + celsius);
  return (243.12 * gamma) / (17.62 - gamma);
}
