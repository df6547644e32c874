import { expect, test } from "vitest";
import { classes, classOf, type Rgb, rgbScale, type ScaleName, shadesOf, type Theme } from "./color-scale";

const names: ScaleName[] = ["heat", "moisture", "age"];
const themes: Theme[] = ["dark", "light"];
const all = names.flatMap((name) => themes.map((theme) => ({ name, theme })));

const linear = (rgb: Rgb) =>
  rgb.map((each) => {
    const value = each / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
type Matrix = [Rgb, Rgb, Rgb];
const times = (matrix: Matrix, v: Rgb) => matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as Rgb;

/** How those see it who lack a cone (Machado, Oliveira, Fernandes 2009, severity 1). */
const eyes: Record<string, Matrix> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanope: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab of what such an eye gets. */
function seen(eye: string, rgb: Rgb): Rgb {
  const [r, g, b] = times(eyes[eye] as Matrix, linear(rgb)).map((each) => Math.max(0, each)) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test.each(all)("$name on $theme ground is monotone in lightness for every eye", ({ name, theme }) => {
  const direction = theme === "dark" ? 1 : -1;
  for (const eye of Object.keys(eyes)) {
    const lightness = rgbScale(name, theme).map((rgb) => seen(eye, rgb)[0]);
    lightness.slice(1).forEach((each, index) => {
      expect(direction * (each - (lightness[index] ?? 0)), `${eye}, class ${index}`).toBeGreaterThan(0);
    });
  }
});

test.each(all)("a fifth of $name on $theme ground is a difference that every eye sees", ({ name, theme }) => {
  const scale = rgbScale(name, theme);
  const fifth = Math.floor(classes / 5);
  for (const eye of Object.keys(eyes)) {
    for (let at = 0; at + fifth < classes; ++at) {
      expect(
        distance(seen(eye, scale[at] as Rgb), seen(eye, scale[at + fifth] as Rgb)),
        `${eye} at ${at}`,
      ).toBeGreaterThan(0.05);
    }
  }
});

test("heat goes from blue to where nobody takes it for cool", () => {
  for (const theme of themes) {
    const scale = rgbScale("heat", theme);
    const [coolRed = 0, , coolBlue = 0] = scale[0] ?? [];
    const [hotRed = 0, , hotBlue = 0] = scale.at(-1) ?? [];
    expect(coolBlue).toBeGreaterThan(coolRed);
    expect(hotRed).toBeGreaterThan(hotBlue + 60);
  }
});

test.each(all)("what is written on $name on $theme ground is readable", ({ name, theme }) => {
  const luminance = (css: string) => {
    const rgb = css.startsWith("#")
      ? ([1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16)) as Rgb)
      : (css.match(/\d+/g)?.map(Number) as Rgb);
    const [r, g, b] = linear(rgb);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const { css, ink } of shadesOf(name, theme)) {
    const [high, low] = [luminance(css), luminance(ink)].toSorted((a, b) => b - a);
    expect(((high ?? 0) + 0.05) / ((low ?? 0) + 0.05), css).toBeGreaterThan(4.5);
  }
});

test("what lies beyond the scale has the colour of its end", () => {
  expect([classOf(-1), classOf(0), classOf(0.5), classOf(1), classOf(7)]).toEqual([0, 0, 16, 31, 31]);
});
