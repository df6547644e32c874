// The one place for how charts are coloured: tokens of app/globals.css, as the theme that is on says.

/** Of the series of a chart, in their order; told apart by those who do not see red and green, too. */
const seriesTokens = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5"];
export const tokenOf = (index: number) => seriesTokens[index % seriesTokens.length] ?? "--chart-1";
export const ghostToken = "--muted";

export type Paint = {
  color: (token: string) => string;
  tint: (token: string, percent: number) => string;
  font: string;
};

/** Canvas knows no variables: they are read when a chart is made. */
export function readPaint(): Paint {
  const style = getComputedStyle(document.documentElement);
  const color = (token: string) => style.getPropertyValue(token).trim();
  return {
    color,
    tint: (token, percent) => `color-mix(in oklch, ${color(token)} ${percent}%, transparent)`,
    font: getComputedStyle(document.body).fontFamily,
  };
}
