"use client";
// One room: its plan, live or as it was, the table of the same, the track of its past, and the plan's editing.
import { Maximize, Minus, Plus } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { RackPanel } from "@/components/rack-panel/rack-panel";
import { EmptyView, ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { UnsavedGuard } from "@/components/unsaved-guard";
import type { Rack, Room, Sensor } from "@/lib/api";
import { useLive } from "@/lib/live";
import { useMay } from "@/lib/roles";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { EditPanel } from "./edit-panel";
import { HoverCard } from "./hover-card";
import { cellOf, cellWords, type Layer, type RackSensors, sensorsOf } from "./layers";
import { type Plan, type PlanRack, usePlan } from "./plan-api";
import { Conflict, PastBanner, PastFailed } from "./plan-banners";
import { PlanCanvas } from "./plan-canvas";
import { PlanLegend } from "./plan-legend";
import { PlanTable } from "./plan-table";
import type { PlanRenderer } from "./renderer";
import { type Item, type ItemKey, itemsOf } from "./scene";
import { TimelineBar } from "./timeline-bar";
import { useEditor } from "./use-editor";
import { useLiveFeed } from "./use-feed";
import { usePlanKeys } from "./use-plan-keys";
import { feedOf, useTimeTravel } from "./use-time-travel";

type Props = {
  site: string;
  timeZone: string;
  room: Room;
  layer: Layer;
  racks: Rack[];
  sensors: Sensor[];
  table: boolean;
  kiosk: boolean;
  onLayer: (at: number) => void;
  onTable: () => void;
  onOpen: (rack: PlanRack) => void;
  /** The rack whose panel is open. */
  opened: Rack | undefined;
  onClose: () => void;
  /** Gets the way into editing; undefined while there is none. */
  toolbar: (editing: boolean, begin: (() => void) | undefined) => ReactNode;
};

const nothingWrong: ReadonlySet<ItemKey> = new Set();
export function RoomView(props: Props) {
  const { site, timeZone, room, layer, table, kiosk, opened } = props;
  const url = useUrlState();
  const may = useMay();
  const { status, serverOffsetMs } = useLive();
  const plan = usePlan(room.id);
  const [told, setTold] = useState("");
  const renderer = useRef<PlanRenderer>(null);
  const racks = useMemo(
    () =>
      new Map(
        props.racks
          .filter(({ room_id }) => room_id === room.id)
          .map((rack): [number, RackSensors] => [rack.id, sensorsOf(rack)]),
      ),
    [props.racks, room.id],
  );
  const devices = useMemo(() => {
    const all = new Map<number, Sensor[]>();
    for (const sensor of props.sensors) all.set(sensor.device_id, [...(all.get(sensor.device_id) ?? []), sensor]);
    return all;
  }, [props.sensors]);

  const { feed: liveFeed, worstAlone } = useLiveFeed(site, room.id);
  const past = useTimeTravel(room.id);
  const pastFeed = useMemo(() => past.moment && feedOf(past.moment), [past.moment]);
  const now = useCallback(() => Date.now() + serverOffsetMs, [serverOffsetMs]);

  const editor = useEditor(room, setTold);
  const [leaving, setLeaving] = useState(false);
  const editing = editor.draft !== null;
  const inPast = past.at !== null;
  const panelled = opened !== undefined && !editing;
  const feed = (inPast && pastFeed) || liveFeed;
  const shown: Plan | undefined = editor.plan ?? (inPast ? past.moment?.plan : undefined) ?? plan.data;
  // Until the first moment of the past is there, nothing is shown that could be taken for it.
  const waiting = inPast && !past.moment && !past.error;

  const items = useMemo(() => (shown ? itemsOf(shown).filter(({ kind }) => kind === "rack") : []), [shown]);
  const selectedName = opened?.name ?? url.search.get("select");
  const selected = items.find(({ name }) => name === selectedName);
  const chosen = useMemo<ReadonlySet<ItemKey>>(() => (selected ? new Set([selected.key]) : new Set()), [selected]);

  // As the address has it now, not as it was rendered: two keys in a row both count.
  const selectedNow = () => {
    const name = new URLSearchParams(window.location.search).get("select");
    return items.find((item) => item.name === name) ?? selected;
  };
  const select = (item: Item | undefined) => {
    url.set({ select: item?.name ?? null });
    if (item) renderer.current?.reveal({ x: item.box.x_m, y: item.box.y_m });
  };
  const rackOf = (item: Item | undefined) => shown?.racks.find(({ id }) => item?.kind === "rack" && id === item.id);
  const open = (item: Item | undefined) => {
    const rack = rackOf(item);
    if (rack) props.onOpen(rack);
  };
  const leave = () => (editor.dirty ? setLeaving(true) : editor.end());
  const mayEdit = may.administer && !kiosk && !inPast && !editing && plan.data !== undefined;
  const begin = mayEdit && plan.data ? () => editor.begin(plan.data) : undefined;

  const { onPlanKey } = usePlanKeys({
    ...{ editor, renderer, items, selectedNow, table, select, open, begin },
    all: shown ? itemsOf(shown) : [],
    onLayer: props.onLayer,
    onTable: props.onTable,
    onNothing: () => url.set({ select: null }),
  });

  const middle = () => {
    const made = renderer.current;
    if (!made) return { x: 1, y: 1 };
    return made.toRoom({ x: made.size.width / 2, y: made.size.height / 2 });
  };

  if (plan.error && !plan.data) {
    return (
      <div className="flex min-h-0 flex-1 flex-col gap-3">
        {props.toolbar(false, undefined)}
        <div className="grid flex-1 place-items-center rounded-lg border bg-surface">
          <ErrorView title="The plan could not be loaded" detail={plan.error.message} onRetry={() => plan.refetch()} />
        </div>
      </div>
    );
  }
  const placedSome = shown?.racks.some(({ placement }) => placement) || shown?.units.some(({ placement }) => placement);
  const description = selected && shown ? describe(selected, layer, racks, feed.current()) : "";
  return (
    <div
      className={cn(
        "flex min-h-0 flex-1 flex-col gap-3",
        // Where there is room for both, the plan stands beside the panel, not under it.
        panelled && "xl:pr-[43.25rem]",
      )}
    >
      {!kiosk && props.toolbar(editing, begin)}
      {past.at !== null && (
        <PastBanner
          at={past.moment?.at ?? past.at}
          now={now}
          loading={past.loading}
          timeZone={timeZone}
          onNow={() => past.seek(null)}
        />
      )}
      {past.error && <PastFailed error={past.error} onRetry={() => past.travel.retry()} />}
      {worstAlone && !inPast && (
        <p role="status" className="text-warning text-xs">
          More alarms are open in this room than can be shown here: the plan tells of the worst 1,000 only.
        </p>
      )}
      <p role="status" className={cn("text-muted", !told && "sr-only")}>
        {told}
      </p>
      <div className="flex min-h-0 flex-1 gap-3 max-lg:flex-col">
        <div
          data-testid="plan"
          data-past={inPast}
          className={cn(
            "relative flex min-h-64 min-w-0 flex-1 flex-col overflow-hidden rounded-lg border bg-background",
            inPast && "border-past",
            editing && "border-primary",
            !inPast && status !== "live" && status !== "connecting" && "border-warning",
          )}
        >
          {inPast && (
            <div aria-hidden className="pointer-events-none absolute inset-0 z-10 rounded-lg border-3 border-past" />
          )}
          {inPast && !past.moment && past.error ? (
            <div className="grid flex-1 place-items-center">
              <EmptyView title="Nothing is shown">What the room was like at that moment is not known.</EmptyView>
            </div>
          ) : !shown || waiting ? (
            <div className="grid flex-1 p-3" aria-busy>
              <Skeleton className="size-full" />
            </div>
          ) : shown.racks.length === 0 && shown.units.length === 0 ? (
            <div className="grid flex-1 place-items-center">
              <EmptyView title={`${room.name} has no racks yet`}>
                Bring them in with <code>dcim site import FILE</code>; they appear here at once.
              </EmptyView>
            </div>
          ) : (
            <>
              <div
                role="application"
                aria-label={`Floor plan of ${room.name}, ${layer.label.toLowerCase()}${inPast ? ", in the past" : ""}`}
                aria-describedby="plan-how plan-selected"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: it has keys of its own
                tabIndex={0}
                className="flex min-h-0 flex-1 flex-col focus-visible:-outline-offset-2"
                onKeyDown={onPlanKey}
              >
                <PlanCanvas
                  key={room.id}
                  label=""
                  plan={shown}
                  layer={layer}
                  racks={racks}
                  devices={devices}
                  feed={feed}
                  selected={editing ? editor.chosen : chosen}
                  wrong={editing ? editor.wrong : nothingWrong}
                  editing={editing}
                  edit={editor.gestures}
                  view={url.search.get("view")}
                  onView={(text) => writeView(text, url.set)}
                  onRenderer={(made) => {
                    renderer.current = made;
                  }}
                  onPick={(item) => {
                    if (!item || item.kind === "rack") url.set({ select: item?.name ?? null });
                    open(item);
                  }}
                  card={(item) => (
                    <HoverCard item={item} plan={shown} racks={racks} devices={devices} feed={feed} layer={layer.key} />
                  )}
                >
                  {!placedSome && (
                    <div className="pointer-events-none absolute inset-0 grid place-items-center">
                      <div className="pointer-events-auto rounded-lg border bg-surface">
                        <EmptyView title="Nothing stands on this floor yet">
                          {may.administer ? "Edit the plan to place its racks." : "An administrator places the racks."}
                        </EmptyView>
                      </div>
                    </div>
                  )}
                </PlanCanvas>
              </div>
              <div className="flex flex-wrap items-center gap-2 border-t bg-surface px-3 py-1">
                <PlanLegend layer={layer} site={site} roomId={room.id} />
                <p className="ml-auto self-center text-right text-muted text-xs max-lg:hidden">
                  {shown.version === 0 ? "laid out automatically" : `plan ${shown.version}`} · ASHRAE{" "}
                  {shown.ashrae_class} · {shown.width_m} × {shown.depth_m} m
                </p>
                <div className="flex gap-1 self-center max-lg:ml-auto">
                  <Button size="icon" variant="ghost" aria-label="Zoom out" onClick={() => renderer.current?.zoom(0.8)}>
                    <Minus aria-hidden />
                  </Button>
                  <Button size="icon" variant="ghost" aria-label="Zoom in" onClick={() => renderer.current?.zoom(1.25)}>
                    <Plus aria-hidden />
                  </Button>
                  <Button
                    size="icon"
                    variant="ghost"
                    aria-label="Show the whole room"
                    onClick={() => renderer.current?.showAll()}
                  >
                    <Maximize aria-hidden />
                  </Button>
                </div>
              </div>
            </>
          )}
        </div>
        {editing && editor.plan ? (
          <EditPanel editor={editor} plan={editor.plan} middle={middle} onLeave={leave} />
        ) : (
          table &&
          shown && (
            <div className={cn("flex min-h-64 flex-1 flex-col lg:w-[38rem] lg:flex-none", panelled && "xl:hidden")}>
              <PlanTable plan={shown} racks={racks} feed={feed} layer={layer} onOpen={props.onOpen} />
            </div>
          )
        )}
      </div>
      <p id="plan-how" className="sr-only">
        Arrow keys choose a rack, Enter opens it, plus and minus zoom, zero shows the whole room, 1 to 6 choose the
        layer, t shows the same as a table.
      </p>
      <p id="plan-selected" role="status" data-testid="plan-selected" className="sr-only">
        {description}
      </p>
      {!kiosk && !editing && (
        <TimelineBar roomId={room.id} timeZone={timeZone} now={now} state={past} travel={past.travel} />
      )}
      <RackPanel
        modal={false}
        rack={panelled ? opened : undefined}
        room={room}
        timeZone={timeZone}
        onClose={props.onClose}
        {...(past.moment && { at: past.moment.at, find: feed.current().find })}
      />
      <Conflict editor={editor} />
      <UnsavedGuard
        dirty={editor.dirty}
        asked={leaving}
        onStay={() => setLeaving(false)}
        onDiscard={() => {
          setLeaving(false);
          editor.end();
        }}
      />
    </div>
  );
}

function describe(
  { id, name }: Item,
  layer: Layer,
  racks: ReadonlyMap<number, RackSensors>,
  source: Parameters<typeof cellOf>[3],
) {
  const sensors = racks.get(id);
  return sensors
    ? `Rack ${name}: ${layer.label} ${cellWords(layer, cellOf(layer, id, sensors, source))}`
    : `Rack ${name}`;
}

const writeAfterMs = 300;
let writing: ReturnType<typeof setTimeout> | undefined;

/** When the hand rests: browsers count how often the address changes. */
function writeView(text: string | null, set: (changes: Record<string, string | null>) => void) {
  clearTimeout(writing);
  const page = window.location.pathname;
  writing = setTimeout(() => window.location.pathname === page && set({ view: text }), writeAfterMs);
}
