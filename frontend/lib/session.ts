// Who is signed in, and which site is on screen.
import { useQuery } from "@tanstack/react-query";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback, useEffect } from "react";
import { get, isSignedOut, type List, rememberCsrfToken, type Session, type Site } from "./api";

export const sessionKey = ["session"];

export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async () => {
      const session = await get<Session>("/api/auth/me");
      rememberCsrfToken(session.csrf_token);
      return session;
    },
    staleTime: 60_000,
  });
}

/** Sends who is not signed in to the login page, and from there back here. */
export function useLoginWhenSignedOut(error: Error | null) {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const signedOut = isSignedOut(error);
  useEffect(() => {
    if (!signedOut) return;
    const here = search ? `${pathname}?${search}` : pathname;
    router.replace(`/login/?next=${encodeURIComponent(here)}`);
  }, [signedOut, router, pathname, search]);
  return signedOut;
}

export function useSites() {
  return useQuery({ queryKey: ["sites"], queryFn: () => get<List<Site>>("/api/sites") });
}

/** The site in the URL; without one there, the first that is granted. */
export function useSite(): Site | undefined {
  const wanted = useSearchParams().get("site");
  const { data } = useSites();
  return wanted ? data?.items.find((site) => site.code === wanted) : data?.items[0];
}

/** Keeps filters and selection in the URL: null removes a key. `push`: the browser's Back takes it back. */
export function useUrlState() {
  const pathname = usePathname();
  const search = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string | null>, { push = false } = {}) => {
      // What is in the address now, not what was rendered: two changes in a row both count.
      const next = new URLSearchParams(window.location.search);
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === "") next.delete(key);
        else next.set(key, value);
      }
      const text = next.toString();
      window.history[push ? "pushState" : "replaceState"](null, "", text ? `${pathname}?${text}` : pathname);
    },
    [pathname],
  );
  return { search, set };
}
