// Owns the canvas: its size, the view, and when it is painted: at most once per animation frame, and only when something has changed.
// Values come straight from where they are kept (`feed`); nothing of React happens for a new reading.
import type { Sensor } from "@/lib/api";
import type { Theme } from "@/lib/color-scale";
import { aisleFigures, sensorsOfAisles } from "./aisles";
import type { Point, Size } from "./geometry";
import type { Source } from "./layers";
import { hatchOf, type Painted, paint } from "./paint";
import { type Colors, colorsOf, type Scene } from "./pen";
import type { Plan } from "./plan-api";
import { type RowLabel, rowLabels } from "./scene";
import { type UnitLook, unitLook } from "./units";
import { pan, reveal, toRoom, toScreen, type View, viewOf, viewText, wholeRoom, zoomAt } from "./view";

/** Where values come from, and who hears when they change. */
export type Feed = { current: () => Source; subscribe: (listener: () => void) => () => void };

export type Shown = Pick<
  Scene,
  "plan" | "layer" | "selected" | "hovered" | "served" | "wrong" | "editing" | "marquee"
> & {
  racks: Scene["sensors"];
  devices: ReadonlyMap<number, Sensor[]>;
  feed: Feed;
};

const nobody: Size = { width: 0, height: 0 };

export class PlanRenderer {
  /** For tests and the measurement of frames. */
  readonly stats: Painted & { frames: number; busyMs: number } = { racks: 0, hatched: 0, frames: 0, busyMs: 0 };
  size = nobody;
  private view: View | null = null;
  /** What the address asks for, until there is a size to make a view of. */
  private asked: string | null;
  private shown: Shown | null = null;
  private frame = 0;
  private colors: Colors | null = null;
  private hatch: CanvasPattern | null = null;
  private font = "sans-serif";
  private theme: Theme = "dark";
  private aisleSensors: ReturnType<typeof sensorsOfAisles> = [];
  private rows: RowLabel[] = [];
  private forgetFeed: (() => void) | null = null;
  private readonly observer: ResizeObserver;

  constructor(
    readonly canvas: HTMLCanvasElement,
    view: string | null,
    private readonly onView: (text: string | null) => void,
  ) {
    this.asked = view;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
  }

  stop() {
    this.observer.disconnect();
    this.forgetFeed?.();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  show(shown: Shown) {
    const before = this.shown;
    this.shown = shown;
    if (before?.feed !== shown.feed) {
      this.forgetFeed?.();
      this.forgetFeed = shown.feed.subscribe(this.invalidate);
    }
    if (before?.plan !== shown.plan || before?.racks !== shown.racks) {
      this.aisleSensors = sensorsOfAisles(shown.plan, shown.racks);
      this.rows = rowLabels(shown.plan);
    }
    if (before && before.plan.room.id !== shown.plan.room.id) this.view = null;
    if (this.size === nobody) this.resize();
    this.invalidate();
  }

  setTheme(theme: Theme) {
    this.theme = theme;
    this.colors = null;
    this.invalidate();
  }

  invalidate = () => {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.draw);
  };

  toRoom = (at: Point) => toRoom(this.currentView(), this.size, at);
  toScreen = (at: Point) => toScreen(this.currentView(), this.size, at);
  get scale() {
    return this.currentView().scale;
  }

  pan(dx: number, dy: number) {
    this.change((view, plan) => pan(view, plan, this.size, dx, dy));
  }
  zoomAt(at: Point, factor: number) {
    this.change((view, plan) => zoomAt(view, plan, this.size, at, factor));
  }
  zoom(factor: number) {
    this.zoomAt({ x: this.size.width / 2, y: this.size.height / 2 }, factor);
  }
  showAll() {
    this.change((_, plan) => wholeRoom(plan, this.size));
  }
  reveal(point: Point) {
    this.change((view, plan) => reveal(view, plan, this.size, point));
  }
  /** The address has changed by other means. */
  setView(text: string | null) {
    if (!this.shown || this.size === nobody) {
      this.asked = text;
      return;
    }
    if (viewText(this.currentView(), this.shown.plan, this.size) === text) return;
    this.view = viewOf(text, this.shown.plan, this.size);
    this.invalidate();
  }

  private change(next: (view: View, plan: Plan) => View) {
    if (!this.shown || this.size === nobody) return;
    const view = next(this.currentView(), this.shown.plan);
    if (view === this.view) return;
    this.view = view;
    this.invalidate();
    this.onView(viewText(view, this.shown.plan, this.size));
  }

  private currentView(): View {
    if (this.view) return this.view;
    if (!this.shown || this.size === nobody) return { x: 0, y: 0, scale: 1 };
    this.view = viewOf(this.asked, this.shown.plan, this.size);
    this.asked = null;
    return this.view;
  }

  private resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0 || (width === this.size.width && height === this.size.height)) return;
    // The same part of the room stays in sight.
    const kept = this.view && this.shown ? viewText(this.view, this.shown.plan, this.size) : null;
    this.size = { width, height };
    if (this.view && this.shown) this.view = viewOf(kept, this.shown.plan, this.size);
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.invalidate();
  }

  private look(ctx: CanvasRenderingContext2D) {
    if (this.colors) return this.colors;
    this.colors = colorsOf(getComputedStyle(document.documentElement));
    this.font = getComputedStyle(document.body).fontFamily;
    this.hatch = hatchOf(ctx, this.colors.unknown);
    return this.colors;
  }

  private draw = () => {
    this.frame = 0;
    const { shown } = this;
    const ctx = this.canvas.getContext("2d", { alpha: false });
    if (!shown || !ctx || this.size === nobody) return;
    const from = performance.now();
    const ratio = this.canvas.width / this.size.width;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const source = shown.feed.current();
    const colors = this.look(ctx);
    const units = new Map<number, UnitLook>(
      shown.plan.units.map(({ device_id }) => [device_id, unitLook(shown.devices.get(device_id), source)]),
    );
    const { plan, layer, racks: sensors, selected, hovered, served, wrong, editing, marquee } = shown;
    const { theme, font, hatch, rows, size } = this;
    const painted = paint(ctx, {
      ...{ plan, layer, sensors, selected, hovered, served, wrong, editing, marquee, source, colors },
      ...{ theme, font, hatch, rows, size, units, view: this.currentView() },
      aisles: aisleFigures(this.aisleSensors, source),
    });
    Object.assign(this.stats, painted, { frames: this.stats.frames + 1 });
    this.stats.busyMs += performance.now() - from;
  };
}
