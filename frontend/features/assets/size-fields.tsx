"use client";
// The size of a device and amounts of it, as the forms of assets ask for them.
import { Field, Select } from "@/components/ui/field";

export type Width = "full" | "half";

/** As it is typed, with a comma too; null: nothing is. */
export const amountOf = (text: string) => (text.trim() === "" ? null : Number(text.replace(",", ".")));

type WidthProps = { value: Width; error: string | undefined; onChange: (width: Width) => void };

export function WidthField({ value, error, onChange }: WidthProps) {
  return (
    <Field label="Width" error={error}>
      {(control) => (
        <Select {...control} value={value} onChange={({ target }) => onChange(target.value as Width)}>
          <option value="full">Full</option>
          <option value="half">Half</option>
        </Select>
      )}
    </Field>
  );
}
