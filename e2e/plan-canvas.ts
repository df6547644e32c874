// What specs ask the floor plan's canvas: its pixels, and where on it something of the room is.
import type { Page } from "@playwright/test";

type Point = { x: number; y: number };
type Stats = { racks: number; hatched: number; frames: number; busyMs: number };
export type PlanCanvas = HTMLCanvasElement & {
  plan: { scale: number; toScreen: (at: Point) => Point; stats: Stats; pan: (dx: number, dy: number) => void };
};

export const canvasOf = (page: Page) => page.getByTestId("plan-canvas");

/** The colour at a point of the room, as it is on the screen. */
export const colorAt = (page: Page, x: number, y: number) =>
  canvasOf(page).evaluate(
    (canvas: PlanCanvas, at) => {
      const { x, y } = canvas.plan.toScreen(at);
      const ratio = canvas.width / canvas.clientWidth;
      const [red = 0, green = 0, blue = 0] =
        canvas.getContext("2d")?.getImageData(x * ratio, y * ratio, 1, 1).data ?? [];
      return { red, green, blue };
    },
    { x, y },
  );

export const screenOf = (page: Page, x: number, y: number) =>
  canvasOf(page).evaluate((canvas: PlanCanvas, at) => canvas.plan.toScreen(at), { x, y });

/** Pixels of a metre. */
export const scaleOf = (page: Page) => canvasOf(page).evaluate((canvas: PlanCanvas) => canvas.plan.scale);

export const drawn = (page: Page) => canvasOf(page).evaluate((canvas: PlanCanvas) => ({ ...canvas.plan.stats }));

/** Which of the scale's colours a rack has, as the table beside the plan says. */
export async function shadeOf(page: Page, rack: string) {
  return Number(
    await page.getByRole("row").filter({ hasText: rack }).locator("[data-shade]").getAttribute("data-shade"),
  );
}
