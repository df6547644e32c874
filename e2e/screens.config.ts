// Not a test: pictures of every page, both themes, three sizes, to be looked at; and the README's.
import base from "./playwright.config";

export default { ...base, testMatch: "*.shots.ts" };
