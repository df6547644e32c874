import { expect, test } from "vitest";
import { csvOf } from "./csv";

test("quotes, empty cells, and nothing that a spreadsheet would run", () => {
  expect(
    csvOf(
      ["time", 'a "b", c'],
      [
        ["2026", 1.5],
        ["=1+1", null],
      ],
    ),
  ).toBe('time,"a ""b"", c"\r\n2026,1.5\r\n\'=1+1,\r\n');
  expect(csvOf(["x"], [[-3]])).toBe("x\r\n-3\r\n");
});
