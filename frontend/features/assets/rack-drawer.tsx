"use client";
// What a rack may carry, draw and hold, and what has become of it and of what stands in it.
import { useState } from "react";
import { type Problems, SettingsDrawer } from "@/components/settings-drawer";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useMay } from "@/lib/roles";
import { fetchRack, useSaveRack, useTellWithUndo } from "./assets-api";
import type { RackElevation } from "./assets-types";
import { ChangeHistory } from "./device-history";
import { amountOf } from "./size-fields";

const limits = {
  height_u: { label: "Height, U", hint: "Nothing may stand above it" },
  rated_power_kw: { label: "Rated power, kW", hint: "What the rack may draw" },
  feed_rating_kw: { label: "Rating of a feed, kW", hint: "What each feed carries alone; empty: as the rack" },
  weight_limit_kg: { label: "Weight limit, kg", hint: "Of what is mounted in it" },
  cooling_kw: { label: "Cooling, kW", hint: "What can be cooled there" },
} as const;
type Key = keyof typeof limits;
const keys = Object.keys(limits) as Key[];

const textOf = (rack: RackElevation) =>
  Object.fromEntries(keys.map((key) => [key, rack[key] === null ? "" : String(rack[key])])) as Record<Key, string>;

type Props = { rack: RackElevation; site: string; timeZone: string; onClose: () => void };

/** What is edited stays what it was, also when the rack changes meanwhile; theirs is taken on demand. */
export function RackDrawer({ rack, ...shared }: Props) {
  const [base, setBase] = useState(rack);
  return <Fields key={base.version} rack={base} onTakeTheirs={setBase} {...shared} />;
}

function Fields({
  rack,
  site,
  timeZone,
  onClose,
  onTakeTheirs,
}: Props & { onTakeTheirs: (rack: RackElevation) => void }) {
  const may = useMay();
  const first = textOf(rack);
  const [draft, setDraft] = useState(first);
  const [problems, setProblems] = useState<Problems>({});
  const save = useSaveRack();
  const tell = useTellWithUndo(site);
  const document = Object.fromEntries(
    keys.filter((key) => draft[key] !== first[key]).map((key) => [key, amountOf(draft[key])]),
  );
  return (
    <SettingsDrawer
      wide
      what="rack"
      title={`Rack ${rack.name}`}
      description={`${rack.room} · its limits, and what has become of it`}
      over={rack}
      document={document}
      busy={save.isPending}
      readOnly={!may.manage}
      fields={keys.map((key) => `/${key}`)}
      problems={problems}
      onProblems={setProblems}
      onSave={async (over) => {
        const { changeId } = await save.mutateAsync({ document, over: over ?? rack });
        tell(`The limits of ${rack.name} are saved.`, { changeId });
      }}
      fetchTheirs={({ id }) => fetchRack(id)}
      onTakeTheirs={onTakeTheirs}
      onClose={() => onClose()}
    >
      <fieldset disabled={!may.manage} className="grid min-w-0 gap-3 sm:grid-cols-2">
        {keys.map((key) => (
          <Field key={key} label={limits[key].label} hint={limits[key].hint} error={problems[`/${key}`]}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                value={draft[key]}
                onChange={({ target }) => setDraft({ ...draft, [key]: target.value })}
              />
            )}
          </Field>
        ))}
      </fieldset>
      <section aria-label="History" className="grid gap-2">
        <h3 className="font-semibold">History</h3>
        <ChangeHistory what="racks" id={rack.id} mayEdit={may.manage} {...{ site, timeZone }} />
      </section>
    </SettingsDrawer>
  );
}
