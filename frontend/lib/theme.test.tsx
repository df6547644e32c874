import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { useDocumentTheme } from "./theme";

afterEach(() => document.documentElement.removeAttribute("class"));

function Shown() {
  return <p>{useDocumentTheme()}</p>;
}

test("the theme is told when the document has it, not when it is chosen", async () => {
  document.documentElement.className = "dark";
  render(<Shown />);
  expect(screen.getByText("dark")).toBeTruthy();
  await act(async () => {
    document.documentElement.className = "light";
  });
  expect(await screen.findByText("light")).toBeTruthy();
});
