"use client";
// The patterns of what is reserved, blocked or not known, for every SVG of a page: once a page.

export function Hatches() {
  const line = (id: string, color: string, gap: number, crossed = false) => (
    <pattern id={id} width={gap} height={gap} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path
        d={`M0 0V${gap}${crossed ? `M0 0H${gap}` : ""}`}
        stroke={color}
        strokeWidth={crossed ? 1.5 : 2}
        strokeOpacity={0.5}
      />
    </pattern>
  );
  return (
    <svg aria-hidden className="absolute size-0">
      <defs>
        {line("hatch", "var(--unknown)", 7)}
        {line("hatch-blocked", "var(--unknown)", 6, true)}
        {line("hatch-reserved", "var(--info)", 8)}
      </defs>
    </svg>
  );
}
