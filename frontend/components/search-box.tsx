"use client";
// Search words of a list, in the address (`q`). Typing is not searching: the address follows when the fingers rest. `/` goes there.
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useKeys } from "@/lib/keys";
import { useUrlState } from "@/lib/session";
import { cn } from "@/lib/utils";
import { Input } from "./ui/input";

const typingMs = 250;

type Props = { label: string; title: string; placeholder?: string; className?: string };

export function SearchBox({ label, title, placeholder = "Search", className }: Props) {
  const url = useUrlState();
  const wanted = url.search.get("q") ?? "";
  const [text, setText] = useState(wanted);
  const box = useRef<HTMLInputElement>(null);
  const { set } = url;
  useEffect(() => {
    if (document.activeElement !== box.current) setText(wanted);
  }, [wanted]);
  useEffect(() => {
    if (text === wanted) return;
    const timer = setTimeout(() => set({ q: text }), typingMs);
    return () => clearTimeout(timer);
  }, [text, wanted, set]);
  useKeys({ "/": () => box.current?.focus() });
  return (
    <div className={cn("relative min-w-32 flex-1 sm:w-64", className)}>
      <Search aria-hidden className="absolute top-2.5 left-2.5 size-4 text-muted" />
      <Input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        title={title}
        className="pl-8"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && (text ? setText("") : box.current?.blur())}
      />
    </div>
  );
}
