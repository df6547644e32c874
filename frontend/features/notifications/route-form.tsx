"use client";
import { useState } from "react";
import { type Problems, SettingsDrawer } from "@/components/settings-drawer";
import { SeveritySelect } from "@/components/severity-select";
import { Checkbox, Field, Select } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { systems } from "@/lib/alarms";
import type { NotificationChannel, NotificationRoute, NotificationRouteDocument, Severity, System } from "@/lib/api";
import { useRooms } from "@/lib/inventory";
import { fetchOne, useRemove, useSave } from "./notifications-api";

const fields = ["/name", "/channel_id", "/severity_at_least", "/systems", "/room_id", "/after_min", "/repeat_min"];

type Props = {
  site: string;
  route: NotificationRoute | undefined;
  channels: NotificationChannel[];
  onClose: (told?: string) => void;
};

/** What is edited stays what it was, also when the list behind it changes; theirs is taken on demand. */
export function RouteForm({ route, ...props }: Props) {
  const [base, setBase] = useState(route);
  return <Fields key={base?.version} route={base} onTakeTheirs={setBase} {...props} />;
}

function Fields(props: Props & { onTakeTheirs: (theirs: NotificationRoute) => void }) {
  const { site, route, channels, onClose, onTakeTheirs } = props;
  const [name, setName] = useState(route?.name ?? "");
  const [channel, setChannel] = useState(String(route?.channel_id ?? channels[0]?.id ?? ""));
  const [severity, setSeverity] = useState<Severity>(route?.severity_at_least ?? "minor");
  const [wanted, setWanted] = useState<System[]>(route?.systems ?? []);
  const [room, setRoom] = useState(String(route?.room_id ?? ""));
  const [after, setAfter] = useState(String(route?.after_min ?? 0));
  const [repeat, setRepeat] = useState(String(route?.repeat_min ?? ""));
  const [tellCleared, setTellCleared] = useState(route?.tell_cleared ?? true);
  const [enabled, setEnabled] = useState(route?.enabled ?? true);
  const [problems, setProblems] = useState<Problems>({});
  const rooms = useRooms(site);
  const save = useSave("routes", site);
  const remove = useRemove("routes", site);
  const document: NotificationRouteDocument = {
    name: name.trim(),
    channel_id: Number(channel),
    severity_at_least: severity,
    systems: wanted,
    room_id: room ? Number(room) : null,
    after_min: Number(after || 0),
    repeat_min: repeat ? Number(repeat) : null,
    tell_cleared: tellCleared,
    enabled,
  };
  return (
    <SettingsDrawer
      what="route"
      title={route ? route.name : "New route"}
      description="Which alarms go where, and when"
      over={route}
      document={document}
      consequence="Nobody is told by it from now on; what is in the outbox already is sent."
      busy={save.isPending || remove.isPending}
      fields={fields}
      problems={problems}
      onProblems={setProblems}
      onSave={(over) => save.mutateAsync({ document, over })}
      onRemove={(over) => remove.mutateAsync(over)}
      fetchTheirs={({ id }) => fetchOne("routes", site, id)}
      onTakeTheirs={onTakeTheirs}
      onClose={onClose}
    >
      <Field label="Name" error={problems["/name"]}>
        {(control) => (
          <Input {...control} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label="To channel" error={problems["/channel_id"]}>
        {(control) => (
          <Select {...control} value={channel} onChange={(event) => setChannel(event.target.value)}>
            {channels.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Severity at least" error={problems["/severity_at_least"]}>
        {(control) => (
          <SeveritySelect
            {...control}
            value={severity}
            onChange={(event) => setSeverity(event.target.value as Severity)}
          />
        )}
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1 font-medium text-xs">Systems (none chosen: all)</legend>
        <div className="grid grid-cols-2 gap-1.5">
          {systems.map((system) => (
            <Checkbox
              key={system}
              label={system}
              checked={wanted.includes(system)}
              onChange={(event) =>
                setWanted(event.target.checked ? [...wanted, system] : wanted.filter((each) => each !== system))
              }
            />
          ))}
        </div>
        {problems["/systems"] && <p className="text-critical text-xs">{problems["/systems"]}</p>}
      </fieldset>
      <Field label="Room" error={problems["/room_id"]}>
        {(control) => (
          <Select {...control} value={room} onChange={(event) => setRoom(event.target.value)}>
            <option value="">All rooms</option>
            {rooms.data?.items.map(({ id, name: label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="After, min"
          hint="0: at once; otherwise when nobody has acknowledged it for so long"
          error={problems["/after_min"]}
        >
          {(control) => (
            <Input
              {...control}
              type="number"
              min={0}
              max={1440}
              value={after}
              onChange={(event) => setAfter(event.target.value)}
            />
          )}
        </Field>
        <Field label="Again every, min" hint="While nobody acknowledges; empty: once" error={problems["/repeat_min"]}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={5}
              max={1440}
              value={repeat}
              onChange={(event) => setRepeat(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Checkbox
        label="Also tell when it clears"
        checked={tellCleared}
        onChange={(event) => setTellCleared(event.target.checked)}
      />
      <Checkbox label="Enabled" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
    </SettingsDrawer>
  );
}
