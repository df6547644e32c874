import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Toasts } from "@/components/toasts";
import { openPage } from "@/lib/testing";
import type { DeviceType } from "./assets-types";
import { TypeImages } from "./type-images";

afterEach(() => vi.unstubAllGlobals());

const type = { id: 4, manufacturer: "Nordwind", model: "R210", images: { front: null, rear: "r1" } } as DeviceType;
const pictures = (readOnly = false) => (
  <>
    <TypeImages type={type} readOnly={readOnly} />
    <Toasts />
  </>
);
const types = { "GET /api/device-types": () => ({ body: { items: [type] } }) };
const picture = (bytes: number) => new File([new Uint8Array(bytes)], "front.png", { type: "image/png" });

test("a picture is sent as it is, taken away, and what the server says against it is told", async () => {
  const refusal = "the file is no PNG, JPEG or WebP image";
  const { calls } = openPage(pictures(), {
    ...types,
    "PUT /api/device-types/4/images/front": () => ({ status: 400, body: { detail: refusal } }),
    "DELETE /api/device-types/4/images/rear": () => ({ status: 204, body: null }),
  });
  expect(screen.getByAltText("Nordwind R210, rear").getAttribute("src")).toBe("/api/device-types/4/images/rear?v=r1");
  screen.getByText("no picture of the front");
  await userEvent.upload(screen.getByLabelText("Picture of the front"), picture(100));
  await screen.findByText(`The front picture: ${refusal}`);
  await userEvent.click(screen.getByRole("button", { name: "Remove rear" }));
  const sent = calls.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  expect(sent).toEqual(["PUT /api/device-types/4/images/front", "DELETE /api/device-types/4/images/rear"]);
});

test("what is too large is not sent at all; who may not change types has no buttons", async () => {
  const { calls } = openPage(pictures(), types);
  await userEvent.upload(screen.getByLabelText("Picture of the rear"), picture(600 * 1024));
  await screen.findByText("The file has 600 KiB: at most 512.");
  expect(calls.filter(({ method }) => method === "PUT")).toEqual([]);
  openPage(pictures(true), types);
  expect(screen.getAllByText("no picture of the front")).toHaveLength(2);
  expect(screen.getAllByRole("button", { name: /Choose front/ })).toHaveLength(1);
});
