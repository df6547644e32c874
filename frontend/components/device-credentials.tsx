"use client";
// A device's own account at the broker: issued, issued anew, revoked. The password is shown once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useState } from "react";
import { get, type IssuedCredentials, post, remove } from "@/lib/api";
import type { components } from "@/lib/api-types.gen";
import { AskDialog } from "./editing";
import { toast } from "./toasts";
import { Button } from "./ui/button";

type Answer = { credentials: components["schemas"]["DeviceCredentials"] | null; topics: string[] };

export function DeviceCredentials({ deviceId, canEdit }: { deviceId: number; canEdit: boolean }) {
  const path = `/api/devices/${deviceId}/credentials`;
  const key = ["device-credentials", deviceId];
  const client = useQueryClient();
  const [asking, setAsking] = useState<"renew" | "revoke">();
  const account = useQuery({ queryKey: key, queryFn: () => get<Answer>(path), enabled: canEdit });
  const refresh = () => client.invalidateQueries({ queryKey: key });
  const issue = useMutation({ mutationFn: () => post<IssuedCredentials>(path), onSuccess: refresh });
  const revoke = useMutation({ mutationFn: () => remove(path), onSuccess: refresh });
  const renew = () => {
    revoke.reset();
    issue.mutate();
  };
  if (!canEdit) return null;
  const failed = issue.error ?? revoke.error ?? account.error;
  const credentials = account.data?.credentials;
  return (
    <section aria-label="Account at the broker" className="grid gap-2">
      <h3 className="font-medium">Account at the broker</h3>
      {account.data && !credentials && (
        <p className="text-muted">
          None of its own: it publishes with the account that all hardware shares, or not at all.
        </p>
      )}
      {credentials && (
        <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
          <dt className="text-muted">User name</dt>
          <dd>
            <code data-testid="account-username">{credentials.username}</code>
          </dd>
          <dt className="text-muted">May publish on</dt>
          <dd>
            {credentials.topics.map((topic) => (
              <code key={topic} className="block break-all text-xs">
                {topic}/#
              </code>
            ))}
          </dd>
          <dt className="text-muted">Issued by</dt>
          <dd>{credentials.issued_by}</dd>
        </dl>
      )}
      {credentials?.outdated && (
        <p className="text-major">
          The device’s topics have changed since, and the broker has not been told yet: it is tried again.
        </p>
      )}
      {credentials && issue.data && <Password text={issue.data.password} />}
      {failed && (
        <p role="alert" className="text-critical">
          {failed.message}
        </p>
      )}
      {account.data && (
        <div className="flex gap-2">
          <Button
            size="small"
            disabled={issue.isPending || account.data.topics.length === 0}
            onClick={() => (credentials ? setAsking("renew") : renew())}
          >
            {issue.isPending ? "Issuing …" : credentials ? "New password" : "Issue an account"}
          </Button>
          {credentials && (
            <Button size="small" variant="ghost" className="text-critical" onClick={() => setAsking("revoke")}>
              Revoke
            </Button>
          )}
        </div>
      )}
      <AskDialog
        open={asking === "renew"}
        title={`New password for “${credentials?.username}”?`}
        consequence="Who is connected with the old one is cut off at once, and must be given the new one."
        act="Issue it"
        busy={issue.isPending}
        onClose={() => setAsking(undefined)}
        onAct={() => {
          setAsking(undefined);
          renew();
        }}
      />
      <AskDialog
        open={asking === "revoke"}
        title={`Revoke “${credentials?.username}”?`}
        consequence="The device is cut off at once, and stays so until an account is issued anew."
        act="Revoke"
        busy={revoke.isPending}
        onClose={() => setAsking(undefined)}
        onAct={() => {
          setAsking(undefined);
          issue.reset();
          revoke.mutate();
        }}
      />
    </section>
  );
}

function Password({ text }: { text: string }) {
  return (
    <div role="status" className="grid gap-2 rounded-md border border-warning bg-raised p-3">
      <p className="font-medium">Password, shown this once: put it into the device now.</p>
      <div className="flex flex-wrap items-center gap-2">
        <code data-testid="account-password" className="min-w-0 flex-1 select-all break-all">
          {text}
        </code>
        {/* Browsers have it on https and on this machine alone. */}
        {typeof navigator !== "undefined" && navigator.clipboard && (
          <Button size="small" onClick={() => navigator.clipboard.writeText(text).then(() => toast("Copied."))}>
            <Copy aria-hidden /> Copy
          </Button>
        )}
      </div>
    </div>
  );
}
