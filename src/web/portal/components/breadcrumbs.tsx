import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";

/** The way back; the page itself is not repeated at the end. */
export const Breadcrumbs = ({ voice, trail }: { voice: Voice; trail: readonly { href: string; label: string }[] }) => (
  <nav class="breadcrumbs" aria-label={voice.t(portalText["breadcrumbs.label"])}>
    <ol>
      {trail.map(({ href, label }) => (
        <li>
          <a href={href}>{label}</a>
        </li>
      ))}
    </ol>
  </nav>
);
