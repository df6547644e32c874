"use client";
// Views of a list by name: filters, order and columns as the address holds them. They are kept in this browser.
import { Bookmark, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Menu, MenuContent, MenuItem, MenuLabel, MenuSeparator, MenuTrigger } from "@/components/ui/menu";
import { useUrlState } from "@/lib/session";

const storageKey = "inventory-views";
type SavedView = { name: string; query: string };

function readViews(): SavedView[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(found)
      ? found.filter((each) => typeof each?.name === "string" && typeof each?.query === "string")
      : [];
  } catch {
    return []; // what is no list of ours is none
  }
}

/** `keys`: what of the address is the view. */
export function SavedViews({ keys }: { keys: readonly string[] }) {
  const url = useUrlState();
  const [views, setViews] = useState(readViews);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const keep = (next: SavedView[]) => {
    localStorage.setItem(storageKey, JSON.stringify(next));
    setViews(next);
  };
  const query = new URLSearchParams(
    keys.flatMap((key) => (url.search.get(key) ? [[key, url.search.get(key) ?? ""]] : [])),
  ).toString();
  const here = views.find((each) => each.query === query);
  const show = (view: SavedView | undefined) => {
    const wanted = new URLSearchParams(view?.query);
    url.set(Object.fromEntries(keys.map((key) => [key, wanted.get(key)])), { push: true });
  };
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <Button size="small">
            <Bookmark aria-hidden />
            {here?.name ?? "Views"}
          </Button>
        </MenuTrigger>
        <MenuContent>
          <MenuItem onSelect={() => show(undefined)}>All devices</MenuItem>
          {views.length > 0 && <MenuLabel>Saved in this browser</MenuLabel>}
          {views.map((view) => (
            <MenuItem key={view.name} onSelect={() => show(view)}>
              {view.name}
              {view === here && <span aria-hidden>✓</span>}
            </MenuItem>
          ))}
          <MenuSeparator />
          <MenuItem onSelect={() => setNaming(true)}>Save this view …</MenuItem>
          {here && (
            <MenuItem className="text-critical" onSelect={() => keep(views.filter((each) => each !== here))}>
              <Trash2 aria-hidden className="size-4" /> Forget “{here.name}”
            </MenuItem>
          )}
        </MenuContent>
      </Menu>
      <Dialog
        open={naming}
        onClose={() => setNaming(false)}
        title="Save this view"
        description="Search, filters, order and columns; the same name takes its place."
      >
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = name.trim();
            if (!wanted) return;
            keep([...views.filter((each) => each.name !== wanted), { name: wanted, query }]);
            setNaming(false);
            setName("");
          }}
        >
          <Field label="Name">
            {(control) => (
              <Input {...control} maxLength={60} value={name} onChange={({ target }) => setName(target.value)} />
            )}
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setNaming(false)}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={!name.trim()}>
              Save
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
