"use client";
// A device's own account at the broker: issued, issued anew, revoked. The password is shown once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, type IssuedCredentials, post, remove } from "@/lib/api";
import type { components } from "@/lib/api-types.gen";
import { RemoveDialog } from "./editing";
import { Button } from "./ui/button";

type Answer = { credentials: components["schemas"]["DeviceCredentials"] | null; topics: string[] };

export function DeviceCredentials({ deviceId, canEdit }: { deviceId: number; canEdit: boolean }) {
  const path = `/api/devices/${deviceId}/credentials`;
  const key = ["device-credentials", deviceId];
  const client = useQueryClient();
  const [revoking, setRevoking] = useState(false);
  const account = useQuery({ queryKey: key, queryFn: () => get<Answer>(path), enabled: canEdit });
  const refresh = () => client.invalidateQueries({ queryKey: key });
  const issue = useMutation({ mutationFn: () => post<IssuedCredentials>(path), onSuccess: refresh });
  const revoke = useMutation({ mutationFn: () => remove(path), onSuccess: refresh });
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
            <code>{credentials.username}</code>
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
      {credentials?.outdated && <p className="text-major">The device’s topics have changed since: issue it anew.</p>}
      {credentials && issue.data && (
        <div role="status" className="grid gap-1 rounded-md border bg-raised p-3">
          <p>Password, shown this once:</p>
          <code className="select-all break-all">{issue.data.password}</code>
        </div>
      )}
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
            onClick={() => {
              revoke.reset();
              issue.mutate();
            }}
          >
            {issue.isPending ? "Issuing …" : credentials ? "New password" : "Issue an account"}
          </Button>
          {credentials && (
            <Button size="small" variant="ghost" className="text-critical" onClick={() => setRevoking(true)}>
              Revoke
            </Button>
          )}
        </div>
      )}
      <RemoveDialog
        open={revoking}
        name={credentials?.username}
        consequence="The device is cut off at once, and stays so until an account is issued anew."
        busy={revoke.isPending}
        onClose={() => setRevoking(false)}
        onRemove={() => {
          setRevoking(false);
          issue.reset();
          revoke.mutate();
        }}
      />
    </section>
  );
}
