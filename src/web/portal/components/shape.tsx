/** Small shapes that say a state again without colour. */
export type ShapeName = "ring" | "half" | "disc" | "check" | "square" | "triangle" | "diamond" | "dash" | "pause" | "octagon" | "clock";

const drawings: Record<ShapeName, unknown> = {
  ring: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />,
  half: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
  disc: <circle cx="8" cy="8" r="7" fill="currentColor" />,
  check: (
    <>
      <circle cx="8" cy="8" r="8" fill="currentColor" />
      <path class="shape__cut" d="m4.4 8.3 2.4 2.4 4.8-5" fill="none" stroke-width="2" />
    </>
  ),
  square: <rect x="1.5" y="1.5" width="13" height="13" fill="currentColor" />,
  triangle: <path d="M8 1 15.5 15H.5z" fill="currentColor" />,
  diamond: <path d="m8 .8 7.2 7.2L8 15.2.8 8z" fill="none" stroke="currentColor" stroke-width="2" />,
  dash: <path d="M2 8h12" stroke="currentColor" stroke-width="3" />,
  pause: <path d="M5 2v12M11 2v12" stroke="currentColor" stroke-width="3" />,
  octagon: (
    <>
      <path d="M5 .8h6l4.2 4.2v6L11 15.2H5L.8 11V5z" fill="currentColor" />
      <path class="shape__cut" d="M8 4v5M8 11v1.6" stroke-width="2" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M8 4.5V8l2.5 1.5" fill="none" stroke="currentColor" stroke-width="1.75" />
    </>
  ),
};

export const Shape = ({ name, class: className = "shape" }: { name: ShapeName; class?: string }) => (
  <svg class={className} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    {drawings[name]}
  </svg>
);
