"use client";
// CSV in: a file is tried first, which changes nothing and says what would become of every row; then all of it comes in, or none; and it can be
// taken back as one.
import { CircleAlert, FileUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { EmptyView } from "@/components/state-views";
import { toast } from "@/components/toasts";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { withQuery } from "@/lib/api";
import { cn } from "@/lib/utils";
import { useUndo } from "./assets-api";
import { type ImportResult, useImport, useTryImport, wrongLines } from "./inventory-api";

const shownAtMost = 200;
const largestBytes = 20_000_000;

function words(value: unknown) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Counts({ result, wrong, tried }: { result: ImportResult; wrong: number; tried: boolean }) {
  const would = tried ? "would be " : "";
  return (
    <p className="rounded-md bg-raised px-3 py-2 tabular-nums" data-testid="import-counts">
      {result.rows} rows: {result.created} {would}created, {result.updated} {would}updated, {result.unchanged} unchanged
      {wrong > 0 && <strong className="text-critical"> · {wrong} wrong</strong>}
    </p>
  );
}

function Table({ label, heads, children }: { label: string; heads: string[]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section aria-label={label} tabIndex={0} className="max-h-80 overflow-auto rounded-md border">
      <table className="w-full border-collapse text-xs">
        <thead className="sticky top-0 bg-surface text-left text-muted">
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-3 py-1.5 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function Errors({ errors }: Pick<ImportResult, "errors">) {
  return (
    <div className="grid gap-2" role="alert">
      <p className="flex items-center gap-1.5 font-medium text-critical">
        <CircleAlert aria-hidden className="size-4" />
        Nothing can be imported until these rows are right
      </p>
      <Table label="Rows that are wrong" heads={["Line", "Column", "What is wrong"]}>
        {errors.slice(0, shownAtMost).map(({ line, column, message }) => (
          <tr key={`${line} ${column} ${message}`} className="border-t align-baseline">
            <td className="px-3 py-1 tabular-nums">{line}</td>
            <td className="px-3 font-medium">{column ?? ""}</td>
            <td className="px-3">{message}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Diff({ result }: { result: ImportResult }) {
  const { diff, created, updated } = result;
  if (diff.length === 0) {
    return <EmptyView title="Nothing would change">Every row is as it already is in the inventory.</EmptyView>;
  }
  const more = created + updated - Math.min(diff.length, shownAtMost);
  return (
    <div className="grid gap-2">
      <Table label="What would change" heads={["Line", "Device", "Change"]}>
        {diff.slice(0, shownAtMost).map(({ line, name, action, changes }) => (
          <tr key={line} className="border-t align-baseline">
            <td className="px-3 py-1 tabular-nums">{line}</td>
            <td className="px-3 font-medium">
              {name} <span className={action === "create" ? "text-good" : "text-info"}>{action}</span>
            </td>
            <td className="px-3 py-1">
              {changes.map(({ field, before, after }) => (
                <span key={field} className="mr-3 inline-block">
                  <span className="text-muted">{field}</span>{" "}
                  {action === "update" && (
                    <>
                      <del className="text-muted">{words(before)}</del> <span aria-hidden>→</span>{" "}
                    </>
                  )}
                  <ins className="no-underline">{words(after)}</ins>
                </span>
              ))}
            </td>
          </tr>
        ))}
      </Table>
      {more > 0 && <p className="text-muted text-xs">and {more} more</p>}
    </div>
  );
}

function Chooser({
  site,
  busy,
  onText,
}: {
  site: string;
  busy: boolean;
  onText: (name: string, text: string) => void;
}) {
  const [over, setOver] = useState(false);
  async function take(file: File | undefined) {
    if (!file) return;
    if (file.size > largestBytes) return toast("The file is larger than 20 MB.", { tone: "critical" });
    onText(file.name, await file.text());
  }
  return (
    <div className="grid gap-3">
      <label
        className={cn(
          "grid cursor-pointer place-items-center gap-2 rounded-lg border-2 border-dashed px-6 py-10 text-center",
          "hover:bg-raised has-focus-visible:outline-2 has-focus-visible:outline-primary",
          over && "border-primary bg-raised",
        )}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer.files[0]);
        }}
      >
        <FileUp aria-hidden className="size-6 text-muted" />
        <span className="font-medium">{busy ? "It is being tried …" : "Choose a CSV file, or drop it here"}</span>
        <span className="text-muted text-xs">It is tried first: nothing changes yet.</span>
        <input
          type="file"
          accept=".csv,text/csv"
          className="sr-only"
          disabled={busy}
          onChange={({ target }) => {
            void take(target.files?.[0]);
            target.value = "";
          }}
        />
      </label>
      <p className="text-muted">
        The first line names the columns; those that are not there stay as they are. A row is the device of its{" "}
        <code>id</code>, otherwise of its <code>asset_tag</code>, otherwise of its <code>name</code>; where there is
        none it is created. The easiest way: take{" "}
        <a className="text-primary hover:underline" href={withQuery("/api/devices.csv", { site })} download>
          the CSV of all devices
        </a>{" "}
        and edit it.
      </p>
    </div>
  );
}

export function ImportDrawer({ site, onClose }: { site: string; onClose: () => void }) {
  const [file, setFile] = useState<{ name: string; text: string }>();
  const attempt = useTryImport(site);
  const bring = useImport(site);
  const undo = useUndo(site);
  const done = bring.data;
  const tried = attempt.data;
  // Meanwhile somebody may have taken a place or a name: then the import finds what the trial did not.
  const errors = wrongLines(bring.error).concat(tried?.errors ?? []);
  const again = () => {
    attempt.reset();
    bring.reset();
    setFile(undefined);
  };
  const wrong = errors.length > 0;
  const error = attempt.error ?? (wrong ? null : bring.error);
  const nothing = tried !== undefined && tried.created + tried.updated === 0;
  return (
    <Drawer
      open
      wide
      onClose={onClose}
      title="Import devices"
      description={file ? file.name : "From a CSV file, as the export gives it"}
    >
      <div className="grid gap-4">
        {!tried && (
          <Chooser
            site={site}
            busy={attempt.isPending}
            onText={(name, text) => {
              setFile({ name, text });
              attempt.mutate(text);
            }}
          />
        )}
        {error && (
          <p role="alert" className="text-critical">
            {error.message}
          </p>
        )}
        {done ? (
          <>
            <Counts result={done} wrong={0} tried={false} />
            <p role="status">
              {undo.isSuccess ? "The import is undone: all is as it was before." : "It is in the inventory, all of it."}
            </p>
            {undo.error && (
              <p role="alert" className="text-critical">
                {undo.error.message}
              </p>
            )}
            <div className="flex flex-wrap justify-end gap-2">
              {done.batch_id !== null && !undo.isSuccess && (
                <Button disabled={undo.isPending} onClick={() => undo.mutate({ batchId: done.batch_id })}>
                  Undo the import
                </Button>
              )}
              <Button onClick={again}>Another file</Button>
              <Button variant="primary" onClick={onClose}>
                Close
              </Button>
            </div>
          </>
        ) : (
          tried && (
            <>
              <Counts result={tried} wrong={errors.length} tried />
              {wrong && <Errors errors={errors} />}
              {(!wrong || tried.diff.length > 0) && <Diff result={tried} />}
              <div className="flex justify-end gap-2">
                <Button onClick={again}>Another file</Button>
                <Button
                  variant="primary"
                  disabled={wrong || nothing || bring.isPending}
                  onClick={() => file && bring.mutate(file.text)}
                >
                  {bring.isPending ? "Importing …" : `Import ${tried.created + tried.updated} rows`}
                </Button>
              </div>
            </>
          )
        )}
      </div>
    </Drawer>
  );
}
