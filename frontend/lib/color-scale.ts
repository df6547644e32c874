// Colours for values, cool to hot, safe for colour-blind eyes: every scale is monotone in lightness, and on dark ground more is brighter, on
// light ground darker. Made in OKLCH and brought into sRGB here, because the canvas wants few ready colours, and tests want their numbers.

type Oklch = [lightness: number, chroma: number, hue: number];
export type Rgb = [number, number, number];
export type Shade = { css: string; ink: string };
export type Theme = "dark" | "light";
export type ScaleName = "heat" | "moisture" | "age";

/** As many classes as an eye can tell apart. */
export const classes = 32;

const stops: Record<ScaleName, Record<Theme, Oklch[]>> = {
  heat: {
    dark: [
      [0.35, 0.12, 262],
      [0.45, 0.16, 278],
      [0.56, 0.19, 302],
      [0.68, 0.19, 5],
      [0.79, 0.15, 62],
      [0.92, 0.14, 100],
    ],
    light: [
      [0.93, 0.04, 230],
      [0.85, 0.07, 260],
      [0.76, 0.11, 300],
      [0.65, 0.17, 350],
      [0.54, 0.19, 22],
      [0.4, 0.15, 28],
    ],
  },
  moisture: {
    dark: [
      [0.42, 0.06, 70],
      [0.52, 0.05, 140],
      [0.64, 0.09, 200],
      [0.86, 0.1, 215],
    ],
    light: [
      [0.93, 0.05, 90],
      [0.8, 0.07, 170],
      [0.63, 0.1, 220],
      [0.42, 0.13, 255],
    ],
  },
  age: {
    dark: [
      [0.36, 0.03, 250],
      [0.55, 0.06, 300],
      [0.85, 0.14, 92],
    ],
    light: [
      [0.94, 0.015, 250],
      [0.76, 0.07, 300],
      [0.47, 0.12, 50],
    ],
  },
};

function linearRgb([lightness, chroma, hue]: Oklch): Rgb {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const encoded = (value: number) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** Colours that sRGB lacks lose chroma, never lightness. */
function toRgb([lightness, chroma, hue]: Oklch): Rgb {
  for (let kept = chroma; ; kept -= 0.005) {
    const rgb = linearRgb([lightness, Math.max(0, kept), hue]);
    if (kept <= 0 || rgb.every((each) => each >= -0.0005 && each <= 1.0005)) {
      return rgb.map((each) => Math.round(255 * encoded(Math.min(1, Math.max(0, each))))) as Rgb;
    }
  }
}

function mixed(all: Oklch[], at: number): Oklch {
  const place = at * (all.length - 1);
  const from = all[Math.min(all.length - 2, Math.floor(place))] as Oklch;
  const to = all[Math.min(all.length - 1, Math.floor(place) + 1)] as Oklch;
  const share = place - Math.min(all.length - 2, Math.floor(place));
  // The shorter way round the circle of hues.
  const turn = ((((to[2] - from[2]) % 360) + 540) % 360) - 180;
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), from[2] + share * turn];
}

function luminance(rgb: Rgb) {
  const [r, g, b] = rgb.map((each) => {
    const value = each / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What is written on a colour: whichever of the two reads better. */
function inkOn(rgb: Rgb) {
  const light = luminance(rgb);
  return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
}

export function rgbScale(name: ScaleName, theme: Theme): Rgb[] {
  return Array.from({ length: classes }, (_, index) => toRgb(mixed(stops[name][theme], index / (classes - 1))));
}

const made = new Map<string, Shade[]>();

export function shadesOf(name: ScaleName, theme: Theme): Shade[] {
  const key = `${name} ${theme}`;
  const known = made.get(key);
  if (known) return known;
  const shades = rgbScale(name, theme).map((rgb) => ({ css: `rgb(${rgb.join(" ")})`, ink: inkOn(rgb) }));
  made.set(key, shades);
  return shades;
}

/** `at` from 0 to 1; what lies beyond has the colour of the end. */
export function classOf(at: number) {
  return Math.min(classes - 1, Math.max(0, Math.floor(at * classes)));
}
