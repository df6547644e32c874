import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { type Column, DataTable } from "./data-table";

type Row = { id: number; name: string };
const columns: Column<Row>[] = [{ key: "name", label: "Name", cell: ({ name }) => name }];
const rowsOf = (...ids: number[]): Row[] => ids.map((id) => ({ id, name: `row ${id}` }));
const keyOf = ({ id }: Row) => id;
const nameOf = ({ name }: Row) => name;

function Table({ ids }: { ids: number[] }) {
  return (
    <DataTable
      label="Rows"
      columns={columns}
      rows={rowsOf(...ids)}
      keyOf={keyOf}
      nameOf={nameOf}
      card={({ name }) => name}
    />
  );
}

test("a row that has the focus keeps it when the list changes around it", () => {
  const { rerender } = render(<Table ids={[1, 2, 3]} />);
  screen.getByTestId("row-1").focus();
  rerender(<Table ids={[3, 9, 1, 2]} />);
  expect(document.activeElement).toBe(screen.getByTestId("row-1"));
});

test("when the row is gone the focus is nobody's, and what else has it is left alone", () => {
  const { rerender } = render(<Table ids={[1, 2, 3]} />);
  screen.getByTestId("row-2").focus();
  rerender(<Table ids={[1, 3]} />);
  expect(document.activeElement).toBe(document.body);
  const elsewhere = document.body.appendChild(document.createElement("button"));
  elsewhere.focus();
  rerender(<Table ids={[3, 1]} />);
  expect(document.activeElement).toBe(elsewhere);
  elsewhere.remove();
});

test("far down the list, where it was not drawn, the row is scrolled to and keeps the focus", () => {
  const many = Array.from({ length: 300 }, (_, at) => at + 100);
  const { rerender } = render(<Table ids={[1, ...many]} />);
  screen.getByTestId("row-1").focus();
  rerender(<Table ids={[...many, 1]} />);
  const host = screen.getByTestId("table-host");
  expect(host.scrollTop).toBeGreaterThan(0);
  host.dispatchEvent(new Event("scroll"));
});
