"use client";
// Creates, shows, edits and removes a rule. What is unsaved is not lost without being asked; what somebody else saved meanwhile is a choice.
import { useState } from "react";
import { ConflictDialog, EditDrawer, RemoveDialog } from "@/components/editing";
import { ErrorView } from "@/components/state-views";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { type AlarmRule, ApiError } from "@/lib/api";
import { useRacks, useSensors } from "@/lib/inventory";
import { useMay } from "@/lib/roles";
import { inShownUnit } from "@/lib/units";
import { fetchRule, useRemoveRule, useSaveRule } from "./alarms-api";
import { deviationUnit, documentOf, draftForRack, draftOf, newDraft, problemsOf, type RuleDraft } from "./rule-draft";
import { LevelFields, TimingFields, WatchFields, WorkflowFields } from "./rule-fields";
import { RuleTest } from "./rule-test";

type FormProps = {
  site: string;
  timeZone: string;
  /** Undefined: a new one. */
  rule: AlarmRule | undefined;
  first: RuleDraft;
  onDirty: (dirty: boolean) => void;
  onDone: (told: string) => void;
};

/** A field that no control shows is told above the buttons. */
const shown = /^\/(name|type|kind|scope.*|levels.*|dead_band|on_delay_s|off_delay_s|window_s|baseline|instruction)$/;

function RuleForm({ site, timeZone, rule, first, onDirty, onDone }: FormProps) {
  const may = useMay();
  const [draft, setDraft] = useState(first);
  const [base, setBase] = useState(rule);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState("");
  const [theirs, setTheirs] = useState<AlarmRule>();
  const [removing, setRemoving] = useState(false);
  const save = useSaveRule(site);
  const removal = useRemoveRule(site);
  const sensors = useSensors(site).data?.items;
  const mayEdit = may.manage && (may.administer || rule === undefined || Object.keys(rule.scope).length > 0);
  const own = sensors?.find(({ kind }) => kind === draft.kind)?.unit ?? "";
  const unit = base?.unit || (draft.type === "deviation" ? deviationUnit(own) : own);

  function change(changes: Partial<RuleDraft>) {
    const next = { ...draft, ...changes };
    setDraft(next);
    onDirty(JSON.stringify(documentOf(next)) !== JSON.stringify(documentOf(base ? draftOf(base) : first)));
    const fixed = Object.keys(changes).map((key) => `/${key}`);
    setProblems((before) =>
      Object.fromEntries(Object.entries(before).filter(([at]) => !fixed.some((key) => at.startsWith(key)))),
    );
  }
  function tell(error: Error) {
    const field = error instanceof ApiError ? error.field?.replace(/^\/rule/, "") : undefined;
    if (field && shown.test(field)) setProblems({ [field]: error.message });
    else setFailed(error.message);
  }
  function checked() {
    const found = problemsOf(draft);
    setProblems(found);
    setFailed(Object.keys(found).length > 0 ? "Something is missing above." : "");
    return Object.keys(found).length === 0 ? documentOf(draft) : undefined;
  }
  function submit(over = base) {
    const document = checked();
    if (!document || save.isPending) return;
    save.mutate(
      { document, over },
      {
        onSuccess: ({ name }) => onDone(`“${name}” is saved; it holds from the next reading on.`),
        onError: async (error) => {
          if (!(error instanceof ApiError && error.status === 409 && over)) return tell(error);
          try {
            setTheirs(await fetchRule(site, over.id));
          } catch (gone) {
            tell(gone as Error);
          }
        },
      },
    );
  }
  const fields = { site, draft, problems, unit, fixed: rule !== undefined, mayAll: may.administer, onChange: change };
  return (
    <form
      className="grid gap-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset disabled={!mayEdit} className="grid min-w-0 gap-5">
        <Field label="Name" error={problems["/name"]}>
          {(control) => (
            <Input
              {...control}
              maxLength={100}
              value={draft.name}
              onChange={({ target }) => change({ name: target.value })}
            />
          )}
        </Field>
        <WatchFields {...fields} />
        <LevelFields {...fields} />
        <TimingFields {...fields} />
        <WorkflowFields {...fields} />
      </fieldset>
      {may.manage && (
        <RuleTest site={site} unit={inShownUnit(0, unit).unit} timeZone={timeZone} document={checked} onError={tell} />
      )}
      {failed && (
        <p role="alert" className="text-critical">
          {failed}
        </p>
      )}
      {mayEdit ? (
        <div className="sticky -bottom-4 z-10 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t bg-surface p-4">
          {base && (
            <Button variant="ghost" className="mr-auto text-critical" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          )}
          <Button variant="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? "Saving …" : base ? "Save" : "Create rule"}
          </Button>
        </div>
      ) : (
        <p className="text-muted">
          {may.manage ? "A rule for all sites is an administrator's to change." : "Your role may look at rules only."}
        </p>
      )}
      <ConflictDialog
        what="rule"
        theirs={theirs}
        mine={base}
        onClose={() => setTheirs(undefined)}
        onTakeTheirs={(newer) => {
          setBase(newer);
          setDraft(draftOf(newer));
          onDirty(false);
          setTheirs(undefined);
        }}
        onSaveMine={(newer) => {
          setBase(newer);
          setTheirs(undefined);
          submit(newer);
        }}
      />
      <RemoveDialog
        open={removing}
        name={base?.name}
        consequence="What stands by it is judged by the next wider rule, or resolved. The history keeps what was."
        busy={removal.isPending}
        onClose={() => setRemoving(false)}
        onRemove={() =>
          base &&
          removal.mutate(base, {
            onSuccess: () => onDone(`“${base.name}” is removed.`),
            onError: (error) => {
              setRemoving(false);
              tell(error);
            },
          })
        }
      />
    </form>
  );
}

type Props = {
  site: string;
  timeZone: string;
  rules: AlarmRule[] | undefined;
  /** The rule's id, or "new". */
  wanted: string | null;
  /** What a new one begins as: a rule that is there, for one rack. */
  copyOf: string | null;
  rackId: string | null;
  onClose: (told?: string) => void;
};

export function RuleDrawer({ site, timeZone, rules, wanted, copyOf, rackId, onClose }: Props) {
  const [dirty, setDirty] = useState(false);
  const rule = rules?.find(({ id }) => String(id) === wanted);
  const model = rules?.find(({ id }) => String(id) === copyOf);
  const racks = useRacks(site).data?.items;
  const rack = racks?.find(({ id }) => String(id) === rackId);
  // The form begins as what it is told first: it waits until that is known.
  const waits = wanted === "new" && ((copyOf !== null && !rules) || (rackId !== null && !racks));
  const first = model && rack ? draftForRack(model, rack.id, rack.name) : newDraft(site);
  const done = (told?: string) => {
    setDirty(false);
    onClose(told);
  };
  return (
    <EditDrawer
      wide
      open={wanted !== null}
      dirty={dirty}
      onClose={() => done()}
      title={rule?.name ?? (wanted === "new" ? "New rule" : "Rule")}
      description={rule ? `${rule.scope_label} · version ${rule.version}` : "When readings become alarms"}
    >
      {() =>
        waits ? (
          <Skeleton className="h-96" />
        ) : wanted === "new" || rule ? (
          <RuleForm
            key={wanted}
            site={site}
            timeZone={timeZone}
            rule={rule}
            first={rule ? draftOf(rule) : first}
            onDirty={setDirty}
            onDone={done}
          />
        ) : (
          rules && (
            <ErrorView title="There is no such rule" detail="It was removed, or it does not concern this site." />
          )
        )
      }
    </EditDrawer>
  );
}
