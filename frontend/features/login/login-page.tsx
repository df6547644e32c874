"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Brand } from "@/components/sidebar";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { ApiError, post, rememberCsrfToken, type Session } from "@/lib/api";
import { sessionKey } from "@/lib/session";

/** Only a path of our own: nobody is sent elsewhere by a link to the login page. */
function wantedPage(next: string | null) {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

function explain(error: ApiError) {
  if (error.status !== 429) return error.message;
  const minutes = error.retryAfterSeconds && Math.ceil(error.retryAfterSeconds / 60);
  return minutes ? `${error.message} Try again in ${minutes} min.` : error.message;
}

export function LoginPage() {
  const router = useRouter();
  const queries = useQueryClient();
  const next = wantedPage(useSearchParams().get("next"));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem("");
    try {
      const session = await post<Session>("/api/auth/login", {
        email: form.get("email"),
        password: form.get("password"),
      });
      rememberCsrfToken(session.csrf_token);
      queries.clear();
      queries.setQueryData(sessionKey, session);
      router.replace(next);
    } catch (error) {
      setProblem(error instanceof ApiError ? explain(error) : "Signing in has failed.");
      setBusy(false);
    }
  }

  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <Card className="w-full max-w-sm p-6">
        <Brand />
        <h1 className="mt-5 font-semibold text-lg">Sign in</h1>
        <p className="text-muted">Data centre infrastructure management</p>
        <form onSubmit={signIn} className="mt-6 grid gap-4">
          <div className="grid gap-1.5">
            <label htmlFor="email" className="font-medium">
              E-mail
            </label>
            <Input
              id="email"
              name="email"
              type="email"
              autoComplete="username"
              required
              autoFocus
              aria-invalid={problem ? true : undefined}
            />
          </div>
          <div className="grid gap-1.5">
            <label htmlFor="password" className="font-medium">
              Password
            </label>
            <Input
              id="password"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              aria-invalid={problem ? true : undefined}
            />
          </div>
          {problem && (
            <p role="alert" className="text-critical">
              {problem}
            </p>
          )}
          <Button type="submit" variant="primary" disabled={busy}>
            {busy ? "Signing in …" : "Sign in"}
          </Button>
        </form>
      </Card>
    </main>
  );
}
