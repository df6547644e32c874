import Link from "next/link";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div>
        <h1 className="text-lg font-semibold">There is no such page</h1>
        <p className="mt-1 text-muted">The address may be mistyped, or the page has moved.</p>
        <Link className="mt-4 inline-block text-primary underline" href="/">
          Go to the overview
        </Link>
      </div>
    </main>
  );
}
