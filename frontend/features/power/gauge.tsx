// What the whole facility draws, as a dial: against what its sources may carry, or, where nobody has said so, against its own last 24 hours.
import { cn } from "@/lib/utils";

type Props = {
  /** Shares of the whole dial, 0 to 1; what lies beyond is at the end. Null: not known. */
  share: number | null;
  /** Where the sources may carry no more for hours. */
  continuous: number | null;
  tone: "ok" | "warning" | "critical" | "muted";
  label: string;
  children: React.ReactNode;
};

const [cx, cy, radius, thickness] = [100, 96, 80, 14];

function pointAt(share: number, r: number): [number, number] {
  const angle = Math.PI * (1 - Math.min(1, Math.max(0, share)));
  return [cx + r * Math.cos(angle), cy - r * Math.sin(angle)];
}

/** From one share to another, as a stroke. */
function arc(from: number, to: number, r = radius) {
  const [[x1, y1], [x2, y2]] = [pointAt(from, r), pointAt(to, r)];
  return `M${x1.toFixed(2)} ${y1.toFixed(2)}A${r} ${r} 0 0 1 ${x2.toFixed(2)} ${y2.toFixed(2)}`;
}

const tones = { ok: "var(--chart-1)", warning: "var(--warning)", critical: "var(--critical)", muted: "var(--unknown)" };

export function Gauge({ share, continuous, tone, label, children }: Props) {
  const mark = (at: number, color: string) => {
    const [[x1, y1], [x2, y2]] = [pointAt(at, radius - thickness / 2 - 2), pointAt(at, radius + thickness / 2 + 2)];
    return <line x1={x1} y1={y1} x2={x2} y2={y2} stroke={color} strokeWidth={2} />;
  };
  return (
    <div className="relative mx-auto w-full max-w-72">
      <svg role="img" aria-label={label} viewBox="0 0 200 104" className="w-full">
        <path d={arc(0, 1)} fill="none" stroke="var(--raised)" strokeWidth={thickness} strokeLinecap="round" />
        {continuous !== null && (
          <path
            d={arc(continuous, 1, radius + thickness / 2 + 3)}
            fill="none"
            stroke="var(--warning)"
            strokeWidth={2}
          />
        )}
        {share !== null && share > 0 && (
          <path d={arc(0, share)} fill="none" stroke={tones[tone]} strokeWidth={thickness} strokeLinecap="round" />
        )}
        {continuous !== null && mark(continuous, "var(--foreground)")}
      </svg>
      <div className={cn("absolute inset-x-0 bottom-0 grid justify-items-center", tone === "muted" && "text-muted")}>
        {children}
      </div>
    </div>
  );
}
