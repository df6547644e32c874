"use client";
import { useState } from "react";
import { type Problems, SettingsDrawer } from "@/components/settings-drawer";
import { Checkbox, Field, Select, Textarea } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { NotificationChannel, NotificationChannelDocument } from "@/lib/api";
import { fetchOne, useRemove, useSave } from "./notifications-api";

const fields = ["/name", "/type", "/addresses", "/url", "/secret"];

type Props = { site: string; channel: NotificationChannel | undefined; onClose: (told?: string) => void };

/** What is edited stays what it was, also when the list behind it changes; theirs is taken on demand. */
export function ChannelForm({ channel, ...props }: Props) {
  const [base, setBase] = useState(channel);
  return <Fields key={base?.version} channel={base} onTakeTheirs={setBase} {...props} />;
}

function Fields({
  site,
  channel,
  onClose,
  onTakeTheirs,
}: Props & { onTakeTheirs: (theirs: NotificationChannel) => void }) {
  const [name, setName] = useState(channel?.name ?? "");
  const [type, setType] = useState(channel?.type ?? "email");
  const [addresses, setAddresses] = useState(channel?.addresses.join("\n") ?? "");
  const [target, setTarget] = useState(channel?.url ?? "");
  const [secret, setSecret] = useState("");
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [problems, setProblems] = useState<Problems>({});
  const save = useSave("channels", site);
  const remove = useRemove("channels", site);
  const list = addresses.split(/[\s,;]+/).filter(Boolean);
  const document: NotificationChannelDocument = {
    name: name.trim(),
    type,
    enabled,
    ...(type === "email" ? { addresses: list } : { url: target.trim(), ...(secret && { secret }) }),
  };
  return (
    <SettingsDrawer
      what="channel"
      title={channel ? channel.name : "New channel"}
      description="Where notifications go"
      over={channel}
      document={document}
      consequence="While routes lead to it, it cannot be removed. What waits for it in the outbox is not sent."
      busy={save.isPending || remove.isPending}
      fields={fields}
      problems={problems}
      onProblems={setProblems}
      onSave={(over) => save.mutateAsync({ document, over })}
      onRemove={(over) => remove.mutateAsync(over)}
      fetchTheirs={({ id }) => fetchOne("channels", site, id)}
      onTakeTheirs={onTakeTheirs}
      onClose={onClose}
    >
      <Field label="Name" error={problems["/name"]}>
        {(control) => (
          <Input {...control} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label="Type" error={problems["/type"]}>
        {(control) => (
          <Select
            {...control}
            value={type}
            onChange={(event) => setType(event.target.value as NotificationChannel["type"])}
          >
            <option value="email">E-mail</option>
            <option value="webhook">Webhook</option>
          </Select>
        )}
      </Field>
      {type === "email" ? (
        <Field label="Addresses" hint="One a line, or separated by commas" error={problems["/addresses"]}>
          {(control) => (
            <Textarea {...control} value={addresses} onChange={(event) => setAddresses(event.target.value)} />
          )}
        </Field>
      ) : (
        <>
          <Field label="Address" hint="Gets a POST with JSON for each notification" error={problems["/url"]}>
            {(control) => (
              <Input
                {...control}
                type="url"
                placeholder="https://"
                value={target}
                onChange={(event) => setTarget(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Secret"
            hint={
              channel?.signed
                ? "There is one; leave this empty to keep it. It signs the body: X-DCIM-Signature"
                : "At least 16 characters. Signs the body, so that the receiver knows us: X-DCIM-Signature"
            }
            error={problems["/secret"]}
          >
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="new-password"
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      <Checkbox label="Enabled" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
    </SettingsDrawer>
  );
}
