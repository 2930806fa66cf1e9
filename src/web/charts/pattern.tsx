/** Hatches, so that held and overdrawn are told apart without colour. Ids are per drawing. */
export const Patterns = ({ id }: { id: string }) => (
  <defs>
    <pattern id={`${id}-held`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="6" height="6" class="held-base" stroke="none" />
      <path d="M0 0v6" class="held-line" />
    </pattern>
    <pattern id={`${id}-over`} width="5" height="5" patternUnits="userSpaceOnUse">
      <rect width="5" height="5" class="over-base" stroke="none" />
      <path d="M0 0l5 5M5 0 0 5" class="over-line" />
    </pattern>
  </defs>
);
