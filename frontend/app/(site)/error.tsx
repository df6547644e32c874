"use client";
// A page that fails leaves the frame around it standing.
export { default } from "../error";
